"""The XML of a Katana scene, read as a stream: no DTD, no entities, bounded in time, depth and memory."""

from __future__ import annotations

import time
from typing import Iterable, NoReturn
from xml.parsers import expat

from farmsubmit.errors import SceneError
from farmsubmit.scenes.katana.graph import Graph, Node, Parameter

# A scene is read at 30 MB/s and more. What takes longer than this was made to take long, or the machine is very busy.
SECONDS = 2.0
SLOWEST = 10 * 1024 * 1024
_DEEPEST = 500
_MOST_KEPT = 500_000
_LONGEST_ELEMENT = 16 * 1024 * 1024
# In the scenes seen one element comes in 60 bytes and more.
_FEWEST_BYTES = 25
_MOST_AT_FIRST = 100_000
_LONGEST_VALUE = 4096
_LONGEST_PATH = 1000

# The node types whose parameters are all kept. Of all others, only those a person added and those that hold code.
_WHOLE = {
    "RootNode",
    "Render",
    "RenderScript",
    "ImageWrite",
    "RenderSettings",
    "RenderOutputDefine",
    "Alembic_In",
    "UsdIn",
    "PxrUsdIn",
    "Importomatic",
    "ImageRead",
    "LiveGroup",
}
_LEAVES = {"string_parameter", "number_parameter"}
_CODE = ("lua", "cript", "allback")
_TEXTURES = (".tx", ".tex", ".exr", ".tif", ".tiff", ".png", ".jpg", ".jpeg", ".hdr", ".tdl", ".ptx", ".ptex", ".vdb")


def read_graph(chunks: Iterable[bytes], name: str, seconds: float = SECONDS) -> Graph:
    """Return the node graph that the chunks of an XML document hold; ``name`` is the file's, for sentences.

    It may take ``seconds`` and one more for each 10 MB, counted in this thread's own time. Raises SceneError for XML
    that is damaged, holds a DTD or an entity, is nested deeper than 500 groups, holds more than 500,000 nodes,
    connections and settings to keep, one element of more than 16 MB, millions of tiny ones, or takes longer than that.
    """
    reader = _Reader(name)
    started, done = time.thread_time(), 0
    try:
        for chunk in chunks:
            reader.feed(chunk)
            done += len(chunk)
            if time.thread_time() - started > seconds + done / SLOWEST:
                raise SceneError(f"{name} takes too long to read; it is no scene that Katana wrote")
        reader.close()
    except expat.ExpatError as error:
        raise SceneError(f"{name} is damaged: {error}", "save or copy it again") from None
    return reader.graph


