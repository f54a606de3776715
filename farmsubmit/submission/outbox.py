"""Nothing lost and nothing sent twice: each submission is written down before it leaves, and carried until it arrives.

    write down ─► send ─┬─ the engine has it ───────► taken out of the outbox
                        ├─ it refuses ──────────────► taken out, and raised
                        ├─ it does not answer ──────► waiting: tried again later
                        └─ its answer is lost ──────► unsure: the engine is asked for the key before it is tried again

A process that dies in the middle leaves its letter behind, which counts as unsure.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from farmsubmit import outbox
from farmsubmit.engines.base import Engine, SpoolInfo, Ticket
from farmsubmit.errors import AnswerLost, EngineUnreachable, FarmsubmitError, SpoolError
from farmsubmit.outbox import REFUSED, SENDING, UNSURE, WAITING, Letter
from farmsubmit.request import SubmitRequest
from farmsubmit.submission.sending import request_document, without_password, write_argument_files
from farmsubmit.tasks.build import Built

if TYPE_CHECKING:
    from farmsubmit.submission.way import Sent, Submission

#: Seconds until a letter is tried again: the first pause, doubled each time, and the longest one.
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 600.0
_SHOWN_KEY = 8


class Carried(NamedTuple):
    """What became of a letter that was tried again: its ticket, or None and why not.

    ``notes`` are what a person should know of one that arrived: that the history has it not, because it cannot be
    written.
    """

    letter: Letter
    ticket: Optional[Ticket]
    reason: str = ""
    notes: Tuple[str, ...] = ()


@contextmanager
def written_down(way: Submission, info: SpoolInfo) -> Iterator[None]:
    """Keep a submission in the outbox while it is sent, and afterwards where it did not surely arrive.

    What the engine raises comes out again; EngineUnreachable and AnswerLost then say that it was kept. An engine of
    this machine needs no outbox.
    """
    if way.engine.capabilities.here or not way.uses_outbox or not way.settings["outbox"]:
        yield
        return
    letter = _letter(way, info)
    _refuse_second(letter)
    folder = _posted(way, letter)
    if folder is None:
        yield
        return
    try:
        yield
    except AnswerLost as error:
        way.waits = True
        _keep(letter, UNSURE, error)
        raise _kept_error(error, letter, "whether it has the job is asked before it is sent again") from error
    except EngineUnreachable as error:
        way.waits = True
        _keep(letter, WAITING, error)
        raise _kept_error(error, letter, "it is sent again later") from error
    except Exception:
        _take_out(way, letter)
        raise
    else:
        _take_out(way, letter)
    finally:
        outbox.release(folder)


def due(now: Optional[float] = None) -> List[Letter]:
    """Return the letters that it is time to try again; those that an engine refused wait for a person."""
    moment = time.time() if now is None else now
    return [each for each in outbox.letters() if each.state != REFUSED and each.next_try <= moment]


def carry(letters: Sequence[Letter], is_sure: bool = False) -> List[Carried]:
    """Try letters again, one after the other, and return what became of each; raises nothing.

    A letter that is unsure is looked for at its engine first. Where the engine cannot look, it is not sent again
    unless ``is_sure``: a person has looked, and the job is not there.
    """
    return [_carried(letter, is_sure) for letter in letters]


def _carried(letter: Letter, is_sure: bool) -> Carried:
    with outbox.claimed(outbox.outbox_dir() / letter.key) as mine:
        if not mine:
            return Carried(letter, None, "another process is sending it")
        try:
            # It is read again: another may have carried it since.
            fresh = outbox.letter(letter.key)
            sent = _arrived(fresh, is_sure)
            return Carried(fresh, sent.ticket, notes=sent.notes)
        except FarmsubmitError as error:
            return Carried(letter, None, str(error))
        except Exception as error:
            return Carried(letter, None, f"something went wrong here: {type(error).__name__}: {error}")


def _arrived(letter: Letter, is_sure: bool) -> Sent:
    """Send a letter, or find that it has arrived; raises what goes wrong, with the letter changed accordingly."""
    letter = _noted(letter, tries=letter.tries + 1)
    way = _way(letter)
    # A letter that nobody has claimed is not being sent: its process died.
    if letter.state in (UNSURE, SENDING) and not is_sure:
        jid = _found(way.engine, letter)
        if jid is not None:
            return _finished(way, Ticket(jid, way.engine.url), letter)
    return _sent(way, _noted(letter, state=SENDING))


def _found(engine: Engine, letter: Letter) -> Optional[str]:
    """Ask the engine whether it has the job of a letter; raises AnswerLost where it cannot tell."""
    if not engine.capabilities.finds:
        changed = _keep(letter, UNSURE, AnswerLost("it was sent, and no answer came"))
        hint = f"look at its jobs, then farmsubmit outbox --again {short(changed)} or --cancel {short(changed)}"
        raise AnswerLost(f"{engine.url} cannot tell whether it has the job", hint)
    try:
        return engine.find(letter.key)
    except EngineUnreachable as error:
        _keep(letter, UNSURE, error)
        raise


def _sent(way: Submission, letter: Letter) -> Sent:
    assert way.built is not None
    info = SpoolInfo(letter.owner, letter.spoolhost, letter.spoolfile, letter.spoolcwd, letter.key)
    try:
        write_argument_files(way.built.files)
        ticket = way.engine.spool(way.engine.translate(way.built.job), info)
    except AnswerLost as error:
        _keep(letter, UNSURE, error)
        raise
    except EngineUnreachable as error:
        _keep(letter, WAITING, error)
        raise
    except FarmsubmitError as error:
        _keep(letter, REFUSED, error)
        way.failed(error)
        raise
    return _finished(way, ticket, letter)


def _finished(way: Submission, ticket: Ticket, letter: Letter) -> Sent:
    _take_out(way, letter)
    return way.finished(ticket)


def _take_out(way: Submission, letter: Letter) -> None:
    """Take a letter out whose end is known; one that stays is no harm, as its engine is asked before it is sent."""
    try:
        outbox.remove(letter)
    except OSError as error:
        why = error.strerror or error
        way.notes.append(f"it stays in the outbox as {short(letter)}, which cannot be written: {why}")


def _noted(letter: Letter, **values: Any) -> Letter:
    """Write down what is about to be done; raises FarmsubmitError where that fails, and then it is not done."""
    try:
        return outbox.change(letter, **values)
    except OSError as error:
        problem = f"it is not sent: {outbox.outbox_dir()} cannot be written: {error.strerror or error}"
        raise FarmsubmitError(problem, "what is not written down first could be sent twice") from None


def _way(letter: Letter) -> Submission:
    from farmsubmit.submission.way import Submission

    kept = outbox.content(letter)
    built = Built(kept.job, kept.arguments)
    request = SubmitRequest.from_json(kept.request) if kept.request is not None else None
    way = Submission(request or built, letter.engine, letter.owner)
    way.built = built
    return way


def _letter(way: Submission, info: SpoolInfo) -> Letter:
    return Letter(
        way.key,
        without_password(way.engine.url),
        way.title,
        way.facts.path if way.facts else "",
        outbox.digest(way.built.job) if way.built else "",
        info.owner,
        info.spoolhost,
        info.spoolfile,
        info.spoolcwd,
        way.when,
    )


def _refuse_second(letter: Letter) -> None:
    """Refuse to send what waits in the outbox already; the one that waits would become a second job later."""
    for other in outbox.letters():
        if (other.digest, other.engine) == (letter.digest, letter.engine) and other.state != REFUSED:
            hint = f"farmsubmit outbox --send {short(other)} sends it now, --cancel {short(other)} takes it away"
            raise SpoolError(f"the same job waits in the outbox as {short(other)}", hint)


def _posted(way: Submission, letter: Letter) -> Optional[Path]:
    """Write a letter down and return its folder; where that fails, it is sent without, and a note says so."""
    assert way.built is not None
    request = request_document(way.request) if way.request is not None else None
    try:
        return outbox.post(letter, way.built.job, way.built.files, request)
    except OSError as error:
        why = error.strerror or error
        way.notes.append(f"it is sent without being kept first: {outbox.outbox_dir()} cannot be written: {why}")
        return None


def _keep(letter: Letter, state: str, error: Exception) -> Letter:
    """Write down how a letter stands after a try; a disk that is full by now leaves it as it was."""
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(letter.tries, 20))
    reason = without_password(str(error))
    values = {"state": state, "next_try": time.time() + pause, "reason": reason}
    try:
        return outbox.change(letter, **values)
    except OSError:
        return replace(letter, **values)


def _kept_error(error: EngineUnreachable, letter: Letter, what: str) -> EngineUnreachable:
    text = f"{error.problem}; the submission is kept in the outbox as {short(letter)}, {what}"
    return type(error)(text, "farmsubmit outbox tells how it stands")


def short(letter: Letter) -> str:
    """Return as much of a letter's key as a person reads."""
    return letter.key[:_SHOWN_KEY]
