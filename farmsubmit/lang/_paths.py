"""Paths of Windows and POSIX blades as text, alike on any operating system. Private to farmsubmit.lang.dirmap.

The host's own path library is not used: a Linux desktop must say what a Windows blade will see.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_DRIVE = re.compile(r"[A-Za-z]:")
_SLASHES = re.compile(r"[/\\]")


class PathParts(NamedTuple):
    """A path taken apart.

    ``root`` is ``/``, a drive such as ``X:``, ``//`` for a UNC path, or empty; ``names`` are the components, without
    empty ones; ``slash`` says whether the path ends with a separator.
    """

    root: str
    names: tuple[str, ...]
    slash: bool


def is_windows(path: str) -> bool:
    """Say whether a path begins with a drive letter or is a UNC path, with either kind of slash."""
    first = _SLASHES.split(path, maxsplit=1)[0]
    return path.startswith(("//", "\\\\")) or _DRIVE.fullmatch(first) is not None


def split_path(path: str, windows: bool) -> PathParts:
    """Take a path apart; drives and backslashes mean something only when ``windows`` is true."""
    pieces = _SLASHES.split(path) if windows else path.split("/")
    slash = len(pieces) > 1 and not pieces[-1]
    root = ""
    if windows and _DRIVE.fullmatch(pieces[0]):
        root = pieces.pop(0)
    elif len(pieces) > 1 and not pieces[0]:
        root = "//" if path.startswith(("//", "\\\\")) else "/"
    return PathParts(root, tuple(name for name in pieces if name), slash)


def join_path(parts: PathParts, separator: str) -> str:
    """Put a path together with one separator between components; a bare root keeps its separator."""
    text = separator.join(parts.names)
    if parts.slash and text:
        text += separator
    if parts.root.endswith(":"):
        return parts.root + separator + text
    return separator * len(parts.root) + text
