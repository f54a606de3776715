"""What a Tractor engine's rows and configuration files mean, whatever way they came.

Sources: the Query API page and glossary for the attributes of jobs, the search clause page for the states, the Limits
Configuration page, the Process Launch page for ``Provides``. Which attributes a task has is in no page that can be
read, so a task's are looked for under the names of the job's, and what is not there is not told.
"""

from __future__ import annotations

import math
import re
from datetime import datetime
from typing import Any, Dict, FrozenSet, Iterable, List, Mapping, Optional

from farmsubmit.engines.base import (
    ACTIVE,
    BLOCKED,
    DONE,
    ERROR,
    PAUSED,
    READY,
    SKIPPED,
    JobStatus,
    TaskStatus,
)
from farmsubmit.errors import EngineError
from farmsubmit.lang.servicekey import Blade

#: The attributes of a job that are asked for. All of them are documented.
JOB_COLUMNS = ("jid", "title", "owner", "priority", "spooltime", "starttime", "stoptime")
_COUNTS = (BLOCKED, READY, ACTIVE, DONE, ERROR)
COUNT_COLUMNS = tuple(f"num{state}" for state in _COUNTS)
_STATES = {*_COUNTS, SKIPPED}
_FRACTION = re.compile(r"\.\d+")
_SHORT_ZONE = re.compile(r"([+-]\d{2})(\d{2})?\Z")

Row = Dict[str, Any]


def rows_of(value: Any) -> List[Row]:
    """Return the rows of an answer: a list of objects, or the first such list in an object."""
    candidates = [value, *(value.values() if isinstance(value, dict) else ())]
    for each in candidates:
        if isinstance(each, list) and all(isinstance(row, dict) for row in each):
            return each
    raise EngineError("Tractor's answer holds no list of rows")


def job_status(row: Mapping[str, Any]) -> JobStatus:
    """Return how a job stands, from its counters."""
    counts = {state: _whole(row.get(f"num{state}")) for state in _COUNTS}
    return JobStatus(
        str(row.get("jid", "")),
        str(row.get("title") or ""),
        _job_state(row, counts),
        {state: number for state, number in counts.items() if number},
        _number(row.get("priority")),
        str(row.get("owner") or ""),
        seconds(row.get("spooltime")) or 0.0,
        seconds(row.get("starttime")),
        seconds(row.get("stoptime")),
    )


def task_status(row: Mapping[str, Any]) -> TaskStatus:
    """Return how a task stands; raises EngineError where its row does not tell its id or state."""
    state = str(row.get("state") or "").lower()
    if state not in _STATES or not str(row.get("tid", "")).isdigit():
        raise EngineError(
            f"Tractor's row of a task tells no tid and state: it has {', '.join(map(str, row)) or 'nothing'}"
        )
    return TaskStatus(
        int(row["tid"]),
        str(row.get("title") or ""),
        state,
        progress=100 if state in (DONE, SKIPPED) else min(100, _whole(row.get("progress"))),
        started=seconds(row.get("starttime")),
        stopped=seconds(row.get("stoptime")),
    )


def seconds(value: Any) -> Optional[float]:
    """Return a time as seconds since the epoch: of a number, or of text such as ``2014-02-17 08:16:53-08``."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value) or None
    if not isinstance(value, str) or not value.strip():
        return None
    # Before 3.11 Python reads neither a zone of two digits nor every number of digits behind the seconds.
    text = _FRACTION.sub("", value.strip())
    if text.count(":"):
        text = _SHORT_ZONE.sub(lambda found: f"{found[1]}:{found[2] or '00'}", text)
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError, OSError):
        return None


def limit_names(value: Any) -> FrozenSet[str]:
    """Return the names of the limits in the answer to ``q=limits``; raises EngineError."""
    limits = value.get("Limits") if isinstance(value, dict) else None
    if not isinstance(limits, dict):
        raise EngineError("Tractor's answer about limits has no table Limits")
    return frozenset(map(str, limits))


def profile_blades(value: Any) -> List[Blade]:
    """Return one blade for each profile of blade.config: what a blade of that profile provides.

    The file as the engine unrolls it is looked through for tables with a ProfileName; keys of ProfileDefaults count for
    those that have none of their own.
    """
    tables = list(_tables(value))
    defaults: Iterable[Any] = next((each["ProfileDefaults"] for each in tables if "ProfileDefaults" in each), {})
    common = defaults.get("Provides", ()) if isinstance(defaults, dict) else ()
    found: Dict[str, Blade] = {}
    for each in tables:
        name = each.get("ProfileName")
        if isinstance(name, str) and name:
            keys = tuple(str(key) for key in each.get("Provides", common) or ())
            found.setdefault(name, Blade(name=name, profile=name, provides=keys))
    return list(found.values())


def _tables(value: Any) -> Iterable[Dict[str, Any]]:
    """Yield every object in a JSON value, however it is nested."""
    rest = [value]
    while rest:
        each = rest.pop()
        if isinstance(each, dict):
            yield each
            rest.extend(reversed(list(each.values())))
        elif isinstance(each, list):
            rest.extend(reversed(each))


def _job_state(row: Mapping[str, Any], counts: Mapping[str, int]) -> str:
    if row.get("paused") in (True, 1, "1"):
        return PAUSED
    if counts[ACTIVE]:
        return ACTIVE
    if counts[READY]:
        return READY
    if counts[ERROR]:
        return ERROR
    return DONE if counts[DONE] and not counts[BLOCKED] else BLOCKED


def _number(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return 0.0
    return number if math.isfinite(number) else 0.0


def _whole(value: Any) -> int:
    return max(0, int(_number(value)))
