"""Maya scenes, ASCII and binary: two ways in, one meaning."""

from __future__ import annotations

from farmsubmit.scenes.maya.reader import read_ascii, read_binary, read_maya

__all__ = ["read_ascii", "read_binary", "read_maya"]
