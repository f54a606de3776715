"""Rows as a person changes them in words: ``Write1:frames=1-10,chunk=2``."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Callable, Dict, Sequence, Tuple

from farmsubmit.errors import FarmsubmitError, RequestError, did_you_mean
from farmsubmit.lang.frames import FrameSet
from farmsubmit.request.model import Row, find_row

_YES, _NO = ("yes", "true", "on", "1"), ("no", "false", "off", "0")
_FORM = "write ID:FIELD=VALUE,…, such as Write1:frames=1-10,chunk=2"


def _frames(text: str) -> FrameSet:
    return FrameSet.parse(text)


def _flag(text: str) -> bool:
    word = text.strip().lower()
    if word not in (*_YES, *_NO):
        raise ValueError("yes or no")
    return word in _YES


def _chunk(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError("a whole number; 0 is all in one task")
    return int(text)


def _number(text: str) -> Any:
    try:
        return float(text) if text else None
    except ValueError:
        raise ValueError("a number, or empty for none") from None


def _names(text: str) -> Tuple[str, ...]:
    return tuple(filter(None, text.split("+")))


def _pairs(text: str) -> Dict[str, str]:
    pairs = [item.partition(":") for item in _names(text)]
    if not all(name and colon for name, colon, _ in pairs):
        raise ValueError("NAME:VALUE, with + between several")
    return {name: value for name, _, value in pairs}


_READERS: Dict[str, Callable[[str], Any]] = {
    "on": _flag,
    "title": str,
    "camera": str,
    "views": _names,
    "variables": _pairs,
    "frames": _frames,
    "chunk": _chunk,
    "order": str,
    "priority": _number,
    "service": str,
    "output": str,
    "after": _names,
    "movie": _flag,
    "layers": _names,
}
"""The fields that can be changed, and what reads each. Lists have ``+`` between their items."""

_NEXT = re.compile(rf",(?=(?:{'|'.join(_READERS)})=)")


def edited(rows: Sequence[Row], edits: Sequence[str]) -> Tuple[Row, ...]:
    """Return the rows with the changes of some texts, each ``ID:FIELD=VALUE,…``; ids may hold colons.

    A comma ends a value only where another field follows, so that frames may hold commas. Raises RequestError for an
    unknown row or field or a bad value, and what lang.frames raises for frames and orders.
    """
    by_id = {row.id: row for row in rows}
    for text in edits:
        name, changes = _split(text, rows)
        by_id[name] = _changed(by_id[name], changes)
    return tuple(by_id.values())


def _split(text: str, rows: Sequence[Row]) -> Tuple[str, str]:
    fitting = [row.id for row in rows if text.startswith(f"{row.id}:")]
    if fitting:
        name = max(fitting, key=len)
        return name, text[len(name) + 1 :]
    field = re.search(rf":(?=(?:{'|'.join(_READERS)})=)", text)
    name, colon, _ = (text[: field.start()], ":", "") if field else text.rpartition(":")
    if not colon:
        raise RequestError(f"{text!r} changes no row", _FORM)
    find_row(rows, name)
    raise RequestError(f"{text!r} changes no field of a row", _FORM)


def _changed(row: Row, changes: str) -> Row:
    found: Dict[str, Any] = {}
    for change in _NEXT.split(changes):
        field, equals, value = change.partition("=")
        reader = _READERS.get(field)
        if not equals or reader is None:
            hint = did_you_mean(field, _READERS) or f"known: {', '.join(_READERS)}"
            raise RequestError(f"row {row.id!r}: {change!r} changes no field", hint if equals else _FORM)
        try:
            found[field] = reader(value)
        except FarmsubmitError:
            raise
        except ValueError as error:
            raise RequestError(f"row {row.id!r}: {field} = {value!r} is not {error}") from None
    return replace(row, **found)
