"""``import tractor.api.query as tq`` answered by farmsubmit, for any engine.

The list functions jobs(), tasks(), commands(), invocations() and blades() take a search clause and return lists of
dictionaries; operations such as pause() and retry() take rows or a search clause. What is in no public document is
refused with a sentence that names what is known. Source: Tractor's Query Python API and Search Clauses pages.
"""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import Any, List, Optional, Sequence

from farmsubmit.author.connection import closeEngineClient, setEngineClientParam
from farmsubmit.compat.tractorquery.columns import Row
from farmsubmit.compat.tractorquery.errors import (
    NotDocumented,
    NotTold,
    PasswordRequired,
    TractorQueryError,
    as_query_errors,
)
from farmsubmit.compat.tractorquery.gathering import Walk
from farmsubmit.compat.tractorquery.operations import IMPOSSIBLE, OPERATIONS, operate
from farmsubmit.engines.base import Engine
from farmsubmit.errors import did_you_mean

__all__ = [
    "NotDocumented",
    "NotTold",
    "PasswordRequired",
    "TractorQueryError",
    "blades",
    "cattr",
    "chpri",
    "closeEngineClient",
    "commands",
    "invocations",
    "jattr",
    "jobs",
    "setEngineClientParam",
    "tasks",
]


def jobs(search: str = "", columns: Optional[Sequence[str]] = None, **others: Any) -> List[Row]:
    """Return the jobs that a search means, as dictionaries; all of them for an empty search.

    ``columns`` are the attributes wanted (default: all that engines tell). ``limit`` is the most rows, 0 for no limit.
    ``archive`` may be given; what an engine has forgotten cannot be found. Times are text, ids are ints where the
    engine counts. Raises TractorQueryError.
    """
    return _listed("jobs", search, columns, **others)


def tasks(search: str = "", columns: Optional[Sequence[str]] = None, **others: Any) -> List[Row]:
    """Return the tasks that a search means; ``Job.owner`` names an attribute of a task's job. See jobs()."""
    return _listed("tasks", search, columns, **others)


def commands(search: str = "", columns: Optional[Sequence[str]] = None, **others: Any) -> List[Row]:
    """Return the commands that a search means, with their ``argv`` as it was sent. See jobs() and tasks()."""
    return _listed("commands", search, columns, **others)


def invocations(search: str = "", columns: Optional[Sequence[str]] = None, **others: Any) -> List[Row]:
    """Return the last run of each task that a search means, of those that have run. See jobs() and tasks()."""
    return _listed("invocations", search, columns, **others)


def blades(search: str = "", columns: Optional[Sequence[str]] = None, **others: Any) -> List[Row]:
    """Return the blades that a search means. See jobs()."""
    return _listed("blades", search, columns, **others)


def chpri(what: Any, priority: float) -> None:
    """Give jobs another priority; ``what`` is a row, a list of rows, or a search. Raises TractorQueryError."""
    _priority("chpri", what, priority)


def jattr(what: Any, key: str, value: Any) -> None:
    """Change an attribute of jobs: the priority, for engines can change no other. Raises TractorQueryError."""
    if key != "priority":
        raise TractorQueryError(f"engines cannot change {key!r} of a job that is sent", "they can change the priority")
    _priority("jattr", what, value)


def cattr(command: Any, key: str, value: Any) -> None:
    """Refuse to change an attribute of a command: engines take commands as they were sent."""
    raise _impossible("cattr")


def _priority(name: str, what: Any, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TractorQueryError(f"{name}: {value!r} is no priority", "give a number, such as 50")
    with as_query_errors():
        operate(_engine(), "chpri", what, float(value))


def _listed(
    entity: str,
    search: str,
    columns: Optional[Sequence[str]],
    limit: Optional[int] = None,
    archive: bool = False,
    **others: Any,
) -> List[Row]:
    if others:
        raise _unknown_argument(entity, next(iter(others)), ("search", "columns", "limit", "archive"))
    if not isinstance(search, str):
        raise TractorQueryError(f"{entity}: {search!r} is no search", "write a clause, such as 'jid = 12'")
    if limit is not None and (not isinstance(limit, int) or limit < 0):
        raise TractorQueryError(f"{entity}: limit = {limit!r} is no number of rows", "0 is no limit")
    with as_query_errors():
        return list(islice(Walk(_engine(), entity, search).rows(columns), limit or None))


def _operate(name: str, what: Any, **others: Any) -> None:
    if others:
        raise _unknown_argument(name, next(iter(others)), ())
    with as_query_errors():
        operate(_engine(), name, what)


def _engine() -> Engine:
    from farmsubmit.engines.registry import engine_for
    from farmsubmit.submission.way import engine_url

    return engine_for(engine_url())


def _unknown_argument(function: str, name: str, known: Sequence[str]) -> TractorQueryError:
    takes = f"it takes {', '.join(known)}" if known else "it takes what is meant and no more"
    return NotDocumented(f"{function} has no documented argument {name!r}", did_you_mean(name, known) or takes)


def _impossible(name: str) -> TractorQueryError:
    return TractorQueryError(f"{name} is nothing that engines can do for farmsubmit", IMPOSSIBLE[name])


def __getattr__(name: str) -> Any:
    if name in OPERATIONS:
        return partial(_operate, name)
    if name in IMPOSSIBLE:
        return partial(_refuse, name)
    if name.startswith("_"):
        raise AttributeError(f"module 'tractor.api.query' has no attribute {name!r}")
    known = sorted({*OPERATIONS, *__all__} - {"NotDocumented", "NotTold", "cattr"})
    hint = did_you_mean(name, [*known, *IMPOSSIBLE]) or f"known are {', '.join(known)}"
    raise NotDocumented(f"tractor.api.query has no documented {name!r}", hint)


def _refuse(name: str, *_: Any, **__: Any) -> None:
    raise _impossible(name)
