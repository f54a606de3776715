"""The nodes of a parsed expression, and how each is worked out. Private to farmsubmit.lang.expression."""

from __future__ import annotations

from typing import Any, Callable, List, Sequence

from farmsubmit.errors import did_you_mean
from farmsubmit.lang._expression_arithmetic import ARITHMETIC, COMPARISONS, SIGNS
from farmsubmit.lang._expression_functions import FUNCTIONS, METHODS, SEARCHES
from farmsubmit.lang._expression_limits import check_characters
from farmsubmit.lang._expression_scope import Scope

CONSTANTS = {"True": True, "False": False, "None": None}

_CHARACTERS_PER_UNIT_OF_SEARCH = 100
_FEW = 8


class Node:
    """A part of an expression; ``at`` is its place in the text, ``depth`` how many nodes stand inside each other."""

    def __init__(self, at: int, children: Sequence[Node] = ()) -> None:
        self.at = at
        self.children = children
        self.depth: int = 1 + max((child.depth for child in children), default=0)

    def value(self, scope: Scope) -> Any:
        """Work the node out; raises ExpressionError."""
        raise NotImplementedError

    def values(self, scope: Scope) -> List[Any]:
        """Work the children out, from left to right."""
        return [child.value(scope) for child in self.children]


class Literal(Node):
    """A value as written."""

    def __init__(self, at: int, literal: Any) -> None:
        super().__init__(at)
        self.literal = literal

    def value(self, scope: Scope) -> Any:
        """Return the value."""
        return self.literal


class Name(Node):
    """A name that has been assigned or given."""

    def __init__(self, at: int, name: str) -> None:
        super().__init__(at)
        self.name = name

    def value(self, scope: Scope) -> Any:
        """Return what the name stands for; a range comes as a list."""
        for names in (scope.assigned, scope.given):
            if self.name in names:
                return self._plain(scope, names[self.name])
        raise scope.error(f"there is no {self.name}", self.at, self._hint(scope))

    def _plain(self, scope: Scope, value: Any) -> Any:
        if isinstance(value, range):
            ends = (value.start, value.stop, value.step)
            return scope.made(scope.tried(self.at, FUNCTIONS["range"], *ends), self.at)
        return scope.known(value, self.at)

    def _hint(self, scope: Scope) -> str:
        if self.name in FUNCTIONS:
            return f"{self.name} is a function: write {self.name}(…)"
        if f"<arg:{self.name}.processed>" in scope.given:
            return f"write <arg:{self.name}.processed> or .initial"
        known = [*scope.assigned, *scope.given]
        near = did_you_mean(self.name, [*known, *CONSTANTS])
        return near or (f"there is {', '.join(known)}" if 0 < len(known) < _FEW else "")


class Joined(Node):
    """A text with values in it."""

    def value(self, scope: Scope) -> Any:
        """Return the parts as one text."""
        parts = self.values(scope)
        scope.weigh(self.at, *parts)
        texts = [scope.tried(self.at, FUNCTIONS["str"], part) for part in parts]
        scope.tried(self.at, check_characters, sum(map(len, texts)))
        return scope.made("".join(texts), self.at)


class ListOf(Node):
    """A list, or a tuple."""

    def __init__(self, at: int, children: Sequence[Node], kind: Callable[[List[Any]], Any]) -> None:
        super().__init__(at, children)
        self.kind = kind

    def value(self, scope: Scope) -> Any:
        """Return the list with its items."""
        return scope.made(self.kind(self.values(scope)), self.at)


class MappingOf(Node):
    """A mapping; its children are key, value, key, value."""

    def value(self, scope: Scope) -> Any:
        """Return the mapping with its items."""
        parts = self.values(scope)
        scope.weigh(self.at, *parts[::2])
        return scope.made(scope.tried(self.at, dict, zip(parts[::2], parts[1::2])), self.at)


class Sign(Node):
    """``-`` or ``+`` before a number."""

    def __init__(self, at: int, child: Node, sign: str) -> None:
        super().__init__(at, (child,))
        self.sign = sign

    def value(self, scope: Scope) -> Any:
        """Return the number with the sign."""
        return scope.made(scope.tried(self.at, SIGNS[self.sign], self.children[0].value(scope)), self.at)


class Not(Node):
    """The opposite of its child."""

    def value(self, scope: Scope) -> Any:
        """Return True or False."""
        return not self.children[0].value(scope)


