"""File patterns with ``####`` for the frame: the file of a frame, and names beside it.

The last run of ``#`` in the file name is the frame, as in Blender; ``#`` elsewhere is a letter like others.
"""

from __future__ import annotations

import re
from typing import Match, Tuple

from farmsubmit.errors import ArgumentError
from farmsubmit.lang.frames import Frame, frame_text

_FRAME = re.compile("#+(?=[^#]*$)")
_MOVIE_ENDINGS = (".mov", ".mp4", ".mxf", ".avi", ".mkv", ".webm")


def split(path: str) -> Tuple[str, str]:
    """Return the folder with its last slash, and the file name."""
    folder, slash, name = path.replace("\\", "/").rpartition("/")
    return path[: len(folder + slash)], name


def frame_path(pattern: str, frame: Frame) -> str:
    """Return the file of a frame; raises ArgumentError for a pattern without ``#``.

    A minus sign stands before all digits: ``b.-0005.exr``, as Blender writes it, where ``%04d`` gives ``b.-005.exr``.
    """
    folder, name = split(pattern)
    found = _place(pattern, name)
    width = len(found[0]) + (frame < 0)
    return folder + name[: found.start()] + frame_text(frame, width) + name[found.end() :]


def _place(pattern: str, name: str) -> Match[str]:
    found = _FRAME.search(name)
    if found is None:
        raise ArgumentError(f"{pattern!r} has no #### for the frame", "write a pattern such as /show/b.####.exr")
    return found


def printf_path(pattern: str) -> str:
    """Return the pattern with ``%04d`` for the frame and every other percent sign doubled; raises ArgumentError."""
    folder, name = split(pattern)
    _place(pattern, name)
    folder, name = folder.replace("%", "%%"), name.replace("%", "%%")
    return folder + _FRAME.sub(lambda found: f"%0{len(found[0])}d", name)


def beside(pattern: str, word: str) -> str:
    """Return the pattern for files beside others: ``b.####.exr`` with ``clean`` is ``b.clean.####.exr``."""
    folder, name = split(pattern)
    found = _FRAME.search(name)
    place = found.start() if found else 0
    return f"{folder}{name[:place]}{word}.{name[place:]}"


def without_frame(pattern: str, ending: str, default: str) -> str:
    """Return the path beside the frames, under their name without the number; ``default`` where that is nothing."""
    folder, name = split(pattern)
    stem = _FRAME.sub("", name.rsplit(".", 1)[0]).rstrip("._- ")
    return f"{folder}{stem or default}{ending}"


def is_movie(path: str) -> bool:
    """Tell by its ending whether a file is a movie, which cannot be written in parts."""
    return path.lower().endswith(_MOVIE_ENDINGS)
