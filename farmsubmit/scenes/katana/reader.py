"""Read a Katana scene without Katana: ``.katana``, ``.macro`` and ``.livegroup``.

Source: files of Katana 1.6 to 5.0 and Katana's developer guide. Nothing in the scene is executed: expressions are
parsed, and worked out only where they hold nothing but texts, parameters, ``getenv`` and ``path.join``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Iterator, Optional, Union

from farmsubmit.scenes import existing_file, shown
from farmsubmit.scenes.facts import Camera, Code, FrameRange, Layer, Output, SceneFacts, Variable
from farmsubmit.scenes.katana.container import xml_chunks
from farmsubmit.scenes.katana.files import needed_files, references
from farmsubmit.scenes.katana.graph import Graph, Node
from farmsubmit.scenes.katana.nodes import is_code, read_graph
from farmsubmit.scenes.katana.outputs import farm_settings, render_node, warnings_of
from farmsubmit.scenes.katana.values import Values
from farmsubmit.scenes.katana.walk import RENDER_TYPES, Above, Walker

# What a new project of Katana renders, and the camera that RenderSettings names before anyone chose one.
_DEFAULT_FRAMES = FrameRange(1, 100, 1, "default")
_DEFAULT_CAMERA = "/root/world/cam/camera"
_SETTINGS = "args.renderSettings."
_SIZE = re.compile(r"(\d{1,6})\s*[xX]\s*(\d{1,6})")
_SQUARE = re.compile(r"square_(\d{1,6})")
_SHOWN = 200


def read_katana(path: Union[str, Path]) -> SceneFacts:
    """Return the facts of a Katana scene; none of the code in it runs.

    ``frames`` are the in and out times, as Katana's FarmAPI takes them; a working range that differs is a warning.
    Names of nodes are as Katana has them, unique in a scene. An export (a macro, a live group) has no frames. Raises
    SceneError for a file that is missing, is no Katana scene, is damaged, or was made to exhaust who reads it.
    """
    import os

    scene = existing_file(Path(path)).absolute()
    graph = read_graph(xml_chunks(scene), shown(scene))
    values = Values(graph, str(scene.parent).replace("\\", "/"), os.environ)
    return facts_of(graph, values, str(scene))


def facts_of(graph: Graph, values: Values, path: str) -> SceneFacts:
    """Return the facts of a node graph; ``path`` is the scene's. Raises SceneError as read_katana does."""
    return _Facts(graph, values).facts(path)


