"""What undo goes back and forth between, and how one state is made from another."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Dict, FrozenSet, Mapping, Optional, Sequence, Tuple

from farmsubmit.author.elements import Job
from farmsubmit.errors import RequestError, did_you_mean
from farmsubmit.lang.frames import FrameSet
from farmsubmit.request import Row, SubmitRequest
from farmsubmit_ui.session.edits import Edit

_ROW_FIELDS = tuple(field.name for field in fields(Row) if field.name != "id")
_PARTS = ("rows", "job", "dirmaps", "environment", "engine", "options")
# The job that is built has more of these than the request says.
_MIXED = frozenset({"envkey"})


@dataclass(frozen=True)
class State:
    """Everything that a person can change: the request, and the edits on the job's elements.

    ``base`` is the request as scene and settings made it: what differs from it was changed. Both are None for a job
    that was read from a file. ``preset`` is the name of the one in use.
    """

    request: Optional[SubmitRequest] = None
    edits: Tuple[Edit, ...] = ()
    base: Optional[SubmitRequest] = None
    preset: str = ""


def with_job_value(request: SubmitRequest, name: str, value: Any) -> SubmitRequest:
    """Return a request with an attribute of the job set, or taken away with None; raises AuthorError."""
    checked = checked_job_value(name, value)
    others = {key: item for key, item in request.job.items() if key != name}
    return replace(request, job=others if checked is None else {**others, name: checked})


def checked_job_value(name: str, value: Any) -> Any:
    """Return a value as the job keeps it; raises AuthorError for one it refuses, or a name it does not have."""
    probe = Job()
    setattr(probe, name, list(value) if isinstance(value, tuple) else value)
    return vars(probe).get(name)


def with_row_values(request: SubmitRequest, ids: Sequence[str], field: str, value: Any) -> SubmitRequest:
    """Return a request with a field of some rows set; raises RequestError and FrameError.

    ``frames`` may be text. A row whose frames change has them for its movie too.
    """
    if field not in _ROW_FIELDS:
        raise RequestError(f"a row has no field {field!r}", did_you_mean(field, _ROW_FIELDS))
    changes = _row_changes(field, value)
    for name in ids:
        request.row(name)
    chosen = set(ids)
    rows = tuple(replace(row, **changes) if row.id in chosen else row for row in request.rows)
    return replace(request, rows=rows)


def _row_changes(field: str, value: Any) -> Dict[str, Any]:
    if field in ("frames", "movie_frames") and isinstance(value, str):
        value = FrameSet.parse(value) if value.strip() else FrameSet()
    if isinstance(value, list):
        value = tuple(value)
    return {field: value, **({"movie_frames": FrameSet()} if field == "frames" else {})}


def rows_reset(request: SubmitRequest, base: SubmitRequest, field: str, row: str = "") -> SubmitRequest:
    """Return a request with a field of a row, or of all rows, as another request has it."""
    by_id = {one.id: one for one in base.rows}
    names = (field, "movie_frames") if field == "frames" else (field,)

    def reset(one: Row) -> Row:
        old = by_id.get(one.id)
        if old is None or row not in ("", one.id):
            return one
        return replace(one, **{name: getattr(old, name) for name in names})

    return replace(request, rows=tuple(map(reset, request.rows)))


def with_option(request: SubmitRequest, name: str, value: Any) -> SubmitRequest:
    """Return a request with an option set, or taken away where the value says nothing."""
    others = {key: item for key, item in request.options.items() if key != name}
    return replace(request, options=others if value in (None, "", False, ()) else {**others, name: value})


def job_changes(before: Optional[SubmitRequest], after: Optional[SubmitRequest]) -> Optional[FrozenSet[str]]:
    """Return the attributes of the job in which two requests differ, None where they differ in anything else too.

    Attributes of which the finished job holds more than the request says count as something else.
    """
    if before is None or after is None or not same(replace(before, job=after.job), after):
        return None
    names = frozenset(name for name in {*before.job, *after.job} if before.job.get(name) != after.job.get(name))
    return None if names & _MIXED else names


def same(before: SubmitRequest, after: SubmitRequest) -> bool:
    """Tell whether two requests of one scene ask the same; quicker than ``==``, which writes both as JSON."""
    is_one = before.settings is after.settings and before.facts is after.facts
    return is_one and all(getattr(before, part) == getattr(after, part) for part in _PARTS)


def rebased(request: SubmitRequest, before: SubmitRequest, after: SubmitRequest) -> SubmitRequest:
    """Return ``after`` with all that was changed in ``request`` since ``before``: changes outlive a new preset."""
    changes: Dict[str, Any] = {
        part: getattr(request, part)
        for part in ("dirmaps", "environment", "engine")
        if getattr(request, part) != getattr(before, part)
    }
    return replace(
        after,
        rows=_rebased_rows(request, before, after),
        job=_rebased_table(request.job, before.job, after.job),
        options=_rebased_table(request.options, before.options, after.options),
        **changes,
    )


def _rebased_rows(request: SubmitRequest, before: SubmitRequest, after: SubmitRequest) -> Tuple[Row, ...]:
    now = {row.id: row for row in request.rows}
    old = {row.id: row for row in before.rows}
    return tuple(_rebased_row(now.get(row.id), old.get(row.id), row) for row in after.rows)


def _rebased_row(now: Optional[Row], old: Optional[Row], row: Row) -> Row:
    if now is None or old is None:
        return row
    changes = {name: getattr(now, name) for name in _ROW_FIELDS if getattr(now, name) != getattr(old, name)}
    return replace(row, **changes)


def _rebased_table(now: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any]) -> Dict[str, Any]:
    changed = {name for name in {*now, *old} if now.get(name) != old.get(name)}
    kept = {name: value for name, value in new.items() if name not in changed}
    return {**kept, **{name: value for name, value in now.items() if name in changed}}
