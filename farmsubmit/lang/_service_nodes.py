"""The nodes of a parsed service-key expression: each can print itself and work out its value on a blade.

Nothing here recurses, because a tree may be deeper than Python's stack: ``fold`` goes through the nodes from the leaves
up and hands each node what its children gave.
"""

from __future__ import annotations

import abc
import enum
import math
import operator
from dataclasses import dataclass
from typing import Callable, Optional, Sequence, TypeVar

from farmsubmit.lang._service_blade import Blade
from farmsubmit.lang._service_tokens import is_bare_name

Value = Optional[float]
"""What a part of an expression comes to on a blade: 0 is false, any other number true, None unknown."""

Result = TypeVar("Result")


class Level(enum.IntEnum):
    """How tightly an operator binds, the loosest first; as in C, with the comma beside ``&&``."""

    OR = 1
    AND = 2
    COMPARE = 3
    SUM = 4
    PRODUCT = 5


LEVELS = {
    "||": Level.OR,
    "&&": Level.AND,
    ",": Level.AND,
    **dict.fromkeys(("<", "<=", "==", "!=", ">=", ">"), Level.COMPARE),
    **dict.fromkeys("+-", Level.SUM),
    **dict.fromkeys("*/", Level.PRODUCT),
}

_APPLY: dict[str, Callable[[float, float], float]] = {
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


class Node(abc.ABC):
    """A part of an expression; ``children`` are the parts it is made of, from left to right."""

    children: tuple[Node, ...] = ()

    @abc.abstractmethod
    def show(self, parts: Sequence[str]) -> str:
        """Return the normal form, given the normal forms of the children."""

    @abc.abstractmethod
    def value(self, values: Sequence[Value], blade: Blade) -> Value:
        """Return the value on a blade, given the values of the children."""


@dataclass(frozen=True, eq=False)
class Name(Node):
    """A key that a blade provides or not: 1 or 0."""

    text: str

    def show(self, parts: Sequence[str]) -> str:
        """Return the name, in quotes if it would mean something else without."""
        return self.text if is_bare_name(self.text) else quoted(self.text)

    def value(self, values: Sequence[Value], blade: Blade) -> Value:
        """Return 1 if the blade provides the key in any capitalization, else 0."""
        return float(self.text.casefold() in blade.keys)


@dataclass(frozen=True, eq=False)
class Pattern(Node):
    """A quoted name with ``*`` (any characters) or ``?`` (one character): 1 or 0."""

    text: str

    def show(self, parts: Sequence[str]) -> str:
        """Return the pattern in quotes."""
        return quoted(self.text)

    def value(self, values: Sequence[Value], blade: Blade) -> Value:
        """Return 1 if the blade provides a key that fits, else 0."""
        return float(blade.key_like(self.text) is not None)


@dataclass(frozen=True, eq=False)
class Metric(Node):
    """A number that the blade reports; ``name`` is spelled as documented, without ``@.``."""

    name: str

    def show(self, parts: Sequence[str]) -> str:
        """Return the metric with its ``@.``."""
        return f"@.{self.name}"

    def value(self, values: Sequence[Value], blade: Blade) -> Value:
        """Return what the blade reports, or None."""
        return blade.metric(self.name)


@dataclass(frozen=True, eq=False)
class Number(Node):
    """A number as written."""

    number: float

    def show(self, parts: Sequence[str]) -> str:
        """Return the shortest text of the number."""
        return number_text(self.number)

    def value(self, values: Sequence[Value], blade: Blade) -> Value:
        """Return the number."""
        return self.number


@dataclass(frozen=True, eq=False)
class Not(Node):
    """The opposite of its one child."""

    children: tuple[Node, ...]

    def show(self, parts: Sequence[str]) -> str:
        """Return ``!`` and the child, in parentheses if it has operators."""
        return f"!({parts[0]})" if isinstance(self.children[0], Chain) else f"!{parts[0]}"

    def value(self, values: Sequence[Value], blade: Blade) -> Value:
        """Return 1 for 0, 0 for any other number; the opposite of unknown is unknown."""
        return None if values[0] is None else float(not values[0])


@dataclass(frozen=True, eq=False)
class Chain(Node):
    """Two or more children joined by operators of one level, worked out from left to right.

    ``operators`` are one fewer than the children. A chain holds all of ``a || b || c ...``: a long flat expression
    makes a broad tree, not a deep one.
    """

    level: Level
    operators: tuple[str, ...]
    children: tuple[Node, ...]

    def show(self, parts: Sequence[str]) -> str:
        """Return the chain with every inner chain in parentheses, but for comparisons inside ``&&`` and ``||``."""
        shown = [self._guarded(child, part) for child, part in zip(self.children, parts)]
        return shown[0] + "".join(f" {symbol} {part}" for symbol, part in zip(self.operators, shown[1:]))

    def _guarded(self, child: Node, part: str) -> str:
        if not isinstance(child, Chain):
            return part
        plain = child.level is Level.COMPARE and self.level < Level.COMPARE
        return part if plain else f"({part})"

    def value(self, values: Sequence[Value], blade: Blade) -> Value:
        """Return the result; unknown if it depends on an unknown part, a division by zero or an overflow."""
        if self.level is Level.AND:
            return _all(values)
        if self.level is Level.OR:
            return _any(values)
        return _calculated(self.operators, values)


def _all(values: Sequence[Value]) -> Value:
    if any(value == 0 for value in values):
        return 0.0
    return None if None in values else 1.0


def _any(values: Sequence[Value]) -> Value:
    if any(values):
        return 1.0
    return None if None in values else 0.0


def _calculated(operators: Sequence[str], values: Sequence[Value]) -> Value:
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    total = known[0]
    for symbol, value in zip(operators, known[1:]):
        if symbol == "/" and not value:
            return None
        total = float(_APPLY[symbol](total, value))
    return total if math.isfinite(total) else None


def chain(operators: Sequence[str], children: Sequence[Node]) -> Chain:
    """Join nodes by operators of one level; ``a && (b && c)`` becomes ``a && b && c``, the same for ``||``."""
    level = LEVELS[operators[0]]
    if level > Level.AND:
        return Chain(level, tuple(operators), tuple(children))
    flat: list[Node] = []
    for child in children:
        same = isinstance(child, Chain) and child.level is level
        flat.extend(child.children if same else (child,))
    symbol = "||" if level is Level.OR else "&&"
    return Chain(level, (symbol,) * (len(flat) - 1), tuple(flat))


def upwards(root: Node) -> list[Node]:
    """Return all nodes from left to right, each behind its children."""
    order, waiting = [], [root]
    while waiting:
        node = waiting.pop()
        order.append(node)
        waiting.extend(node.children)
    order.reverse()
    return order


def fold(root: Node, combine: Callable[[Node, Sequence[Result]], Result]) -> dict[Node, Result]:
    """Work out something for every node from the leaves up; ``combine`` gets a node and its children's results."""
    results: dict[Node, Result] = {}
    for node in upwards(root):
        results[node] = combine(node, [results[child] for child in node.children])
    return results


def depth(root: Node) -> int:
    """Return how many operators stand inside each other, counting a chain as one."""

    def deeper(node: Node, depths: Sequence[int]) -> int:
        return 1 + max(depths) if depths else 0

    return fold(root, deeper)[root]


def show(root: Node) -> str:
    """Return the normal form of a node."""
    return fold(root, lambda node, parts: node.show(parts))[root]


def values_on(root: Node, blade: Blade) -> dict[Node, Value]:
    """Return the value of every node on a blade."""

    def value(node: Node, values: Sequence[Value]) -> Value:
        return node.value(values, blade)

    return fold(root, value)


def quoted(text: str) -> str:
    """Put a name in quotes; a name read from an expression never holds both kinds of quote."""
    return f"'{text}'" if '"' in text else f'"{text}"'


def number_text(number: float) -> str:
    """Return the shortest text that reads back as the same number, whole numbers without a point."""
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