class _Facts:
    def __init__(self, graph: Graph, values: Values) -> None:
        self._graph = graph
        self._values = values
        self._walker = Walker(graph)
        self._warnings: list[str] = []
        self._outputs: list[Output] = []
        self._layers: list[Layer] = []
        # The settings above the first render node that is on; those of all nodes where none renders.
        self._settings: Optional[list[Node]] = None

    def facts(self, path: str) -> SceneFacts:
        values, graph = self._values, self._graph
        for node in graph.nodes:
            if node.type in RENDER_TYPES:
                self._add(node)
        if not self._walker.finished:
            self._warnings.append("the graph is too large to follow: dependencies between render nodes may be missing")
        files = tuple(needed_files(graph, values))
        return SceneFacts(
            dcc="katana",
            path=path,
            version=graph.attributes.get("release") or graph.attributes.get("version", ""),
            current_frame=values.current_frame,
            frames=self._frames(),
            renderer=self._renderer(),
            resolution=self._resolution(),
            cameras=tuple(self._cameras()),
            layers=tuple(self._layers),
            outputs=tuple(self._outputs),
            variables=tuple(self._variables()),
            files=files,
            references=tuple(references(iter(files), graph)),
            code=tuple(self._code()),
            warnings=tuple(self._warnings),
            unresolved=values.unresolved,
        )

    def _add(self, node: Node) -> None:
        above: Above = self._walker.above(node)
        outputs = render_node(node, above, self._values)
        self._outputs += outputs
        self._layers.append(farm_settings(node, outputs[0], self._values))
        self._warnings += warnings_of(node, outputs, self._values)
        if self._settings is None and outputs[0].enabled:
            self._settings = above.settings

    def _frames(self) -> Optional[FrameRange]:
        root, values = self._graph.root, self._values
        if root is None:
            return None
        first, last = values.number(root, "inTime"), values.number(root, "outTime")
        if first is None or last is None:
            return _DEFAULT_FRAMES
        working = values.number(root, "workingInTime"), values.number(root, "workingOutTime")
        if None not in working and working != (first, last):
            self._warnings.append(f"the working range is {working[0]}-{working[1]}, the frames are {first}-{last}")
        return FrameRange(first, last)

    def _setting(self, name: str) -> Optional[tuple[Node, str]]:
        """Return where a render setting is that is switched on: of the node nearest to the first render node."""
        group = f"{_SETTINGS}{name}."
        for node in self._settings_nodes():
            if self._values.is_on(node, group + "enable") and group + "value" in node.parameters:
                return node, group + "value"
        return None

    def _renderer(self) -> str:
        place = self._setting("renderer")
        return self._values.text(*place) if place is not None else ""

    def _settings_nodes(self) -> list[Node]:
        if self._settings is None:
            self._settings = [node for node in self._graph.nodes if not node.is_off]
        return [node for node in self._settings if node.type == "RenderSettings"]

    def _cameras(self) -> Iterator[Camera]:
        place = self._setting("cameraName")
        if place is not None:
            named = self._values.text(*place)
            yield from [Camera(named)] if named else []
        elif any(output.kind == "Render" for output in self._outputs):
            self._warnings.append(f"no RenderSettings names a camera: Katana takes its default, {_DEFAULT_CAMERA}")
            yield Camera(_DEFAULT_CAMERA)

    def _resolution(self) -> Optional[tuple[int, int]]:
        root = self._graph.root
        place = self._setting("resolution") or ((root, "resolution") if root is not None else None)
        if place is None:
            return None
        text = self._values.text(*place)
        size, square = _SIZE.fullmatch(text), _SQUARE.fullmatch(text)
        if size is not None:
            return int(size.group(1)), int(size.group(2))
        if square is not None:
            return int(square.group(1)), int(square.group(1))
        if text:
            # One of Katana's named formats, whose size stands in Katana's own files.
            self._values.leave(*place, text)
        return None

    def _variables(self) -> Iterator[Variable]:
        """Yield the graph state variables that are switched on."""
        root, values = self._graph.root, self._values
        if root is None:
            return
        options: dict[str, list[str]] = {}
        for path, _ in root.starting("variables."):
            name, _, rest = path.partition(".")
            offered = options.setdefault(name, [])
            if rest.startswith("options."):
                offered.append(values.text(root, "variables." + path))
        for name, offered in options.items():
            if values.is_on(root, f"variables.{name}.enable", True):
                yield Variable(name, values.text(root, f"variables.{name}.value"), tuple(offered))

    def _code(self) -> Iterator[Code]:
        for node in self._graph.nodes:
            for path, parameter in node.parameters.items():
                text = parameter.expression or parameter.value
                if is_code(path.rpartition(".")[2]) and text.strip() and not node.is_off:
                    yield Code(node.name, f"{node.type} {path}", text[:_SHOWN])
            if node.type == "RenderScript":
                yield from self._command(node)

    def _command(self, node: Node) -> Iterator[Code]:
        """Yield the command that a RenderScript runs on the farm."""
        arguments = [
            self._values.text(node, f"commandArguments.{index}") for index, _ in node.starting("commandArguments.")
        ]
        words = [self._values.text(node, "command"), *arguments]
        if any(words):
            yield Code(node.name, "RenderScript command", " ".join(words)[:_SHOWN])
