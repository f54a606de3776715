"""Nuke scripts: the language, the nodes that it makes, and what they say."""

from __future__ import annotations

from farmsubmit.scenes.nuke.reader import read_nuke

__all__ = ["read_nuke"]
