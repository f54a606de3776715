"""The one path to a farm: check → translate → keep what it needs → spool → keep a copy → ticket."""

from __future__ import annotations

import getpass
import os
import socket
from pathlib import Path
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

from farmsubmit import files
from farmsubmit.author import connection
from farmsubmit.author.elements import Job
from farmsubmit.checks import Problem, Severity, check
from farmsubmit.engines.base import Engine, SpoolInfo, Ticket, Translation
from farmsubmit.engines.registry import engine_for
from farmsubmit.errors import ChecksFailed, FarmsubmitError, SpoolError
from farmsubmit.scenes.facts import SceneFacts
from farmsubmit.settings import load_settings
from farmsubmit.tasks.build import Built


def submit(
    job: Union[Job, Built],
    engine: Optional[str] = None,
    facts: Optional[SceneFacts] = None,
    owner: Optional[str] = None,
    block: bool = False,
) -> Ticket:
    """Check a job, send it, and return its ticket.

    ``job`` may also be what build_task() gives: its argument files are written before it is sent. ``engine`` is a URL
    such as ``local:`` or ``folder:/path`` (default: the setting). ``facts`` are those of the scene it was built from,
    for the checks. Raises ChecksFailed where they find an error, and what the engine raises.
    """
    built = job if isinstance(job, Built) else Built(job)
    refuse_errors(built.job, facts)
    target = engine_for(engine or load_settings()["engine"])
    return send(target, built, target.translate(built.job), spool_info(owner), block)


def refuse_errors(job: Job, facts: Optional[SceneFacts] = None) -> None:
    """Raise ChecksFailed where the checks find an error."""
    errors = [problem for problem in check(job, facts) if problem.severity is Severity.ERROR]
    if errors:
        raise ChecksFailed(refusal(errors))


def send(engine: Engine, built: Built, translation: Translation, info: SpoolInfo, block: bool = False) -> Ticket:
    """Write what a translated job needs, send it, keep a copy where the settings ask for one; return its ticket."""
    write_argument_files(built.files)
    ticket = engine.spool(translation, info, block)
    keep_copy(built.job, ticket)
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


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write_atomic(path, text)


def keep_copy(job: Job, ticket: Ticket) -> Optional[Path]:
    """Write the job's script where the setting job_storage_path_template says, and return the path.

    ``{user}``, ``{date}`` (yymmdd) and ``{job_id}`` are filled in. Without the setting nothing is written. A copy that
    cannot be written is told on standard error: the job is with its engine by then. Source: jobtronaut's setting.
    """
    template = str(load_settings()["job_storage_path_template"])
    if not template:
        return None
    import sys
    from datetime import date

    from farmsubmit.formats.alf import to_tcl

    today = date.today().strftime("%y%m%d")
    path = Path(template.format(user=_user(), date=today, job_id=ticket.jid.replace("/", "_")))
    try:
        _write(path, to_tcl(job) + "\n")
    except OSError as error:
        text = f"farmsubmit: job {ticket.jid} is sent, but its copy {path} cannot be written: {error.strerror or error}"
        print(text, file=sys.stderr)  # noqa: T201
        return None
    return path


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
    steps = _chained(jobs)
    target = engine_for(engine or load_settings()["engine"])
    if len(steps) > 1 and "delete" not in target.capabilities.actions:
        raise target.cannot("take a job back, so a chain could stay there by half")
    for step in steps:
        refuse_errors(step.built.job)
        target.translate(step.built.job)
    tickets: List[Ticket] = []
    for step in steps:
        own = step.built.job.afterjids
        added = [int(tickets[place].jid) for place in step.after]
        step.built.job.afterjids = [*own, *added]
        try:
            tickets.append(send(target, step.built, target.translate(step.built.job), spool_info(owner)))
        except FarmsubmitError as error:
            _take_back(target, tickets, error)
            raise
        finally:
            step.built.job.afterjids = own
    return tickets


def _chained(jobs: Any) -> List[_Step]:
    """Return the jobs in script order, each with the places of those that must be done before."""
    steps: List[_Step] = []
    _chain(jobs, (), steps, 0)
    return steps


_MOST_LEVELS = 100


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


def _take_back(engine: Engine, tickets: Sequence[Ticket], cause: FarmsubmitError) -> None:
    left: Dict[str, str] = {}
    for ticket in reversed(tickets):
        try:
            engine.control(ticket.jid, "delete")
        except FarmsubmitError as error:
            left[ticket.jid] = error.problem
    if left:
        jids = ", ".join(sorted(left))
        raise SpoolError(f"{cause.problem}; and these jobs of the chain are sent and stay: {jids}") from cause


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
    engine = engine_for(_engine_url(hostname, port))
    ticket = send(engine, Built(job), engine.translate(job), spool_info(owner, spoolfile, spoolhost), block)
    return int(ticket.jid) if ticket.jid.isdigit() else ticket.jid


def _engine_url(hostname: Optional[str], port: Optional[int]) -> str:
    settings = load_settings()
    if settings.origin("engine") != "default":
        return str(settings["engine"])
    host = f"{hostname}:{port}" if hostname and port else hostname or connection.engine_host()
    return f"tractor://{host}" if host else str(settings["engine"])


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
