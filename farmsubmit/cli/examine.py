"""Commands that look: inspect, preview, check, convert."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, List, NamedTuple, Optional, Tuple

from farmsubmit.cli import options, show
from farmsubmit.errors import FarmsubmitError, did_you_mean

if TYPE_CHECKING:
    from farmsubmit.author.elements import Job

_FORMATS = ("tree", "tcl", "json", "html", "dot", "shell", "openjd")


def add_commands(commands: Any) -> None:
    """Add the commands of this group to the parser."""
    inspect = commands.add_parser("inspect", help="what a scene holds: frames, cameras, layers, outputs, files")
    inspect.add_argument("scene", metavar="SCENE")
    inspect.add_argument("--files", action="store_true", help="every file that it needs, and whether it is there")
    inspect.add_argument(
        "--dirmap", metavar="SRC=DST@ZONE", action="append", default=[], help="with --files: where each goes per zone"
    )
    inspect.add_argument("--json", action="store_true", help="as JSON")
    inspect.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], help="a setting for this time")
    inspect.set_defaults(run=_inspect)
    _add_preview(commands.add_parser("preview", help="the whole task tree, before anything is sent"))
    # No alias: its usage and its errors would speak of the other name.
    _add_preview(commands.add_parser("visualize", help="the same as preview"))
    check = commands.add_parser("check", help="what is wrong with a job, before anything is sent")
    options.add_source(check)
    check.add_argument(
        "--engine", metavar="URL", help="where it would go: local:, folder:/path, … (default: the setting)"
    )
    check.add_argument("--json", action="store_true", help="every problem with all its fields, as JSON")
    check.add_argument(
        "--only", metavar="RULE", action="append", default=[], help="only this rule; give it several times"
    )
    check.add_argument(
        "--severity",
        metavar="RULE=LEVEL",
        action="append",
        default=[],
        help="error, warning, note or off, for this time; over the setting check_severity",
    )
    check.add_argument(
        "--dry-run-maya",
        action="store_true",
        help="ask Maya's Render about the job's Maya commands too (Render -test), where there is one on this machine",
    )
    check.set_defaults(run=_check)
    convert = commands.add_parser("convert", help="a job from one form to another")
    convert.add_argument("source", metavar="IN", help=".alf or .json")
    convert.add_argument("target", metavar="OUT", help=".alf, .json, .html, .dot, .txt or .sh, or a folder .openjd")
    convert.set_defaults(run=_convert)


def _add_preview(parser: ArgumentParser) -> None:
    options.add_source(parser)
    parser.add_argument("--format", choices=_FORMATS, default="tree", help="default: tree")
    parser.add_argument(
        "--out",
        metavar="FILE",
        help="write it there; the ending decides the form, and a bundle of --format openjd is a folder",
    )
    parser.set_defaults(run=_preview)


def _inspect(args: Namespace) -> int:
    from farmsubmit.cli import report
    from farmsubmit.scenes import read_scene

    maps = options.dirmaps(args)
    facts = read_scene(args.scene, blender=options.settings_of(args)["blender"])
    if args.json:
        show.as_json(report.file_rows(facts, maps) if args.files else facts.to_json())
    elif args.files:
        report.tell_files(facts, maps)
    else:
        report.tell_facts(facts)
    return 0


def _preview(args: Namespace) -> int:
    from farmsubmit.cli.source import load, nothing_missing, numbered, write_job
    from farmsubmit.formats.preview import preview_with_notes

    loaded = load(args)
    reason = nothing_missing(loaded, args)
    if reason:
        # What is printed may go to a file, where a sentence would be taken for a job.
        show.warn(f"{reason}: there is no job to show")
        return 0
    parts = loaded.parts
    for note in dict.fromkeys(note for part in parts for note in part.built.notes):
        show.warn(f"note: {note}")
    if args.out:
        for place, part in enumerate(parts):
            path = numbered(Path(args.out), place)
            write_job(part.job, path, args.format)
            show.warn(f"wrote {path}")
        return 0
    for part in parts:
        text, notes = preview_with_notes(part.job, args.format)
        for note in notes:
            show.warn(f"note: {note}")
        show.say(text.rstrip("\n"))
    return 0


def _check(args: Namespace) -> int:
    from farmsubmit.checks import Severity
    from farmsubmit.checks.run import run_suppressed
    from farmsubmit.cli.source import load, nothing_missing

    levels = _levels(args.severity)
    loaded = load(args)
    reason = nothing_missing(loaded, args)
    if reason:
        if args.json:
            show.as_json([])
        else:
            show.say(f"{reason}: there is no job to check")
        return 0
    looks = [_look_of(part, args) for part in loaded.parts]
    for note in dict.fromkeys(look.note for look in looks if look.note):
        show.warn(f"note: {note}")
    # The two jobs of one request have most of their problems in common.
    problems = list(dict.fromkeys(found for look in looks for found in _problems(look, args, levels)))
    if args.dry_run_maya:
        problems += [found for look in looks for found in _maya_problems(look.context)]
    if args.json:
        show.as_json([problem.to_json() for problem in problems])
    else:
        left_out = [] if args.only else [found for look in looks for found in run_suppressed(look.context)]
        for line in [*map(str, problems), *(f"suppressed {found}" for found in dict.fromkeys(left_out))]:
            show.say(line)
        show.say(_verdict(problems))
    return 1 if any(problem.severity is Severity.ERROR for problem in problems) else 0


class _Look(NamedTuple):
    """What the rules are given, why the job is not in it where it is not, and why the engine tells nothing, or ""."""

    context: Any
    error: Optional[FarmsubmitError]
    note: str


def _look_of(part: Any, args: Namespace) -> _Look:
    from farmsubmit.checks import Context
    from farmsubmit.engines.registry import engine_for
    from farmsubmit.submission.farms import asked

    url = args.engine or (part.request and part.request.engine) or part.settings["engine"]
    # While it thinks, the job is built.
    question = asked(engine_for(url))
    job, error = _job_of(part)
    knowledge, note = question.answer(job)
    return _Look(Context(job, None, part.request, part.settings, knowledge), error, note)


def _job_of(part: Any) -> Tuple[Optional[Job], Optional[FarmsubmitError]]:
    """Return the job, or why a request does not build one: the checks may know better what is wrong with it."""
    try:
        return part.job, None
    except FarmsubmitError as error:
        if part.request is None:
            raise
        return None, error


def _problems(look: _Look, args: Namespace, levels: Dict[str, str]) -> List[Any]:
    from farmsubmit.checks import Problem, Severity
    from farmsubmit.checks.run import MOST_ALIKE, run_rules

    context, error = look.context, look.error
    problems = run_rules(context, args.only, levels, None if args.json else MOST_ALIKE)
    if error is not None and not any(problem.severity is Severity.ERROR for problem in problems):
        # A mistake in a template says in which one.
        source = getattr(error, "source", "")
        text = f"{source}: {error.problem}" if source else error.problem
        problems.insert(0, Problem(Severity.ERROR, context.facts.path, text, error.hint, rule="build"))
    return problems


def _maya_problems(context: Any) -> List[Any]:
    """Return what Maya's Render says against the commands of a job, or a note that there is none to ask."""
    from farmsubmit.checks import Problem, Severity
    from farmsubmit.install.find import find_render
    from farmsubmit.install.machine import this_machine
    from farmsubmit.install.mayatest import try_commands

    render = find_render(this_machine())
    if render is None:
        fix = "set MAYA_LOCATION, or put Render on PATH"
        return [Problem(Severity.NOTE, "Render", "there is no Maya on this machine to ask", fix, rule="maya-dry-run")]
    if context.job is None:
        return []
    tried = try_commands(context.job, context.tree.commands, render, context.setting("zone", ""))
    wrong = [Problem(Severity.ERROR, one.where, one.problem, rule="maya-dry-run") for one in tried if one.problem]
    said = f"it knows all options of the job's Maya commands ({len(tried)} asked about)"
    none = "the job has no commands of Maya's Render to ask about"
    return wrong or [Problem(Severity.NOTE, str(render), said if tried else none, rule="maya-dry-run")]


def _levels(texts: List[str]) -> Dict[str, str]:
    """Return the levels of ``--severity`` by rule; raises FarmsubmitError for text that is no RULE=LEVEL."""
    from farmsubmit.checks.show import LEVELS

    levels = {}
    for text in texts:
        name, _, level = text.partition("=")
        if level not in LEVELS:
            hint = did_you_mean(level, LEVELS) or "write for example --severity overwrite=off"
            raise FarmsubmitError(f"--severity {text!r} is not RULE=LEVEL with one of {', '.join(LEVELS)}", hint)
        levels[name] = level
    return levels


def _verdict(problems: List[Any]) -> str:
    if not problems:
        return "nothing is wrong"
    counts = [(word, sum(p.severity.value == word for p in problems)) for word in ("error", "warning", "note")]
    return ", ".join(f"{count} {word}{'s' if count > 1 else ''}" for word, count in counts if count)


def _convert(args: Namespace) -> int:
    from farmsubmit.cli.source import read_job_file, write_job

    write_job(read_job_file(Path(args.source)), Path(args.target))
    show.warn(f"wrote {args.target}")
    return 0
