"""Taking old submissions out of the history.

All sizes and dates are looked at only where the limits may be passed: a note in the folder says how things stood the
last time, and what is newer than that is few.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import List, NamedTuple, Optional

from farmsubmit import files
from farmsubmit.history.record import ENTRY
from farmsubmit.history.store import FRESH, OLD, files_in, history_dir, numbers_in, take_away

#: The newest submissions are kept however old and large they are.
ALWAYS_KEPT = 10
#: So many new submissions, or so many days, after which all is looked at in any case.
MOST_NEW, MOST_DAYS = 50, 1.0
_NOTE = ".pruned"
_DAY = 86400.0
_ABANDONED = 1.0  # days after which what a killed process left half done is taken away


class _Standing(NamedTuple):
    """How the history stood: when, its highest number, its bytes, and when the oldest submission was written."""

    when: float
    newest: int
    size: float
    oldest: float


def prune_where_due(days: float, megabytes: float) -> List[int]:
    """Prune as prune() does, unless nothing can be too old or too large yet; return the numbers."""
    home = history_dir()
    known = _known_standing(home)
    if known is not None and not _is_due(home, known, days, megabytes):
        return []
    return prune(days, megabytes)


def prune(days: float, megabytes: float) -> List[int]:
    """Take away what is older than some days, then the oldest until the rest is small enough; return the numbers.

    0 is no limit. The newest ALWAYS_KEPT stay. What cannot be taken away stays too, until the next time.
    """
    home, now = history_dir(), time.time()
    _take_abandoned(home)
    gone: List[int] = []
    size, left, oldest = 0, 0, now
    numbers = sorted(numbers_in(home), reverse=True)
    for place, number in enumerate(numbers):
        folder = home / str(number)
        own, written = _size(folder), _stat(folder / ENTRY).st_mtime
        size += own
        if place >= ALWAYS_KEPT and (size > _most(megabytes) or _days(written) > (days or math.inf)):
            take_away(folder)
            gone.append(number)
        else:
            left, oldest = left + own, min(oldest, written)
    _note_standing(home, _Standing(now, max(numbers, default=0), left, oldest))
    return gone


def _is_due(home: Path, known: _Standing, days: float, megabytes: float) -> bool:
    new = [number for number in numbers_in(home) if number > known.newest]
    # A clock that was turned back counts as a day that is over.
    if len(new) > MOST_NEW or not 0 <= _days(known.when) <= MOST_DAYS or _days(known.oldest) > (days or math.inf):
        return True
    return known.size + sum(_size(home / str(number)) for number in new) > _most(megabytes)


def _known_standing(home: Path) -> Optional[_Standing]:
    try:
        found = _Standing(*json.loads((home / _NOTE).read_bytes()))
        return _Standing(float(found.when), int(found.newest), float(found.size), float(found.oldest))
    except (OSError, TypeError, ValueError, RecursionError):
        return None


def _note_standing(home: Path, standing: _Standing) -> None:
    # Without the note, all is looked at again the next time.
    with suppress(OSError):
        files.write_atomic(home / _NOTE, json.dumps(standing), private=True)


def _most(megabytes: float) -> float:
    return (megabytes or math.inf) * 1e6


def _size(folder: Path) -> int:
    return sum(_stat(path).st_size for path in files_in(folder))


def _stat(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except OSError:
        return os.stat_result([0] * 10)


def _days(moment: float) -> float:
    return (time.time() - moment) / _DAY


def _take_abandoned(home: Path) -> None:
    for path in files_in(home):
        if path.name.startswith((FRESH, OLD)) and _days(_stat(path).st_mtime) > _ABANDONED:
            shutil.rmtree(path, ignore_errors=True)
