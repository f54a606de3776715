"""Which rows run, in which order: previews before the rest, and the rest in a request of its own where it waits."""

from __future__ import annotations

from dataclasses import replace
from typing import Dict, List, Optional, Sequence, Tuple

from farmsubmit.lang.frames import FrameSet, ordered_indices
from farmsubmit.request.model import Row, SubmitRequest, find_row
from farmsubmit.request.naming import job_title
from farmsubmit.request.options import check_options

# How much earlier the previews go; the priority of a job that says nothing is 1 in Tractor's samples.
_EARLIER = 1.0
_USUAL_PRIORITY = 1.0
_PRIORITY = "job.priority"
_EVERY = "every-"

#: The previews of a row and the rest of it; the part that is done last keeps the row's id.
_Parts = Tuple[Optional[Row], Optional[Row]]


def running_rows(request: SubmitRequest) -> Tuple[Row, ...]:
    """Return the rows to render in the order of the job, those with higher priority first.

    Where the request asks for previews first, rows that wait for no other are cut in two: the previews, a frame a
    task, and the rest. Everything else waits for the previews of all rows. ``after`` names only rows that are rendered
    too. Raises RequestError for a row that waits for an unknown one, and for options that there are not.
    """
    which = _previews(request)
    parts = [_cut(row, which) for row in _rendered(request.rows)]
    early = tuple(preview.id for preview, _ in parts if preview)
    running: List[Row] = []
    for preview, rest in parts:
        running += [preview] if preview else []
        running += [replace(rest, after=tuple(dict.fromkeys((*early, *rest.after))))] if rest else []
    return tuple(running)


def _previews(request: SubmitRequest) -> str:
    check_options(request.options)
    return str(request.options.get("preview_first") or "")


def _rendered(rows: Sequence[Row]) -> List[Row]:
    known, on = {row.id for row in rows}, {row.id for row in rows if row.on}
    for name in (name for row in rows for name in row.after if name not in known):
        find_row(rows, name)
    chosen = [replace(row, after=tuple(name for name in row.after if name in on)) for row in rows if row.on]
    return sorted(chosen, key=lambda row: -(row.priority or 0))


def _cut(row: Row, which: str) -> _Parts:
    """Cut a row in two; one that waits has nothing to show early, and one in a single task cannot be cut."""
    places = set(_preview_places(len(row.frames), which)) if which and row.chunk and not row.after else set()
    if not places:
        return None, row
    frames = list(row.frames)
    late = FrameSet.of(frame for place, frame in enumerate(frames) if place not in places)
    if not late:
        return replace(row, chunk=1), None
    early = FrameSet.of(frames[place] for place in sorted(places))
    preview = replace(row, id=f"{row.id}~preview", title=f"{row.label} preview", frames=early, chunk=1, movie=False)
    return preview, replace(row, frames=late, movie_frames=row.all_frames)


def _preview_places(count: int, which: str) -> Sequence[int]:
    if which.startswith(_EVERY):
        return range(0, count, int(which[len(_EVERY) :]))
    return ordered_indices(count, which)[:3]


def split_for_approval(request: SubmitRequest) -> Tuple[SubmitRequest, ...]:
    """Return the requests to send: two where previews go first and the rest waits for a person, else the one.

    The first of two renders the previews and has a higher priority, unless a policy does not allow that one, which a
    note then tells; the job of the second is paused. Where everything is a preview, or nothing is, there is one. Raises
    as running_rows does, and TemplateError for the job's title.
    """
    which = _previews(request)
    if request.options.get("preview_rest") != "paused" or not which:
        return (request,)
    parts = {row.id: _cut(row, which) for row in _rendered(request.rows)}
    early = tuple(preview for preview, _ in parts.values() if preview)
    late = tuple(_late(row, parts) for row in request.rows)
    plain = {name: value for name, value in request.options.items() if not name.startswith("preview_")}
    one = replace(request, options=plain)
    if not early or not any(row.on for row in late):
        return (one,)
    title = job_title(request)
    first = _raised(replace(one, rows=early, job={**request.job, "title": f"{title} previews"}))
    return first, replace(one, rows=late, job={**request.job, "title": title, "paused": True})


def _raised(previews: SubmitRequest) -> SubmitRequest:
    """Return the request with a higher priority, where a policy does not stand against it."""
    given = previews.job.get("priority")
    priority = float(_USUAL_PRIORITY if given is None else given) + _EARLIER
    problem = _against(previews, priority)
    if not problem:
        return replace(previews, job={**previews.job, "priority": priority})
    note = f"the previews have the priority of the rest, for {problem}"
    return replace(previews, options={**previews.options, "notes": [*previews.options.get("notes", ()), note]})


def _against(request: SubmitRequest, priority: float) -> str:
    """Return what the policies of the request's settings have against a priority of its job; empty for nothing."""
    policy = getattr(request.settings, "policy", None)
    if policy is None:
        return ""
    found = policy.problems({_PRIORITY: priority}, policy.context_of(request.facts.dcc))
    return next((str(problem) for problem in found if problem.field == _PRIORITY), "")


def _late(row: Row, parts: Dict[str, _Parts]) -> Row:
    rest = parts[row.id][1] if row.id in parts else row
    return replace(row, on=False) if rest is None else replace(rest, after=row.after)
