"""Commands that look back: history, diff, resubmit."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, NamedTuple, Optional, Tuple

from farmsubmit.cli import show
from farmsubmit.errors import FarmsubmitError

if TYPE_CHECKING:
    from farmsubmit.author.elements import Job
    from farmsubmit.history import Entry

_WIDEST = 48
# When a request was made is no difference by itself; where a title holds the date, that is one.
_MOMENT = "options.moment"


def add_commands(commands: Any) -> None:
    """Add the commands of this group to the parser."""
    _add_history(commands.add_parser("history", help="what was submitted, and what became of it"))
    diff = commands.add_parser("diff", help="how two submissions, requests or jobs differ; exit code 1 where they do")
    for name in ("A", "B"):
        diff.add_argument(name.lower(), metavar=name, help="a number of the history, a request file or a job file")
    diff.add_argument("--most", metavar="N", type=int, default=50, help="most lines of each sort (default: 50)")
    diff.add_argument("--json", action="store_true", help="as JSON")
    diff.set_defaults(run=_diff)
    again = commands.add_parser("resubmit", help="send a submission of the history again")
    again.add_argument("number", metavar="N", type=int, help="its number")
    again.add_argument("--engine", metavar="URL", help="where to (default: where it went)")
    again.add_argument("--owner", help="whose job it is (default: you)")
    again.add_argument("--dry-run", action="store_true", help="show what would be sent, and send nothing")
    again.add_argument("--no-wait", action="store_true", help="local engine: do not wait for the job")
    again.add_argument("--json", action="store_true", help="the ticket as JSON")
    again.set_defaults(run=_resubmit, out=None, expandchunk=False, wait=False)


def _add_history(parser: ArgumentParser) -> None:
    parser.add_argument("--scene", metavar="SCENE", help="only submissions of this scene")
    parser.add_argument("-n", dest="most", metavar="N", type=int, default=20, help="most to show (default: 20)")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.set_defaults(run=_list)
    parts = parser.add_subparsers(metavar="show N", dest="part")
    one = parts.add_parser("show", help="all that is kept of one submission")
    one.add_argument("number", metavar="N", type=int)
    what = one.add_mutually_exclusive_group()
    what.add_argument("--request", action="store_true", help="only the request, as JSON")
    what.add_argument("--script", action="store_true", help="only the job script")
    one.add_argument("--json", action="store_true", help="as JSON")
    one.set_defaults(run=_show)


def _list(args: Namespace) -> int:
    from farmsubmit import history
    from farmsubmit.submission.again import standing

    if args.most < 1:
        raise FarmsubmitError(f"-n {args.most} shows nothing", "give 1 or more")
    scene = Path(args.scene).expanduser() if args.scene else None
    found = history.entries([str(scene.absolute()), str(scene.resolve())] if scene else (), args.most)
    states = standing(found)
    if args.json:
        show.as_json([_as_json(entry, states.get(entry.number, "")) for entry in found])
    elif found:
        rows = [_row(entry, states.get(entry.number, entry.outcome)) for entry in found]
        show.table(("number", "when", "scene or job", "engine", "job", "state"), rows)
    else:
        show.say("nothing was submitted yet" if scene is None else f"nothing of {args.scene} was submitted yet")
    return 0


def _as_json(entry: Entry, state: str) -> Dict[str, Any]:
    return {"number": entry.number, **entry.to_json(), "state": state or None, "folder": str(entry.folder)}


def _row(entry: Entry, state: str) -> Tuple[str, ...]:
    what = entry.scene.replace("\\", "/").rsplit("/", 1)[-1] or entry.title or "-"
    short = what if len(what) <= _WIDEST else what[: _WIDEST - 1] + "…"
    return (str(entry.number), show.moment(entry.when), _plain(short), entry.engine or "-", entry.jid or "-", state)


def _show(args: Namespace) -> int:
    from farmsubmit import history
    from farmsubmit.submission.again import standing

    entry = history.entry(args.number)
    if args.request or args.script:
        return _show_part(entry, args.request)
    state = standing([entry]).get(entry.number, "")
    if args.json:
        show.as_json(_as_json(entry, state))
        return 0
    for line in _lines(entry, state):
        show.say(_plain(line))
    job = entry.job()
    if job is not None:
        from farmsubmit.formats.preview import preview

        show.say()
        show.say(preview(job, "tree").rstrip("\n"))
    return 0


def _show_part(entry: Entry, is_request: bool) -> int:
    document, script = (entry.request(), None) if is_request else (None, entry.script())
    if document is None and script is None:
        missing = "was no request" if is_request else f"ended before there was a job: {entry.reason}"
        raise FarmsubmitError(f"submission {entry.number} {missing}")
    if document is not None:
        show.as_json(document)
    else:
        show.say((script or "").rstrip("\n"))
    return 0


def _lines(entry: Entry, state: str) -> Iterator[str]:
    from farmsubmit.history import SENT
    from farmsubmit.submission.again import scene_news

    owner = f" for {entry.owner}" if entry.owner not in ("", entry.user) else ""
    yield f"submission {entry.number}: {entry.outcome} {show.moment(entry.when)} by {entry.user}{owner} on {entry.host}"
    if entry.reason:
        yield f"why      {entry.reason}"
    if entry.scene:
        yield f"scene    {entry.scene}"
    if entry.scene_copy:
        yield f"copy     {entry.scene_copy}"
    news = scene_news(entry)
    if news:
        yield f"         {news}"
    yield f"engine   {entry.engine}"
    if entry.outcome == SENT:
        yield f"job      {' '.join(filter(None, (entry.jid, state, entry.link)))}"
    yield from (f"left out {text}" for text in entry.dropped)
    yield from (f"note     {text}" for text in entry.notes)
    yield f"kept in  {entry.folder}"


def _resubmit(args: Namespace) -> int:
    from farmsubmit import history
    from farmsubmit.cli.send import deliver
    from farmsubmit.submission import Submission
    from farmsubmit.submission.again import again, scene_news

    entry = history.entry(args.number)
    news = scene_news(entry)
    if news:
        show.warn(f"note: {news}")
    way = Submission(again(entry), args.engine or entry.engine, args.owner, is_trial=args.dry_run)
    return deliver([way], args)


class _Side(NamedTuple):
    """One of two to compare: the digest of its scene, its request and its job, as far as there are any."""

    sha256: str
    request: Optional[Dict[str, Any]]
    job: Optional[Job]


def _diff(args: Namespace) -> int:
    old, new = _side(args.a), _side(args.b)
    found = {
        "scene": ["it has another content"] if old.sha256 and new.sha256 and old.sha256 != new.sha256 else [],
        "request": _request_lines(old, new, args.most),
        "job": _job_lines(old, new, args.most),
    }
    if not (old.request and new.request) and not (old.job and new.job):
        raise FarmsubmitError(f"{args.a} and {args.b} have nothing in common", "name two requests, or two jobs")
    is_same = not any(found.values())
    if args.json:
        show.as_json({"same": is_same, **found})
    elif is_same:
        show.say("they are the same")
    for what, lines in found.items():
        if lines and not args.json:
            show.say("\n  ".join((f"the {what}:", *lines)))
    return 0 if is_same else 1


def _request_lines(old: _Side, new: _Side, most: int) -> List[str]:
    from farmsubmit.history.differences import differences, told

    if old.request is None or new.request is None:
        return []
    return told([each for each in differences(old.request, new.request) if each.where != _MOMENT], most)


def _job_lines(old: _Side, new: _Side, most: int) -> List[str]:
    from farmsubmit.history.treediff import job_differences

    return [] if old.job is None or new.job is None else job_differences(old.job, new.job).lines(most)


def _side(text: str) -> _Side:
    """Return what a word of the command line names: a number is that of the history, whatever files there are."""
    if text.isascii() and text.isdigit():
        from farmsubmit import history

        entry = history.entry(int(text))
        return _Side(entry.scene_sha256, entry.request(), entry.job())
    return _side_of_file(Path(text))


def _side_of_file(path: Path) -> _Side:
    from farmsubmit.cli.source import read_job_file, request_document
    from farmsubmit.request import SubmitRequest, split_for_approval
    from farmsubmit.tasks.build import build_request

    document = request_document(path)
    if document is None:
        return _Side("", None, read_job_file(path))
    request = SubmitRequest.from_json(document)
    is_one = len(split_for_approval(request)) == 1
    return _Side("", request.to_json(), build_request(request).job if is_one else None)


def _plain(text: str) -> str:
    from farmsubmit.formats._plain import plain

    return plain(text)
