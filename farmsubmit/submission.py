"""The one path to a farm: check → translate → spool → ticket."""

from __future__ import annotations

import getpass
import os
import socket
from pathlib import Path
from typing import List, Optional, Union

from farmsubmit.author import connection
from farmsubmit.author.elements import Job
from farmsubmit.checks import Problem, Severity, check
from farmsubmit.engines.base import SpoolInfo, Ticket
from farmsubmit.engines.registry import engine_for
from farmsubmit.errors import ChecksFailed
from farmsubmit.scenes.facts import SceneFacts
from farmsubmit.settings import load_settings


def submit(
    job: Job,
    engine: Optional[str] = None,
    facts: Optional[SceneFacts] = None,
    owner: Optional[str] = None,
    block: bool = False,
) -> Ticket:
    """Check a job, send it, and return its ticket.

    ``engine`` is a URL such as ``local:`` or ``folder:/path`` (default: the setting). ``facts`` are those of the
    scene it was built from, for the checks. Raises ChecksFailed where they find an error, and what the engine raises.
    """
    errors = [problem for problem in check(job, facts) if problem.severity is Severity.ERROR]
    if errors:
        raise ChecksFailed(refusal(errors))
    return _send(job, engine or load_settings()["engine"], spool_info(owner), block)


def refusal(errors: List[Problem]) -> str:
    """Return the sentence that says why a job is not sent: the first error, and how many more."""
    first = errors[0]
    text = f"not sent: {first.where}: {first.text}" + (f" ({first.fix})" if first.fix else "")
    return text + (f", and {len(errors) - 1} more" if len(errors) > 1 else "")


def spool(
    job: Job,
    block: bool = False,
    owner: Optional[str] = None,
    spoolfile: Optional[str] = None,
    spoolhost: Optional[str] = None,
    hostname: Optional[str] = None,
    port: Optional[int] = None,
) -> Union[int, str]:
    """Send a job as the author API does, unchecked but for what cannot be written.

    The engine is the one that the settings name. Only where they name none does a host name count, that of this call
    first, then that of setEngineClientParam. Returns an int where the engine counts its jobs.
    """
    ticket = _send(job, _engine_url(hostname, port), spool_info(owner, spoolfile, spoolhost), block)
    return int(ticket.jid) if ticket.jid.isdigit() else ticket.jid


def _engine_url(hostname: Optional[str], port: Optional[int]) -> str:
    settings = load_settings()
    if settings.origin("engine") != "default":
        return str(settings["engine"])
    host = f"{hostname}:{port}" if hostname and port else hostname or connection.engine_host()
    return f"tractor://{host}" if host else str(settings["engine"])


def _send(job: Job, url: str, info: SpoolInfo, block: bool) -> Ticket:
    engine = engine_for(url)
    return engine.spool(engine.translate(job), info, block)


def spool_info(
    owner: Optional[str] = None, spoolfile: Optional[str] = None, spoolhost: Optional[str] = None
) -> SpoolInfo:
    """Return who sends and from where; the defaults are the owner of this process, this machine and folder."""
    return SpoolInfo(owner or _user(), spoolhost or socket.gethostname(), spoolfile or "", str(Path.cwd()))


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return str(os.getuid()) if hasattr(os, "getuid") else "unknown"
