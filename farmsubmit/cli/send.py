"""Commands that send: submit, exec."""

from __future__ import annotations

from argparse import REMAINDER, ArgumentParser, Namespace
from pathlib import Path
from typing import Any, Dict, Iterable, List, Sequence, Tuple

from farmsubmit.cli import options, show
from farmsubmit.errors import FarmsubmitError


def add_commands(commands: Any) -> None:
    """Add the commands of this group to the parser."""
    _add_submit(commands.add_parser("submit", help="send a scene or a finished job to an engine"))
    script = commands.add_parser("exec", help="run a script written for tractor.api.author, unchanged")
    script.add_argument("--engine", metavar="URL", help="where its jobs go (default: the setting)")
    script.add_argument("--traceback", action="store_true", help="show the whole traceback of the script's own error")
    script.add_argument("script", metavar="SCRIPT.py")
    script.add_argument("args", nargs=REMAINDER, help="the script's own arguments")
    script.set_defaults(run=_exec)


def _add_submit(parser: ArgumentParser) -> None:
    options.add_source(parser)
    parser.add_argument("--engine", metavar="URL", help="local:, folder:/path, … (default: the setting)")
    parser.add_argument("--owner", help="whose job it is (default: you)")
    parser.add_argument("--dry-run", action="store_true", help="show what would be sent, and send nothing")
    parser.add_argument("--out", metavar="FILE", help="write the job there too: .alf, .json, .html, .dot, .txt")
    parser.add_argument(
        "--expandchunk",
        action="store_true",
        help="send no new job: print TR_EXPAND_CHUNK, for the running job of this command to take the tree in",
    )
    waiting = parser.add_mutually_exclusive_group()
    waiting.add_argument("--wait", action="store_true", help="wait for the job to be over, on whatever engine")
    waiting.add_argument("--no-wait", action="store_true", help="local engine: do not wait for the job")
    parser.add_argument("--json", action="store_true", help="the ticket as JSON")
    parser.set_defaults(run=_submit)


def _submit(args: Namespace) -> int:
    from farmsubmit.cli.source import load, nothing_missing
    from farmsubmit.submission import Submission

    is_trial = args.dry_run or args.expandchunk
    loaded = load(args)
    # Of two, the rest goes first, which is paused until a person has seen the previews: those are waited for.
    parts = reversed(loaded.parts)
    ways = [
        Submission(part.request or part.built, args.engine, args.owner, part.facts, part.settings, is_trial)
        for part in parts
    ]
    reason = nothing_missing(loaded, args)
    return _nothing_sent(ways[0], reason, args) if reason else deliver(ways, args)


def _nothing_sent(way: Any, reason: str, args: Namespace) -> int:
    """Tell that there is no job to send, which is no mistake: a script asks every night for what is missing."""
    if args.json:
        show.as_json({"engine": way.engine.url, "sent": False, "reason": reason, "dropped": []})
    else:
        show.say(f"{reason}: nothing was sent")
    return 0


def deliver(ways: Sequence[Any], args: Namespace) -> int:
    """Walk Submissions to their end, none before all are prepared, telling each step; return the last exit code.

    The arguments are those of ``submit``: ``out``, ``dry_run``, ``expandchunk``, ``wait``, ``no_wait`` and ``json``.
    """
    for place, way in enumerate(ways):
        if args.wait and not way.engine.capabilities.tasks:
            raise way.engine.cannot("tell how a job stands, so that --wait would not end")
        _prepare(way, args)
        if args.out:
            _write_copy(way, Path(args.out), place)
    if args.expandchunk and not args.dry_run:
        return max(_expand_chunk(way.built) for way in ways)
    done = [_dry_run(way, args) if args.dry_run else _send(way, args) for way in ways]
    if args.json:
        told = [document for _, document in done]
        show.as_json(told if len(told) > 1 else told[0])
    return done[-1][0]


