"""Katana scenes: the container, the node graph in it, and what it says."""

from __future__ import annotations

from farmsubmit.scenes.katana.reader import read_katana

__all__ = ["read_katana"]
