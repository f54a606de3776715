"""An installed package ``tractor``, used in a process of its own through its documented names.

This process may have farmsubmit's own alias of that name in place, and the package may belong to another Python, such
as Tractor's rmanpy: so it is never imported here.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Sequence

from farmsubmit import files
from farmsubmit.engines.tractor import bridge, sessionfile
from farmsubmit.engines.tractor.location import Location, identity, is_debug, session_filename
from farmsubmit.errors import AnswerLost, EngineError, EngineUnreachable, SpoolError
from farmsubmit.settings import load_settings

#: Seconds for a question, and for sending a job, which may wait until the engine has taken it apart.
ASKING, SENDING = 60.0, 600.0


class Package(NamedTuple):
    """The Python that has the package, and the folders that it must look into to find it."""

    python: str
    folders: Sequence[str] = ()


class Missing(EngineError):
    """A Python that does not have the package after all; nothing was sent."""


def found_package() -> Optional[Package]:
    """Return the package: that of the setting ``tractor_python``, else of this Python, else None."""
    named = str(load_settings()["tractor_python"])
    if named:
        return Package(named)
    # Only the finder of files is asked: the modules of this process may be an alias that farmsubmit put in place.
    spec = PathFinder.find_spec("tractor")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        is_whole = any(Path(folder, "api", name).exists() for name in ("author", "author.py"))
        if is_whole and Path(sys.executable or "").name.lower().startswith("python"):
            return Package(sys.executable, (str(Path(folder).parent),))
    return None


def spool(package: Package, location: Location, document: Dict[str, Any], words: Dict[str, Any]) -> str:
    """Send a job and return its id.

    ``document`` is that of jobjson, ``words`` are what the API's own call takes by name.
    Raises Missing and SpoolError where nothing was sent, or the engine says with ``block`` that it refuses, and
    AnswerLost for all else: the API does not tell whether the job had arrived.
    """
    order = {"do": "spool", "job": document, "spool": words}
    answers = _run(package, location, order, SENDING)
    last: Dict[str, Any] = answers[-1] if answers else {"outcome": "refused", "text": "it ended without a word"}
    text = f"the tractor package: {last.get('text', '')}"
    if last["outcome"] == "done":
        return str(last["jid"])
    if last["outcome"] == "missing":
        raise Missing(text)
    if last["outcome"] == "refused" or _is_refusal(last, bool(words.get("block"))):
        raise SpoolError(text)
    raise AnswerLost(text if last.get("text") else "the tractor package ended in the middle of sending the job")


def rows(package: Package, location: Location, entity: str, where: str, columns: Sequence[str]) -> List[Dict[str, Any]]:
    """Return what the query API finds; raises Missing, EngineUnreachable and EngineError."""
    order = {"do": "query", "entity": entity, "where": where, "columns": list(columns)}
    answers = _run(package, location, order, ASKING)
    last: Dict[str, Any] = answers[-1] if answers else {"outcome": "raised", "text": "it ended without a word"}
    if last["outcome"] == "missing":
        raise Missing(f"the tractor package: {last['text']}")
    if last["outcome"] != "done":
        raise EngineError(f"the tractor package cannot ask for {entity}: {last.get('text', '')}")
    return [dict(row) for row in last["rows"]]


def _is_refusal(answer: Dict[str, Any], is_blocking: bool) -> bool:
    names = answer.get("names", ())
    return "PasswordRequired" in names or (is_blocking and "SpoolError" in names)


def _run(package: Package, location: Location, order: Dict[str, Any], seconds: float) -> List[Dict[str, Any]]:
    """Run the bridge and return its answers; what became of a job that was being sent is in the last of them."""
    given = {**order, "path": list(package.folders), "client": _client(location, order["do"] == "query")}
    argv = [package.python, str(Path(bridge.__file__))]
    password = str(given["client"].get("password", ""))
    try:
        done = subprocess.run(
            argv,
            input=json.dumps(given),
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        kind = AnswerLost if order["do"] == "spool" else EngineUnreachable
        raise kind(f"the tractor package did not answer within {seconds:g} s") from None
    except OSError as error:
        raise Missing(f"{package.python} does not start: {error.strerror or error}", "see tractor_python") from None
    if is_debug():
        sys.stderr.write(_hidden(done.stderr, password))
    marked = (line for line in done.stdout.splitlines() if line.startswith(bridge.MARK))
    answers: List[Dict[str, Any]] = [json.loads(line[len(bridge.MARK) :]) for line in marked]
    for answer in answers:
        answer.update({"text": _hidden(answer["text"], password)} if "text" in answer else {})
    return answers


def _client(location: Location, is_query: bool) -> Dict[str, Any]:
    user, password = identity(location)
    words: Dict[str, Any] = {"hostname": location.host.strip("[]"), "port": location.port, "user": user}
    if password:
        words["password"] = password
    if is_debug():
        words["debug"] = True
    if is_query:
        words["sessionFilename"] = session_filename() or _session_file(location)
    return {name: value for name, value in words.items() if value != ""}


def _session_file(location: Location) -> str:
    """Return a file for the query API's own session, in a folder that only its owner can look into; "" without one."""
    folder = files.state_dir() / "tractor"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return ""
    name = sessionfile.name_of(location, identity(location).user)
    return str(folder / f"{name}.query")


def _hidden(text: str, password: str) -> str:
    return text.replace(password, "***") if password else text
