"""The arguments of a task: by name, each with the value it came with and the value that processors made of it."""

from __future__ import annotations

import math
import re
from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, Tuple

from farmsubmit.errors import ArgumentError, did_you_mean
from farmsubmit.tasks.values import shortened

#: The version of the JSON form. A reader refuses any other.
VERSION = 1

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


class ArgumentValue(NamedTuple):
    """A value as it came, and as the processors left it; the same object twice where none has touched it."""

    initial: Any
    processed: Any


class Arguments(Mapping[str, ArgumentValue]):
    """Arguments by name, also as attributes: ``arguments.frames.processed``.

    One that is called as a method is, such as ``items``, is no attribute: ``arguments["items"]``.
    They never change: ``replaced`` gives new ones that share all values, so that ten thousand tasks hold one list of
    elements between them. A plain value given for an argument is both its initial and its processed value. Raises
    ArgumentError for a name that is no identifier.
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Any] = {}, **more: Any) -> None:
        if not isinstance(values, Mapping):
            raise ArgumentError(f"the arguments {shortened(values)} are no mapping of names to values")
        self._values: Dict[str, ArgumentValue] = {}
        for name, value in {**values, **more}.items():
            self._values[_checked_name(name)] = _as_value(value)

    def __getitem__(self, name: str) -> ArgumentValue:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __getattr__(self, name: str) -> ArgumentValue:
        if name.startswith("__") or name == "_values":
            raise AttributeError(name)
        return named(self._values, name)

    def __repr__(self) -> str:
        return f"Arguments({', '.join(f'{name}={value.processed!r}' for name, value in self.items())})"

    def replaced(self, values: Mapping[str, Any]) -> Arguments:
        """Return arguments with these values laid over; the others are shared."""
        new = object.__new__(type(self))
        new._values = self._values.copy()
        for name, value in values.items():
            new._values[name if name in self._values else _checked_name(name)] = _as_value(value)
        return new

    def with_defaults(self, defaults: Mapping[str, Any]) -> Arguments:
        """Return arguments with those of the defaults that are missing here."""
        missing = {name: value for name, value in defaults.items() if name not in self._values}
        return self.replaced(missing) if missing else self

    def without(self, *names: str) -> Arguments:
        """Return arguments without these names; one that is not there is no mistake."""
        new = object.__new__(type(self))
        new._values = {name: value for name, value in self._values.items() if name not in names}
        return new

    def info(self, pattern: str = ".*") -> str:
        """Return the arguments whose names a regular expression is found in, for people to read.

        Raises ArgumentError for a pattern that is no regular expression.
        """
        try:
            wanted = re.compile(pattern)
        except re.error as error:
            raise ArgumentError(f"the filter {pattern!r} is no regular expression: {error}") from None
        lines: List[str] = []
        for name in sorted(self._values):
            if wanted.search(name):
                value = self._values[name]
                lines += [name, f"    initial:   {value.initial!r}", f"    processed: {value.processed!r}"]
        return "\n".join(lines)


class MissingArgument(ArgumentError, AttributeError):
    """An argument that was asked for and is not there."""

    def __init__(self, name: str, known: Mapping[str, Any]) -> None:
        near = did_you_mean(name, known)
        # AttributeError sets a name of its own, which would be the text of the error.
        ArgumentError.__init__(self, f"there is no argument {name!r}", near or f"there is {_listed(known)}")


def named(arguments: Mapping[str, ArgumentValue], name: str) -> ArgumentValue:
    """Return an argument; raises MissingArgument where it is not there."""
    if name not in arguments:
        raise MissingArgument(name, arguments)
    return arguments[name]


def _listed(names: Mapping[str, Any]) -> str:
    return ", ".join(sorted(names)) or "none at all"


def _checked_name(name: str) -> str:
    if not isinstance(name, str) or not _NAME.match(name):
        raise ArgumentError(f"{name!r} cannot be the name of an argument", "use letters, digits and underscores")
    return name


def _as_value(value: Any) -> ArgumentValue:
    return value if isinstance(value, ArgumentValue) else ArgumentValue(value, value)


# --- as JSON


def to_data(arguments: Mapping[str, ArgumentValue]) -> Dict[str, Any]:
    """Return the arguments as JSON data: ``{"version": 1, "arguments": {name: {"value": …}}}``.

    Where the values differ there are ``initial`` and ``processed`` instead of ``value``. A tuple becomes a list.
    Raises ArgumentError for a value that JSON cannot hold, naming the argument and the place in it.
    """
    return {"version": VERSION, "arguments": {name: _value_data(name, value) for name, value in arguments.items()}}


def _value_data(name: str, value: ArgumentValue) -> Dict[str, Any]:
    if value.processed is value.initial:
        return {"value": _plain(name, value.initial)}
    return {"initial": _plain(name, value.initial), "processed": _plain(name, value.processed)}


def _plain(name: str, value: Any) -> Any:
    """Check that a value is JSON all the way down, without recursion, and return it."""
    stack: List[Tuple[str, Any, int]] = [(name, value, 0)]
    seen = 0
    while stack:
        where, item, depth = stack.pop()
        seen += 1
        if depth > _DEEPEST or seen > _MOST_VALUES:
            raise ArgumentError(f"the argument {name} is too large or too deep, or holds itself")
        stack += [(*part, depth + 1) for part in _parts(where, item)]
    return value


def _parts(where: str, item: Any) -> List[Tuple[str, Any]]:
    """Return what is inside a value, each with its place; raise ArgumentError for what JSON cannot hold."""
    if isinstance(item, dict):
        return [(f"{where}[{_checked_key(where, key)!r}]", part) for key, part in item.items()]
    if isinstance(item, (list, tuple)):
        # Long lists of plain items are the usual case, and quick.
        if all(type(part) in _SCALARS for part in item):
            return []
        return [(f"{where}[{place}]", part) for place, part in enumerate(item)]
    if not isinstance(item, (str, int, float, type(None))) or not _is_finite(item):
        raise ArgumentError(f"{where} = {item!r} cannot be sent to the farm", "use text, numbers, lists, mappings")
    return []


def _checked_key(where: str, key: Any) -> str:
    if not isinstance(key, str):
        raise ArgumentError(f"the key {key!r} in {where} is not a string", "JSON has no other keys")
    return key


_MOST_VALUES = 5_000_000
_DEEPEST = 50
_SCALARS = (str, int, bool, type(None))


def _is_finite(item: object) -> bool:
    return not isinstance(item, float) or math.isfinite(item)


def to_json(arguments: Mapping[str, ArgumentValue]) -> str:
    """Return the arguments as one line of JSON; raises ArgumentError as to_data does."""
    import json

    return json.dumps(to_data(arguments), ensure_ascii=True, separators=(",", ":"), allow_nan=False)


def from_data(data: Any, source: str) -> Arguments:
    """Return the arguments that to_data gave; ``source`` names where they come from.

    Raises ArgumentError for data of another shape or another version.
    """
    if not isinstance(data, dict) or "version" not in data:
        raise ArgumentError(f"{source} holds no arguments")
    if data["version"] != VERSION:
        hint = f"this farmsubmit reads version {VERSION}; submit the job again with it"
        raise ArgumentError(f"{source} holds arguments of version {data['version']!r}", hint)
    try:
        return Arguments({name: _from_value_data(value) for name, value in data["arguments"].items()})
    except (KeyError, TypeError, AttributeError):
        raise ArgumentError(f"{source} holds arguments that are damaged") from None


def _from_value_data(data: Mapping[str, Any]) -> ArgumentValue:
    if "value" in data:
        return ArgumentValue(data["value"], data["value"])
    return ArgumentValue(data["initial"], data["processed"])


def from_json(text: str, source: str) -> Arguments:
    """Return the arguments of a JSON text; raises ArgumentError as from_data does, and where it is no JSON."""
    import json

    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise ArgumentError(f"{source} is no JSON") from None
    return from_data(data, source)


def content_name(text: str) -> str:
    """Return the file name for a text of arguments: made from its content, so that equal ones share a file."""
    import hashlib

    return hashlib.sha256(text.encode("ascii")).hexdigest()[:32] + ".json"
