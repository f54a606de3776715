"""Commands that look: inspect, preview, check, convert."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any, List

from farmsubmit.cli import options, show

_FORMATS = ("tree", "tcl", "json", "html", "dot")


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
    _add_preview(
        commands.add_parser("preview", aliases=["visualize"], help="the whole task tree, before anything is sent")
    )
    check = commands.add_parser("check", help="what is wrong with a job, before anything is sent")
    options.add_source(check)
    check.add_argument("--json", action="store_true", help="as JSON")
    check.set_defaults(run=_check)
    convert = commands.add_parser("convert", help="a job from one form to another")
    convert.add_argument("source", metavar="IN", help=".alf or .json")
    convert.add_argument("target", metavar="OUT", help=".alf, .json, .html, .dot or .txt")
    convert.set_defaults(run=_convert)


def _add_preview(parser: ArgumentParser) -> None:
    options.add_source(parser)
    parser.add_argument("--format", choices=_FORMATS, default="tree", help="default: tree")
    parser.add_argument("--out", metavar="FILE", help="write it there; the ending decides the form")
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
    from farmsubmit.cli.source import load, write_job
    from farmsubmit.formats.preview import preview

    loaded = load(args)
    if args.out:
        write_job(loaded.job, Path(args.out))
        show.warn(f"wrote {args.out}")
        return 0
    show.say(preview(loaded.job, args.format).rstrip("\n"))
    return 0


def _check(args: Namespace) -> int:
    from farmsubmit.checks import Severity, check
    from farmsubmit.cli.source import load

    loaded = load(args)
    problems = check(loaded.job, loaded.facts)
    if args.json:
        show.as_json([{"severity": p.severity.value, "where": p.where, "text": p.text, "fix": p.fix} for p in problems])
    else:
        for problem in problems:
            show.say(str(problem))
        show.say(_verdict(problems))
    return 1 if any(problem.severity is Severity.ERROR for problem in problems) else 0


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
