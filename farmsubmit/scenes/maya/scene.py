"""What both file formats of Maya are read into: the few nodes and values that matter, by short attribute names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Optional, Union

from farmsubmit.scenes.maya.tables import ATTRIBUTES, CONNECTED, DEFAULT_NODES

# A number or a switch (1.0 or 0.0), a text, or a list of texts.
Value = Union[float, str, tuple[str, ...]]
_INDEX = re.compile(r"\[-?[0-9]+\]")


class Node:
    """A node of a known type; ``attributes`` holds stored values by short name, ``parent`` is empty for most."""

    # A scene may have hundreds of thousands of them.
    __slots__ = ("attributes", "kind", "name", "parent")

    def __init__(self, kind: str, name: str, parent: str = "") -> None:
        self.kind = kind
        self.name = name
        self.parent = parent
        self.attributes: dict[str, Value] = {}

    def number(self, attribute: str, default: float) -> float:
        """Return a stored number, or the default where none is stored."""
        value = self.attributes.get(attribute)
        return value if isinstance(value, float) else float(default)

    def text(self, attribute: str) -> str:
        """Return a stored text, or an empty one."""
        value = self.attributes.get(attribute)
        return value if isinstance(value, str) else ""


@dataclass
class FileReference:
    """A reference as the file states it; ``deferred`` while every statement about it says so."""

    path: str
    namespace: str = ""
    deferred: bool = False


@dataclass
class MayaScene:
    """The scene while it is read. A reader opens nodes with ``create`` or ``select`` and then stores values in them."""

    version: str = ""
    time_unit: str = ""
    info: dict[str, str] = field(default_factory=dict)
    plugins: dict[str, str] = field(default_factory=dict)
    connections: list[tuple[str, str]] = field(default_factory=list)
    references: dict[str, FileReference] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._defaults: dict[str, Node] = {}
        self._created: dict[str, Node] = {}
        self._by_kind: dict[str, list[Node]] = {kind: [] for kind in ATTRIBUTES}
        self._current: Optional[Node] = None
        self._names: dict[str, str] = {}

    def wants(self, kind: str) -> bool:
        """Whether nodes of this type are read; if not, the reader passes over them and tells ``leave``."""
        return kind in ATTRIBUTES

    def create(self, kind: str, name: str, parent: str = "") -> Node:
        """Open a new node of a type that is read."""
        node = Node(kind, name.lstrip(":"), parent)
        self._by_kind[kind].append(node)
        self._created[node.name] = node
        self._current, self._names = node, ATTRIBUTES[kind]
        return node

    def select(self, name: str) -> Optional[Node]:
        """Open a node that is there already and return it; None if it is not one that is read."""
        name = name.lstrip(":")
        node = self.default(name) if name in DEFAULT_NODES else self._created.get(name)
        self._current, self._names = node, ATTRIBUTES[node.kind] if node else {}
        return node

    def leave(self) -> None:
        """Close the open node: what follows belongs to one that is not read."""
        self._current, self._names = None, {}

    @property
    def kind(self) -> str:
        """The type of the open node, empty if there is none."""
        return self._current.kind if self._current else ""

    def short(self, attribute: str) -> Optional[str]:
        """Return the short name of an attribute of the open node, indices kept; None if it is not read."""
        found = self._names.get(attribute)
        if found or "[" not in attribute:
            return found
        found = self._names.get(_INDEX.sub("", attribute))
        return _with_indices(found, attribute) if found else None

    def store(self, attribute: str, value: Optional[Value]) -> None:
        """Store a value in the open node under the attribute's short name, unless it is None or of no interest."""
        short = self._names.get(attribute) or self.short(attribute)
        if self._current and short and value is not None:
            self._current.attributes[short] = value

    def default(self, name: str) -> Node:
        """Return one of the nodes that every scene has, such as ``defaultRenderGlobals``."""
        if name not in self._defaults:
            self._defaults[name] = Node(DEFAULT_NODES[name], name)
        return self._defaults[name]

    def node(self, name: str) -> Optional[Node]:
        """Return the node of that name that was created last, if it is of a type that is read."""
        return self._created.get(name)

    def of(self, *kinds: str) -> list[Node]:
        """Return the nodes of some types, type by type in the order of the file."""
        return [node for kind in kinds for node in self._by_kind[kind]]

    def connect(self, source: str, target: str) -> None:
        """Keep a connection if it is one between layers, or drives a render setting."""
        node, _, attribute = target.rpartition(".")
        if attribute in CONNECTED or node.lstrip(":") in DEFAULT_NODES:
            self.connections.append((source.lstrip(":"), target.lstrip(":")))

    def refer(self, key: str, path: str, namespace: str, deferred: bool) -> None:
        """Note a statement about a reference; several may speak of the same one."""
        known = self.references.get(key or path)
        if known:
            known.deferred = known.deferred and deferred
            known.namespace = known.namespace or namespace
        elif path:
            self.references[key or path] = FileReference(path, namespace, deferred)


def _with_indices(short: str, attribute: str) -> str:
    parts = zip(short.split("."), attribute.split("."))
    return ".".join(name + "".join(_INDEX.findall(part)) for name, part in parts)
