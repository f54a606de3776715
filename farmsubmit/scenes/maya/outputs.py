"""Where a Maya scene writes its images, renderer by renderer.

Tokens that only Maya fills in (``<RenderLayer>``, ``<Camera>``, ``<RenderPass>``) stay in the pattern, which then is
marked as not resolved; ``<Scene>``, ``<Version>`` and ``<Extension>`` are filled in where the file knows them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Optional

from farmsubmit.scenes.facts import Camera, FrameRange, Layer, Output, Unresolved
from farmsubmit.scenes.maya.project import Project
from farmsubmit.scenes.maya.scene import MayaScene, Node
from farmsubmit.scenes.maya.tables import IMAGE_FORMATS, MOVIES

# The endings of Arnold's image drivers, where they are not the driver's name.
_DRIVERS = {"jpeg": "jpg", "tiff": "tif", "deepexr": "exr"}
_REDSHIFT = ("iff", "exr", "tif", "png", "tga", "jpg")
_RENDERMAN_FOLDER = "<ws>/images/<scene>"
_RENDERMAN_NAME = "<scene>_<layer>_<camera>_<aov>.<f4>.<ext>"
_SEPARATORS = {0: "", 1: ".", 2: "_"}
_TOKEN = re.compile(r"<[A-Za-z0-9_:]+>")


@dataclass(frozen=True)
class Rendered:
    """What the names of images depend on besides the settings of the renderer."""

    project: Project
    renderer: str
    frames: Optional[FrameRange]
    animated: bool
    cameras: tuple[Camera, ...]
    layers: tuple[Layer, ...]


def outputs_of(scene: MayaScene, rendered: Rendered) -> tuple[list[Output], list[Unresolved]]:
    """Return the outputs of a scene, the main image first, and what of their names only Maya can work out."""
    if rendered.renderer == "renderman":
        main, owner = _renderman(scene, rendered), ("rmanGlobals", "imageFileFormat")
    else:
        main, owner = _common(scene, rendered), _owner(scene, rendered)
    unresolved = [] if main.resolved else [Unresolved(*owner, main.file)]
    return [main, *_aovs(scene, rendered, main)], unresolved


def _owner(scene: MayaScene, rendered: Rendered) -> tuple[str, str]:
    if rendered.renderer == "vray":
        return "vraySettings", "fileNamePrefix"
    return "defaultRenderGlobals", "imageFilePrefix"


def _common(scene: MayaScene, rendered: Rendered) -> Output:
    settings = scene.default("defaultRenderGlobals")
    extension = _extension(scene, settings, rendered.renderer)
    prefix = _prefix(scene, settings, rendered.renderer) or _default_prefix(rendered)
    movie = extension in MOVIES
    frame = rendered.animated and not movie
    name = _filled(prefix, rendered, settings.text("rv"), extension) + _ending(
        settings, rendered.renderer, extension, frame
    )
    path, known = rendered.project.image(name)
    return Output(
        rendered.renderer,
        "movie" if movie else "images",
        path,
        extension.strip("<>") if extension != "<Extension>" else "",
        rendered.frames,
        resolved=known and not _TOKEN.search(path),
    )


def _prefix(scene: MayaScene, settings: Node, renderer: str) -> str:
    vray = scene.of("VRaySettingsNode")
    if renderer == "vray" and vray:
        return vray[0].text("fnprx")
    redshift = scene.of("RedshiftOptions")
    if renderer == "redshift" and redshift and not settings.text("ifp"):
        return redshift[0].text("imageFilePrefix")
    return settings.text("ifp")


def _default_prefix(rendered: Rendered) -> str:
    """Return what an empty prefix stands for: the scene's name, in folders once there is more than one of a kind."""
    layers = sum(layer.renderable for layer in rendered.layers)
    cameras = sum(camera.renderable for camera in rendered.cameras)
    return ("<RenderLayer>/" if layers > 1 else "") + ("<Camera>/" if cameras > 1 else "") + "<Scene>"


def _filled(prefix: str, rendered: Rendered, version: str, extension: str) -> str:
    known = {"scene": rendered.project.scene.stem, "version": version, "extension": extension}
    return _TOKEN.sub(lambda found: known.get(found[0][1:-1].lower()) or found[0], prefix)


def _ending(settings: Node, renderer: str, extension: str, frame: bool) -> str:
    """Return frame and extension in the order of the settings; V-Ray has its own, of which the default is taken."""
    if renderer == "vray":
        return f".####.{extension}" if frame else f".{extension}"
    control = settings.number("ofc", 0)
    kind = "" if control == 1 else f".{settings.text('ofe') if control == 2 else extension}"
    if not frame:
        return kind
    number = "#" * int(min(max(settings.number("ep", 1), 1), 20))
    number = _SEPARATORS.get(int(settings.number("peie", 1)), ".") + number
    return number + kind if settings.number("pff", 0) == 1 else kind + number


def _extension(scene: MayaScene, settings: Node, renderer: str) -> str:
    """Return the ending of image names without its point, ``<Extension>`` where the file does not say."""
    if renderer == "arnold":
        driver = scene.node("defaultArnoldDriver")
        name = (driver.text("ai_translator") if driver else "") or "exr"
        return _DRIVERS.get(name, name)
    if renderer == "vray":
        return _first_word(scene.of("VRaySettingsNode"), "imgfs")
    if renderer == "redshift":
        nodes = scene.of("RedshiftOptions")
        number = nodes[0].number("imageFormat", -1) if nodes else -1
        return _REDSHIFT[int(number)] if 0 <= number < len(_REDSHIFT) else "<Extension>"
    number = settings.number("outf", 7)
    if number == 51:
        return settings.text("imfkey") or "<Extension>"
    return IMAGE_FORMATS.get(int(number), "<Extension>")


def _first_word(nodes: list[Node], attribute: str) -> str:
    words = nodes[0].text(attribute).split() if nodes else []
    return words[0] if words else "<Extension>"


def _renderman(scene: MayaScene, rendered: Rendered) -> Output:
    """RenderMan 22 and newer have names of their own; ``<f4>`` is the frame in four digits."""
    nodes = scene.of("rmanGlobals")
    folder = (nodes[0].text("imageOutputDir") if nodes else "") or _RENDERMAN_FOLDER
    name = (nodes[0].text("imageFileFormat") if nodes else "") or _RENDERMAN_NAME
    root = rendered.project.root
    known = {"scene": rendered.project.scene.stem, "ws": str(root) if root else ""}
    known.update({f"f{digits or ''}": "#" * (digits or 1) for digits in range(10)})
    path = _TOKEN.sub(lambda found: known.get(found[0][1:-1]) or found[0], f"{folder}/{name}")
    return Output(rendered.renderer, "images", path, "", rendered.frames, resolved=not _TOKEN.search(path))


def _aovs(scene: MayaScene, rendered: Rendered, main: Output) -> list[Output]:
    """Return Arnold's further images: each in its own file, unless the driver merges them into the main one."""
    if rendered.renderer != "arnold":
        return []
    driver = scene.node("defaultArnoldDriver")
    merged = driver is not None and driver.number("mergeAOVs", 0) == 1
    return [_aov(node, main, merged) for node in scene.of("aiAOV")]


def _aov(node: Node, main: Output, merged: bool) -> Output:
    name = node.text("aovn") or node.name
    path = main.file if merged else main.file.replace("<RenderPass>", name)
    enabled = node.number("enabled", 1) == 1
    resolved = main.resolved or not _TOKEN.search(path)
    return Output(name, "aov", path, main.file_type, main.frames, enabled, resolved=resolved)
