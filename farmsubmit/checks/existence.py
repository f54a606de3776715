"""Looking at the disk: by threads at once, bounded, and only until somebody has seen enough."""

from __future__ import annotations

import os
import re
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from threading import Lock
from typing import Any, Callable, Dict, Iterable, List, Optional, Sequence, Set, TypeVar

from farmsubmit.scenes.facts import NeededFile, SceneFacts
from farmsubmit.scenes.sequences import FileState, needed_files

#: How many looks are under way at once: enough to hide the answering time of a file server, and no flood.
THREADS = 16
#: How many looks may wait for a file server that nobody waits for any more. With so many nothing is looked up.
MOST_LEFT = 64
# Each thread gets so many heaps of files, so that one slow folder keeps few others waiting.
_HEAPS = 4
_ASK_AGAIN = 0.05
# A quick disk needs no more than a few looks at once, and more would keep the window of a dialog from the interpreter;
# where the looks take longer than these seconds together, all threads join in.
_FEW_AT_ONCE, _SOON = 2, 0.1
# A folder in which more files than this are needed is listed once, rather than asked for each of them.
_FEW = 20
# What may stand for a frame, a tile or a variable, of which needed_files knows the meaning.
_TOKEN = re.compile(r"[#<$%(]")

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
_Folder = List[NeededFile]

_left: List[Future[Any]] = []
_left_lock = Lock()


def look_up(files: Sequence[NeededFile], cancelled: Callable[[], bool], threads: int = THREADS) -> List[FileState]:
    """Return for each file whether it is there, in the order given; see needed_files for what None means.

    The files of one folder are looked up together, with one listing where they are many or hold a token. Once
    ``cancelled`` is true, what was not looked up yet is None.
    """
    heaps = _heaps(files, threads * _HEAPS)
    known: Dict[NeededFile, FileState] = {}
    for states in answers(_look, heaps, cancelled, threads):
        known.update((state.file, state) for state in states or ())
    return [known.get(file) or FileState(file, None) for file in files]


def answers(
    look: Callable[[Asked], Answer], asked: Sequence[Asked], cancelled: Callable[[], bool], threads: int = THREADS
) -> List[Optional[Answer]]:
    """Return what ``look`` gives for each, in the order asked, looked at by up to ``threads`` threads at once.

    ``cancelled`` is asked twenty times a second; once it is true, what has no answer yet gets None, and a thread that
    a file server keeps waiting is left to itself. There are never more than MOST_LEFT of those: as long as there are,
    nothing has an answer. All other threads have ended on return. Raises what ``look`` raises.
    """
    found: List[Optional[Answer]] = [None] * len(asked)
    if left() >= MOST_LEFT:
        return found
    began, coming = time.monotonic(), iter(enumerate(asked))
    places: Dict[Future[Answer], int] = {}
    pool = ThreadPoolExecutor(max_workers=max(1, threads), thread_name_prefix="farmsubmit-checks")
    waiting: Set[Future[Answer]] = set()
    try:
        while not cancelled():
            width = _FEW_AT_ONCE if time.monotonic() - began < _SOON else threads
            for place, each in islice(coming, max(0, width - len(waiting))):
                future = pool.submit(look, each)
                places[future] = place
                waiting.add(future)
            if not waiting:
                break
            done, waiting = wait(waiting, timeout=_ASK_AGAIN, return_when=FIRST_COMPLETED)
            for future in done:
                found[places.pop(future)] = future.result()
    finally:
        pool.shutdown(wait=not waiting, cancel_futures=True)
        _leave(waiting)
    return found


def left() -> int:
    """Return how many looks are still under way that nobody waits for any more."""
    with _left_lock:
        _left[:] = [look for look in _left if not look.done()]
        return len(_left)


def _leave(looks: Iterable[Future[Answer]]) -> None:
    with _left_lock:
        _left.extend(look for look in looks if look.running())


def _heaps(files: Sequence[NeededFile], most: int) -> List[List[_Folder]]:
    """Return the files by folder, the folders in a few heaps."""
    folders: Dict[str, _Folder] = {}
    for file in files:
        folders.setdefault(os.path.split(file.path)[0], []).append(file)
    heaps: List[List[_Folder]] = [[] for _ in range(min(len(folders), most))]
    for place, folder in enumerate(folders.values()):
        heaps[place % len(heaps)].append(folder)
    return heaps


def _look(heap: List[_Folder]) -> List[FileState]:
    found: List[FileState] = []
    listed: List[NeededFile] = []
    for folder in heap:
        if len(folder) > _FEW or any(_TOKEN.search(file.path) for file in folder):
            listed += folder
        else:
            # Several times quicker than by way of a Path, and threads get into each other's way less.
            found += [FileState(file, os.path.exists(file.path)) for file in folder]  # noqa: PTH110
    return [*found, *needed_files(SceneFacts("", "", files=tuple(listed)), threads=1)] if listed else found
