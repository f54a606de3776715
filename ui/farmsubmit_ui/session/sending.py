"""The way of a submission, step by step, told as it goes. It runs in a worker."""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, List, NamedTuple, Sequence, Tuple, Union

from farmsubmit.author.elements import Job
from farmsubmit.engines.base import Ticket
from farmsubmit.errors import Stopped
from farmsubmit.request import SubmitRequest, split_for_approval
from farmsubmit.submission import Submission
from farmsubmit.tasks.build import Built
from farmsubmit_ui.session.edits import Edit, EditBook
from farmsubmit_ui.session.letters import Report, Waiting, of_submission

#: The steps in order; a state is one of ``waiting``, ``active``, ``done``, ``skipped`` and ``failed``.
STEPS = ("check", "copy", "spool", "save")


class Order(NamedTuple):
    """What to send and where: a request, with the edits on its first job, or a finished job as it is."""

    what: Union[SubmitRequest, Built]
    engine: str
    edits: Tuple[Edit, ...] = ()
    settings: Any = None


def send(order: Order, report: Report, cancelled: Callable[[], bool], kept: List[Waiting]) -> Ticket:
    """Walk an order to its end and return the ticket of the job that was shown.

    All jobs are prepared before any is sent, and where previews go first, the rest, which is paused, is sent before
    them. Raises as Submission does, and Stopped; where it waits in the outbox then, its letter is put into ``kept``.
    """
    ways = _ways(order)
    step = "check"
    try:
        report(step, "active", "")
        for way in ways:
            way.prepare()
        _tell_prepared(ways, report)
        if cancelled():
            raise Stopped("cancelled before anything was sent")
        step = "spool"
        report(step, "active", ways[0].engine.url)
        return [_sent(way, report) for way in reversed(ways)][-1]
    except Exception as error:
        if step == "spool":
            kept += of_submission(ways[0])
        report(step, "failed", str(error))
        raise


def _ways(order: Order) -> Sequence[Submission]:
    if not isinstance(order.what, SubmitRequest):
        return [Submission(order.what, order.engine, settings=order.settings)]
    first, *others = split_for_approval(order.what)
    ways = [Submission(first, order.engine, on_built=partial(_edit, order.edits))]
    rest = [Submission(part, order.engine) for part in others]
    for way in rest:
        # It is sent first, and what waited in the outbox would be a rest without its previews.
        way.uses_outbox = False
    return [*ways, *rest]


def _edit(edits: Sequence[Edit], job: Job) -> List[str]:
    """Put the edits of the tree on a job, and return notes on those that find nothing."""
    gone = EditBook().apply(job, edits)
    return [f"the change of {edit.attribute} of {edit.label} found nothing to change" for edit in gone]


def _tell_prepared(ways: Sequence[Submission], report: Report) -> None:
    found = sum(len(way.problems) for way in ways)
    report("check", "done", f"no errors, {found} to look at" if found else "nothing to complain about")
    copied = [way.request.options.get("scene_original") for way in ways if way.request is not None]
    first = ways[0].facts.path if ways[0].facts else ""
    report("copy", "done" if any(copied) else "skipped", first if any(copied) else "no copy of the scene was asked for")


def _sent(way: Submission, report: Report) -> Ticket:
    ticket = way.spool()
    report("spool", "done", f"job {ticket.jid}")
    report("save", "active", "")
    sent = way.finished(ticket)
    number = sent.history_number
    text = f"number {number} of the history" if number is not None else " ".join(sent.notes[-1:])
    report("save", "done" if number is not None else "failed", text)
    return ticket
