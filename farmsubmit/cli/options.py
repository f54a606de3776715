"""The options that make a job out of a scene or change a finished one, the same for every command that takes them."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace, _ArgumentGroup
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional, Sequence

from farmsubmit.errors import ArgumentError, AuthorError, FarmsubmitError, SettingsError

if TYPE_CHECKING:
    from farmsubmit.request import Asked

_OF_SCENES = (
    *("frames", "chunk", "order", "layers", "cameras", "views", "var", "rows", "row"),
    *("missing_only", "preview_first", "preview_rest", "inherit_env", "option"),
)
_PLAIN = (
    "title",
    "priority",
    "tier",
    "projects",
    "tags",
    "crews",
    "maxactive",
    "afterjids",
    "after",
    "paused",
    "comment",
    "metadata",
    "envkey",
)
#: An option that takes several words, and may be given several times.
MANY: Dict[str, Any] = {"nargs": "+", "action": "extend"}


def add_source(parser: ArgumentParser) -> None:
    """Add what names the scene or job, and everything that shapes it."""
    parser.add_argument(
        "source",
        metavar="SCENE|REQUEST|JOB",
        nargs="?",
        help="a scene, a request (.json), or a job script (.alf, .json); or give --task",
    )
    _add_task_options(parser.add_argument_group("a task plug-in, instead of a scene or job"))
    add_request_options(parser)


def add_request_options(parser: ArgumentParser) -> None:
    """Add everything that shapes a request."""
    _add_scene_options(parser.add_argument_group("what to render of a scene or request"))
    _add_job_options(parser.add_argument_group("the job"))
    parser.add_argument(
        "--set", metavar="NAME=VALUE", action="append", default=[], help="a setting for this time, such as movie=no"
    )
    parser.add_argument("--preset", metavar="P", help="with the values of a preset; farmsubmit settings --presets")


def _add_task_options(group: _ArgumentGroup) -> None:
    group.add_argument("--task", metavar="TASK", help="the root task; farmsubmit list tasks shows them all")
    group.add_argument(
        "--args",
        metavar="ARGNAME:ARGVALUE",
        **MANY,
        default=[],
        help="its arguments: numbers, lists such as [1,2], or text",
    )


def _add_scene_options(group: _ArgumentGroup) -> None:
    group.add_argument("--frames", metavar="SET", help="frames, such as 1001-1100x5,1200 (default: the scene's own)")
    group.add_argument("--chunk", metavar="N", type=int, help="how many frames one task renders")
    group.add_argument(
        "--order",
        metavar="ORDER",
        help="order of the chunks: forward, reverse, first-middle-last, outer-in, binary, every-N",
    )
    group.add_argument("--layers", metavar="NAME", **MANY, help="only these layers")
    group.add_argument("--cameras", metavar="NAME", **MANY, help="through these cameras, one row for each")
    group.add_argument("--views", metavar="NAME", **MANY, help="only these views of a Nuke script's writes")
    group.add_argument(
        "--var", metavar="NAME=VALUE[,VALUE]", action="append", help="Katana's graph state variables; a row for each"
    )
    group.add_argument("--rows", metavar="ID", **MANY, help="only these rows; farmsubmit request SCENE lists them")
    group.add_argument(
        "--row", metavar="ID:FIELD=VALUE,…", action="append", help="change one row, such as Write1:frames=1-10,chunk=2"
    )
    group.add_argument(
        "--option",
        metavar="NAME=VALUE",
        action="append",
        help="an option of Maya's renderers: threads, resolution, arnold_verbosity, arnold_device, "
        "abort_on_license_fail, renderman_jobid; or the project folder: project",
    )
    group.add_argument(
        "--missing-only",
        action="store_true",
        default=None,
        help="only frames that are not on disk; where none is missing, nothing is sent and the exit code is 0",
    )
    group.add_argument("--preview-first", metavar="WHICH", help="these before the others: first-middle-last, every-N")
    group.add_argument("--preview-rest", choices=("behind", "paused"), help="what the others do meanwhile")


def _add_job_options(group: _ArgumentGroup) -> None:
    group.add_argument("--title", help="label in the queue")
    group.add_argument("--priority", metavar="N", type=float, help="higher goes first")
    group.add_argument(
        "--service", "--hostmask", metavar="EXPR", help="which blades; on a finished job it is ANDed with the job's own"
    )
    group.add_argument("--tier", help="dispatching tier")
    group.add_argument("--projects", metavar="NAME", **MANY, help="projects the job belongs to")
    group.add_argument("--tags", metavar="TAG", **MANY, help="limit tags; on a finished job they are added")
    group.add_argument("--crews", metavar="NAME", **MANY, help="whose blades may take it")
    group.add_argument("--maxactive", metavar="N", type=int, help="most commands at once; 0 is no limit")
    group.add_argument("--afterjids", metavar="JID", **MANY, help="hold until these jobs are done")
    group.add_argument("--after", metavar="TIME", help="hold until then: 'month day HH:MM', HH:MM or 2026-11-21T18:00")
    group.add_argument("--paused", action="store_true", default=None, help="send it, but do not start it")
    group.add_argument("--comment", help="free text for people")
    group.add_argument("--metadata", help="free text for programs")
    group.add_argument("--envkey", metavar="KEY", **MANY, help="environment keys")
    group.add_argument(
        "--env",
        metavar="ENVVAR:ENVVALUE",
        **MANY,
        default=[],
        help="environment variables of its commands, in the environment key setenv",
    )
    group.add_argument(
        "--inherit-env",
        action="store_true",
        default=None,
        help="take allowed variables of your environment along, as --task does",
    )
    group.add_argument("--local", action="store_true", help="run all commands on the spooling host")
    group.add_argument(
        "--dirmap", metavar="SRC=DST@ZONE", action="append", default=[], help="a directory map; give it several times"
    )


def job_attributes(args: Namespace) -> Dict[str, Any]:
    """Return the attributes that the options set, checked, by name.

    Raises AuthorError for a value of the wrong kind, such as ``--after noon``.
    """
    from farmsubmit.author.options import JOB, by_attribute

    table = by_attribute(JOB)
    values: Dict[str, Any] = {}
    for name in _PLAIN:
        value = _numbers(args.afterjids) if name == "afterjids" else getattr(args, name)
        if value is None:
            continue
        try:
            values[name] = table[name].kind.from_json(value)
        except (ValueError, TypeError):
            raise AuthorError("--" + name, name, value, table[name].kind.expected) from None
    return values


def _numbers(words: Optional[List[str]]) -> Optional[List[int]]:
    """Return job ids, given apart or with commas between."""
    if words is None:
        return None
    ids = [word for text in words for word in text.split(",") if word]
    for word in ids:
        if not (word.isascii() and word.isdigit()):
            raise FarmsubmitError(f"--afterjids {word!r} is not a job id", "write numbers, such as --afterjids 12 13")
    return [int(word) for word in ids]


def task_arguments(args: Namespace) -> Dict[str, Any]:
    """Return the arguments of ``--args`` by name; raises ArgumentError for one without a name.

    A value that is a number, a list or the like as Python writes it is that; anything else is text.
    Source: jobtronaut's command line.
    """
    return {name: _typed(value) for name, value in _named(args.args, "--args", "frames:1-10").items()}


def environment(args: Namespace) -> Dict[str, str]:
    """Return the variables of ``--env`` by name; raises ArgumentError for one without a name."""
    return _named(args.env, "--env", "OCIO:/show/config.ocio")


def _named(texts: List[str], option: str, example: str) -> Dict[str, str]:
    found: Dict[str, str] = {}
    for text in texts:
        name, colon, value = re.split("([:=])", text, maxsplit=1) if re.search("[:=]", text) else (text, "", "")
        if not colon or not name:
            raise ArgumentError(f"{option} {text!r} is not NAME:VALUE", f"write for example {option} {example}")
        if name in found:
            raise ArgumentError(f"{option} names {name} twice")
        found[name] = value
    return found


def _typed(text: str) -> Any:
    import ast

    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return text
    # Three dots, 1-2j and b'x' are values to Python, and to nobody here.
    return text if isinstance(value, (type(...), complex, bytes)) else value


def dirmaps(args: Namespace) -> List[Any]:
    """Return the directory maps of the options; raises DirMapError."""
    from farmsubmit.lang.dirmap import parse_dirmap

    return [parse_dirmap(text) for text in args.dirmap]


def settings_of(args: Namespace, scene: Optional[str] = None, task: str = "") -> Any:
    """Return the settings, those of a scene or task where one is given, with ``--preset``, and ``--set`` over all.

    Those of ``--set`` go into the environment too, for a program that is started from here must see the same ones.
    """
    import os

    from farmsubmit.settings import load_settings

    this_time = this_time_of(args)
    # Commands that take no scene have no presets either.
    preset = getattr(args, "preset", None) or ""
    settings = load_settings(this_time, scene=scene, task=task, preset=preset)
    os.environ.update({f"FARMSUBMIT_{name.upper()}": value for name, value in this_time.items()})
    return settings


def this_time_of(args: Namespace) -> Mapping[str, str]:
    """Return the settings of ``--set`` by name; raises SettingsError for one without a value."""
    return _pairs(args.set)


def asked(args: Namespace) -> Asked:
    """Return what the options ask for; raises what lang.frames, lang.servicekey and lang.dirmap do for bad ones."""
    from farmsubmit.request import Asked
    from farmsubmit.request.options import read_options

    check_service(args.service)
    flags = {"missing_only": args.missing_only, "local": args.local or None}
    texts = {"preview_first": args.preview_first, "preview_rest": args.preview_rest}
    typed = read_options(args.option or ())
    return Asked(
        frames=args.frames,
        chunk=args.chunk,
        order=args.order,
        service=args.service,
        rows=args.rows or (),
        layers=args.layers or (),
        cameras=args.cameras or (),
        views=args.views or (),
        variables=_variables(args.var or ()),
        edits=args.row or (),
        job=job_attributes(args),
        dirmaps=dirmaps(args),
        environment=environment(args),
        capture=args.inherit_env,
        engine=getattr(args, "engine", None) or "",
        options={**typed, **{name: value for name, value in {**flags, **texts}.items() if value is not None}},
    )


def check_service(text: Optional[str]) -> None:
    """Raise FarmsubmitError for a service that is empty and ServiceKeyError for one that does not parse."""
    if text is None:
        return
    from farmsubmit.lang.servicekey import parse

    if not text.strip():
        raise FarmsubmitError("--service is empty", "leave it out, or name a service")
    parse(text)


def _variables(texts: Sequence[str]) -> Dict[str, List[str]]:
    found: Dict[str, List[str]] = {}
    for text in texts:
        name, equals, values = text.partition("=")
        if not equals or not name:
            raise FarmsubmitError(f"--var {text!r} is not NAME=VALUE", "write for example --var shot=sh010,sh020")
        found.setdefault(name, []).extend(values.split(","))
    return found


def _pairs(texts: List[str]) -> Mapping[str, str]:
    pairs: Dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise SettingsError(f"--set {text!r} is not NAME=VALUE", "write for example --set movie=no")
        pairs[name.strip()] = value
    return pairs


def refuse_scene_options(args: Namespace) -> None:
    """Raise FarmsubmitError where options that need a scene were given with a finished job or a task."""
    what = f"{args.source} is a finished job" if args.source else f"{args.task} is a task"
    hint = "leave it out" if args.source else "give it as an argument of the task, in --args"
    for name in _OF_SCENES:
        if getattr(args, name) is not None:
            raise FarmsubmitError(f"--{name.replace('_', '-')} is for scenes, and {what}", hint)
