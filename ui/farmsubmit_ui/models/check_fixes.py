"""What can be mended by one click: a few rules know the value that would be right."""

from __future__ import annotations

from typing import Any, Callable, Dict, NamedTuple, Optional

from qtpy.QtCore import QCoreApplication

from farmsubmit.checks import Problem
from farmsubmit.request.missing import only_missing
from farmsubmit.request.rows import frames_of
from farmsubmit_ui import worker


class Fix(NamedTuple):
    """What a button says, and what it does."""

    label: str
    apply: Callable[[], None]


def fix_of(problem: Problem, session: Any) -> Optional[Fix]:
    """Return how a problem is mended by one click, None where a person has to think."""
    if session.request is None:
        return None
    make = _FIXES.get(problem.rule)
    return make(problem, session) if make is not None else None


def _scene_range(problem: Problem, session: Any) -> Optional[Fix]:
    frames = session.facts.frames
    if not problem.row or frames is None or frames.last < frames.first:
        return None
    found = frames_of(frames)
    label = _tr("Take the scene's {0}").format(found)
    return Fix(label, lambda: session.set_row_values([problem.row], "frames", found))


def _count_up(problem: Problem, session: Any) -> Optional[Fix]:
    if not problem.row:
        return None
    frames = session.row_value(problem.row, "frames").sorted()
    return Fix(_tr("Count up: {0}").format(frames), lambda: session.set_row_values([problem.row], "frames", frames))


def _missing_frames(problem: Problem, session: Any) -> Optional[Fix]:
    if not problem.row:
        return None

    def take(answer: Any) -> None:
        rows, _ = answer
        session.set_row_values([problem.row], "frames", rows[0].frames)
        session.set_row_values([problem.row], "on", rows[0].on)

    def look() -> None:
        row = session.request.row(problem.row)
        worker.run(only_missing, (row,), session.facts, done=take, failed=session.failed.emit, owner=session)

    return Fix(_tr("Only missing frames"), look)


def _parentheses(problem: Problem, session: Any) -> Optional[Fix]:
    key = problem.fix.partition("put parentheses: ")[2]
    if not key or not problem.where.startswith("Job"):
        return None
    return Fix(_tr("Put parentheses"), lambda: session.set_job_value("service", key))


def _reset(problem: Problem, session: Any) -> Optional[Fix]:
    field = f"row.{problem.row}.{problem.field.rpartition('.')[2]}" if problem.row else problem.field
    if not field or not session.is_changed(field):
        return None
    return Fix(_tr("Take the change back"), lambda: session.reset(field))


def _tr(text: str) -> str:
    return str(QCoreApplication.translate("ChecksPanel", text))


_FIXES: Dict[str, Callable[[Problem, Any], Optional[Fix]]] = {
    "empty-range": _scene_range,
    "reversed-range": _count_up,
    "overwrite": _missing_frames,
    "ambiguous-service": _parentheses,
    "policy": _reset,
}
