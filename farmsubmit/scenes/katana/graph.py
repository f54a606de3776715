"""The node graph of a Katana scene, as its XML holds it.

Seen in files of Katana 1.6 to 5.0: ``node`` elements, in each other where they stand in groups; ``port`` with its
``source`` (``node.port``) and, where it is what a group gives out, ``returns``; ``*_parameter`` with ``value`` or
``expression``, animated where it holds an ``fcurve``. Names of nodes are unique in a scene, wherever they stand.
"""

from __future__ import annotations

from typing import Iterator, NamedTuple, Optional


class Parameter(NamedTuple):
    """A parameter of a node; ``expression`` is empty unless it is what counts."""

    value: str
    expression: str = ""
    is_number: bool = False
    animated: bool = False


class Node:
    """A node; ``parameters`` are by their dotted path below the node, and hold only what a reader asks for.

    ``inputs`` and ``outputs`` are its connected ports, each with its source, ``node.port``; only a group's output has
    one. ``returns`` names, for each output of a group, the nodes in it that feed it. ``is_off`` is true where the node,
    or a group that it stands in, is bypassed.
    """

    __slots__ = ("inputs", "is_off", "name", "outputs", "parameters", "parent", "returns", "type")

    def __init__(self, name: str, kind: str, parent: Optional[Node], bypassed: bool) -> None:
        self.name = name
        self.type = kind
        self.parent = parent
        self.is_off: bool = bypassed or (parent is not None and parent.is_off)
        self.inputs: dict[str, str] = {}
        self.outputs: dict[str, str] = {}
        self.parameters: dict[str, Parameter] = {}
        self.returns: dict[str, list[Node]] = {}

    def starting(self, prefix: str) -> Iterator[tuple[str, Parameter]]:
        """Yield the parameters below a group parameter, each with the rest of its path."""
        for path, parameter in self.parameters.items():
            if path.startswith(prefix):
                yield path[len(prefix) :], parameter


class Graph:
    """All nodes of a scene in the order of the file; ``attributes`` are those of the ``katana`` element.

    ``root`` is the node of the project, or None in an export (a macro, a live group), which has no settings of its own.
    """

    def __init__(self) -> None:
        self.attributes: dict[str, str] = {}
        self.nodes: list[Node] = []
        self.root: Optional[Node] = None
        self._by_name: dict[str, Node] = {}

    def add(self, node: Node) -> None:
        """Take in a node; of two with one name, which Katana does not write, the first keeps it."""
        self.nodes.append(node)
        self._by_name.setdefault(node.name, node)
        if node.type == "RootNode" and self.root is None:
            self.root = node

    def find(self, name: str) -> Optional[Node]:
        """Return the node of that name, or None."""
        return self._by_name.get(name)
