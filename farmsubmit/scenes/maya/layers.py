"""Layers of a Maya scene: the old render layers, and those of the render setup with what they override.

What a layer of the render setup changes is worked out by Maya when the layer is made visible. Read here is what is
stored: absolute and relative overrides, in the order of the lists. That is a best effort, and said so in a warning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Iterable, Iterator, Optional

from farmsubmit.scenes.facts import FrameRange, Layer, Unresolved
from farmsubmit.scenes.maya.scene import MayaScene, Node, Value

MASTER = "defaultRenderLayer"
_FRAMES = ("startFrame", "endFrame", "byFrameStep")
_TIME_PLUGS = frozenset(f"defaultRenderGlobals.{name}" for name in (*_FRAMES, "fs", "ef", "bfs"))
_RENDERER = re.compile(r"defaultRenderGlobals\.(?:ren|currentRenderer) = ([A-Za-z_]\w*)")
_ADJUSTED = re.compile(r"([^.]+)\.(?:adjs|adjustments)(\[[0-9]+\])\.(?:plg|plug)")
_BEST_EFFORT = (
    "what the layers of the render setup change was read from what the file stores; "
    "only Maya knows it for sure, so check frames and cameras of each layer"
)


@dataclass
class Layers:
    """The layers of a scene in their order, the sentences about them, and what only Maya can work out."""

    layers: list[Layer] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    unresolved: list[Unresolved] = field(default_factory=list)


def layers_of(scene: MayaScene, frames: Optional[FrameRange]) -> Layers:
    """Return the layers of a scene; ``frames`` are those of the scene as a whole, which relative overrides change."""
    result = Layers()
    setup = _Setup(scene)
    # By name, for a broken file may hold one of them over and over.
    named = {node.name: node for node in scene.of("renderLayer")}
    old = [node for node in named.values() if node.name not in setup.twins]
    own = [node for node in old if node.name == MASTER or not _foreign(node)]
    if len(own) < len(old):
        names = ", ".join(node.name for node in old if node.name != MASTER and _foreign(node))
        result.warnings.append(f"layers that came with a reference or an import are left out: {names}")
    for node in sorted(own, key=lambda node: (node.name != MASTER, node.number("do", 0))):
        result.layers.append(_old_layer(node, setup, result))
    for layer in setup.layers():
        result.layers.append(_new_layer(layer, setup, frames, result))
    if any(layer.overrides for layer in result.layers if layer.kind == "render setup layer"):
        result.warnings.append(_BEST_EFFORT)
    return result


def _foreign(node: Node) -> bool:
    """Whether a layer is that of another scene: it has a namespace, or is a second master."""
    return ":" in node.name or node.number("g", 0) == 1


def _old_layer(node: Node, setup: _Setup, result: Layers) -> Layer:
    master = node.name == MASTER
    name = "masterLayer" if master and setup.used else node.name
    overrides = [] if setup.used else list(_adjustments(node, setup, result))
    return Layer(name, "render layer", node.number("rndr", 1) == 1, None, tuple(overrides), renderer_among(overrides))


def _adjustments(node: Node, setup: _Setup, result: Layers) -> Iterator[str]:
    """Yield what an old layer overrides.

    A plug is connected to ``adjs[n].plg``, and its value in the layer is stored in ``adjs[n].val``.
    """
    for index, plug in setup.adjusted.get(node.name, ()):
        value = node.attributes.get(f"adjs{index}.val")
        # Stored times are in a unit of their own, which only Maya turns into frames.
        if value is None or plug in _TIME_PLUGS:
            result.unresolved.append(Unresolved(node.name, plug, "" if value is None else printed(value)))
        else:
            yield f"{plug} = {printed(value)}"


def renderer_among(overrides: Iterable[str]) -> str:
    """Return the renderer that a layer's overrides name, the last one counting; empty where there is no such name."""
    found = [match[1] for match in map(_RENDERER.fullmatch, overrides) if match]
    return found[-1] if found else ""


def printed(value: Value) -> str:
    """Return a value as text, whole numbers without a point."""
    if isinstance(value, float):
        return f"{value:.15g}"
    return value if isinstance(value, str) else ", ".join(value)


