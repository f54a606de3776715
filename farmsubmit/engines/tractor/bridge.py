"""Runs in the Python that has the package ``tractor``: makes a job, or asks for rows, with its documented names only.

It imports nothing of farmsubmit. What to do comes as JSON on standard input; lines that begin with MARK are its answer,
for the package may print lines of its own. Sources: the author API document for Job, Task, Command, newTask,
addChild, newDirMap, spool and setEngineClientParam; public client code for Instance, addCleanup, newPostscript and
the query functions.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from datetime import datetime
from importlib import import_module
from typing import Any, Dict, List

MARK = "farmsubmit-bridge:"


def main() -> None:
    """Do what standard input says, and answer."""
    order = json.loads(sys.stdin.read())
    # The folder of this file is no place to look for modules.
    here = os.path.realpath(os.path.dirname(__file__))  # noqa: PTH120  # any Python 3 may run this
    sys.path[:] = [folder for folder in sys.path if os.path.realpath(folder) != here] + order["path"]
    name = "author" if order["do"] == "spool" else "query"
    try:
        module = import_module("tractor.api." + name)
    except Exception as error:
        _tell(outcome="missing", text=_text(error))
        return
    try:
        _spool(module, order) if name == "author" else _query(module, order)
    except Exception as error:
        _tell(outcome="raised", text=_text(error), names=[kind.__name__ for kind in type(error).__mro__])


def _spool(author: Any, order: Dict[str, Any]) -> None:
    try:
        job = _job(author, order["job"])
        author.setEngineClientParam(**order["client"])
    except Exception as error:
        _tell(outcome="refused", text=_text(error))
        return
    _tell(outcome="sending")
    jid = job.spool(**order["spool"])
    _tell(outcome="done", jid=str(jid))
    with suppress(Exception):
        author.closeEngineClient()


def _query(query: Any, order: Dict[str, Any]) -> None:
    query.setEngineClientParam(**order["client"])
    words = {"columns": order["columns"]} if order["columns"] else {}
    rows = getattr(query, order["entity"])(order["where"], **words)
    _tell(outcome="done", rows=[dict(row) for row in rows])


def _job(author: Any, document: Dict[str, Any]) -> Any:
    job = author.Job()
    _fill(author, job, document["job"])
    elements: List[Any] = []
    for node in document["nodes"]:
        parent = job if node["parent"] is None else elements[node["parent"]]
        values = {name: value for name, value in node.items() if name not in ("kind", "parent")}
        if node["kind"] == "instance":
            element = author.Instance(title=values["title"])
        else:
            element = author.Task(title=values.pop("title"))
            _fill(author, element, values)
        elements.append(element)
        parent.addChild(element)
    return job


def _fill(author: Any, element: Any, values: Dict[str, Any]) -> None:
    for name, value in values.items():
        if name == "cmds":
            for each in value:
                element.addCommand(_command(author, each))
        elif name == "cleanup":
            for each in value:
                element.addCleanup(_command(author, each))
        elif name == "postscript":
            for each in value:
                element.newPostscript(**each)
        elif name == "dirmaps":
            for each in value:
                element.newDirMap(src=each["src"], dst=each["dst"], zone=each["zone"])
        else:
            setattr(element, name, datetime.fromisoformat(value) if name == "after" else value)


def _command(author: Any, values: Dict[str, Any]) -> Any:
    return author.Command(**values)


def _text(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def _tell(**answer: Any) -> None:
    sys.stdout.write(f"\n{MARK}{json.dumps(answer, default=str)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
