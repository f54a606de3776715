"""Commands about farms: which engines there are, and what waits to be sent to them."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any, Dict, List, Sequence, Tuple

from farmsubmit.cli import show
from farmsubmit.errors import FarmsubmitError

if TYPE_CHECKING:
    from farmsubmit.outbox import Letter
    from farmsubmit.submission.farms import EngineReport
    from farmsubmit.submission.outbox import Carried

_WIDEST = 60


def add_commands(commands: Any) -> None:
    """Add the commands of this group to the parser."""
    engines = commands.add_parser("engines", help="the engines there are, whether they answer, and what they can")
    engines.add_argument("urls", metavar="URL", nargs="*", help="ask only these (default: those of the settings)")
    engines.add_argument("--blades", action="store_true", help="also the blades of each, with their service keys")
    engines.add_argument("--json", action="store_true", help="as JSON")
    engines.set_defaults(run=_engines)
    _add_outbox(commands.add_parser("outbox", help="what waits to be sent because its engine did not answer"))


def _add_outbox(parser: ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--send", metavar="KEY", nargs="*", action="extend", help="try these again now, all without a KEY"
    )
    what.add_argument("--wait", action="store_true", help="try again, with growing pauses, until nothing waits")
    what.add_argument("--again", metavar="KEY", help="send one whose engine cannot tell: you looked, and it has it not")
    what.add_argument("--cancel", metavar="KEY", nargs="+", action="extend", help="take these out; they are not sent")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.set_defaults(run=_outbox)


def _engines(args: Namespace) -> int:
    from farmsubmit.submission.farms import report_engines

    found = report_engines(args.urls)
    if args.json:
        show.as_json([_engine_json(each, args.blades) for each in found])
    else:
        show.table(("engine", "state", "version", "can"), [_engine_row(each) for each in found])
        _tell_engines(found, args.blades)
    return 3 if args.urls and any(each.reason for each in found) else 0


def _tell_engines(found: Sequence[EngineReport], with_blades: bool) -> None:
    for each in found:
        if each.reason:
            show.warn(f"{each.url}: {each.reason}")
        for blade in each.blades or () if with_blades else ():
            show.say(f"{each.url}  {blade.name or blade.address}: {' '.join(blade.provides) or 'no service keys'}")


def _engine_row(each: EngineReport) -> Tuple[str, ...]:
    able = [*sorted(each.capabilities.actions), *(name for name in ("tasks", "logs", "blades") if _has(each, name))]
    return each.url, "does not answer" if each.reason else "answers", each.version or "-", ", ".join(able) or "-"


def _engine_json(each: EngineReport, with_blades: bool) -> Dict[str, Any]:
    flags = ("tasks", "logs", "progress", "blades", "here", "finds")
    document: Dict[str, Any] = {
        "engine": each.url,
        "answers": not each.reason,
        "reason": each.reason or None,
        "version": each.version or None,
        "actions": sorted(each.capabilities.actions),
        **{name: _has(each, name) for name in flags},
    }
    if with_blades:
        blades = each.blades
        document["blade_list"] = (
            None
            if blades is None
            else [{"name": blade.name, "address": blade.address, "provides": list(blade.provides)} for blade in blades]
        )
    return document


def _has(each: EngineReport, name: str) -> bool:
    return bool(getattr(each.capabilities, name))


def _outbox(args: Namespace) -> int:
    from farmsubmit import outbox

    if args.cancel:
        return _cancel(args)
    if args.again:
        return _carry([outbox.letter(args.again)], args, is_sure=True)
    if args.send is not None:
        return _carry([outbox.letter(key) for key in args.send] if args.send else outbox.letters(), args)
    if args.wait:
        return _wait(args)
    found = outbox.letters()
    if args.json:
        show.as_json([each.to_json() for each in found])
    elif found:
        show.table(("key", "when", "title", "engine", "state", "tries", "next"), [_row(each) for each in found])
        for each in found:
            show.say(f"{_short(each)}: {each.reason}" if each.reason else f"{_short(each)}: it is being sent")
    else:
        show.say("nothing waits to be sent")
    return 0


def _row(each: Letter) -> Tuple[str, ...]:
    title = each.title if len(each.title) <= _WIDEST else each.title[: _WIDEST - 1] + "…"
    following = show.moment(each.next_try) if each.next_try > time.time() else "now"
    return _short(each), show.moment(each.when), title, each.engine, each.state, str(each.tries), following


def _cancel(args: Namespace) -> int:
    from farmsubmit import outbox

    # All are looked up before one is taken out.
    for each in [outbox.letter(key) for key in args.cancel]:
        with outbox.claimed(outbox.outbox_dir() / each.key) as mine:
            if not mine:
                raise FarmsubmitError(f"{_short(each)} is being sent by another process at this moment")
            outbox.remove(each)
        show.say(f"{_short(each)} is taken out: {each.title}")
        if each.state == outbox.UNSURE:
            show.warn(f"{each.engine} may have it all the same: its answer was lost")
    return 0


def _carry(letters: Sequence[Letter], args: Namespace, is_sure: bool = False) -> int:
    from farmsubmit.submission.outbox import carry

    done = carry(letters, is_sure)
    if args.json:
        show.as_json([_carried_json(each) for each in done])
    elif done:
        for each in done:
            _tell_carried(each)
    else:
        show.say("nothing waits to be sent")
    return 0 if all(each.ticket for each in done) else 3


def _tell_carried(each: Carried) -> None:
    if each.ticket is None:
        show.warn(f"{_short(each.letter)}: {each.reason}")
        return
    link = f"  {each.ticket.link}" if each.ticket.link else ""
    show.say(f"job {each.ticket.jid} is with {each.ticket.engine}{link}")
    for note in each.notes:
        show.warn(f"job {each.ticket.jid}: {note}")


def _carried_json(each: Carried) -> Dict[str, Any]:
    jid = each.ticket.jid if each.ticket else None
    values = {"key": each.letter.key, "engine": each.letter.engine, "jid": jid, "reason": each.reason or None}
    return {**values, "notes": list(each.notes)}


def _wait(args: Namespace) -> int:
    """Try what waits until nothing does, or what is left needs a person; Ctrl+C ends it and loses nothing."""
    from farmsubmit import outbox
    from farmsubmit.submission.outbox import due

    while True:
        ready = due()
        if ready:
            _carry(ready, args)
        left: List[Letter] = [each for each in outbox.letters() if each.state != outbox.REFUSED]
        if not left:
            return 3 if outbox.letters() else 0
        time.sleep(max(0.2, min(each.next_try for each in left) - time.time()))


def _short(each: Letter) -> str:
    from farmsubmit.submission.outbox import short

    return short(each)
