"""Several jobs that wait for each other, sent as one: all of them or none."""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

from farmsubmit.author.elements import Job
from farmsubmit.engines.base import Ticket
from farmsubmit.errors import AnswerLost, FarmsubmitError, SpoolError
from farmsubmit.formats.jobjson import from_document, to_document
from farmsubmit.submission.way import Submission, kept_ticket
from farmsubmit.tasks.build import Built

_MOST_LEVELS = 100


class _Step(NamedTuple):
    """A job of a chain, and the places in the chain of those that it waits for."""

    built: Built
    after: Tuple[int, ...]


def submit_chain(jobs: Sequence[Any], engine: Optional[str] = None, owner: Optional[str] = None) -> List[Ticket]:
    """Send several jobs that wait for each other, and return their tickets in script order.

    A list runs its jobs in parallel, a tuple one after the other; they nest. All are checked and translated before
    the first is sent; where the engine refuses one, those before it are deleted again, so it is all or nothing.
    Raises as submit() does, and EngineError naming the jobs that could not be taken back.
    """
    steps: List[_Step] = []
    _chain(jobs, (), steps, 0)
    ways = [Submission(step.built, engine, owner) for step in steps]
    for way in ways:
        # What waits in the outbox would be half a chain.
        way.uses_outbox = False
    _refuse_half(ways)
    for way in ways:
        way.prepare()
    tickets: List[Ticket] = []
    for way, step in zip(ways, steps):
        try:
            tickets.append(_sent(way, [int(tickets[place].jid) for place in step.after]))
        except FarmsubmitError as error:
            tickets += _found(way, error)
            _take_back(ways, tickets, error)
            raise
    return [kept_ticket(way, ticket) for way, ticket in zip(ways, tickets)]


def _refuse_half(ways: Sequence[Submission]) -> None:
    if len(ways) > 1 and "delete" not in ways[0].engine.capabilities.actions:
        raise ways[0].engine.cannot("take a job back, so a chain could stay there by half")


def _sent(way: Submission, after: Sequence[int]) -> Ticket:
    """Send a job of a chain; one that waits for others is sent as a copy, and stays itself as it is."""
    if after and way.built is not None:
        job = from_document(to_document(way.built.job))
        job.afterjids = [*job.afterjids, *after]
        way.change_job(job)
    return way.spool()


def _chain(what: Any, after: Tuple[int, ...], steps: List[_Step], level: int) -> Tuple[int, ...]:
    """Add the steps of a nest of jobs, and return the places of its last ones."""
    # A Built is a tuple too, and is asked for first.
    if isinstance(what, (Job, Built)):
        steps.append(_Step(what if isinstance(what, Built) else Built(what), after))
        return (len(steps) - 1,)
    if not isinstance(what, (list, tuple)) or level > _MOST_LEVELS:
        raise FarmsubmitError(f"{type(what).__name__} is no job", "a chain holds jobs, in lists and tuples")
    ends: Tuple[int, ...] = ()
    for part in what:
        if isinstance(what, tuple):
            after = ends = _chain(part, after, steps, level + 1) or after
        else:
            ends += _chain(part, after, steps, level + 1)
    return ends


def _found(way: Submission, cause: FarmsubmitError) -> List[Ticket]:
    """Return the ticket of a job whose answer was lost, where its engine has it and can tell."""
    if not isinstance(cause, AnswerLost):
        return []
    try:
        jid = way.engine.find(way.key)
    except FarmsubmitError:
        text = f"{cause.problem}; and whether {way.engine.url} has the job {way.title!r} is not known"
        raise AnswerLost(text, "look at its jobs before you send it again") from cause
    return [Ticket(jid, way.engine.url)] if jid is not None else []


def _take_back(ways: Sequence[Submission], tickets: Sequence[Ticket], cause: FarmsubmitError) -> None:
    """Delete the jobs that were sent; raises SpoolError naming those that stay."""
    left: Dict[str, str] = {}
    for way, ticket in reversed([*zip(ways, tickets)]):
        try:
            way.engine.control(ticket.jid, "delete")
        except FarmsubmitError as error:
            left[ticket.jid] = error.problem
            kept_ticket(way, ticket)
        else:
            way.failed(SpoolError(f"job {ticket.jid} was taken back: {cause.problem}"))
    if left:
        jids = ", ".join(sorted(left))
        raise SpoolError(f"{cause.problem}; and these jobs of the chain are sent and stay: {jids}") from cause