class _Setup:
    """The tree of the render setup: layers, their collections, the overrides in those."""

    def __init__(self, scene: MayaScene) -> None:
        self._scene = scene
        self._before: dict[str, str] = {}
        self._parents: dict[str, str] = {}
        self._selectors: dict[str, str] = {}
        self._twin_of: dict[str, str] = {}
        # Old layer → index and plug of each thing that it overrides.
        self.adjusted: dict[str, list[tuple[str, str]]] = {}
        for source, target in scene.connections:
            self._link(source.rpartition(".")[0], target)
            found = _ADJUSTED.fullmatch(target)
            if found:
                self.adjusted.setdefault(found[1], []).append((found[2], source))
        self._children: dict[str, list[str]] = {}
        for child, parent in self._parents.items():
            self._children.setdefault(parent, []).append(child)
        layers = scene.of("renderSetupLayer")
        self.used = bool(layers) or bool(scene.of("renderSetup"))
        self.twins = {self._twin_of.get(layer.name, f"rs_{layer.name}") for layer in layers}

    def _link(self, source: str, target: str) -> None:
        node, _, attribute = target.rpartition(".")
        if attribute == "prv":
            self._before[node] = source
        elif attribute == "pls":
            self._parents[node] = source
        elif attribute == "sel":
            self._selectors[node] = source
        elif attribute in ("lrl", "legacyRenderLayer"):
            known = self._scene.node(node)
            if known and known.kind == "renderSetupLayer":
                self._twin_of[node] = source

    def layers(self) -> list[Node]:
        """Return the layers in their order."""
        return self._ordered([node.name for node in self._scene.of("renderSetupLayer")])

    def _ordered(self, names: list[str]) -> list[Node]:
        """Return siblings in the order of their links; what hangs on no link comes last, in the order of the file."""
        after = {self._before[name]: name for name in names if name in self._before}
        members = set(names)
        heads = [name for name in names if self._before.get(name) not in members]
        ordered: dict[str, None] = {}
        for head in [*heads, *names]:
            name: Optional[str] = head
            while name is not None and name not in ordered:
                ordered[name] = None
                name = after.get(name)
        nodes = (self._scene.node(name) for name in ordered if name in members)
        return [node for node in nodes if node]

    def twin(self, layer: Node) -> Optional[Node]:
        """Return the old layer that stands behind one of the render setup and says whether it is rendered."""
        return self._scene.node(self._twin_of.get(layer.name, f"rs_{layer.name}"))

    def overrides(self, layer: Node) -> Iterator[tuple[Node, Node]]:
        """Yield each override of a layer that is switched on, with the collection that holds it, from the top down."""
        stack = [layer]
        seen = {layer.name}
        while stack:
            parent = stack.pop()
            inner = []
            for child in self._ordered(self._children.get(parent.name, [])):
                if child.name in seen or child.number("sen", 1) != 1:
                    continue
                seen.add(child.name)
                if child.kind.endswith("Override"):
                    yield child, parent
                else:
                    inner.append(child)
            stack.extend(reversed(inner))

    def targets(self, override: Node, collection: Node) -> list[str]:
        """Return the nodes that an override changes: the one it names, or what its collection selects."""
        if override.text("tgName"):
            return [override.text("tgName")]
        selector = self._scene.node(self._selectors.get(collection.name, ""))
        if not selector:
            return []
        return [name.lstrip("|") for name in f"{selector.text('ssl')}\n{selector.text('pat')}".split()]


def _new_layer(layer: Node, setup: _Setup, frames: Optional[FrameRange], result: Layers) -> Layer:
    overrides: list[str] = []
    changed: dict[str, float] = {}
    for override, collection in setup.overrides(layer):
        attribute = override.text("atr")
        for target in setup.targets(override, collection):
            plug = f"{target}.{attribute}"
            value = _overridden(override, changed.get(attribute, _base(attribute, frames)))
            if value is None:
                result.unresolved.append(Unresolved(layer.name, plug, _relative(override)))
                continue
            overrides.append(f"{plug} = {printed(value)}")
            if target == "defaultRenderGlobals" and attribute in _FRAMES and isinstance(value, float):
                changed[attribute] = value
    twin = setup.twin(layer)
    renderable = twin is None or twin.number("rndr", 1) == 1
    own = _frames(layer, frames, changed)
    return Layer(layer.name, "render setup layer", renderable, own, tuple(overrides), renderer_among(overrides))


def _overridden(override: Node, base: Optional[float]) -> Optional[Value]:
    if override.kind.startswith("abs"):
        return override.attributes.get("atv", 0.0)
    return None if base is None else base * override.number("mul", 1) + override.number("ofs", 0)


def _relative(override: Node) -> str:
    return f"* {printed(override.number('mul', 1))} + {printed(override.number('ofs', 0))}"


def _base(attribute: str, frames: Optional[FrameRange]) -> Optional[float]:
    if frames is None:
        return None
    return {"startFrame": frames.first, "endFrame": frames.last, "byFrameStep": frames.step}.get(attribute)


def _frames(layer: Node, frames: Optional[FrameRange], changed: dict[str, float]) -> Optional[FrameRange]:
    """Return a layer's own frames; none if it changes none, or the scene renders its current frame only."""
    if frames is None or not changed:
        return None
    first, last = changed.get("startFrame", frames.first), changed.get("endFrame", frames.last)
    return FrameRange(first, last, changed.get("byFrameStep", frames.step), layer.name)
