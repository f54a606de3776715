"""A job as JSON, versioned, both ways.

    {"farmsubmit_job": 1, "job": {"title": "…", …}, "nodes": [{"kind": "task", "parent": null, …}, …]}

The tree is a flat list in script order, each node naming its parent's place in the list, because JSON nested as deep
as a tree may be cannot be read back. Options have their Python names; only those that are set are there.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Tuple

from farmsubmit.author import options as table
from farmsubmit.author.elements import Assign, Command, Element, Instance, Iterate, Job, Task
from farmsubmit.author.options import Option
from farmsubmit.author.tree import References, walk
from farmsubmit.errors import FarmsubmitError, JobFileError, JobTreeError, did_you_mean
from farmsubmit.lang.dirmap import DirMap

VERSION = 1
_MARK = "farmsubmit_job"
_TREES = ("subtasks", "template")
_NODES: Dict[str, Callable[[], Element]] = {"task": Task, "instance": Instance, "iterate": Iterate}


def to_json(job: Job, indent: Optional[int] = None) -> str:
    """Return the job as JSON text; raises as to_tcl does for a job that cannot be written."""
    import json

    return json.dumps(to_document(job), ensure_ascii=False, indent=indent)


def from_json(text: str, source: str = "") -> Job:
    """Return the job of a JSON text; raises JobFileError that names the place in the document."""
    import json

    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise JobFileError(f"{source or 'JSON'}: not JSON: {error}") from None
    try:
        return from_document(document)
    except JobFileError as error:
        raise JobFileError(f"{source}: {error.problem}" if source else error.problem, error.hint) from None


def to_document(job: Job) -> Dict[str, Any]:
    """Return the job as plain dictionaries and lists."""
    job.required("subtasks")
    references = References(job)
    references.settle()
    nodes: List[Dict[str, Any]] = []
    _add_nodes(job, None, "subtasks", nodes, references)
    return {_MARK: VERSION, "job": _values(job), "nodes": nodes}


def from_document(document: Any) -> Job:
    """Return the job of plain dictionaries and lists; raises JobFileError."""
    if not isinstance(document, dict) or _MARK not in document:
        raise JobFileError("this is no farmsubmit job", f"its top has no {_MARK!r}")
    if document[_MARK] != VERSION:
        raise JobFileError(f"this job is of version {document[_MARK]!r}, this farmsubmit reads version {VERSION}")
    job = Job()
    _fill(job, document.get("job", {}), "job")
    nodes = document.get("nodes", [])
    if not isinstance(nodes, list):
        raise JobFileError("nodes is not a list")
    elements: List[Element] = []
    for place, node in enumerate(nodes):
        elements.append(_node(node, f"nodes[{place}]", job, elements))
    return job


def _add_nodes(job: Job, above: Optional[int], into: str, nodes: List[Dict[str, Any]], names: References) -> None:
    line: List[Optional[int]] = [above]
    for element, _, leaving in walk(job):
        if leaving:
            line.pop()
            continue
        node: Dict[str, Any] = {"kind": type(element).__name__.lower(), "parent": line[-1]}
        if into != "subtasks" and line[-1] == above:
            node["into"] = into
        place = len(nodes)
        line.append(place)
        nodes.append(node)
        node.update(_values(element))
        if isinstance(element, Task):
            element.required("title")
            name = names.name(element)
            node.update({"id": name} if name is not None else {})
        elif isinstance(element, Instance) and element.target is not None:
            node["title"] = names.name(element.target)
        elif isinstance(element, Iterate):
            _add_template(element, place, nodes, names)


def _add_template(iterate: Iterate, place: int, nodes: List[Dict[str, Any]], names: References) -> None:
    inner = Job()
    inner.subtasks.extend(iterate.required("template"))
    try:
        _add_nodes(inner, place, "template", nodes, names)
    except RecursionError:
        raise JobTreeError(f"{iterate.label} stands too many templates deep") from None


def _values(element: Element) -> Dict[str, Any]:
    """Return the options of an element that are set, children left out."""
    values: Dict[str, Any] = {}
    for option in element.options:
        value = vars(element).get(option.attr)
        if value is None or value == [] or option.attr in _TREES:
            continue
        if option.kind is table.BLOCK:
            values[option.attr] = [_item(item) for item in value]
        else:
            values[option.attr] = _checked(element, option, value)
    return values


def _checked(element: Element, option: Option, value: Any) -> Any:
    from farmsubmit.errors import AuthorError

    try:
        return option.kind.to_json(value)
    except (ValueError, TypeError):
        raise AuthorError(element.label, option.attr, value, option.kind.expected) from None


def _item(item: Any) -> Dict[str, Any]:
    if isinstance(item, DirMap):
        return {"src": item.src, "dst": item.dst, "zone": item.zone}
    values = _values(item)
    if isinstance(item, Command):
        item.required("argv")
        if item.local:
            values["local"] = True
    return values


def _node(node: Any, where: str, job: Job, elements: List[Element]) -> Element:
    if not isinstance(node, dict):
        raise JobFileError(f"{where} is not an object")
    rest = dict(node)
    kind, parent, into = rest.pop("kind", None), rest.pop("parent", None), rest.pop("into", "subtasks")
    if kind not in _NODES:
        raise JobFileError(f"{where}.kind is {kind!r}", "expected task, instance or iterate")
    if parent is not None and (type(parent) is not int or not 0 <= parent < len(elements)):
        raise JobFileError(f"{where}.parent is {parent!r}", "expected null or the place of an earlier node")
    owner = job if parent is None else elements[parent]
    if into not in _TREES or into not in owner.by_attribute:
        raise JobFileError(f"{where} cannot stand in {into!r} of {owner.label}")
    element = _NODES[kind]()
    _fill(element, rest, where)
    if isinstance(element, Task):
        object.__setattr__(element, "parent", owner)
    getattr(owner, into).append(element)
    return element


def _fill(element: Element, values: Any, where: str) -> None:
    if not isinstance(values, dict):
        raise JobFileError(f"{where} is not an object")
    for name, value in values.items():
        option = element.by_attribute.get(name)
        if option is None or name in _TREES:
            raise JobFileError(f"{where} has an unknown key {name!r}", did_you_mean(name, element.by_attribute))
        if option.kind is table.BLOCK:
            object.__setattr__(element, name, _items(name, value, f"{where}.{name}"))
            continue
        try:
            object.__setattr__(element, name, option.kind.from_json(value))
        except (ValueError, TypeError):
            raise JobFileError(f"{where}.{name} = {value!r} is not {option.kind.expected}") from None


def _items(name: str, values: Any, where: str) -> List[Any]:
    if not isinstance(values, list):
        raise JobFileError(f"{where} is not a list")
    return [_read_item(name, value, f"{where}[{place}]") for place, value in enumerate(values)]


def _read_item(name: str, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise JobFileError(f"{where} is not an object")
    if name == "dirmaps":
        return _read_dirmap(value, where)
    element: Element
    element, value = (Assign(), value) if name == "init" else _command(value, where)
    _fill(element, value, where)
    return element


def _command(value: Dict[str, Any], where: str) -> Tuple[Command, Dict[str, Any]]:
    rest = dict(value)
    local = rest.pop("local", False)
    if not isinstance(local, bool):
        raise JobFileError(f"{where}.local = {local!r} is not true or false")
    return Command(local=local), rest


def _read_dirmap(value: Dict[str, Any], where: str) -> DirMap:
    try:
        return DirMap(**value)
    except (TypeError, FarmsubmitError) as error:
        raise JobFileError(f"{where} is no directory map: {error}", "it has src, dst and zone") from None
