"""The command that makes requests: what can be rendered of a scene, row by row, and all that shapes the job."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any, List

from farmsubmit.cli import options, show
from farmsubmit.errors import FarmsubmitError

if TYPE_CHECKING:
    from farmsubmit.request import Row, SubmitRequest

_HEADERS = ("row", "on", "frames", "chunk", "order", "priority", "service", "waits for", "movie", "output")


def add_commands(commands: Any) -> None:
    """Add the commands of this group to the parser."""
    parser = commands.add_parser("request", help="the request for a scene: its rows, to look at, keep and send later")
    parser.add_argument("source", metavar="SCENE|REQUEST", help="a scene, or a request to change (.json)")
    options.add_request_options(parser)
    parser.add_argument("--engine", metavar="URL", help="where its job is to go (default: the setting)")
    parser.add_argument("--out", metavar="FILE.json", help="write the request there; farmsubmit submit takes it")
    parser.add_argument("--json", action="store_true", help="print the request as JSON")
    parser.set_defaults(run=_request)


def _request(args: Namespace) -> int:
    request = _made(args)
    if args.out:
        _write(request, Path(args.out))
    if args.json:
        show.as_json(request.to_json())
    elif not args.out:
        _tell(request)
    for note in request.options.get("notes", ()):
        show.warn(f"note: {note}")
    return 0


def _made(args: Namespace) -> SubmitRequest:
    from farmsubmit.cli import source

    path = Path(args.source)
    if path.suffix.lower() != ".json":
        return source.request_of_scene(args)
    document = source.request_document(path)
    if document is None:
        raise FarmsubmitError(f"{path} is no request", "farmsubmit request SCENE --out FILE.json writes one")
    return source.request_of_document(document, args)


def _write(request: SubmitRequest, path: Path) -> None:
    import json

    from farmsubmit import files

    if path.suffix.lower() != ".json":
        raise FarmsubmitError(f"a request is JSON, and {path.name} would not be taken for that", "end it in .json")
    try:
        files.write_atomic(path, json.dumps(request.to_json(), ensure_ascii=False, indent=2) + "\n")
    except OSError as error:
        raise FarmsubmitError(f"{path} cannot be written: {error.strerror or error}") from None
    show.warn(f"wrote {path}")


def _tell(request: SubmitRequest) -> None:
    from farmsubmit.request import job_title

    show.say(f"{'job':<12} {job_title(request)}")
    for name, value in request.job.items():
        if name != "title":
            show.say(f"{name:<12} {_value(value)}")
    for dirmap in request.dirmaps:
        show.say(f"{'dirmap':<12} {dirmap}")
    for name, value in request.environment.set.items():
        show.say(f"{'environment':<12} {name}={value}")
    show.say()
    lines = [_line(row) for row in request.rows]
    kept = [place for place in range(len(_HEADERS)) if any(line[place] for line in lines)]
    show.table([_HEADERS[place] for place in kept], [[line[place] for place in kept] for line in lines])


def _value(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _line(row: Row) -> List[str]:
    return [
        row.id,
        "yes" if row.on else "no",
        str(row.frames) if row.frames else "?",
        str(row.chunk or "all"),
        "" if row.order == "forward" else row.order,
        "" if row.priority is None else f"{row.priority:g}",
        row.service,
        ", ".join(row.after),
        "yes" if row.movie else "",
        row.output or "?",
    ]
