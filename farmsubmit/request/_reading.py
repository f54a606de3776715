"""Checked reading of the plain JSON values of a request; every mistake is told with its place. Private to request.

A reader takes a value and its place in the document (``rows[2].frames``) and returns the checked value.
"""

from __future__ import annotations

import math
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, NoReturn

from farmsubmit.errors import FarmsubmitError, RequestError, did_you_mean
from farmsubmit.lang.frames import FrameSet
from farmsubmit.request.model import MOST

Reader = Callable[[Any, str], Any]


class Field(NamedTuple):
    """A key of an object: what reads its value, and whether it must be there."""

    read: Reader
    required: bool = False


def refuse(where: str, value: object, expected: str) -> NoReturn:
    """Raise the RequestError for a value that is not what its place needs."""
    raise RequestError(f"request: {where or 'the document'} is {_shown(value)}", f"expected {expected}")


def _shown(value: object) -> str:
    # Never repr() of a list or an object: nested deep enough it is a RecursionError.
    if isinstance(value, str):
        return repr(value) if len(value) <= 60 else "a long text"
    if isinstance(value, (bool, float)) or value is None or (isinstance(value, int) and abs(value) < 10**18):
        return repr(value)
    return {dict: "an object", list: "a list", int: "a huge number"}.get(type(value), "something else")


def text(value: Any, where: str) -> str:
    """Return a text."""
    return value if isinstance(value, str) else refuse(where, value, "a text")


def name(value: Any, where: str) -> str:
    """Return a text that is not empty."""
    return value if isinstance(value, str) and value else refuse(where, value, "a text that is not empty")


def flag(value: Any, where: str) -> bool:
    """Return true or false."""
    return value if isinstance(value, bool) else refuse(where, value, "true or false")


def count(value: Any, where: str) -> int:
    """Return a whole number from 0 to MOST."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST:
        return value
    return refuse(where, value, f"a whole number from 0 to {MOST:,}")


def number_or_none(value: Any, where: str) -> Any:
    """Return a finite number, or None."""
    if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)):
        return value
    return refuse(where, value, "a number or null")


def frames(value: Any, where: str) -> FrameSet:
    """Return the frames of a text; none of an empty one."""
    return in_place(where, FrameSet.parse, value) if text(value, where) else FrameSet()


def one_of(*words: str) -> Reader:
    """Return the reader of one of some words."""
    return lambda value, where: value if value in words else refuse(where, value, "one of " + ", ".join(words))


def texts(value: Any, where: str) -> List[str]:
    """Return a list of texts."""
    return [text(item, f"{where}[{place}]") for place, item in enumerate(as_list(value, where))]


def text_tuple(value: Any, where: str) -> Any:
    """Return a list of texts as a tuple."""
    return tuple(texts(value, where))


def texts_by_name(value: Any, where: str) -> Dict[str, str]:
    """Return an object whose values are texts."""
    return {key: text(item, f"{where}.{key}") for key, item in as_object(value, where).items()}


def as_list(value: Any, where: str) -> List[Any]:
    """Return a list."""
    return value if isinstance(value, list) else refuse(where, value, "a list")


def as_object(value: Any, where: str) -> Mapping[str, Any]:
    """Return an object whose keys are texts."""
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        refuse(where, value, "an object")
    return value


def record(value: Any, where: str, fields: Mapping[str, Field]) -> Dict[str, Any]:
    """Return what an object holds by the keys that it may have; one that must be there and is missing is an error."""
    given = as_object(value, where)
    for key in given:
        if key not in fields:
            hint = did_you_mean(key, fields) or f"known: {', '.join(fields)}"
            raise RequestError(f"request: {where or 'the document'} has an unknown key {key!r}", hint)
    for key, one in fields.items():
        if one.required and key not in given:
            raise RequestError(f"request: {inside(where, key)} is missing")
    return {key: fields[key].read(item, inside(where, key)) for key, item in given.items()}


def inside(where: str, key: str) -> str:
    """Return the place of a key in an object."""
    return f"{where}.{key}" if where else key


def in_place(where: str, make: Callable[..., Any], *values: Any) -> Any:
    """Return what ``make`` gives, its errors told with the place."""
    try:
        return make(*values)
    except FarmsubmitError as error:
        raise RequestError(f"request: {where}: {error.problem}", error.hint) from None
