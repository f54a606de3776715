"""Commands about plug-ins: list, info, arguments."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any, Dict, List, Tuple

from farmsubmit.cli import show
from farmsubmit.errors import FarmsubmitError

if TYPE_CHECKING:
    from farmsubmit.tasks.arguments import Arguments

_KINDS = {
    "tasks": "task",
    "processors": "processor",
    "sitestatusfilters": "sitestatusfilter",
    "checks": "check",
}


def add_commands(commands: Any) -> None:
    """Add the commands of this group to the parser."""
    listing = commands.add_parser("list", help="the plug-ins that are there: tasks, processors, status filters, checks")
    listing.add_argument("what", nargs="?", default="all", choices=("all", *_KINDS), help="default: all")
    listing.add_argument("--info", action="store_true", help="everything about each of them")
    listing.add_argument("--json", action="store_true", help="as JSON")
    listing.set_defaults(run=_list)
    info = commands.add_parser("info", help="what a plug-in is, and which arguments it takes")
    info.add_argument("plugin", metavar="PLUGIN")
    info.set_defaults(run=_info)
    arguments = commands.add_parser("arguments", help="the arguments that a task of a sent job runs with")
    arguments.add_argument("task", metavar="JID:TID")
    arguments.add_argument(
        "--filter", metavar="RE", default=".*", help="only names that this is in; default: %(default)s"
    )
    arguments.add_argument("--engine", metavar="URL", help="where the job is (default: the setting)")
    arguments.set_defaults(run=_arguments)


def _catalogue() -> Any:
    """Return all plug-ins; what is wrong with some of them is told, and stops nothing."""
    from farmsubmit.plugins import load_catalogue

    catalogue = load_catalogue()
    for problem in catalogue.problems:
        show.warn(f"warning: {problem}")
    return catalogue


def _list(args: Namespace) -> int:
    catalogue = _catalogue()
    groups = [(title, kind) for title, kind in _KINDS.items() if args.what in ("all", title)]
    if args.json:
        show.as_json({title: [_row(found) for found in catalogue.all(kind)] for title, kind in groups})
        return 0
    for number, (title, kind) in enumerate(groups):
        found = catalogue.all(kind)
        if len(groups) > 1:
            show.say(("\n" if number else "") + f"{title} ({len(found)})")
        if not found and len(groups) == 1:
            show.warn(f"there are no {title}")
        elif found and args.info:
            show.say("\n\n".join(map(_everything, found)))
        elif found:
            show.table(["name", "what"], [[item.name, _first_sentence(item.value)] for item in found])
    return 0


def _everything(found: Any) -> str:
    """Return all that a plug-in tells of itself; one that cannot is told so, and stops none of the others."""
    try:
        text = found.value.info(short=False)
    except FarmsubmitError as error:
        text = f"{found.name}\n  problem:     {error}"
    except Exception as error:  # info() may be a studio's own
        text = f"{found.name}\n  problem:     info() failed: {type(error).__name__}: {error}"
    return f"{text}\n  file:        {found.path}"


def _row(found: Any) -> Dict[str, str]:
    return {"name": found.name, "description": _description(found.value), "path": str(found.path)}


def _description(value: Any) -> str:
    return " ".join(str(getattr(value, "description", "") or "").split())


def _first_sentence(value: Any) -> str:
    return _description(value).partition(". ")[0].rstrip(".")


def _info(args: Namespace) -> int:
    show.say(_everything(_catalogue().find(args.plugin)))
    return 0


def _arguments(args: Namespace) -> int:
    from farmsubmit.engines.registry import engine_for
    from farmsubmit.settings import load_settings

    jid, tid = _task_of(args.task)
    engine = engine_for(args.engine or load_settings()["engine"])
    found = [sent for argv in engine.commands(jid, tid) for sent in _sent(argv)]
    if not found:
        hint = "only a task with a script() carries them"
        raise FarmsubmitError(f"the commands of task {tid} of job {jid} hold no arguments", hint)
    told = [text for text in (sent.info(args.filter) for sent in found) if text]
    if not told:
        names = dict.fromkeys(name for sent in found for name in sent)
        raise FarmsubmitError(f"no argument has {args.filter!r} in its name", f"there is {', '.join(names) or 'none'}")
    show.say("\n".join(told))
    return 0


def _task_of(text: str) -> Tuple[str, int]:
    jid, colon, tid = text.rpartition(":")
    if not colon or not jid or not (tid.isascii() and tid.isdigit()):
        raise FarmsubmitError(f"{text!r} names no task", "write JID:TID, such as 12:3")
    return jid, int(tid)


def _sent(argv: List[str]) -> List[Arguments]:
    """Return the arguments that a command carries, in a list that is empty where it carries none."""
    from farmsubmit.tasks.blade import arguments_of
    from farmsubmit.tasks.contract import read_word

    read = read_word(argv[-1]) if argv else None
    if read is None:
        return []
    return [arguments_of(*read)]
