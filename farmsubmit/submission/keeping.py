"""The last thing that happens to a submission: it is put into the history, whatever became of it."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING, Optional, Union

from farmsubmit.author.elements import Job
from farmsubmit.engines.base import Ticket
from farmsubmit.errors import ChecksFailed, FarmsubmitError, HookRefused
from farmsubmit.history import FAILED, REFUSED, SENT, WAITING, Entry, history_dir, keep, prune_where_due
from farmsubmit.scenecopy import digest
from farmsubmit.submission.sending import request_document, user, without_password

if TYPE_CHECKING:
    from farmsubmit.submission.way import Submission


def into_history(way: Submission, end: Union[Ticket, Exception]) -> Optional[int]:
    """Keep a submission that ended with a ticket or an error, prune the history, and return its number.

    A history that cannot be written is a note of the submission, and no more: None is returned.
    """
    built = way.built
    try:
        request = request_document(way.request) if way.request is not None else None
        kept = keep(_entry(way, end), request, _script(built.job) if built else None, built.files if built else {})
    except OSError as error:
        way.notes.append(f"it is not in the history: {history_dir()} cannot be written: {error.strerror or error}")
        return None
    except Exception as error:  # the job may be with its engine by now, or another error is to be told
        way.notes.append(f"it is not in the history: {error}")
        return None
    prune_where_due(way.settings["history_days"], way.settings["history_megabytes"])
    return kept.number


def _entry(way: Submission, end: Union[Ticket, Exception]) -> Entry:
    sent = end if isinstance(end, Ticket) else Ticket("", way.engine.url)
    scene = way.facts.path if way.facts else ""
    original = str(way.request.options.get("scene_original", "")) if way.request is not None else ""
    return Entry(
        when=way.when,
        user=user(),
        owner=way.owner or user(),
        host=socket.gethostname(),
        title=way.title,
        dcc=way.facts.dcc if way.facts else "",
        scene=original or scene,
        scene_copy=scene if original else "",
        scene_sha256=digest(Path(scene)) if scene else "",
        engine=without_password(way.engine.url),
        jid=sent.jid,
        link=without_password(sent.link),
        outcome=_outcome(way, end),
        reason="" if isinstance(end, Ticket) else without_password(str(end) or type(end).__name__),
        dropped=tuple(f"{each.option} of {each.where}: {each.reason}" for each in sent.dropped),
        notes=tuple(map(without_password, way.notes)),
    )


def _outcome(way: Submission, end: Union[Ticket, Exception]) -> str:
    if isinstance(end, Ticket):
        return SENT
    if way.waits:
        return WAITING
    return REFUSED if isinstance(end, (ChecksFailed, HookRefused)) else FAILED


def _script(job: Job) -> Optional[str]:
    from farmsubmit.formats.alf import to_tcl

    try:
        return to_tcl(job)
    except FarmsubmitError:
        # What cannot be written was refused for that very reason.
        return None
