"""What a command becomes when it is started here: words, environment, log, and why it cannot start.

Source of the substitutions and of the TR_ENV variables: Tractor's Process Launch page. ``TractorBuiltIn File delete
PATH`` is a command that a blade understands itself.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Dict

from farmsubmit import files
from farmsubmit.author.planning.plan import CommandPlan
from farmsubmit.engines.local.process import Ended, Launch, expansions, write_ending, write_header
from farmsubmit.engines.local.unit import Step, Unit
from farmsubmit.lang import dirmap, substitution

NOT_FOUND, NOT_STARTED = 127, 126
_BUILT_IN = "TractorBuiltIn"


@dataclass(frozen=True)
class Blade:
    """The machine as a command sees it: host name, directory-map zone, and the folder that logs go to."""

    name: str
    zone: str
    logs: Path


def as_written(unit: Unit, step: Step, blade: Blade) -> Launch:
    """Return a command as the job has it, nothing replaced yet."""
    log = blade.logs / str(unit.job.jid) / f"{unit.tid}.{step.number}.log"
    return Launch(
        label=_label(unit, step),
        argv=step.command.argv,
        env={**_environment(unit, step.command), files.EXPANSIONS: str(expansions(log))},
        log=log,
        msg=step.command.msg,
        cwd=unit.job.plan.cwd or files.home_folder("~"),
        script=log.with_suffix(".alf") if step.command.expand else None,
    )


def expanded(written: Launch, unit: Unit, step: Step, slots: int, blade: Blade) -> Launch:
    """Return a command as it is to be started on so many slots; raises SubstitutionError."""
    if not any("%" in word or word.startswith("~") for word in (*written.argv, written.msg or "")):
        return written
    context = _context(unit, step.command, slots, blade)
    argv = substitution.expand_argv(written.argv, context)
    return replace(written, argv=argv, msg=written.msg and substitution.expand(written.msg, context))


def _label(unit: Unit, step: Step) -> str:
    what = f"task {unit.tid}" if unit.tid else "job"
    return f"{what}, cleanup" if step.is_cleanup and unit.tid else what


def _context(unit: Unit, command: CommandPlan, slots: int, blade: Blade) -> substitution.Context:
    maps = [dirmap.DirMap(*parts) for parts in unit.job.plan.dirmaps]
    return substitution.Context(
        hosts=(blade.name,),
        slots=slots,
        jid=unit.job.jid,
        tid=unit.tid,
        cid=command.cid,
        recover=0,
        loop=0,
        quality=1.0,
        hosts_by_id=unit.job.hosts_by_id(blade.name),
        home=files.home_folder("~"),
        homes=files.home_folders(command.argv),
        map_path=partial(dirmap.map_path, maps=maps, zone=blade.zone),
    )


def _environment(unit: Unit, command: CommandPlan) -> Dict[str, str]:
    plan = unit.job.plan
    return {
        **os.environ,
        **(plan.env if command.env is None else command.env),
        "TR_ENV_JID": str(unit.job.jid),
        "TR_ENV_TID": str(unit.tid),
        "TR_ENV_CID": str(command.cid),
        "TR_ENV_JOB_PROJECT": plan.project,
    }


def cannot_start(launch: Launch, error: Exception) -> Ended:
    """Return the end of a command that did not start, and write it into its log, in plain words."""
    ended = Ended(NOT_FOUND if _is_missing(launch, error) else NOT_STARTED, 0.0, _why(launch, error))
    write_ending(launch, ended)
    return ended


def _is_missing(launch: Launch, error: Exception) -> bool:
    return isinstance(error, FileNotFoundError) and not _lacks_folder(launch)


def _lacks_folder(launch: Launch) -> bool:
    return launch.cwd is not None and not Path(launch.cwd).is_dir()


def _why(launch: Launch, error: Exception) -> str:
    program = launch.argv[0]
    start = f"cannot start {program!r}: "
    if _lacks_folder(launch):
        return f"{start}the job's folder {launch.cwd} is not there"
    if isinstance(error, FileNotFoundError):
        return start + _why_missing(Path(launch.cwd or ".", program), program)
    if isinstance(error, PermissionError):
        return f"{start}it may not be executed"
    return start + files.why_not(error)


def _why_missing(path: Path, program: str) -> str:
    if path.name == program:
        return "not found on PATH"
    return "the interpreter in its first line is not there" if path.exists() else "there is no such file"


def is_built_in(launch: Launch) -> bool:
    """Tell whether a blade understands this command itself."""
    return launch.argv[0] == _BUILT_IN


def run_built_in(launch: Launch) -> Ended:
    """Do ``TractorBuiltIn File delete PATH…`` and return how it ended; raises ValueError as write_header does.

    Files and links only; one that is not there is fine.
    """
    write_header(launch).close()
    problem = _deleted(launch)
    ended = Ended(1 if problem else 0, 0.0, problem)
    write_ending(launch, ended)
    return ended


def _deleted(launch: Launch) -> str:
    if launch.argv[1:3] != ["File", "delete"] or len(launch.argv) < 4:
        return f"{_BUILT_IN} knows 'File delete PATH' here, not {' '.join(launch.argv[1:])!r}"
    for name in launch.argv[3:]:
        path = Path(launch.cwd or ".", name)
        if path.is_dir() and not path.is_symlink():
            return f"{path} is a folder, and only files are deleted"
        try:
            path.unlink(missing_ok=True)
        except (OSError, ValueError) as error:
            return f"cannot delete {path}: {getattr(error, 'strerror', None) or error}"
    return ""
