"""USD scenes, by USD's own library."""

from __future__ import annotations

from farmsubmit.scenes.usd.reader import read_usd

__all__ = ["read_usd"]
