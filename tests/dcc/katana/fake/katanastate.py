"""The fake's open project: a scene file's XML, with nodes and parameters over it."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple
from xml.etree import ElementTree

from katanastrict import Strict, checked, refuse

_GROUPS = ("group_parameter", "stringarray_parameter", "numberarray_parameter")
_LEAVES = ("string_parameter", "number_parameter")


class State:
    """All that the modules of the fake share; the tests look into it and set what only a Katana could know.

    ``expressions`` are what Katana gives for expressions that the file reader cannot work out, ``locations`` where an
    output (``Node.label``) really writes, ``assets`` the files of asset ids, ``cannot_cook`` an error of the scene.
    """

    def __init__(self) -> None:
        self.mode = "KATANA_UI_MODE"
        self.path = ""
        self.dirty = False
        self.tree = ElementTree.Element("katana", release="8.0v1")
        self.expressions: Dict[str, Any] = {}
        self.locations: Dict[str, str] = {}
        self.assets: Dict[str, str] = {}
        self.cannot_cook = ""
        self.current: Optional[str] = None
        self.menu: Dict[str, Callable[[], Any]] = {}
        self.popup: Dict[str, Callable[[], Any]] = {}
        self.settings: Dict[str, Tuple[Any, Any]] = {}
        self.callbacks: List[Tuple[str, Callable[..., Any]]] = []
        self.messages: List[str] = []
        self.main_window: Any = None

    def load(self, path: Path) -> None:
        from farmsubmit.scenes.katana.container import xml_chunks

        self.tree = ElementTree.fromstring(b"".join(xml_chunks(path)))
        self.path, self.dirty = str(path), False
        self.fire("onSceneLoad", filename=self.path)

    def write(self, path: Path) -> None:
        path.write_bytes(packed(self.inner(), self.tree.get("release", "")))

    def inner(self) -> str:
        return "".join(ElementTree.tostring(node, "unicode") for node in self.tree)

    def xml(self) -> str:
        return ElementTree.tostring(self.tree, "unicode")

    def fire(self, name: str, **arguments: Any) -> None:
        for kind, function in list(self.callbacks):
            if kind == name:
                function(**arguments)

    def nodes(self) -> Iterator[ElementTree.Element]:
        return self.tree.iter("node")


state = State()


def reset() -> None:
    """Begin anew, in the same object, which all modules hold."""
    state.__init__()  # type: ignore[misc]


def packed(xml: str, release: str = "8.0v1") -> bytes:
    """Return the bytes of a scene file as Katana packs them."""
    data = xml.encode()
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        entry = tarfile.TarInfo("scene/scene.katana")
        entry.size = len(data)
        tar.addfile(entry, io.BytesIO(data))
    header = f'<katana archive="tar" release="{release}" version="{release}">\n'
    return header.encode() + gzip.compress(stream.getvalue(), mtime=0)


class Element(Strict):
    """PyXmlIO.Element, of which only writing is wanted."""

    def __init__(self, element: ElementTree.Element) -> None:
        self._element = element

    def writeString(self, outputStyles: Any = None) -> str:
        return ElementTree.tostring(self._element, "unicode")


class Parameter(Strict):
    """A parameter; what its expression gives is told by the file reader, or by the test."""

    def __init__(self, owner: Node, path: str, element: ElementTree.Element) -> None:
        self._owner, self._path, self._element = owner, path, element

    def isExpression(self) -> bool:
        return bool(self._element.get("expression")) and self._element.get("isexpression") != "false"

    def getExpressionError(self) -> str:
        return "cannot be worked out" if self.isExpression() and self._worked_out() is None else ""

    def getValue(self, time: float) -> Any:
        checked("Parameter.getValue", time, (int, float))
        if self._element.tag not in _LEAVES:
            return refuse(f"value of the {self._element.tag} {self._path}")
        value = self._worked_out() if self.isExpression() else self._element.get("value", "")
        return float(value or 0) if self._element.tag == "number_parameter" else str(value)

    def setValue(self, value: object, time: float, final: bool = True, sendNotifyMessage: bool = True) -> None:
        checked("Parameter.setValue", time, (int, float))
        self._element.set("value", str(value))
        state.dirty = True

    def _worked_out(self) -> Any:
        expression = self._element.get("expression", "")
        if expression in state.expressions:
            return state.expressions[expression]
        from farmsubmit.scenes.katana.nodes import read_graph
        from farmsubmit.scenes.katana.values import Values

        graph = read_graph([state.xml().encode()], state.path)
        node = graph.find(self._owner.getName())
        folder = str(Path(state.path).parent)
        return Values(graph, folder, os.environ).look_up(node, self._path) if node is not None else None


class Node(Strict):
    """A node of the graph."""

    def __init__(self, element: ElementTree.Element) -> None:
        self._element = element

    def getName(self) -> str:
        return self._element.get("name", "")

    def getType(self) -> str:
        return self._element.get("type", "")

    def getParameter(self, name: str) -> Optional[Parameter]:
        found: Optional[ElementTree.Element] = next((one for one in self._element if one.tag in _GROUPS), None)
        for part in checked("Node.getParameter", name, str).split("."):
            found = next((one for one in found if one.get("name") == part), None) if found is not None else None
        return Parameter(self, name, found) if found is not None else None


def node_of(name: str) -> Optional[Node]:
    element = next((one for one in state.nodes() if one.get("name") == name), None)
    return Node(element) if element is not None else None
