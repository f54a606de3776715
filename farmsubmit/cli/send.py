"""Commands that send: submit, exec."""

from __future__ import annotations

from argparse import REMAINDER, ArgumentParser, Namespace
from pathlib import Path
from typing import Any, Dict, List

from farmsubmit.cli import options, show


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
    parser.add_argument("--no-wait", action="store_true", help="local engine: do not wait for the job")
    parser.add_argument("--json", action="store_true", help="the ticket as JSON")
    parser.set_defaults(run=_submit)


def _submit(args: Namespace) -> int:
    from farmsubmit.cli.source import load, write_job
    from farmsubmit.engines.registry import engine_for

    loaded = load(args)
    engine = engine_for(args.engine or loaded.settings["engine"])
    _tell_problems(loaded)
    translation = engine.translate(loaded.job)
    if not args.json:
        for dropped in translation.dropped:
            show.say(f"{engine.url} leaves out {dropped.option} of {dropped.where}: {dropped.reason}")
    if args.out:
        write_job(loaded.job, Path(args.out))
        show.warn(f"wrote {args.out}")
    if args.dry_run:
        return _dry_run(args, loaded.job, engine, translation)
    if args.expandchunk:
        return _expand_chunk(loaded.built)
    return _spool(args, engine, loaded.built, translation)


def _expand_chunk(built: Any) -> int:
    """Write the tree where the engine of the running job reads it, and say so as a command says it."""
    import os
    import tempfile

    from farmsubmit.formats.alf import to_tcl
    from farmsubmit.submission import write_argument_files
    from farmsubmit.tasks.edit import serial_by_instances

    serial_by_instances(built.job)
    text = to_tcl(built.job)
    write_argument_files(built.files)
    handle, path = tempfile.mkstemp(prefix="farmsubmit-", suffix=".alf")
    with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape") as stream:
        stream.write(text + "\n")
    show.say(f'TR_EXPAND_CHUNK "{path}"')
    return 0


def _tell_problems(loaded: Any) -> None:
    """Print what building and checking found; raises ChecksFailed where that stops the submission."""
    from farmsubmit.checks import Severity, check
    from farmsubmit.errors import ChecksFailed
    from farmsubmit.submission import refusal

    for note in loaded.built.notes:
        show.warn(f"note: {note}")
    problems = check(loaded.job, loaded.facts)
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    # The first error is told once, by the refusal.
    for problem in problems:
        if problem not in errors[:1]:
            show.warn(str(problem))
    if errors:
        raise ChecksFailed(refusal(errors))


def _dry_run(args: Namespace, job: Any, engine: Any, translation: Any) -> int:
    if args.json:
        show.as_json({"engine": engine.url, "sent": False, "dropped": _dropped(translation)})
        return 0
    from farmsubmit.formats.preview import preview

    show.say(preview(job, "tree").rstrip("\n"))
    show.say(f"nothing was sent; it would go to {engine.url}")
    return 0


def _spool(args: Namespace, engine: Any, built: Any, translation: Any) -> int:
    from farmsubmit.cli.follow import follow
    from farmsubmit.submission import send, spool_info

    ticket = send(engine, built, translation, spool_info(args.owner))
    wait = engine.capabilities.here and not args.no_wait and not args.paused
    if not args.json:
        link = f"  {ticket.link}" if ticket.link else ""
        show.say(f"job {ticket.jid} is with {ticket.engine}{link}")
    code = follow(engine, ticket.jid, quiet=args.json) if wait else 0
    if args.json:
        state = engine.status(ticket.jid).state if wait else None
        show.as_json({**_ticket(ticket), "state": state, "dropped": _dropped(translation)})
    return code


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
