"""Text that a Puli server can take: ASCII and nothing else, looked for before anything is sent.

Other characters in a name make the server answer 500; in a command they make it fail on the render node; in an
environment they start an endless loop that takes the render node with it. All seen on a server of release 1.7.
"""

from __future__ import annotations

import math
from typing import Any, Dict, Iterator, List, Tuple

from farmsubmit.errors import SpoolError

DEEPEST = 50
_HINT = "a Puli server takes ASCII only: rename it, or reach it through a link with another name"
_PLACES = {"environment": "environment variable", "arguments": "argument", "tags": "tag", "requirements": "requirement"}


def refuse_other_than_ascii(document: Dict[str, Any]) -> None:
    """Raise SpoolError, naming the node, the entry and the column, for the first text that is not ASCII.

    It also refuses what JSON has not, and values that are more than 50 deep.
    """
    for where, value in _entries(document):
        _check(where, value)


def _entries(document: Dict[str, Any]) -> Iterator[Tuple[str, Any]]:
    for name in ("name", "user", "poolName", "meta"):
        yield f"{name} of the graph", document[name]
    for node in document["tasks"]:
        label = f"{node['type']} {node['name']!a}"
        for key, value in node.items():
            if key in _PLACES:
                yield from _named(f"{label}, {_PLACES[key]}", value)
            elif key == "commands":
                yield from _commands(label, value)
            elif key not in ("type", "dependencies", "tasks"):
                yield f"{label}, {key}", value


def _commands(label: str, commands: List[Dict[str, Any]]) -> Iterator[Tuple[str, Any]]:
    for command in commands:
        where = f"{label}, command {command['description']!a}"
        yield f"{where}, description", command["description"]
        yield from _named(f"{where}, argument", command["arguments"])


def _named(where: str, values: Dict[str, Any]) -> Iterator[Tuple[str, Any]]:
    for name, value in values.items():
        yield f"{where} {name!a}", name
        yield f"{where} {name!a}", value


def _check(where: str, value: Any) -> None:
    look = [(value, 0)]
    while look:
        item, depth = look.pop()
        if depth > DEEPEST:
            raise SpoolError(f"{where}: its value is more than {DEEPEST} lists or dictionaries deep")
        if isinstance(item, str):
            _check_text(where, item)
        elif isinstance(item, dict):
            look += [(part, depth + 1) for pair in item.items() for part in pair]
        elif isinstance(item, (list, tuple)):
            look += [(part, depth + 1) for part in item]
        elif not (item is None or isinstance(item, int) or (isinstance(item, float) and math.isfinite(item))):
            raise SpoolError(f"{where}: {type(item).__name__} is no value that JSON has", "write text or a number")


def _check_text(where: str, text: str) -> None:
    if text.isascii():
        return
    column = next(place for place, character in enumerate(text, 1) if not character.isascii())
    raise SpoolError(f"{where}, column {column}: {text[column - 1]!r} is not ASCII", _HINT)
