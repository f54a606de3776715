"""Frames as they land on disk: which are there, and small pictures of them. All of it runs in workers."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, List, Mapping, NamedTuple, Tuple

from qtpy.QtCore import QSize, Qt
from qtpy.QtGui import QImage, QImageReader

from farmsubmit.lang.frames import Frame, FrameSet, frame_text

#: What Qt reads by itself everywhere; any other file gets an icon.
PICTURES = (".jpg", ".jpeg", ".png")
#: So many frames are shown at once.
MOST_SHOWN = 20
# A folder with more files, or a sequence of more frames, is looked at as far as this.
_MOST_FRAMES = 20_000
_FRAME = re.compile(r"#+")
# Frames that were there already when the job came are not the job's; clocks of file servers differ a little.
_CLOCKS = 2.0


class Written(NamedTuple):
    """What a row writes: its name, a pattern with ``####`` for the frame, and its frames."""

    name: str
    pattern: str
    frames: FrameSet


class Thumbnail(NamedTuple):
    """A frame: its name, the path, when it was written (0: not yet), and a small picture, null where none is read."""

    name: str
    path: str
    written: float = 0.0
    image: Any = None


class Landed(NamedTuple):
    """The frames to show, and how many of how many have landed."""

    shown: List[Thumbnail]
    there: int
    total: int


def written_by(request: Any) -> List[Written]:
    """Return what the rows of a request write whose files can be told from here."""
    rows = request.rows_on if request is not None else ()
    found = [Written(row.label, _filled_in(row), row.frames) for row in rows]
    return [written for written in found if _can_tell(written.pattern) and written.frames]


def _filled_in(row: Any) -> str:
    """Return the pattern of a row with the tokens that a row of Maya gives a value; others stay."""
    pattern = str(row.output)
    for token, value in (("<RenderLayer>", row.layer), ("<Camera>", row.camera)):
        pattern = pattern.replace(token, value) if value else pattern
    return pattern


def _can_tell(pattern: str) -> bool:
    folder, name = os.path.split(pattern)
    return bool(_FRAME.search(name)) and not any(token in pattern for token in "<$%") and "#" not in folder


def landed(
    written: Written,
    since: float,
    size: Tuple[int, int],
    known: Mapping[str, Thumbnail],
    cancelled: Callable[[], bool] = lambda: False,
) -> Landed:
    """Return how the frames of a row stand on disk, with pictures of at most ``size`` pixels.

    Only what was written after ``since``, in seconds since the epoch, counts. A picture that is ``known`` of the same
    file, written at the same time, is not read again.
    """
    folder, name = os.path.split(written.pattern)
    names = [_file_name(name, frame) for frame in islice(written.frames, _MOST_FRAMES)]
    times = {each: when for each, when in _times(folder, names).items() if when >= since - _CLOCKS}
    shown = []
    for place in _window(names, times):
        path = str(Path(folder, names[place]))
        frame = frame_text(next(islice(written.frames, place, None)))
        shown.append(_thumbnail(frame, path, times.get(names[place], 0.0), size, known, cancelled))
    return Landed(shown, len(times), len(written.frames))


def _file_name(pattern: str, frame: Frame) -> str:
    # A minus sign stands before all digits, as tasks name their frames: b.-0005.exr.
    return _FRAME.sub(lambda found: frame_text(frame, len(found.group()) + (frame < 0)), pattern)


def _times(folder: str, names: Iterable[str]) -> Dict[str, float]:
    """Return when the files of a folder that have one of the names were written; empty ones have not landed."""
    wanted = set(names)
    found: Dict[str, float] = {}
    # The folder is made by the first task, and a file may go while it is looked at.
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            told = entry.stat() if entry.name in wanted else None
            if told is not None and told.st_size:
                found[entry.name] = told.st_mtime
    return found


def _window(names: List[str], times: Mapping[str, float]) -> range:
    """Return the places of the frames to show: all, or those around the last one that landed."""
    if len(names) <= MOST_SHOWN:
        return range(len(names))
    last = max((place for place, name in enumerate(names) if name in times), default=0)
    first = min(max(0, last - MOST_SHOWN + 4), len(names) - MOST_SHOWN)
    return range(first, first + MOST_SHOWN)


def _thumbnail(
    frame: str,
    path: str,
    written: float,
    size: Tuple[int, int],
    known: Mapping[str, Thumbnail],
    cancelled: Callable[[], bool],
) -> Thumbnail:
    old = known.get(path)
    if old is not None and old.written == written and old.image is not None:
        return old
    if not written or cancelled() or not path.lower().endswith(PICTURES):
        return Thumbnail(frame, path, written)
    return Thumbnail(frame, path, written, small_picture(path, size))


def small_picture(path: str, size: Tuple[int, int]) -> QImage:
    """Return a picture that fills a size, read no larger than needed; a null one where it cannot be read."""
    reader = QImageReader(path)
    reader.setAutoTransform(True)
    whole, room = reader.size(), QSize(*size)
    if whole.isValid():
        reader.setScaledSize(whole.scaled(room, Qt.AspectRatioMode.KeepAspectRatioByExpanding))
    return reader.read()
