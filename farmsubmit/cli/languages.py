"""Commands for the small languages and for this installation: service, dirmap, where, completion."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any, List, Tuple

from farmsubmit.cli import show
from farmsubmit.errors import DirMapError, FarmsubmitError, MissingLibraryError


def add_commands(commands: Any) -> None:
    """Add the commands of this group to the parser."""
    service = commands.add_parser("service", help="what a service expression means, and which blades match it")
    service.add_argument("expression", metavar="EXPR")
    service.add_argument("--blade", metavar="FILE", help="JSON: a blade, or a list of blades")
    service.add_argument("--json", action="store_true", help="as JSON")
    service.set_defaults(run=_service)
    dirmap = commands.add_parser("dirmap", help="where a path goes in a zone")
    dirmap.add_argument("path", metavar="PATH")
    dirmap.add_argument("--zone", metavar="Z", help="default: every zone that the maps name")
    dirmap.add_argument("--dirmap", metavar="SRC=DST@ZONE", action="append", default=[], help="give it several times")
    dirmap.add_argument("--job", metavar="FILE", help="the maps of this job script")
    dirmap.add_argument("--json", action="store_true", help="as JSON")
    dirmap.set_defaults(run=_dirmap)
    where = commands.add_parser("where", help="where farmsubmit, its files and its settings are")
    where.add_argument("--json", action="store_true", help="as JSON")
    where.set_defaults(run=_where)
    completion = commands.add_parser("completion", help="print what makes a shell complete farmsubmit commands")
    completion.add_argument("shell", choices=("bash", "zsh", "tcsh"))
    completion.set_defaults(run=_completion)


def _service(args: Namespace) -> int:
    from farmsubmit.lang.servicekey import parse

    key = parse(args.expression)
    blades = _blades(Path(args.blade)) if args.blade else []
    found = [(blade.name, key.explain(blade)) for blade in blades]
    if args.json:
        matches = [{"blade": name, "matches": said.matches, "reasons": list(said.reasons)} for name, said in found]
        names = {"keys": list(key.names), "metrics": list(key.metrics), "ambiguous": key.ambiguous}
        show.as_json({"expression": str(key), **names, "blades": matches})
    else:
        show.say(str(key) or "any blade")
        if key.ambiguous:
            show.say("',' and '||' meet without parentheses: engines may read this apart")
        for name, said in found:
            show.say(f"{'+' if said.matches else '-'} {name}: {'; '.join(said.reasons)}")
        if found:
            show.say(f"{sum(said.matches for _, said in found)} of {len(found)} blades match")
    return 0 if not found or any(said.matches for _, said in found) else 1


def _blades(path: Path) -> List[Any]:
    import json

    from farmsubmit.lang.servicekey import Blade

    try:
        data = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise FarmsubmitError(f"{path} cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        raise FarmsubmitError(f"{path} is not JSON: {error}") from None
    return [Blade.from_dict(item) for item in (data if isinstance(data, list) else [data])]


def _dirmap(args: Namespace) -> int:
    from farmsubmit.lang.dirmap import explain, parse_dirmap, zones

    maps = [parse_dirmap(text) for text in args.dirmap]
    if args.job:
        from farmsubmit.cli.source import read_job_file

        maps += read_job_file(Path(args.job)).dirmaps
    if not maps:
        raise FarmsubmitError("there are no directory maps to go by", "give --dirmap SRC=DST@ZONE or --job FILE")
    known = zones(maps)
    if args.zone and args.zone not in known:
        raise DirMapError(f"no map is for this zone, only for {', '.join(known)}", args.zone, 0)
    found = [explain(args.path, maps, zone) for zone in ([args.zone] if args.zone else known)]
    if args.json:
        show.as_json([{"zone": r.zone, "path": r.result, "map": str(r.applied) if r.applied else None} for r in found])
        return 0
    for result in found:
        by = f"by {result.applied}" if result.applied else "no map applies"
        show.say(result.result if args.zone else f"{result.zone}: {result.result}  ({by})")
    return 0


def _where(args: Namespace) -> int:
    rows = _places()
    if args.json:
        show.as_json(dict(rows))
        return 0
    for name, value in rows:
        show.say(f"{name:<14} {value}")
    return 0


def _places() -> List[Tuple[str, str]]:
    import shutil
    import sys

    import farmsubmit
    from farmsubmit import files
    from farmsubmit.engines.registry import schemes
    from farmsubmit.settings import load_settings
    from farmsubmit.settings.layers import settings_file

    settings = load_settings()
    programs = [(name, shutil.which(settings[name]) or "not found") for name in ("blender", "ffmpeg")]
    return [
        ("version", farmsubmit.__version__),
        ("package", str(Path(farmsubmit.__file__).parent)),
        ("python", f"{sys.executable} ({sys.version.split()[0]})"),
        ("wrappers", str(files.shipped("wrappers"))),
        ("resources", str(files.shipped("resources"))),
        ("settings", str(settings_file())),
        ("state", str(files.state_dir())),
        ("engine", f"{settings['engine']} ({settings.origin('engine')})"),
        ("engines", " ".join(f"{name}:" for name in schemes())),
        *programs,
    ]


def _completion(args: Namespace) -> int:
    try:
        import shtab
    except ImportError:
        raise MissingLibraryError("shtab", "shell completion") from None
    show.say(shtab.complete(args.parser, shell=args.shell))
    return 0
