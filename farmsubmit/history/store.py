"""The folder of the history: one folder for each submission, called by its number.

A submission appears whole or not at all, under a number that nobody else got: its folder is filled under another name
and then moved. All is private to its user.
"""

from __future__ import annotations

import math
import os
import re
import shutil
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Collection, Iterator, List, Mapping, Optional, Set

from farmsubmit import files
from farmsubmit.errors import FarmsubmitError
from farmsubmit.history.record import ARGUMENTS, ENTRY, REQUEST, SCRIPT, UNREADABLE, Entry, read_entry

_FRESH = ".new-"
_OLD = ".old-"
#: The newest submissions are kept however old and large they are.
ALWAYS_KEPT = 10
_DAY = 86400.0
_NUMBER = re.compile(r"[1-9][0-9]{0,8}\Z")
_ABANDONED = 1.0  # days after which what a killed process left half done is taken away


def history_dir() -> Path:
    """Return the folder of the history, in the user's data folder; FARMSUBMIT_HOME moves it. It may not exist yet.

    Raises MissingLibraryError where the user's data folder cannot be told.
    """
    return files.data_dir() / "history"


def keep(
    entry: Entry,
    request: Optional[Mapping[str, Any]] = None,
    script: Optional[str] = None,
    arguments: Mapping[str, str] = {},
) -> Entry:
    """Keep a submission, and return its entry with its number, one above the highest.

    ``request`` is that of JSON, ``script`` the job script, ``arguments`` the argument files of the job, text by path.
    Raises OSError where nothing can be written, and then leaves nothing behind.
    """
    import json

    texts = {ENTRY: json.dumps(entry.to_json(), indent=1)}
    if request is not None:
        texts[REQUEST] = json.dumps(request, indent=1)
    if script is not None:
        texts[SCRIPT] = script + "\n"
    if arguments:
        texts[ARGUMENTS] = json.dumps(dict(arguments))
    folder = _placed(history_dir(), texts)
    return replace(entry, number=int(folder.name), folder=folder)


def entries(scenes: Collection[str] = (), most: Optional[int] = None) -> List[Entry]:
    """Return the submissions, the newest first, at most ``most``: those of some scenes, by absolute paths, or all."""
    found: List[Entry] = []
    for number in sorted(_numbers(history_dir()), reverse=True):
        if most is not None and len(found) >= most:
            break
        entry = read_entry(history_dir() / str(number))
        if not scenes or entry.scene in scenes or entry.scene_copy in scenes:
            found.append(entry)
    return found


def entry(number: int) -> Entry:
    """Return one submission; raises FarmsubmitError where there is none of this number, or it cannot be read."""
    known = _numbers(history_dir())
    if number not in known:
        hint = f"it has {min(known)} to {max(known)}" if known else "it is empty"
        raise FarmsubmitError(f"the history has no submission {number}", hint)
    found = read_entry(history_dir() / str(number))
    if found.outcome == UNREADABLE:
        raise FarmsubmitError(f"submission {number} cannot be read: {found.reason}")
    return found


def prune(days: float, megabytes: float) -> List[int]:
    """Take away what is older than some days, then the oldest until the rest is small enough; return the numbers.

    0 is no limit. The newest ALWAYS_KEPT stay. What cannot be taken away stays too, until the next time.
    """
    home = history_dir()
    _take_abandoned(home)
    gone: List[int] = []
    left = (megabytes or math.inf) * 1e6
    for place, number in enumerate(sorted(_numbers(home), reverse=True)):
        folder = home / str(number)
        left -= _size(folder)
        if place >= ALWAYS_KEPT and (left < 0 or _days_old(folder / ENTRY) > (days or math.inf)):
            _take_away(folder)
            gone.append(number)
    return gone


def _placed(home: Path, texts: Mapping[str, str]) -> Path:
    """Write a new folder of the history and return it."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=_FRESH, dir=home))
    try:
        for name, text in texts.items():
            files.write_atomic(fresh / name, text, private=True)
        return _numbered(fresh)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def _numbered(fresh: Path) -> Path:
    number = max(_numbers(fresh.parent), default=0)
    while True:
        number += 1
        folder = fresh.parent / str(number)
        try:
            # A folder that is there and holds something is never replaced, on any system.
            fresh.rename(folder)
        except OSError:
            if not folder.exists():
                raise
        else:
            return folder


def _numbers(home: Path) -> Set[int]:
    """Return the numbers of the submissions; none where there is no history."""
    return {int(path.name) for path in _files(home) if _NUMBER.match(path.name)}


def _size(folder: Path) -> int:
    return sum(_stat(path).st_size for path in _files(folder))


def _files(folder: Path) -> Iterator[Path]:
    try:
        yield from list(folder.iterdir())
    except OSError:
        return


def _stat(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except OSError:
        return os.stat_result([0] * 10)


def _days_old(path: Path) -> float:
    return (time.time() - _stat(path).st_mtime) / _DAY


def _take_away(folder: Path) -> None:
    """Take a folder away at once for whoever looks, and then from the disk."""
    hidden = folder.with_name(f"{_OLD}{folder.name}")
    try:
        folder.rename(hidden)
    except OSError:
        return
    shutil.rmtree(hidden, ignore_errors=True)


def _take_abandoned(home: Path) -> None:
    for path in _files(home):
        if path.name.startswith((_FRESH, _OLD)) and _days_old(path) > _ABANDONED:
            shutil.rmtree(path, ignore_errors=True)
