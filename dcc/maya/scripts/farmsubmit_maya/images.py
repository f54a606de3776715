"""The names of images that only Maya knows: asked of Maya for the layer and camera that are rendered.

A scene of several layers or cameras keeps ``<RenderLayer>`` and ``<Camera>`` in the pattern: each row fills in its own.
Source: Autodesk's page of the command renderSettings. Not run in a Maya.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from maya import cmds

from farmsubmit.scenes import SceneFacts
from farmsubmit.scenes.facts import Layer, Output

# Renderers that name their images by Maya's common settings; the others have settings of their own.
_COMMON = ("arnold", "mayaHardware", "mayaHardware2", "mayaSoftware", "mayaVector")
_MASTERS = ("defaultRenderLayer", "masterLayer")
_TOKEN = re.compile(r"<[A-Za-z0-9_:]+>")
_AOV_NAME = "<RenderPass>"


def with_named_images(facts: SceneFacts) -> SceneFacts:
    """Return the facts with the path of the main image that Maya gives, where the scene alone does not tell it.

    That is so for one layer and one camera in the project that is set in Maya, and the renderers that use Maya's own
    names.
    """
    main = facts.outputs[0]
    if main.resolved or facts.renderer not in _COMMON or not _is_set_project(facts):
        return facts
    layers = [layer for layer in facts.layers if layer.renderable]
    cameras = [camera.name for camera in facts.cameras if camera.renderable]
    if len(layers) != 1 or len(cameras) != 1:
        return facts
    path = _asked(layers[0], cameras[0], _number(main.file))
    return _renamed(facts, main, path) if path else facts


def _is_set_project(facts: SceneFacts) -> bool:
    """Whether the project that Maya has set is the one that the farm renders in."""
    return Path(str(cmds.workspace(query=True, rootDirectory=True))) == Path(facts.project)


def _number(pattern: str) -> str:
    found = re.search("#+", pattern)
    return found[0] if found else "#"


def _asked(layer: Layer, camera: str, number: str) -> str:
    found = cmds.renderSettings(
        genericFrameImageName=number,
        fullPath=True,
        leaveUnmatchedTokens=True,
        layer=_old_name(layer),
        camera=camera,
    )
    return str(found[0]).replace("\\", "/") if found else ""


def _old_name(layer: Layer) -> str:
    """Return the old render layer that stands behind a layer."""
    if layer.name in _MASTERS:
        return _MASTERS[0]
    if layer.kind != "render setup layer":
        return layer.name
    found = cmds.listConnections(f"{layer.name}.legacyRenderLayer", source=True, destination=False)
    return found[0] if found else f"rs_{layer.name}"


def _renamed(facts: SceneFacts, main: Output, path: str) -> SceneFacts:
    outputs = tuple(_output(one, main, path) for one in facts.outputs)
    unresolved = tuple(
        one if one.text != main.file else replace(one, text=path)
        for one in facts.unresolved
        if one.text != main.file or _TOKEN.search(path)
    )
    return replace(facts, outputs=outputs, unresolved=unresolved)


def _output(output: Output, main: Output, path: str) -> Output:
    """Return an output by the new name: its own image, or the one that the main image is merged with."""
    own = path if output.file == main.file else path.replace(_AOV_NAME, output.name)
    return replace(output, file=own, resolved=not _TOKEN.search(own))
