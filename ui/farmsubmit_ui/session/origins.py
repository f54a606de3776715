"""Where a value comes from, and which of them were changed: fields of the job, of rows, and of the request."""

from __future__ import annotations

from typing import Any, NamedTuple, Tuple

from farmsubmit.author.elements import Job
from farmsubmit.request import SubmitRequest
from farmsubmit.settings import SETTINGS
from farmsubmit_ui.session.state import State

THIS_TIME, DEFAULT, SCENE = "this time", "default", "scene"

# What a field of a row takes its value from, where that is a setting; all else is the scene's to say.
_ROW_SETTINGS = {"chunk": "chunk", "order": "order", "movie": "movie", "output": "output_name"}
_SETTINGS = {"environment": "environment_set", "title": "job_title"}
_PARTS = ("dirmaps", "environment", "engine")


class Field(NamedTuple):
    """A field by its kind: ``job``, ``row``, ``part`` of the request, or ``option``; ``row`` is empty for all rows."""

    kind: str
    name: str
    row: str = ""


def field_of(text: str) -> Field:
    """Return a field by its name.

    ``job.priority`` and ``priority`` are the same; ``row.frames`` is that of any row, ``row.beauty:cam.frames`` of one;
    ``dirmaps``, ``environment`` and ``engine`` are themselves, and any other name is that of an option.
    """
    head, dot, rest = text.partition(".")
    if dot and head == "row":
        row, _, name = rest.rpartition(".")
        return Field("row", name, row)
    if dot and head in ("job", "option"):
        return Field(head, rest)
    if text in _PARTS:
        return Field("part", text)
    return Field("job" if text in Job.by_attribute else "option", text)


def value_of(request: SubmitRequest, field: Field) -> Any:
    """Return the value of a field; of any row, a tuple with each row's."""
    if field.kind == "job":
        return request.job.get(field.name)
    if field.kind == "row":
        return _of_rows(request, field)
    return getattr(request, field.name) if field.kind == "part" else request.options.get(field.name)


def _of_rows(request: SubmitRequest, field: Field) -> Tuple[Any, ...]:
    return tuple(getattr(row, field.name) for row in request.rows if field.row in ("", row.id))


def is_changed(state: State, field: Field) -> bool:
    """Tell whether a field has another value than scene and settings gave it."""
    if state.request is None or state.base is None:
        return any(not edit.path and edit.attribute == field.name for edit in state.edits)
    return bool(value_of(state.request, field) != value_of(state.base, field))


def origin(state: State, field: Field, settings: Any, how: str) -> str:
    """Return where a value comes from: ``this time`` where it was changed, a layer of the settings, or the scene."""
    if is_changed(state, field):
        return THIS_TIME
    if state.base is None or how.startswith("as a"):
        return how.partition("as a ")[2] or DEFAULT
    name = _setting(field)
    if name in SETTINGS and settings is not None:
        told = str(settings.origin(name))
        if told != DEFAULT or field.name not in ("title", "output"):
            return told
    return SCENE if field.kind == "row" or field.name == "title" else DEFAULT


def _setting(field: Field) -> str:
    if field.kind == "row":
        return _ROW_SETTINGS.get(field.name, "")
    return _SETTINGS.get(field.name, field.name)
