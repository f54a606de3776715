"""What runs outside of Blender, in a process of its own: the dialog, and the sending of a job.

    python outside.py ROOT dialog FACTS.facts.json|SCENE
    python outside.py ROOT send ORDER.json RESULT.json

So neither the dialog's Qt nor a slow engine ever holds Blender up. The last line on standard error says what went
wrong; the exit codes are those of the ``farmsubmit`` command.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Sequence

if TYPE_CHECKING:
    from farmsubmit.request import SubmitRequest
    from farmsubmit.scenes import SceneFacts
    from farmsubmit.submission import Sent

LOOK_AGAIN = 2.0
# Blender touches the order while it shows the job's state; where that stops, so does the looking.
GIVE_UP = 60.0


def add_paths(paths: List[str], root: Path) -> None:
    """Add the folders of a bare folder or a wheel to a module path, behind what is there."""
    folders = [str(folder) for folder in (root, root / "ui", root / "libraries") if folder.is_dir()]
    paths += [folder for folder in folders if folder not in paths]


def request_of(facts: SceneFacts, options: Dict[str, Any], **asked: Any) -> SubmitRequest:
    """Return the request for the facts of a file, with the user's settings.

    ``options`` say how the file stands to the scene (saving.options_of); ``asked`` is what request_for takes.
    """
    from farmsubmit.submission import openscene

    return openscene.request_of(openscene.OpenScene(facts, options), **asked)


def send(request: SubmitRequest, engine: Optional[str] = None) -> Sent:
    """Check a request and send its jobs; raises as farmsubmit.submit_request does.

    One whose previews wait for a person is two jobs: the previews go last, for they wait for the other one's id.
    """
    from farmsubmit.request import split_for_approval
    from farmsubmit.submission import Submission

    ways = [Submission(part, engine) for part in reversed(split_for_approval(request))]
    for way in ways:
        way.prepare()
    return [way.send() for way in ways][-1]


def main(words: Sequence[str]) -> int:
    """Do what the words ask for, and return the exit code."""
    root, verb, *rest = words
    add_paths(sys.path, Path(root))
    from farmsubmit.errors import FarmsubmitError

    try:
        return _VERBS[verb](*rest)
    except FarmsubmitError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code


def _open_dialog(facts: str) -> int:
    from farmsubmit_ui.app import main as open_dialog

    return open_dialog([facts])


def _send_order(order: str, result: str) -> int:
    from farmsubmit.scenes import SceneFacts, read_scene

    document = json.loads(Path(order).read_text("utf-8"))
    live = document["facts"]
    facts = SceneFacts.from_json(live) if live else read_scene(document["scene"], document["blender"])
    request = request_of(facts, document["options"], **document["asked"])
    sent = send(request, document["engine"] or None)
    told = {"jid": sent.ticket.jid, "engine": sent.ticket.engine, "notes": list(sent.notes), "state": "", "counts": {}}
    _write(Path(result), told)
    if document["follow"]:
        _follow(told, Path(order), Path(result))
    return 0


def _follow(told: Dict[str, Any], order: Path, result: Path) -> None:
    """Keep telling the state of a job until it is over, its engine does not say, or nobody looks any more."""
    from farmsubmit.engines.base import FINAL_STATES
    from farmsubmit.engines.registry import engine_for
    from farmsubmit.errors import EngineError

    engine = engine_for(told["engine"])
    while told["state"] not in FINAL_STATES and _is_watched(order):
        try:
            status = engine.status(told["jid"])
        except EngineError:
            return
        _write(result, {**told, "state": status.state, "counts": dict(status.counts)})
        told["state"] = status.state
        time.sleep(0 if status.state in FINAL_STATES else LOOK_AGAIN)


def _is_watched(order: Path) -> bool:
    try:
        return time.time() - order.stat().st_mtime < GIVE_UP
    except OSError:
        return False


def _write(path: Path, document: Dict[str, Any]) -> None:
    from farmsubmit import files

    files.write_atomic(path, json.dumps(document))


_VERBS: Dict[str, Callable[..., int]] = {"dialog": _open_dialog, "send": _send_order}

if __name__ == "__main__":
    # This folder holds the add-on, and no modules for anybody else.
    sys.path.pop(0)
    sys.exit(main(sys.argv[1:]))