def _prepare(way: Any, args: Namespace) -> None:
    try:
        way.prepare()
    finally:
        _tell(way)
    if not args.json:
        for dropped in way.translation.dropped:
            show.say(f"{way.engine.url} leaves out {dropped.option} of {dropped.where}: {dropped.reason}")


def _write_copy(way: Any, path: Path, place: int) -> None:
    from farmsubmit.cli.source import write_job

    if place:
        path = path.with_name(f"{path.stem}-{place + 1}{path.suffix}")
    write_job(way.built.job, path)
    show.warn(f"wrote {path}")


def _expand_chunk(built: Any) -> int:
    """Write the tree where the engine of the running job reads it, and say so as a command says it."""
    from uuid import uuid4

    from farmsubmit import files
    from farmsubmit.formats.alf import to_tcl
    from farmsubmit.submission import write_argument_files
    from farmsubmit.tasks.edit import serial_by_instances

    write_argument_files(built.files)
    path = files.expansion_folder() / f"farmsubmit-{uuid4().hex}.alf"
    # The file's name is nobody else's, and so are the ids that begin with it.
    serial_by_instances(built.job, path.stem)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_atomic(path, to_tcl(built.job) + "\n", private=True)
    except OSError as error:
        raise FarmsubmitError(f"{path} cannot be written: {error.strerror or error}") from None
    show.say(f'TR_EXPAND_CHUNK "{path}"')
    return 0


def _tell(way: Any) -> None:
    """Print what was noted and what the checks found so far; the first error is told once, by the refusal."""
    from farmsubmit.checks import Severity

    _tell_notes(way.notes)
    errors = [problem for problem in way.problems if problem.severity is Severity.ERROR]
    for problem in way.problems:
        if problem not in errors[:1]:
            show.warn(str(problem))


def _tell_notes(notes: Iterable[str]) -> None:
    for note in notes:
        show.warn(f"note: {note}")


def _dry_run(way: Any, args: Namespace) -> Tuple[int, Dict[str, Any]]:
    if not args.json:
        from farmsubmit.formats.preview import preview

        show.say(preview(way.built.job, "tree").rstrip("\n"))
        show.say(f"nothing was sent; it would go to {way.engine.url}")
    return 0, {"engine": way.engine.url, "sent": False, "dropped": _dropped(way.translation)}


def _send(way: Any, args: Namespace) -> Tuple[int, Dict[str, Any]]:
    """Send what was prepared, and return the exit code and what is told of it as JSON."""
    from farmsubmit.cli.follow import follow

    told = len(way.notes)
    sent = way.send()
    _tell_notes(sent.notes[told:])
    ticket = sent.ticket
    wants_wait = args.wait or (way.engine.capabilities.here and not args.no_wait)
    wait = wants_wait and not sent.built.job.paused
    if not args.json:
        link = f"  {ticket.link}" if ticket.link else ""
        show.say(f"job {ticket.jid} is with {ticket.engine}{link}")
        if sent.built.job.paused and "resume" in way.engine.capabilities.actions:
            show.say(f"it is paused until: farmsubmit resume {ticket.jid} --engine {ticket.engine}")
    code = follow(way.engine, ticket.jid, quiet=args.json) if wait else 0
    state = way.engine.status(ticket.jid).state if wait and args.json else None
    more = {"state": state, "history": sent.history_number, "dropped": _dropped(way.translation)}
    return code, {**_ticket(ticket), **more}


def _ticket(ticket: Any) -> Dict[str, Any]:
    return {"jid": ticket.jid, "engine": ticket.engine, "link": ticket.link, "sent": True}


def _dropped(translation: Any) -> List[Dict[str, str]]:
    return [{"where": d.where, "option": d.option, "reason": d.reason} for d in translation.dropped]


def _exec(args: Namespace) -> int:
    import os

    from farmsubmit.compat.script import run_script

    if args.engine:
        from farmsubmit.engines.registry import engine_for

        engine_for(args.engine)
        os.environ["FARMSUBMIT_ENGINE"] = args.engine
    return run_script(Path(args.script), args.args, args.traceback)
