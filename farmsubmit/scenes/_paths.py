"""What the paths in scenes mean, whatever the system they were written on."""

from __future__ import annotations

import re

_KINDS = {
    "cache": (".abc", ".bgeo", ".bgeo.sc", ".ass", ".rib", ".rs", ".mcx", ".mc"),
    "volume": (".vdb", ".f3d", ".nvdb"),
    "movie": (".mov", ".mp4", ".avi", ".mxf", ".mkv"),
    "sound": (".wav", ".aif", ".aiff", ".mp3"),
    "image": (
        *(".tx", ".tex", ".tdl", ".rat", ".ptx", ".ptex", ".exr", ".hdr", ".tif", ".tiff", ".png", ".jpg", ".jpeg"),
        *(".dpx", ".cin", ".tga", ".psd", ".bmp", ".sgi", ".iff", ".pic"),
    ),
}
_FRAMES = re.compile(r"#|%0?\d*d")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


def is_absolute(path: str) -> bool:
    """Whether a path is absolute on any system: ``/a``, ``//server/a``, ``C:/a``, ``C:\\a``."""
    return path.startswith(("/", "\\")) or _DRIVE.match(path) is not None


def file_kind(path: str) -> str:
    """Return the kind of a needed file by its name, as NeededFile has it, such as ``image`` or ``udim``."""
    lower = path.lower()
    if "<udim>" in lower or "(udim)" in lower:
        return "udim"
    if _FRAMES.search(lower):
        return "sequence"
    return next((kind for kind, endings in _KINDS.items() if lower.endswith(endings)), "file")