class _Chain(Node):
    """Children joined by operators of one level; ``operators`` are one fewer.

    A long flat expression makes a broad node, not a deep one.
    """

    def __init__(self, at: int, children: Sequence[Node], operators: Sequence[str]) -> None:
        super().__init__(at, children)
        self.operators = operators


class Arithmetic(_Chain):
    """A chain that is worked out from left to right."""

    def value(self, scope: Scope) -> Any:
        """Return the result."""
        total, *others = self.values(scope)
        for symbol, child, other in zip(self.operators, self.children[1:], others):
            total = scope.made(scope.tried(child.at, ARITHMETIC[symbol], total, other), child.at)
        return total


class Comparison(_Chain):
    """A chain such as ``1 < x <= 5``, which holds where each of its comparisons holds."""

    def value(self, scope: Scope) -> Any:
        """Return True or False; what stands behind the first comparison that fails is not worked out."""
        left = self.children[0].value(scope)
        for symbol, child in zip(self.operators, self.children[1:]):
            right = child.value(scope)
            scope.weigh(child.at, left, right)
            if isinstance(left, str) and isinstance(right, str) and "in" in symbol:
                scope.spend(len(left) * len(right) // _CHARACTERS_PER_UNIT_OF_SEARCH, child.at)
            if not scope.tried(child.at, COMPARISONS[symbol], left, right):
                return False
            left = right
        return True


class Either(_Chain):
    """A chain of ``and`` or ``or``: the value of the first child that decides, as in Python."""

    def value(self, scope: Scope) -> Any:
        """Return the value that decides; what stands behind it is not worked out."""
        stops_at = self.operators[0] == "or"
        result = None
        for child in self.children:
            result = child.value(scope)
            if bool(result) is stops_at:
                return result
        return result


class Conditional(Node):
    """``a if c else b``; its children are a, c, b."""

    def value(self, scope: Scope) -> Any:
        """Return one of the two; the other one is not worked out."""
        yes, condition, no = self.children
        return yes.value(scope) if condition.value(scope) else no.value(scope)


class Index(Node):
    """``a[b]``; its children are a, b."""

    def value(self, scope: Scope) -> Any:
        """Return the item."""
        target, place = self.values(scope)
        scope.weigh(self.at, place)
        return scope.known(scope.tried(self.at, _item, target, place), self.at)


def _item(target: Any, place: Any) -> Any:
    if not isinstance(target, dict):
        return target[place]
    # Not target[place]: a defaultdict would make the item that is missing.
    missing = object()
    found = dict.get(target, place, missing)
    if found is missing:
        raise LookupError(f"there is no key {place!r}")
    return found


class Slice(Node):
    """``a[b:c:d]``; its children are a, b, c, d."""

    def value(self, scope: Scope) -> Any:
        """Return the part of the text or list."""
        target, *ends = self.values(scope)
        return scope.made(scope.tried(self.at, lambda: target[slice(*ends)]), self.at)


class Call(Node):
    """A function and its arguments."""

    def __init__(self, at: int, children: Sequence[Node], name: str) -> None:
        super().__init__(at, children)
        self.name = name

    def value(self, scope: Scope) -> Any:
        """Return what the function gives."""
        arguments = self.values(scope)
        if self.name != "len":
            scope.weigh(self.at, *arguments)
        return scope.made(scope.tried(self.at, FUNCTIONS[self.name], *arguments), self.at)


class Method(Call):
    """A method and its arguments; the first child is what it is called on."""

    def value(self, scope: Scope) -> Any:
        """Return what the method gives."""
        target, *arguments = self.values(scope)
        method = self._method(scope, target)
        scope.weigh(self.at, target, *arguments)
        if isinstance(target, str) and self.name in SEARCHES and arguments and isinstance(arguments[0], str):
            scope.spend(len(target) * len(arguments[0]) // _CHARACTERS_PER_UNIT_OF_SEARCH, self.at)
        return scope.made(scope.tried(self.at, method, target, *arguments), self.at)

    def _method(self, scope: Scope, target: Any) -> Callable[..., Any]:
        shown, methods = f"a {type(target).__name__}", {}
        for kind, title, known in METHODS:
            if isinstance(target, kind):
                shown, methods = title, known
        if self.name not in methods:
            hint = did_you_mean(self.name, methods)
            raise scope.error(f"{shown} has no {self.name}()", self.at, hint)
        return methods[self.name]
