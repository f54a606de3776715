"""What waits in the outbox, as the dialog sees it: looked at, carried and taken out in a worker, and told in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Callable, List, NamedTuple, Optional, Sequence

from qtpy.QtCore import QCoreApplication

from farmsubmit import outbox
from farmsubmit.engines.base import Ticket
from farmsubmit.errors import EngineError, FarmsubmitError
from farmsubmit.outbox import REFUSED, UNSURE, Letter

if TYPE_CHECKING:
    from farmsubmit.submission import Submission
    from farmsubmit.submission.outbox import Carried

Report = Callable[[str, str, str], None]

# What the core says to people at a command line.
_COMMANDS = re.compile(r"; (?:look at its jobs, then )?farmsubmit outbox\b[^;]*")
_KEPT = re.compile(r"; the submission is kept in the outbox as [^;]*")


class Waiting(NamedTuple):
    """A letter, and whether only a person can tell if its engine has the job: it is unsure, and the engine cannot."""

    letter: Letter
    needs_person: bool = False


def look() -> List[Waiting]:
    """Return all that waits, the oldest first."""
    return [_seen(each) for each in outbox.letters()]


def carry_due(cancelled: Callable[[], bool]) -> List[Carried]:
    """Carry the letters whose time has come, and return what became of each; stops between two of them."""
    from farmsubmit.submission.outbox import due

    return carry_these(due(), False, cancelled)


def carry_these(letters: Sequence[Letter], is_sure: bool, cancelled: Callable[[], bool]) -> List[Carried]:
    """Carry some letters, and return what became of each; stops between two of them."""
    from farmsubmit.submission.outbox import carry

    done: List[Carried] = []
    for letter in letters:
        if cancelled():
            break
        done += carry([letter], is_sure)
    return done


def take_out(letters: Sequence[Letter]) -> str:
    """Take letters out and return a sentence on it; raises FarmsubmitError for one that is being sent just now."""
    for letter in letters:
        with outbox.claimed(outbox.outbox_dir() / letter.key) as mine:
            if not mine and is_there(letter.key):
                problem = QCoreApplication.translate("Outbox", "“{0}” is being sent just now").format(letter.title)
                raise FarmsubmitError(problem, QCoreApplication.translate("Outbox", "look again in a moment"))
            outbox.remove(letter)
    return _taken_out(letters)


def is_there(key: str) -> bool:
    """Tell whether the letter of a key is in the outbox."""
    return any(each.key == key for each in outbox.letters())


def of_submission(way: Submission) -> List[Waiting]:
    """Return the letter in which a submission waits that could not be sent, or in which the very same job waits."""
    from farmsubmit.submission.sending import without_password

    digest = outbox.digest(way.built.job) if way.built is not None else ""
    engine = without_password(way.engine.url)
    return [
        _seen(each)
        for each in outbox.letters()
        if (each.key == way.key if way.waits else (each.digest, each.engine) == (digest, engine))
    ]


def send(letter: Letter, is_sure: bool, report: Report, kept: List[Waiting]) -> Ticket:
    """Carry a letter and return its ticket, told in steps as a submission is; raises FarmsubmitError.

    Where it did not arrive, how it stands now is put into ``kept``.
    """
    from farmsubmit.submission.outbox import carry

    report("spool", "active", letter.engine)
    carried = carry([letter], is_sure)[0]
    if carried.ticket is None:
        kept += [_seen(each) for each in outbox.letters() if each.key == letter.key]
        report("spool", "failed", carried.reason)
        raise FarmsubmitError(carried.reason)
    tell_arrived(carried, report)
    return carried.ticket


def tell_arrived(carried: Carried, report: Report) -> None:
    """Report the last steps of a letter that has arrived; a note on it says what could not be kept."""
    jid = carried.ticket.jid if carried.ticket is not None else ""
    report("spool", "done", QCoreApplication.translate("Outbox", "job {0}").format(jid))
    report("save", "failed" if carried.notes else "done", " ".join(carried.notes))


def _seen(letter: Letter) -> Waiting:
    return Waiting(letter, letter.state == UNSURE and not _can_tell(letter.engine))


def _can_tell(url: str) -> bool:
    """Tell whether an engine can say if it has a job; one that there is not says so itself when it is asked."""
    from farmsubmit.engines.registry import engine_for

    try:
        return engine_for(url).capabilities.finds
    except EngineError:
        return True


# --- in words


def for_dialog(sentence: str) -> str:
    """Return a sentence of the core with the way through the menu in place of a command to type."""
    plain = _COMMANDS.sub("", sentence)
    if plain == sentence:
        return sentence
    return f"{plain}; {QCoreApplication.translate('Outbox', 'see Engine > Outbox')}"


def why_not(sentence: str) -> str:
    """Return what went wrong, without what a sentence of the core says about the outbox."""
    return _COMMANDS.sub("", _KEPT.sub("", sentence))


def title_of(waiting: Optional[Waiting]) -> str:
    """Return in a few words how a submission stands that could not be sent."""
    if waiting is None:
        return str(QCoreApplication.translate("Outbox", "Not sent"))
    if waiting.letter.state == UNSURE:
        return str(QCoreApplication.translate("Outbox", "Perhaps sent"))
    return str(QCoreApplication.translate("Outbox", "Not sent yet"))


def prospect(waiting: Waiting) -> str:
    """Return what happens with a letter next, and what a person can do."""
    from farmsubmit.submission.outbox import short

    if waiting.needs_person:
        text = QCoreApplication.translate(
            "Outbox",
            "Perhaps it has arrived. Look at the engine's jobs: if it is there, take it out; if not, send it again.",
        )
    elif waiting.letter.state == UNSURE:
        text = QCoreApplication.translate(
            "Outbox", "Perhaps it has arrived. The engine is asked whether it has it before it is sent again."
        )
    elif waiting.letter.state == REFUSED:
        text = QCoreApplication.translate("Outbox", "It is not tried again by itself: send it now, or take it out.")
    else:
        text = QCoreApplication.translate(
            "Outbox", "It waits in the outbox as {0}, and is sent by itself as long as this window is open."
        ).format(short(waiting.letter))
    return str(text)


def arrived_text(carried: Carried) -> str:
    """Return a remark on a letter that has arrived."""
    assert carried.ticket is not None
    text = QCoreApplication.translate("Outbox", "Job {0} of {1} is with {2} now.")
    told = text.format(carried.ticket.jid, carried.letter.title, carried.letter.engine)
    return " ".join([told, *carried.notes])


def _taken_out(letters: Sequence[Letter]) -> str:
    unsure = [each for each in letters if each.state == UNSURE]
    if unsure:
        text = QCoreApplication.translate("Outbox", "Taken out; {0} may have it all the same: its answer was lost.")
        return str(text.format(unsure[0].engine))
    if len(letters) == 1:
        return str(QCoreApplication.translate("Outbox", "“{0}” is taken out.").format(letters[0].title))
    return str(QCoreApplication.translate("Outbox", "{0} submissions are taken out.").format(len(letters)))
