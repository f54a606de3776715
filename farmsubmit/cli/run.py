"""Commands for jobs that were sent: jobs, log; and the demonstration."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path
from typing import Any, List, Optional

from farmsubmit.cli import show
from farmsubmit.errors import EngineError, EngineUnreachable, FarmsubmitError

_ACTIONS = {
    "pause": "start no more tasks of a job",
    "resume": "go on with a paused job",
    "retry": "run the failed tasks of a job again",
    "skip": "take tasks of a job for done",
    "kill": "stop a job and what it runs",
    "delete": "take a job away from its engine",
    "priority": "give a job another priority",
}


def add_commands(commands: Any) -> None:
    """Add the commands of this group to the parser."""
    jobs = commands.add_parser("jobs", help="jobs of an engine, the tasks of one, or something done to one")
    jobs.add_argument("jid", metavar="JID", nargs="?", help="show the tasks of this job")
    jobs.add_argument("--engine", metavar="URL", help="default: the setting")
    jobs.add_argument("--do", metavar="ACTION", help="pause, resume, retry, skip, kill, delete or priority")
    jobs.add_argument(
        "--task", metavar="TID", nargs="+", action="extend", type=int, default=[], help="do it to these tasks only"
    )
    jobs.add_argument("--value", metavar="N", type=float, help="the new priority")
    jobs.add_argument("--wait", action="store_true", help="wait for the job to be over")
    jobs.add_argument("--json", action="store_true", help="as JSON")
    jobs.set_defaults(run=_jobs)
    _add_actions(commands)
    log = commands.add_parser("log", help="what the commands of a job or task printed")
    log.add_argument("target", metavar="JID[:TID]")
    log.add_argument("--engine", metavar="URL", help="default: the setting")
    log.set_defaults(run=_log)
    demo = commands.add_parser("demo", help="the whole way: a scene made, read, built, run here, frames and a movie")
    demo.add_argument("--folder", metavar="DIR", default="demo-output", help="default: demo-output")
    demo.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], help="a setting for this time")
    demo.set_defaults(run=_demo)


def _add_actions(commands: Any) -> None:
    """Add a command for each thing that can be done to a job: short forms of ``jobs JID --do ACTION``."""
    one = commands.add_parser("job", help="the tasks of one job: the same as jobs JID")
    _add_target(one)
    one.add_argument("--wait", action="store_true", help="wait for the job to be over")
    one.set_defaults(run=_jobs, do=None, task=[], value=None)
    for action, text in _ACTIONS.items():
        parser = commands.add_parser(action, help=text)
        _add_target(parser)
        if action == "priority":
            parser.add_argument("value", metavar="N", type=float, help="the new priority")
        parser.add_argument(
            "--task", metavar="TID", nargs="+", action="extend", type=int, default=[], help="only these of its tasks"
        )
        parser.set_defaults(run=_jobs, do=action, wait=False, **({} if action == "priority" else {"value": None}))


def _add_target(parser: ArgumentParser) -> None:
    parser.add_argument("jid", metavar="JID")
    parser.add_argument("--engine", metavar="URL", help="default: the setting")
    parser.add_argument("--json", action="store_true", help="as JSON")


def _engine(url: Optional[str]) -> Any:
    from farmsubmit.engines.registry import engine_for
    from farmsubmit.settings import load_settings

    return engine_for(url or load_settings()["engine"])


def _jobs(args: Namespace) -> int:
    try:
        return _looked_or_done(args)
    except EngineUnreachable:
        raise
    except EngineError as error:
        hint = _task_hint(str(args.jid), args.do) if str(args.jid) in error.problem else ""
        if not hint:
            raise
        raise EngineError(error.problem, hint) from error


def _task_hint(jid: str, action: Optional[str]) -> str:
    """Return what to write in place of JID:TID, as ``log`` takes it; empty for other ids."""
    from farmsubmit.engines.base import ACTIONS, OF_TASKS

    job, _, tid = jid.rpartition(":")
    if not (job and tid.isdigit()):
        return ""
    if action in OF_TASKS:
        return f"for that task write farmsubmit {action} {job} --task {tid}"
    if action in ACTIONS:
        return f"{action} takes a whole job: write {job}"
    return f"farmsubmit job {job} shows the tasks of that job, farmsubmit log {jid} what this one printed"


def _looked_or_done(args: Namespace) -> int:
    engine = _engine(args.engine)
    if args.jid is None:
        if args.do or args.wait:
            raise FarmsubmitError("it is not clear which job is meant", "write farmsubmit jobs JID --do …")
        return _list(engine.jobs(), args.json)
    if args.do:
        engine.control(args.jid, args.do, args.task, args.value)
        show.warn(f"{args.do}: job {args.jid}")
        if args.do == "delete":
            return 0
    if args.wait:
        from farmsubmit.cli.follow import follow

        return follow(engine, args.jid, quiet=args.json)
    return _one(engine, args)


def _list(jobs: List[Any], as_json: bool) -> int:
    if as_json:
        show.as_json([asdict(job) for job in jobs])
        return 0
    if not jobs:
        show.say("no jobs")
        return 0
    rows = [
        [j.jid, j.state, _counts(j), f"{j.priority:g}", j.owner, show.moment(j.spooled), _took(j), j.title]
        for j in jobs
    ]
    show.table(["job", "state", "done", "priority", "owner", "spooled", "took", "title"], rows)
    return 0


def _took(item: Any) -> str:
    return show.duration(item.started, item.stopped)


def _counts(job: Any) -> str:
    done = job.counts.get("done", 0) + job.counts.get("skipped", 0)
    return f"{done}/{job.total}"


def _one(engine: Any, args: Namespace) -> int:
    status, tasks = engine.status(args.jid), engine.tasks(args.jid)
    if args.json:
        show.as_json({**asdict(status), "tasks": [asdict(task) for task in tasks]})
        return 0
    show.say(f"job {status.jid}  {status.title}  {status.state}")
    rows = [[str(t.tid), t.state, f"{t.progress}%", _code(t), _took(t), t.title, t.reason] for t in tasks]
    show.table(["task", "state", "progress", "exit", "took", "title", ""], rows)
    return 0


def _code(task: Any) -> str:
    return "-" if task.exit_code is None else str(task.exit_code)


def _log(args: Namespace) -> int:
    jid, colon, tid = args.target.partition(":")
    if colon and not tid.isdigit():
        raise FarmsubmitError(f"{args.target!r} does not name a log", "write JID or JID:TID, such as 12:3")
    show.say(_engine(args.engine).log(jid, int(tid) if colon else None).rstrip("\n"))
    return 0


def _demo(args: Namespace) -> int:
    from farmsubmit.cli.demo import run_demo
    from farmsubmit.cli.options import settings_of

    return run_demo(Path(args.folder), settings_of(args))
