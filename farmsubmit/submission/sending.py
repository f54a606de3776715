"""The last step: what a translated job needs is written, the job is sent, and a copy of its script is kept."""

from __future__ import annotations

import getpass
import os
import re
import socket
import sys
from pathlib import Path
from typing import Any, Dict, Iterable, Mapping, Optional

from farmsubmit import files
from farmsubmit.author.elements import Job
from farmsubmit.engines.base import Engine, SpoolInfo, Ticket, Translation
from farmsubmit.errors import FarmsubmitError
from farmsubmit.request import SubmitRequest
from farmsubmit.settings import load_settings
from farmsubmit.tasks.build import Built

_PASSWORD = re.compile(r"(?<=//)([^/@:\s]*):[^/@\s]*@")


def send(engine: Engine, built: Built, translation: Translation, info: SpoolInfo, block: bool = False) -> Ticket:
    """Write what a translated job needs, send it, keep a copy where the settings ask for one; return its ticket.

    No hook sees the job, and the history does not know of it. Raises FarmsubmitError and what the engine raises.
    """
    write_argument_files(built.files)
    ticket = engine.spool(translation, info, block)
    warn(keep_copy(built.job, ticket))
    return ticket


def write_argument_files(texts: Mapping[str, str]) -> None:
    """Write the argument files of a job; one that is there already has the same content, as its name says.

    Raises FarmsubmitError where a file cannot be written.
    """
    for path, text in texts.items():
        try:
            if not Path(path).is_file():
                _write(Path(path), text)
        except OSError as error:
            hint = "see the setting arguments_storage_path"
            raise FarmsubmitError(f"{path} cannot be written: {error.strerror or error}", hint) from None


def keep_copy(job: Job, ticket: Ticket) -> Iterable[str]:
    """Write the job's script where the setting job_storage_path_template says, and return what went wrong.

    ``{user}``, ``{date}`` (yymmdd) and ``{job_id}`` are filled in. Without the setting nothing is written. A copy that
    cannot be written raises nothing: the job is with its engine by then. Source: jobtronaut's setting.
    """
    template = str(load_settings()["job_storage_path_template"])
    if not template:
        return ()
    from datetime import date

    from farmsubmit.formats.alf import to_tcl

    today = date.today().strftime("%y%m%d")
    path = Path(template.format(user=user(), date=today, job_id=ticket.jid.replace("/", "_")))
    try:
        _write(path, to_tcl(job) + "\n")
    except OSError as error:
        return (f"job {ticket.jid} is sent, but its copy {path} cannot be written: {error.strerror or error}",)
    return ()


def warn(texts: Iterable[str]) -> None:
    """Tell on standard error what a person should know, for a caller who gets a ticket and no more."""
    for text in texts:
        print(f"farmsubmit: {text}", file=sys.stderr)  # noqa: T201


def spool_info(
    owner: Optional[str] = None, spoolfile: Optional[str] = None, spoolhost: Optional[str] = None
) -> SpoolInfo:
    """Return who sends and from where; the defaults are the owner of this process, this machine and folder."""
    return SpoolInfo(owner or user(), spoolhost or socket.gethostname(), spoolfile or "", str(Path.cwd()))


def without_password(text: str) -> str:
    """Return a text in which URLs have lost their passwords: ``//bob:secret@host`` becomes ``//bob@host``."""
    return _PASSWORD.sub(r"\1@", text)


def request_document(request: SubmitRequest) -> Dict[str, Any]:
    """Return a request as JSON that may be kept: the engine's URL has no password."""
    return {**request.to_json(), "engine": without_password(request.engine)}


def user() -> str:
    """Return the name of the owner of this process."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return str(os.getuid()) if hasattr(os, "getuid") else "unknown"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write_atomic(path, text)
