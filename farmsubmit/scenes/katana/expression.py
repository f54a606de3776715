"""A Python expression of Katana, parsed and walked: what is on the list is worked out, all else is None.

Nothing is ever executed. The expression, its depth and its result are bounded, so that none can take long.
"""

from __future__ import annotations

import ast
import math
import posixpath
import warnings
from typing import Optional, Protocol, Union

Value = Union[str, float]
_LONGEST = 1000
_LONGEST_RESULT = 4096
_DEEPEST = 20


class Names(Protocol):
    """What the names of an expression stand for; each answer is None where only Katana can tell."""

    def environment(self, name: str) -> Optional[str]:
        """Return a variable of the environment."""

    def parameter(self, path: str) -> Optional[Value]:
        """Return a dotted name, such as ``project.resolution`` or ``user.root``."""

    def of_node(self, name: str, path: str) -> Optional[Value]:
        """Return the parameter of another node."""


def evaluate(text: str, names: Names) -> Optional[Value]:
    """Return what an expression gives, or None where it holds anything that is not on the list."""
    if len(text) > _LONGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    value = _Walk(names).value(tree.body, 0)
    return value if _is_sound(value) else None


class _Walk:
    def __init__(self, names: Names) -> None:
        self._names = names

    def value(self, node: ast.expr, depth: int) -> Optional[Value]:
        if depth > _DEEPEST:
            return None
        if isinstance(node, ast.Constant):
            return _constant(node)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return _sum(self.value(node.left, depth + 1), self.value(node.right, depth + 1))
        if isinstance(node, ast.Call):
            return self._call(node, depth)
        if isinstance(node, (ast.Attribute, ast.Name)):
            return self._named(node)
        return None

    def _named(self, node: ast.expr) -> Optional[Value]:
        """Return ``a.b.c``, or ``getNode("n").a.b``."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        path = ".".join(reversed(parts))
        if isinstance(node, ast.Name):
            return self._names.parameter(f"{node.id}.{path}" if path else node.id)
        name = _argument(node, "getNode")
        return self._names.of_node(name, path) if name is not None else None

    def _call(self, node: ast.Call, depth: int) -> Optional[Value]:
        if node.keywords:
            return None
        if isinstance(node.func, ast.Name) and node.func.id == "getenv":
            return self._environment(node.args, depth)
        name = _argument(node, "getParam")
        if name is not None:
            owner, _, path = name.partition(".")
            return self._names.of_node(owner, path)
        return self._text(node, depth)

    def _text(self, node: ast.Call, depth: int) -> Optional[Value]:
        """Return ``str(x)`` of a text, and ``path.join(…)`` of texts."""
        called = _function(node.func)
        texts = [value for value in (self.value(part, depth + 1) for part in node.args) if isinstance(value, str)]
        if not texts or len(texts) != len(node.args):
            return None
        if called == "str" and len(texts) == 1:
            return texts[0]
        return posixpath.join(*texts) if called == "path.join" else None

    def _environment(self, arguments: list[ast.expr], depth: int) -> Optional[Value]:
        if not 1 <= len(arguments) <= 2:
            return None
        name = self.value(arguments[0], depth + 1)
        found = self._names.environment(name) if isinstance(name, str) else None
        if found is not None or len(arguments) == 1:
            return found
        return self.value(arguments[1], depth + 1)


def _is_sound(value: Optional[Value]) -> bool:
    """Whether a number is finite, and a text one that can be written to a file."""
    if isinstance(value, str):
        return len(value) <= _LONGEST_RESULT and not any("\ud800" <= letter <= "\udfff" for letter in value)
    return value is not None and math.isfinite(value)


def _constant(node: ast.Constant) -> Optional[Value]:
    if isinstance(node.value, str) or type(node.value) is float:
        return node.value
    # A whole number as long as the expression may be would not fit a float.
    return node.value if type(node.value) is int and abs(node.value) < 10**12 else None


def _sum(left: Optional[Value], right: Optional[Value]) -> Optional[Value]:
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return left + right
    return None


def _function(node: ast.expr) -> str:
    """Return ``str`` or ``path.join``; an empty text for what is not so simple a name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return ""


def _argument(node: ast.expr, function: str) -> Optional[str]:
    """Return the text in ``function("text")``, or None for anything else."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function):
        return None
    only = node.args[0] if len(node.args) == 1 else None
    return only.value if isinstance(only, ast.Constant) and isinstance(only.value, str) else None
