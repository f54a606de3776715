"""Values of Katana parameters, with the few expressions that can be told without Katana; none of them is executed.

Python expressions are parsed by ``ast`` and walked: texts and numbers, ``+``, ``project.dir``, ``project.x`` and
``globals.x`` (parameters of the project), ``getenv``, ``path.join``, ``str``, ``getNode("n").x``, ``getParam("n.x")``
and parameters of the node itself. Reference expressions are ``@node``, ``=x``, ``=node/x``, ``=^/x``, ``=~/x``,
``=^.x``, with ``+ 'text'`` after them. All else is unresolved. Source: Katana's developer guide, "Parameter
Expressions".
"""

from __future__ import annotations

import math
import re
from typing import Mapping, Optional, Union

from farmsubmit.scenes.facts import Unresolved
from farmsubmit.scenes.katana.expression import evaluate
from farmsubmit.scenes.katana.graph import Graph, Node, Parameter

Value = Union[str, float]
# Parameters that name each other in a chain longer than this are left to Katana.
_DEEPEST = 8
_LONGEST = 4096
_SHOWN = 500
_REFERENCE = re.compile(r"=(?:([^/+]*)/)?([^+/\s]+)\s*(?:\+(.+))?", re.DOTALL)


class Values:
    """The values of a graph's parameters; ``unresolved`` collects those that only Katana can tell.

    ``folder`` is what ``project.dir`` stands for, the scene's folder; ``environment`` is what ``getenv`` reads.
    """

    def __init__(self, graph: Graph, folder: str, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = environment
        self._graph = graph
        self._known: dict[tuple[Node, str], Optional[Value]] = {}
        self._depth = 0
        self._unresolved: dict[Unresolved, None] = {}

    @property
    def unresolved(self) -> tuple[Unresolved, ...]:
        """What was asked for and could not be told, in the order of asking."""
        return tuple(self._unresolved)

    @property
    def current_frame(self) -> Optional[float]:
        """The frame that the project stood at when it was saved, or None."""
        root = self._graph.root
        return self.number(root, "currentTime") if root is not None else None

    def text(self, node: Node, path: str) -> str:
        """Return a parameter as text, empty where the node does not store it or only Katana can tell it."""
        value = self._asked(node, path)
        if value is None or isinstance(value, str):
            return value or ""
        return str(int(value) if value == int(value) else value)

    def number(self, node: Node, path: str) -> Optional[float]:
        """Return a parameter as a number, or None; whole numbers come back as int."""
        value = self._asked(node, path)
        number = _number(value) if isinstance(value, str) else value
        if number is None:
            return None
        return int(number) if number == int(number) else number

    def is_on(self, node: Node, path: str, default: bool = False) -> bool:
        """Return a yes or no, which Katana writes as ``Yes`` and ``No`` or as numbers."""
        said = self.text(node, path).strip().lower()
        return default if not said else said not in ("no", "0", "false")

    def leave(self, node: Node, path: str, text: str = "") -> None:
        """Note a value as one that only Katana can tell; without ``text``, by its expression."""
        parameter = node.parameters.get(path)
        if parameter is not None and not text:
            text = parameter.expression or ("animated" if parameter.animated else parameter.value)
        self._unresolved[Unresolved(node.name, path, text[:_SHOWN])] = None

    def _asked(self, node: Node, path: str) -> Optional[Value]:
        if path not in node.parameters:
            return None
        value = self.look_up(node, path)
        if value is None:
            self.leave(node, path)
        return value

    def look_up(self, node: Node, path: str) -> Optional[Value]:
        """Return the value of a parameter, or None where it is not stored, goes round in a circle or needs Katana."""
        key = (node, path)
        if key not in self._known:
            self._known[key] = None
            self._known[key] = self._worked_out(node, path)
        return self._known[key]

    def _worked_out(self, node: Node, path: str) -> Optional[Value]:
        parameter = node.parameters.get(path)
        if parameter is None or parameter.animated or self._depth >= _DEEPEST:
            return None
        if not parameter.expression:
            return _stored(parameter)
        self._depth += 1
        try:
            value = self._expression(node, path, parameter.expression.strip())
        finally:
            self._depth -= 1
        return None if isinstance(value, str) and len(value) > _LONGEST else value

    def _expression(self, node: Node, path: str, text: str) -> Optional[Value]:
        if text.startswith("@"):
            return text[1:]
        if text.startswith("="):
            return self._reference(node, path, text)
        return evaluate(text, _Names(self, node))

    def _reference(self, node: Node, path: str, text: str) -> Optional[Value]:
        found = _REFERENCE.fullmatch(text)
        if found is None:
            return None
        where, target, rest = found.groups()
        owner = self._owner(node, where)
        value = self.look_up(owner, _target(path, target)) if owner is not None else None
        if rest is None or value is None:
            return value
        more = evaluate(rest.strip(), _Names(self, node))
        return value + more if isinstance(value, str) and isinstance(more, str) else None

    def _owner(self, node: Node, where: Optional[str]) -> Optional[Node]:
        if not where or where == "~":
            return node
        if where.strip("^"):
            return self._graph.find(where)
        for _ in where:
            if node.parent is None:
                return None
            node = node.parent
        return node

    def of_project(self, path: str) -> Optional[Value]:
        """Return ``project.dir`` or a parameter of the project."""
        if path == "dir":
            return self.folder
        return self.look_up(self._graph.root, path) if self._graph.root is not None else None

    def of_node(self, name: str, path: str) -> Optional[Value]:
        """Return the parameter of the node of that name, or None."""
        node = self._graph.find(name)
        return self.look_up(node, path) if node is not None else None


class _Names:
    """What the names in one node's expressions stand for."""

    def __init__(self, values: Values, node: Node) -> None:
        self._values = values
        self._node = node

    def environment(self, name: str) -> Optional[str]:
        return self._values.environment.get(name)

    def parameter(self, path: str) -> Optional[Value]:
        first, _, rest = path.partition(".")
        if first in ("project", "globals"):
            return self._values.of_project(rest)
        return self._values.look_up(self._node, path)

    def of_node(self, name: str, path: str) -> Optional[Value]:
        return self._values.of_node(name, path)


def _stored(parameter: Parameter) -> Optional[Value]:
    return _number(parameter.value) if parameter.is_number else parameter.value


def _number(text: str) -> Optional[float]:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and abs(number) < 1e12 else None


def _target(path: str, target: str) -> str:
    if target == "~":
        return path
    ups = len(target) - len(target.lstrip("^"))
    if not ups or target[ups : ups + 1] != ".":
        return target
    above = path.split(".")[:-ups]
    return ".".join([*above, target[ups + 1 :]])
