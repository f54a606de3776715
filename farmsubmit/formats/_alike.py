"""Runs of alike siblings, such as the chunks of one render, which a view folds into ``… 18 more``."""

from __future__ import annotations

import re
from typing import Dict, NamedTuple, Optional, Sequence, Tuple

from farmsubmit.formats.outline import Row

USUAL_LIMIT = 12
_SHOWN = 2
_DIGITS = re.compile(r"\d+")


class Fold(NamedTuple):
    """The hidden part of a run: the rows from ``first`` up to ``end``, which are ``siblings`` and their trees."""

    first: int
    end: int
    siblings: int


class _Run:
    """A run of alike siblings as far as it has been seen."""

    def __init__(self, key: Tuple[object, ...]) -> None:
        self.key = key
        self.count = 0
        self.first_hidden = -1
        self.end = -1

    def add(self, row: Row) -> None:
        self.count += 1
        self.end = row.end
        if self.count == _SHOWN + 1:
            self.first_hidden = row.place

    def fold(self, limit: int) -> Optional[Fold]:
        if self.count <= max(limit, _SHOWN):
            return None
        return Fold(self.first_hidden, self.end, self.count - _SHOWN)


def folds(rows: Sequence[Row], limit: int = USUAL_LIMIT) -> Dict[int, Fold]:
    """Return what to hide, by the place of the first hidden row; ``limit`` is the longest run that is shown whole.

    Siblings are alike when their titles differ in digits only and kind, service, commands and size are the same.
    """
    open_runs: Dict[int, _Run] = {}
    found: Dict[int, Fold] = {}
    for row in rows:
        key = _likeness(row)
        run = open_runs.get(row.parent)
        if run is None or run.key != key:
            _note(run, limit, found)
            run = open_runs[row.parent] = _Run(key)
        run.add(row)
    for run in open_runs.values():
        _note(run, limit, found)
    return found


def _note(run: Optional[_Run], limit: int, found: Dict[int, Fold]) -> None:
    fold = run.fold(limit) if run else None
    if fold:
        found[fold.first] = fold


def _likeness(row: Row) -> Tuple[object, ...]:
    title = _DIGITS.sub("#", row.title)
    return title, row.kind, row.serial, row.service, row.children, row.end - row.place, row.total_commands
