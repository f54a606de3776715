"""What a Maya scene says of itself, from what either file format was read into: the one semantic layer of both.

Maya stores only what differs from a default, so defaults are part of the facts; each that is used is marked.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Iterator, Optional

from farmsubmit.scenes.facts import Camera, Code, FrameRange, SceneFacts, Unresolved, Variable
from farmsubmit.scenes.maya.code import code_of
from farmsubmit.scenes.maya.layers import Layers, layers_of
from farmsubmit.scenes.maya.needs import files_of, references_of
from farmsubmit.scenes.maya.outputs import Rendered, outputs_of
from farmsubmit.scenes.maya.project import Project
from farmsubmit.scenes.maya.scene import MayaScene, Node, Value
from farmsubmit.scenes.maya.tables import ATTRIBUTES, RENDERER_PLUGINS, frames_per_second

_SLIDER = re.compile(r"-(min|max|ast|aet)\s+(-?[0-9]{1,9}(?:\.[0-9]{1,9})?)")
_COLORS = ("cme", "cfe", "cfp", "wsn", "vtn", "vn", "dn", "otn")
_SWITCHES = frozenset(("cme", "cfe"))
_DEFAULTS = {"fs": 1.0, "ef": 10.0, "bfs": 1.0}


def facts_of(scene: MayaScene, path: Path, project_told: str = "") -> SceneFacts:
    """Return the facts of a scene that was read from ``path``, in the project that Maya tells, else in its own."""
    project = Project(path, project_told)
    settings = scene.default("defaultRenderGlobals")
    animated = settings.number("an", 0) == 1
    frames = _frames(scene, animated)
    cameras = tuple(_cameras(scene))
    layers = layers_of(scene, frames if animated else None)
    renderer = settings.text("ren") or "mayaSoftware"
    rendered = Rendered(project, renderer, frames, animated, cameras, tuple(layers.layers))
    outputs, unnamed = outputs_of(scene, rendered)
    references, unfound = references_of(scene, project)
    files, unplaced = files_of(scene, project)
    resolution, size_warnings = _resolution(scene, renderer)
    code = code_of(scene)
    return SceneFacts(
        dcc="maya",
        path=str(project.scene),
        version=scene.version,
        fps=frames_per_second(scene.time_unit),
        current_frame=_current_frame(scene),
        frames=frames,
        renderer=renderer,
        project=str(project.root or ""),
        resolution=resolution,
        cameras=cameras,
        layers=tuple(layers.layers),
        outputs=tuple(outputs),
        variables=tuple(_slider(scene)),
        files=tuple(files),
        references=tuple(references),
        color=_color(scene.default("defaultColorMgtGlobals")),
        code=tuple(code),
        warnings=(*_warnings(scene, animated, cameras, layers, code), *size_warnings),
        unresolved=(*_driven(scene), *layers.unresolved, *unnamed, *unfound, *unplaced),
    )


def _current_frame(scene: MayaScene) -> Optional[float]:
    value = scene.default("time1").attributes.get("o")
    return value if isinstance(value, float) else None


def _frames(scene: MayaScene, animated: bool) -> Optional[FrameRange]:
    """Return the frames that are rendered: the range if animation is on, else the current frame alone.

    The defaults are 1, 10 and 1; ``default`` is the source if neither end is stored.
    """
    if not animated:
        current = _current_frame(scene)
        frame = 1.0 if current is None else current
        return FrameRange(frame, frame, 1.0, "default" if current is None else "stored")
    settings = scene.default("defaultRenderGlobals")
    first, last, step = (settings.number(name, default) for name, default in _DEFAULTS.items())
    stored = "fs" in settings.attributes or "ef" in settings.attributes
    return FrameRange(first, last, step, "stored" if stored else "default")


def _resolution(scene: MayaScene, renderer: str) -> tuple[Optional[tuple[int, int]], list[str]]:
    """Return width and height, V-Ray's own before Maya's, and a sentence if a default was taken."""
    vray = scene.of("VRaySettingsNode") if renderer == "vray" else []
    if vray and {"wi", "he"} <= vray[0].attributes.keys():
        return (int(vray[0].number("wi", 0)), int(vray[0].number("he", 0))), []
    node = scene.default("defaultResolution")
    default = _default_size(scene.version)
    missing = [name for name in ("w", "h") if name not in node.attributes]
    if missing and default is None:
        return None, [f"the file does not store the image size, and that of Maya {scene.version or '?'} is not known"]
    width, height = default or (0, 0)
    size = int(node.number("w", width)), int(node.number("h", height))
    if not missing:
        return size, []
    return size, [f"the file does not store the whole image size; Maya's default makes it {size[0]} x {size[1]}"]


def _default_size(version: str) -> Optional[tuple[int, int]]:
    """Return the size of a scene that stores none: 960 x 540 since Maya 2014, 640 x 480 up to 2012."""
    found = re.match(r"[0-9]{1,4}", version)
    year = int(found[0]) if found else 0
    if year >= 2014:
        return 960, 540
    return (640, 480) if 1 <= year <= 2012 else None


def _cameras(scene: MayaScene) -> Iterator[Camera]:
    """Yield the cameras by the names of their transforms; a camera is rendered unless it says no."""
    for node in scene.of("camera", "stereoRigCamera"):
        yield Camera(node.parent or node.name, node.number("rnd", 1) == 1)


def _slider(scene: MayaScene) -> Iterator[Variable]:
    """Yield the range of the time slider, with that of the whole animation as a further choice."""
    for node in scene.of("script"):
        if not node.name.endswith("sceneConfigurationScriptNode"):
            continue
        found = dict(_SLIDER.findall(node.text("b")))
        ranges = [f"{found[a]}-{found[b]}" for a, b in (("min", "max"), ("ast", "aet")) if a in found and b in found]
        if ranges:
            yield Variable("time slider", ranges[0], tuple(dict.fromkeys(ranges)))
            return


def _color(node: Node) -> dict[str, str]:
    long = {short: name for name, short in ATTRIBUTES[node.kind].items()}
    return {long[name]: _colour_value(name, node.attributes[name]) for name in _COLORS if name in node.attributes}


def _colour_value(name: str, value: Value) -> str:
    if name in _SWITCHES:
        return "yes" if value == 1.0 else "no"
    return value if isinstance(value, str) else str(value)


def _driven(scene: MayaScene) -> Iterator[Unresolved]:
    """Yield the render settings that a connection drives: what the file stores of them may not hold."""
    for source, target in scene.connections:
        node, _, attribute = target.partition(".")
        names = ATTRIBUTES["renderGlobals" if node == "defaultRenderGlobals" else "resolution"]
        if node in ("defaultRenderGlobals", "defaultResolution") and attribute in names:
            yield Unresolved(node, attribute, source)


def _warnings(
    scene: MayaScene, animated: bool, cameras: tuple[Camera, ...], layers: Layers, code: list[Code]
) -> Iterator[str]:
    yield from scene.warnings
    if scene.info.get("license") in ("education", "student"):
        yield f"the scene was saved with a licence for {scene.info['license']}"
    if not scene.time_unit:
        yield "the file does not say its time unit, so frames a second are not known"
    elif frames_per_second(scene.time_unit) is None:
        yield f"the time unit {scene.time_unit[:40]!r} is not known"
    if not animated:
        yield "animation is off in the render settings: only the current frame is rendered"
    else:
        yield from _partly_default(scene.default("defaultRenderGlobals"))
    if not any(camera.renderable for camera in cameras):
        yield "no camera of this file is renderable; it may be in a reference"
    renderer = scene.default("defaultRenderGlobals").text("ren")
    if RENDERER_PLUGINS.get(renderer, "") not in ("", *scene.plugins):
        yield f"the renderer is {renderer}, but the file does not require {RENDERER_PLUGINS[renderer]}"
    running = sum(1 for item in code if "interface configuration" not in item.kind and "demand" not in item.kind)
    if running:
        yield f"the scene holds code that Maya runs ({running} pieces); none of it was run here"
    yield from layers.warnings


def _partly_default(settings: Node) -> Iterator[str]:
    first, last = "fs" in settings.attributes, "ef" in settings.attributes
    if first != last:
        name, value = ("endFrame", 10) if first else ("startFrame", 1)
        yield f"{name} is not stored in the file, so Maya's default {value} is used"
