"""The open scene as the graph that the reader of files makes facts of, with what only Katana knows put in its place.

Katana writes the XML of its node graph, as it does when it saves, without touching the file. What an expression gives,
which file an asset id stands for and where a node really writes is asked of Katana. Written after Foundry's developer
guide ("Serializing Nodes", "FarmAPI") and the published stubs; not run in a Katana.
"""

from __future__ import annotations

import os
from pathlib import PurePosixPath
from typing import Any, Dict, Iterator, List, Mapping, Optional, Protocol, Sequence, Tuple, Union, cast

from Katana import AssetAPI, FarmAPI, NodegraphAPI

from farmsubmit.scenes.katana.graph import Graph, Node, Parameter
from farmsubmit.scenes.katana.nodes import read_graph
from farmsubmit.scenes.katana.values import Values
from farmsubmit.scenes.katana.walk import RENDER_TYPES

_CHUNK = 1024 * 1024
_LOCATIONS = "outputs.locations."
_LABELS = ("outputs.labels.", "outputs.allOutputNames.")


class RenderSettings(Protocol):
    """What FarmAPI tells of a render node: the attributes of NodeRenderSettings that the guide's example uses."""

    nodeName: str
    outputs: Optional[Sequence[Mapping[str, Any]]]
    dependencies: Optional[Sequence[str]]


def live_graph(name: str) -> Graph:
    """Return the graph of the open scene; ``name`` is the file's, for sentences. Raises SceneError as the reader does.

    Source: BuildNodegraphXmlIO and Element.writeString.
    """
    text: str = NodegraphAPI.BuildNodegraphXmlIO().writeString()
    data = text.encode("utf-8", "replace")
    return read_graph((data[start : start + _CHUNK] for start in range(0, len(data), _CHUNK)), name)


class LiveValues(Values):
    """The values of the open scene's parameters: expressions and curves are worked out by Katana itself."""

    def __init__(self, graph: Graph, folder: str) -> None:
        super().__init__(graph, folder, os.environ)
        self._asked_of_katana: Dict[Tuple[Node, str], Optional[Union[str, float]]] = {}

    def look_up(self, node: Node, path: str) -> Optional[Union[str, float]]:
        """Return the value of a parameter at the current time, an asset id as the file it stands for."""
        parameter = node.parameters.get(path)
        if parameter is None or not (parameter.expression or parameter.animated):
            value = super().look_up(node, path)
        else:
            value = self._asked_once(node, path)
        return _resolved(value) if isinstance(value, str) else value

    def _asked_once(self, node: Node, path: str) -> Optional[Union[str, float]]:
        key = (node, path)
        if key not in self._asked_of_katana:
            self._asked_of_katana[key] = _told(node, path)
        return self._asked_of_katana[key]


def _told(node: Node, path: str) -> Optional[Union[str, float]]:
    owner = NodegraphAPI.GetRootNode() if node.type == "RootNode" else NodegraphAPI.GetNode(node.name)
    parameter = owner.getParameter(path) if owner is not None else None
    if parameter is None or (parameter.isExpression() and parameter.getExpressionError()):
        return None
    value = parameter.getValue(NodegraphAPI.GetCurrentTime())
    return value if isinstance(value, (str, int, float)) else None


def _resolved(text: str) -> str:
    """Return the file of an asset id, or the text where it is none or the asset plug-in does not know it."""
    if "://" not in text:
        return text
    plugin = AssetAPI.GetDefaultAssetPlugin()
    return (plugin.resolveAsset(text) if plugin.isAssetId(text) else "") or text


def render_settings(graph: Graph) -> List[RenderSettings]:
    """Return what FarmAPI tells of the scene's render nodes that are on; it may have to cook the scene for that."""
    names = [node.name for node in graph.nodes if node.type in RENDER_TYPES and not node.is_off]
    nodes = [node for node in map(NodegraphAPI.GetNode, names) if node is not None]
    return cast("List[RenderSettings]", FarmAPI.GetSortedDependencies(nodes)) if nodes else []


def put_locations(graph: Graph, found: Sequence[RenderSettings]) -> None:
    """Put the places where nodes write into the graph, where a file holds what Katana worked out when it was saved."""
    for settings in found:
        node = graph.find(settings.nodeName)
        # An ImageWrite names its files itself.
        if node is not None and node.type != "ImageWrite":
            _put(node, settings.outputs or ())


def _put(node: Node, outputs: Sequence[Mapping[str, Any]]) -> None:
    indices = dict(_stored_labels(node))
    stored = {index for index, _ in node.starting(_LOCATIONS)}
    taken = stored | set(indices.values())
    for output in outputs:
        name, location = str(output["name"]), str(output["outputLocation"] or "")
        if not location:
            continue
        index = indices.get(name) or f"i{len(taken)}"
        taken.add(index)
        node.parameters[f"{_LABELS[0]}{index}"] = Parameter(name)
        node.parameters[f"{_LOCATIONS}{index}"] = Parameter(location)
        if not stored:
            # As the reader does for outputs that only RenderOutputDefine nodes tell of.
            node.parameters[f"outputs.types.{index}"] = Parameter(PurePosixPath(location).suffix[1:])
        node.parameters[f"outputs.enabledFlags.{index}"] = Parameter("1" if output["enabled"] else "0", is_number=True)


def _stored_labels(node: Node) -> Iterator[Tuple[str, str]]:
    for group in reversed(_LABELS):
        yield from ((parameter.value, index) for index, parameter in node.starting(group) if parameter.value)


def dependencies(found: Sequence[RenderSettings]) -> Dict[str, Tuple[str, ...]]:
    """Return which render nodes come before each, by Katana's own account."""
    return {settings.nodeName: tuple(settings.dependencies or ()) for settings in found}
