"""What the installed author API can be told of a job: only what public documents and client code show of it.

Sources: the author API document; the open-source clients of RenderMan for Blender, Gaffer, Meshroom and jobtronaut for
the attributes that it does not name.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Dict, FrozenSet, Iterable, List, Mapping, Tuple, Type

from farmsubmit.author.elements import Command, Element, Instance, Job, Task
from farmsubmit.author.planning.losses import Losses
from farmsubmit.author.tree import walk
from farmsubmit.engines.base import Dropped
from farmsubmit.formats.jobjson import to_document

_JOB = """title tier projects crews priority paused after afterjids service tags atleast atmost envkey maxactive
etalevel comment metadata editpolicy spoolcwd serialsubtasks cleanup postscript dirmaps subtasks"""
_TASK = "title id service serialsubtasks chaser preview metadata subtasks cmds"
_COMMAND = """argv service tags id refersto atleast atmost minrunsecs maxrunsecs samehost envkey expand msg metrics
retryrc when resumewhile resumepin metadata"""

#: The attributes of each element that the API is known to have.
KNOWN: Mapping[Type[Element], FrozenSet[str]] = {
    Job: frozenset(_JOB.split()),
    Task: frozenset(_TASK.split()),
    Command: frozenset(_COMMAND.split()),
    Instance: frozenset({"title"}),
}
_WHY = "no public document shows it in Tractor's author API; a job script has it: tractor-spool sends one"


def losses(job: Job) -> Tuple[Dropped, ...]:
    """Return what of a job the author API cannot be told, counted per option."""
    found = Losses()
    for element in _elements(job):
        known = KNOWN.get(type(element))
        if known is None:
            found.note(element, type(element).__name__, _WHY)
            continue
        for name in element.by_attribute.keys() & vars(element).keys() - known:
            if vars(element)[name] not in (None, []):
                found.note(element, name, _WHY)
    return found.report()


def document(job: Job) -> Dict[str, Any]:
    """Return the job as jobjson has it, without what losses() tells; ``after`` has a year, as the API wants one."""
    whole = to_document(job)
    values = _kept(Job, whole["job"])
    if "after" in values:
        values["after"] = with_year(values["after"], datetime.now())
    return {"job": values, "nodes": _known_nodes(whole["nodes"])}


def with_year(text: str, now: datetime) -> str:
    """Return ``month day HH:MM`` or ``HH:MM`` as an ISO date of this year, or of the next one that has that day.

    The year is not sent: Tractor's ``-after`` has none. An ISO date stays as it is.
    """
    if "-" in text:
        return text
    *day, time = text.split()
    month, number = (int(day[0]), int(day[1])) if day else (now.month, now.day)
    hour, minute = (int(part) for part in time.split(":"))
    for year in range(now.year, now.year + 9):
        try:
            return datetime(year, month, number, hour, minute).isoformat()
        except ValueError:
            continue
    return text


def _elements(job: Job) -> Iterable[Element]:
    yield job
    yield from vars(job).get("init", ())
    yield from _commands(job, "cleanup", "postscript")
    for element, _, leaving in walk(job):
        if not leaving:
            yield element
            yield from _commands(element, "cmds")


def _commands(element: Element, *blocks: str) -> Iterable[Command]:
    for block in blocks:
        yield from vars(element).get(block, ())


def _kept(kind: Type[Element], values: Mapping[str, Any]) -> Dict[str, Any]:
    found = {name: value for name, value in values.items() if name in KNOWN[kind] or name == "local"}
    for block in {"cmds", "cleanup", "postscript"} & found.keys():
        found[block] = [_kept(Command, each) for each in found[block]]
    return found


def _known_nodes(nodes: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    """Return the nodes without Iterates and what stands in them, their parents counted anew."""
    places: Dict[int, int] = {}
    found: List[Dict[str, Any]] = []
    for place, node in enumerate(nodes):
        parent = node["parent"]
        if node["kind"] == "iterate" or (parent is not None and parent not in places):
            continue
        places[place] = len(found)
        kind = Task if node["kind"] == "task" else Instance
        above = None if parent is None else places[parent]
        found.append({"kind": node["kind"], "parent": above, **_kept(kind, node)})
    return found
