"""Checked reading of plain JSON values into frozen dataclasses, and back.

A reader takes a value and its place in the document (``outputs[2].frames.step``) and returns the checked value, or
raises SceneError naming the place. The depth of a document is that of the records, never that of the input.
"""

from __future__ import annotations

import math
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, Callable, Generic, Mapping, NoReturn, Optional, TypeVar, Union

from farmsubmit.errors import SceneError, did_you_mean

T = TypeVar("T")
# Far above every frame and every pixel, and far below what a float cannot hold.
_MOST = 10**18
Reader = Callable[[object, str], T]


def refuse(where: str, value: object, expected: str) -> NoReturn:
    """Raise the SceneError for a value that is not what its place needs."""
    raise SceneError(f"scene facts: {where or 'the document'} is {_shown(value)}", f"expected {expected}")


def _shown(value: object) -> str:
    # Never repr() of a list or an object: nested deep enough it is a RecursionError.
    if isinstance(value, str):
        return repr(value) if len(value) <= 60 else "a long text"
    if isinstance(value, (bool, float)) or value is None or (isinstance(value, int) and abs(value) < _MOST):
        return repr(value)
    return {dict: "an object", list: "a list", int: "a huge number"}.get(type(value), "something else")


def text(value: object, where: str) -> str:
    """Return a text; anything else raises SceneError."""
    return value if isinstance(value, str) else refuse(where, value, "a text")


def flag(value: object, where: str) -> bool:
    """Return true or false; anything else, 0 and 1 among it, raises SceneError."""
    return value if isinstance(value, bool) else refuse(where, value, "true or false")


def whole(value: object, where: str) -> int:
    """Return a whole number below 10**18; anything else raises SceneError."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _MOST:
        return value
    return refuse(where, value, "a whole number")


def number(value: object, where: str) -> float:
    """Return a finite number as it is, whole or not; anything else raises SceneError."""
    if isinstance(value, float) and math.isfinite(value):
        return value
    return (
        whole(value, where)
        if isinstance(value, int) and not isinstance(value, bool)
        else refuse(where, value, "a number")
    )


def optional(reader: Reader[T]) -> Reader[Optional[T]]:
    """Return a reader that takes null as well."""
    return lambda value, where: None if value is None else reader(value, where)


def many(reader: Reader[T]) -> Reader[tuple[T, ...]]:
    """Return a reader of lists."""

    def read(value: object, where: str) -> tuple[T, ...]:
        if not isinstance(value, list):
            refuse(where, value, "a list")
        return tuple(reader(item, f"{where}[{index}]") for index, item in enumerate(value))

    return read


def pair(reader: Reader[T]) -> Reader[tuple[T, T]]:
    """Return a reader of lists of exactly two."""

    def read(value: object, where: str) -> tuple[T, T]:
        if not isinstance(value, list) or len(value) != 2:
            refuse(where, value, "a list of two")
        return reader(value[0], f"{where}[0]"), reader(value[1], f"{where}[1]")

    return read


def texts_by_name(value: object, where: str) -> dict[str, str]:
    """Return an object whose values are texts; anything else raises SceneError."""
    if not isinstance(value, Mapping):
        refuse(where, value, "an object")
    return {text(key, f"a key of {where}"): text(item, f"{where}[{key!r}]") for key, item in value.items()}


class Record(Generic[T]):
    """A dataclass and the reader of each of its fields; called, it is itself a reader.

    A field without a default must be in the document, and a key that is no field raises SceneError.
    """

    def __init__(self, made: type[T], **readers: Reader[Any]) -> None:
        self._made = made
        self._readers = readers
        self._required = [field.name for field in fields(made) if field.default is field.default_factory is MISSING]  # type: ignore[arg-type]

    def __call__(self, value: object, where: str) -> T:
        """Return the record that a JSON object holds; raises SceneError naming the place of the mistake."""
        if not isinstance(value, Mapping):
            refuse(where, value, "an object")
        for key in value:
            self._check_known(key, where)
        for name in self._required:
            if name not in value:
                raise SceneError(f"scene facts: {_inside(where, name)} is missing")
        return self._made(**{name: self._readers[name](item, _inside(where, name)) for name, item in value.items()})

    def _check_known(self, key: object, where: str) -> None:
        if key not in self._readers:
            hint = did_you_mean(str(key), self._readers) or f"known: {', '.join(self._readers)}"
            raise SceneError(f"scene facts: {where or 'the document'} has an unknown key {key!r}", hint)


def _inside(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def plain(value: Any) -> Union[dict[str, Any], list[Any], str, float, bool, None]:
    """Return a record as JSON has it: objects, lists and plain values."""
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return dict(value)
    return value  # type: ignore[no-any-return]
