"""Why a blade matches a service-key expression, or does not."""

from __future__ import annotations

from typing import Mapping

from farmsubmit.lang._service_blade import Blade
from farmsubmit.lang._service_nodes import (
    Chain,
    Level,
    Metric,
    Name,
    Node,
    Not,
    Number,
    Pattern,
    Value,
    number_text,
    show,
    upwards,
)

_LONGEST = 100
_Values = Mapping[Node, Value]


def reasons(root: Node, values: _Values, blade: Blade) -> tuple[str, ...]:
    """Return the facts that decide the result, from left to right, each once and on one line."""
    found: dict[str, None] = {}
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Not) or (isinstance(node, Chain) and node.level <= Level.AND):
            waiting.extend(reversed(_deciding(node, values)))
        else:
            found[_fact(node, values, blade)] = None
    return tuple(found)


def _deciding(node: Node, values: _Values) -> list[Node]:
    """Return the children without which the value would not be certain."""
    value = values[node]
    if value is None:
        return [child for child in node.children if values[child] is None]
    if not isinstance(node, Chain):
        return list(node.children)
    if node.level is Level.AND:
        return [child for child in node.children if value or values[child] == 0]
    return [child for child in node.children if values[child]][:1] if value else list(node.children)


def _fact(node: Node, values: _Values, blade: Blade) -> str:
    if isinstance(node, Name):
        return f"provides {node.text!r}" if values[node] else f"does not provide {node.text!r}"
    if isinstance(node, Pattern):
        key = blade.key_like(node.text)
        return f"provides nothing like {node.text!r}" if key is None else f"provides {key!r} like {node.text!r}"
    if isinstance(node, Number):
        return f"{show(node)} is always {'true' if node.number else 'false'}"
    return f"{_short(show(node))}: {_short(_measured(node, values))}"


def _measured(node: Node, values: _Values) -> str:
    """Say which numbers of the blade went into a metric, a sum or a comparison."""
    inside = upwards(node)
    used = [part for part in inside if isinstance(part, (Name, Pattern, Metric))]
    silent = dict.fromkeys(show(part) for part in used if values[part] is None)
    if silent:
        return f"does not report {', '.join(silent)}"
    if values[node] is None:
        return "divides by zero" if any(_divides_by_zero(part, values) for part in inside) else "grows too large"
    if len(used) == 1 and used[0] in (node, *node.children):
        return f"has {_number(values[used[0]])}"
    facts = dict.fromkeys(f"{show(part)} = {_number(values[part])}" for part in used)
    return f"has {', '.join(facts)}" if facts else f"is always {'true' if values[node] else 'false'}"


def _divides_by_zero(node: Node, values: _Values) -> bool:
    if not isinstance(node, Chain):
        return False
    return any(symbol == "/" and values[child] == 0 for symbol, child in zip(node.operators, node.children[1:]))


def _number(value: Value) -> str:
    return number_text(round(float(value or 0), 6))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