class _Reader:
    def __init__(self, name: str) -> None:
        self.graph = Graph()
        self._name = name
        self._nodes: list[Node] = []
        # The dotted paths of the groups that are open, the innermost last; that of a node's outermost group is "".
        self._paths: list[str] = []
        self._whole = self._take_all = self._is_shader = False
        self._elements = self._kept = self._fed = 0
        self._disabled = self._last = ""
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse

    def feed(self, chunk: bytes) -> None:
        self._parser.Parse(chunk, False)
        self._fed += len(chunk)
        if self._fed - max(0, self._parser.CurrentByteIndex) > _LONGEST_ELEMENT:
            raise SceneError(f"{self._name} holds one element of more than {_LONGEST_ELEMENT // 1024**2} MB")
        if self._elements > _MOST_AT_FIRST + self._fed // _FEWEST_BYTES:
            raise SceneError(f"{self._name} holds {self._elements:,} tiny elements; it is no scene that Katana wrote")

    def close(self) -> None:
        self._parser.Parse(b"", True)
        if not self.graph.nodes:
            raise SceneError(f"{self._name} holds no Katana nodes", "a Katana scene is a <katana> element with nodes")

    def _refuse(self, *_: object) -> NoReturn:
        raise SceneError(f"{self._name} holds a DTD or entities, which Katana never writes; it was not read")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if tag in _LEAVES:
            # Nearly all elements of a scene come here, so that nothing is done that is not needed.
            name = attributes.get("name", "")
            self._last = ""
            if self._take_all or name.endswith(_CODE) or (self._is_shader and self._is_texture(name, attributes)):
                self._keep(tag, name, attributes)
            return
        if tag.endswith("_parameter"):
            self._open(attributes.get("name", ""))
        elif tag == "node":
            self._node(attributes)
        elif tag == "port":
            self._port(attributes)
        elif tag == "fcurve":
            self._animate()
        elif tag == "katana" and not self._nodes:
            self.graph.attributes = self.graph.attributes or attributes

    def _end(self, tag: str) -> None:
        if tag in _LEAVES:
            return
        if tag.endswith("_parameter"):
            self._paths.pop()
            self._take_all = self._whole or self._is_user()
        elif tag == "node":
            self._nodes.pop()
            self._settle()

    def _open(self, name: str) -> None:
        """Open a group or an array."""
        above = self._paths[-1] if self._paths else None
        path = "" if above is None else f"{above}.{name}"[:_LONGEST_PATH] if above else name
        self._paths.append(path)
        self._take_all = self._whole or self._is_user()
        self._check_depth()

    def _is_user(self) -> bool:
        """Whether the parameters that come next are those that a person added."""
        path = self._paths[-1] if self._paths else ""
        return path == "user" or path.startswith("user.")

    def _node(self, attributes: dict[str, str]) -> None:
        parent = self._nodes[-1] if self._nodes else None
        node = Node(
            attributes.get("name", ""), attributes.get("type", ""), parent, attributes.get("bypassed") == "true"
        )
        self._nodes.append(node)
        self._settle()
        self._count()
        self._check_depth()
        self.graph.add(node)

    def _settle(self) -> None:
        """Settle what is kept of the node that is open now."""
        kind = self._nodes[-1].type if self._nodes else ""
        self._whole = kind in _WHOLE or kind.startswith("LookFile")
        self._is_shader = is_shader(kind)
        self._take_all = self._whole or self._is_user()

    def _check_depth(self) -> None:
        if len(self._nodes) + len(self._paths) > _DEEPEST:
            raise SceneError(f"{self._name} is nested deeper than {_DEEPEST} groups")

    def _port(self, attributes: dict[str, str]) -> None:
        if not self._nodes:
            return
        node = self._nodes[-1]
        source, returns = attributes.get("source", ""), attributes.get("returns", "")
        if returns and node.parent is not None:
            node.parent.returns.setdefault(returns, []).append(node)
            self._count()
        if source:
            ports = node.outputs if attributes.get("type") == "out" else node.inputs
            ports.setdefault(attributes.get("name", ""), source)
            self._count()

    def _keep(self, tag: str, name: str, attributes: dict[str, str]) -> None:
        if not self._nodes or not self._paths:
            return
        self._last = f"{self._paths[-1]}.{name}"[:_LONGEST_PATH] if self._paths[-1] else name
        self._nodes[-1].parameters[self._last] = _made(tag, attributes)
        self._count()

    def _is_texture(self, name: str, attributes: dict[str, str]) -> bool:
        """Whether a shader's parameter names a file; its ``enable`` stands before its ``value``."""
        above = self._paths[-1] if self._paths else ""
        if name == "enable":
            self._disabled = above if attributes.get("value") == "0" else ""
        if name != "value" or above == self._disabled:
            return False
        text = attributes.get("expression") or attributes.get("value", "")
        return text.rstrip("'\" )").lower().endswith(_TEXTURES)

    def _animate(self) -> None:
        """Note that the parameter which was kept last, and is still open, is a curve."""
        if self._last and self._nodes:
            parameters = self._nodes[-1].parameters
            parameters[self._last] = parameters[self._last]._replace(animated=True)

    def _count(self) -> None:
        self._kept += 1
        if self._kept > _MOST_KEPT:
            raise SceneError(f"{self._name} holds more than {_MOST_KEPT:,} nodes, connections and settings")


def is_shader(kind: str) -> bool:
    """Whether nodes of a type hold shaders: PrmanShadingNode, ArnoldShadingNode and their like, and Material."""
    return "Shading" in kind or kind == "Material"


def is_code(name: str) -> bool:
    """Whether a parameter of this name holds code: ``lua``, and what ends in ``script`` or ``callback``."""
    return name.endswith(_CODE)


def _made(tag: str, attributes: dict[str, str]) -> Parameter:
    # A number is an expression only with isexpression="true"; a text with an expression has no such attribute.
    active = attributes.get("isexpression") != "false"
    expression = attributes.get("expression", "")[:_LONGEST_VALUE] if active else ""
    return Parameter(attributes.get("value", "")[:_LONGEST_VALUE], expression, tag.startswith("number"))
