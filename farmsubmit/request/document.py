"""A request as JSON and back; docs/requests.md and the schema request-1.json say the same."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Dict, Mapping

from farmsubmit.author.options import JOB, Block, by_attribute
from farmsubmit.errors import RequestError, did_you_mean
from farmsubmit.lang.dirmap import DirMap
from farmsubmit.lang.frames import FrameSet
from farmsubmit.request import _reading as read
from farmsubmit.request._reading import Field
from farmsubmit.request.model import (
    REQUEST_VERSION,
    EnvironmentRules,
    Row,
    SubmitRequest,
    find_row,
)
from farmsubmit.request.options import OPTIONS, reader_of, without_defaults
from farmsubmit.request.shaping import settings_with, shaping_values
from farmsubmit.scenes.facts import SceneFacts

_ATTRIBUTES = {name: option for name, option in by_attribute(JOB).items() if not isinstance(option.kind, Block)}


def to_json(request: SubmitRequest) -> Dict[str, Any]:
    """Return a request as plain JSON values; see SubmitRequest.to_json."""
    environment = request.environment
    return {
        "request_version": REQUEST_VERSION,
        "facts": request.facts.to_json(),
        "rows": [{field.name: _plain(getattr(row, field.name)) for field in fields(Row)} for row in request.rows],
        "job": {name: _attribute(name, value) for name, value in request.job.items()},
        "dirmaps": [{"src": one.src, "dst": one.dst, "zone": one.zone} for one in request.dirmaps],
        "environment": {"set": dict(environment.set), "capture": environment.capture},
        "engine": request.engine,
        "settings": shaping_values(request.settings),
        "options": without_defaults({name: _plain(value) for name, value in request.options.items()}),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, FrameSet):
        return str(value) if value else ""
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value


def _attribute(name: str, value: Any) -> Any:
    kind = _known_attribute(name, "job").kind
    try:
        return kind.to_json(value)
    except (ValueError, TypeError):
        read.refuse(f"job.{name}", value, kind.expected)


def _known_attribute(name: str, where: str) -> Any:
    if name not in _ATTRIBUTES:
        hint = did_you_mean(name, _ATTRIBUTES) or f"known: {', '.join(_ATTRIBUTES)}"
        raise RequestError(f"request: {where} has no attribute {name!r}", hint)
    return _ATTRIBUTES[name]


def from_json(document: Any, this_time: Mapping[str, Any]) -> SubmitRequest:
    """Return the request that a JSON document holds; see SubmitRequest.from_json."""
    given = dict(read.as_object(document, ""))
    _check_version(given.pop("request_version", None))
    values = read.record(given, "", _FIELDS)
    values["settings"] = settings_with(values.get("settings", {}), values["facts"], this_time)
    return SubmitRequest(**values)


def _check_version(version: Any) -> None:
    if isinstance(version, int) and version > REQUEST_VERSION:
        text = f"request: version {version} is newer than {REQUEST_VERSION}"
        raise RequestError(text, "install a newer farmsubmit")
    if version != REQUEST_VERSION or isinstance(version, bool):
        read.refuse("request_version", version, str(REQUEST_VERSION))


def _facts(value: Any, where: str) -> SceneFacts:
    facts: SceneFacts = read.in_place(where, SceneFacts.from_json, read.as_object(value, where))
    return facts


def _rows(value: Any, where: str) -> Any:
    rows = tuple(_row(item, f"{where}[{place}]") for place, item in enumerate(read.as_list(value, where)))
    first: Dict[str, int] = {}
    for place, row in enumerate(rows):
        if first.setdefault(row.id, place) != place:
            raise RequestError(f"request: {where}[{place}].id = {row.id!r} is that of {where}[{first[row.id]}] too")
    for place, row in enumerate(rows):
        for name in row.after:
            if name not in first:
                read.in_place(f"{where}[{place}].after", find_row, rows, name)
    return rows


def _row(value: Any, where: str) -> Row:
    row: Row = read.in_place(where, lambda values: Row(**values), read.record(value, where, ROW_FIELDS))
    return row


def _job(value: Any, where: str) -> Dict[str, Any]:
    found = {}
    for name, item in read.as_object(value, where).items():
        kind = _known_attribute(name, where).kind
        try:
            found[name] = kind.from_json(item)
        except (ValueError, TypeError):
            read.refuse(f"{where}.{name}", item, kind.expected)
    return found


def _dirmaps(value: Any, where: str) -> Any:
    return tuple(_dirmap(item, f"{where}[{place}]") for place, item in enumerate(read.as_list(value, where)))


def _dirmap(value: Any, where: str) -> DirMap:
    values = read.record(value, where, DIRMAP_FIELDS)
    made: DirMap = read.in_place(where, lambda: DirMap(**values))
    return made


def _environment(value: Any, where: str) -> EnvironmentRules:
    return EnvironmentRules(**read.record(value, where, ENVIRONMENT_FIELDS))


def _options(value: Any, where: str) -> Dict[str, Any]:
    return read.record(value, where, OPTION_FIELDS)


#: What reads each key of a row, a directory map, the environment, and the options.
ROW_FIELDS: Dict[str, Field] = {
    "id": Field(read.name, required=True),
    "on": Field(read.flag),
    "kind": Field(read.text),
    "title": Field(read.text),
    "layer": Field(read.text),
    "camera": Field(read.text),
    "node": Field(read.text),
    "views": Field(read.text_tuple),
    "variables": Field(read.texts_by_name),
    "frames": Field(read.frames),
    "chunk": Field(read.count),
    "order": Field(read.text),
    "priority": Field(read.number_or_none),
    "service": Field(read.text),
    "output": Field(read.text),
    "after": Field(read.text_tuple),
    "movie": Field(read.flag),
    "layers": Field(read.text_tuple),
    "movie_frames": Field(read.frames),
}
DIRMAP_FIELDS = {name: Field(read.text, required=True) for name in ("src", "dst", "zone")}
ENVIRONMENT_FIELDS = {"set": Field(read.texts_by_name), "capture": Field(read.flag)}
OPTION_FIELDS: Dict[str, Field] = {name: Field(reader_of(option)) for name, option in OPTIONS.items()}
_FIELDS: Dict[str, Field] = {
    "facts": Field(_facts, required=True),
    "rows": Field(_rows, required=True),
    "job": Field(_job),
    "dirmaps": Field(_dirmaps),
    "environment": Field(_environment),
    "engine": Field(read.text),
    "settings": Field(lambda value, where: dict(read.as_object(value, where))),
    "options": Field(_options),
}
