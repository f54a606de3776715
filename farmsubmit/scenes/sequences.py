"""Image sequences on disk: which frames are there, are empty or look cut off; and which needed files are there.

A pattern is a path with ``####`` (one ``#`` or more) or ``%04d`` for the frame, in its last part; views and other
tokens are filled in before. A pattern without a frame is one file for all frames. Numbers are as ``%04d`` writes them,
so that ``####`` with frame -5 is ``-005``; ``-0005``, which others write, is taken too.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_left
from pathlib import Path
from typing import Iterator, NamedTuple, Optional, Sequence

from farmsubmit import files
from farmsubmit.errors import SceneError
from farmsubmit.lang.frames import Frame, FrameSet, frame_text
from farmsubmit.scenes.facts import NeededFile, SceneFacts

_FRAME = re.compile(r"#+|%0?(\d*)d")
# Each file is measured against up to this many neighbours before it and as many after it.
_NEIGHBOURS = 4
_FEWEST_NEIGHBOURS = 3
_THREADS = 8
# A folder in which more files than this are needed is listed once, rather than asked for each of them.
_FEW = 20


class SequenceState(NamedTuple):
    """The frames that were asked for, each in one of four sets, in the order asked for.

    ``present`` are there and look whole; ``missing`` are not there; ``empty`` hold no byte; ``suspect`` are smaller
    than half the median of their neighbours: up to four on each side that are there and hold anything, at least three
    in all. A frame that is black all over between others that are not may be suspect and whole.
    """

    present: FrameSet
    missing: FrameSet
    empty: FrameSet
    suspect: FrameSet

    @property
    def unfinished(self) -> FrameSet:
        """The frames to render again: missing, then empty, then suspect, sorted."""
        return self.missing.union(self.empty).union(self.suspect).sorted()


def scan(pattern: str, frames: FrameSet) -> SequenceState:
    """Return which frames of a sequence are on disk; one listing of its folder, and a look at each file asked for.

    A folder that is missing holds nothing. Raises SceneError for a folder that cannot be listed, and for a frame in the
    name of a folder, which would need a listing for each frame.
    """
    folder, name = os.path.split(pattern)
    if _FRAME.search(folder):
        raise SceneError(f"{pattern!r} has the frame in a folder's name", "expected it in the file's name")
    if not _FRAME.search(name):
        return _one_file(pattern, frames)
    sizes = _sizes(folder or ".", _names(name, frames))
    return _sorted_out(frames, sizes)


def _one_file(path: str, frames: FrameSet) -> SequenceState:
    try:
        size: Optional[int] = Path(path).stat().st_size
    except (OSError, ValueError):
        size = None
    return _sorted_out(frames, {} if size is None else dict.fromkeys(frames, size))


def _names(name: str, frames: FrameSet) -> dict[str, Frame]:
    """Return the file names of all frames, each with its frame."""
    pieces, widths = _pieces(name)
    if frames.whole:
        # As frame_text writes whole numbers, and several times faster.
        tokens = [*(f"%0{width}d" for width in widths), ""]
        template = "".join(piece.replace("%", "%%") + token for piece, token in zip(pieces, tokens))
        names = {template % ((frame,) * len(widths)): frame for frame in frames}
    else:
        names = {_joined(pieces, widths, frame): frame for frame in frames}
    wider = [width + 1 for width in widths]
    names.update((_joined(pieces, wider, frame), frame) for frame in frames if frame < 0)
    return names


def _pieces(name: str) -> tuple[list[str], list[int]]:
    """Return the text around the frame tokens of a name, and the least width of each token."""
    pieces, widths, end = [], [], 0
    for found in _FRAME.finditer(name):
        pieces.append(name[end : found.start()])
        token = found.group()
        widths.append(len(token) if token.startswith("#") else int(found.group(1) or 0))
        end = found.end()
    return [*pieces, name[end:]], widths


def _joined(pieces: list[str], widths: list[int], frame: Frame) -> str:
    numbers = [frame_text(frame, width) for width in widths]
    return "".join(text for pair in zip(pieces, [*numbers, ""]) for text in pair)


def _sizes(folder: str, names: dict[str, Frame]) -> dict[Frame, int]:
    """Return the sizes in bytes of the files of that name in a folder, by frame."""
    sizes: dict[Frame, int] = {}
    for entry in _listed(folder):
        frame = names.get(entry.name)
        if frame is not None:
            size = _size(entry)
            if size is not None:
                sizes[frame] = max(size, sizes.get(frame, 0))
    return sizes


def _listed(folder: str) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except (FileNotFoundError, NotADirectoryError):
        return
    except (OSError, ValueError) as error:
        raise SceneError(f"the folder {folder!r} cannot be listed: {files.why_not(error)}") from None


def _size(entry: os.DirEntry[str]) -> Optional[int]:
    try:
        return entry.stat().st_size if entry.is_file() else None
    except OSError:
        # It was removed since the folder was listed, or is a link to nothing.
        return None


def _sorted_out(frames: FrameSet, sizes: dict[Frame, int]) -> SequenceState:
    small = _small({frame: size for frame, size in sizes.items() if size > 0})
    sets: dict[str, list[Frame]] = {name: [] for name in SequenceState._fields}
    for frame in frames:
        sets[_state(sizes.get(frame), frame in small)].append(frame)
    return SequenceState(**{name: _frame_set(found) for name, found in sets.items()})


def _frame_set(frames: list[Frame]) -> FrameSet:
    """Return FrameSet.of(frames); made of runs where they are few, which takes a tenth of the time."""
    runs: list[list[Frame]] = []
    for frame in frames:
        if runs and frame == runs[-1][1] + 1:
            runs[-1][1] = frame
        else:
            runs.append([frame, frame])
    if 4 * len(runs) >= len(frames):
        return FrameSet.of(frames)
    return FrameSet.parse(",".join(f"{frame_text(first)}-{frame_text(last)}" for first, last in runs))


def _state(size: Optional[int], is_small: bool) -> str:
    if size is None:
        return "missing"
    if size == 0:
        return "empty"
    return "suspect" if is_small else "present"


def _small(sizes: dict[Frame, int]) -> set[Frame]:
    """Return the frames whose files are smaller than half the median of their neighbours."""
    order = sorted(sizes)
    in_order = [sizes[frame] for frame in order]
    small: set[Frame] = set()
    for place, size in enumerate(in_order):
        near = in_order[max(0, place - _NEIGHBOURS) : place] + in_order[place + 1 : place + 1 + _NEIGHBOURS]
        if len(near) >= _FEWEST_NEIGHBOURS and 2 * size < max(near) and 2 * size < _median(near):
            small.add(order[place])
    return small


def _median(sizes: list[int]) -> int:
    return sorted(sizes)[len(sizes) // 2]


class FileState(NamedTuple):
    """A needed file, and whether it is there: None where its path cannot be looked up on this machine as it stands."""

    file: NeededFile
    exists: Optional[bool]


# ``<UDIM>`` is 1001 and up; ``<UVTILE>`` and its like are u1_v1.
_TILE = re.compile(r"#+|%0?\d*d|<udim>|\(udim\)|<uvtile>|<f>|<frame>", re.IGNORECASE)
_NUMBERED = {"<udim>": r"\d{4}", "(udim)": r"\d{4}", "<uvtile>": r"u\d+_v\d+"}


def needed_files(facts: SceneFacts, threads: int = _THREADS) -> list[FileState]:
    """Return for each file that a scene needs whether it is there, looked up by up to ``threads`` threads at once.

    A path with ``####``, ``%04d`` or ``<UDIM>`` is there when one file or more fits it. It is None for a path that
    still holds a variable or another token, and for one whose folder holds a token.
    """
    by_folder: dict[str, set[str]] = {}
    for needed in facts.files:
        folder, name = os.path.split(needed.path)
        by_folder.setdefault(folder, set()).add(name)
    answers = dict(zip(by_folder, _looks(list(by_folder.items()), threads)))
    return [FileState(needed, _answer(needed.path, answers)) for needed in facts.files]


def _answer(path: str, answers: dict[str, dict[str, Optional[bool]]]) -> Optional[bool]:
    folder, name = os.path.split(path)
    return answers[folder][name]


def _looks(asked: Sequence[tuple[str, set[str]]], threads: int) -> list[dict[str, Optional[bool]]]:
    if threads <= 1:
        return list(map(_look, asked))
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(max_workers=threads) as pool:
        return list(pool.map(_look, asked))


def _look(asked: tuple[str, set[str]]) -> dict[str, Optional[bool]]:
    """Return for each name in a folder whether it is there; a token, or many names, ask for a listing."""
    folder, names = asked
    if _TILE.search(folder) or _is_unknown(folder):
        return dict.fromkeys(names)
    listing = _listing(folder) if len(names) > _FEW or any(_TILE.search(name) for name in names) else []
    listed = set(listing)
    return {name: name in listed or _is_there(folder, name, listing) for name in names}


def _is_unknown(text: str) -> bool:
    return "$" in text or "<" in text or "%" in text


def _is_there(folder: str, name: str, listing: list[str]) -> Optional[bool]:
    token = _TILE.search(name)
    if token is not None:
        return _fits(name, token.start(), listing)
    try:
        # Three times as quick as by way of a Path, and thousands are asked for.
        if (folder or name) and os.path.exists(os.path.join(folder, name)):  # noqa: PTH110, PTH118
            return True
    except (OSError, ValueError):
        return False
    return None if _is_unknown(name) else False


def _listing(folder: str) -> list[str]:
    try:
        return sorted(entry.name for entry in _listed(folder or "."))
    except SceneError:
        return []


def _fits(name: str, start: int, listing: list[str]) -> bool:
    """Whether a name in a sorted listing fits a name with tokens, whose first token is at ``start``."""
    prefix = name[:start]
    wanted = re.compile(_expression(name))
    for place in range(bisect_left(listing, prefix), len(listing)):
        if not listing[place].startswith(prefix):
            return False
        if wanted.fullmatch(listing[place]):
            return True
    return False


def _expression(name: str) -> str:
    parts, end = [], 0
    for found in _TILE.finditer(name):
        parts += [re.escape(name[end : found.start()]), _NUMBERED.get(found.group().lower(), r"-?\d+")]
        end = found.end()
    return "".join([*parts, re.escape(name[end:])])
