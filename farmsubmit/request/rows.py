"""From the facts of a scene to the rows that can be rendered of it, DCC by DCC.

Rows are made of whatever the scene holds, even where something is missing: frames that nobody knows are none, an
output that only the DCC knows is empty, a layer that does not render is a row that is off. What is needed and missing
is told when a job is built.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from farmsubmit.errors import FrameError, SceneError, did_you_mean
from farmsubmit.lang.frames import FrameSet
from farmsubmit.request.farmsettings import fields_of as farm_fields
from farmsubmit.request.model import Row, scene_stem
from farmsubmit.scenes.facts import FrameRange, Layer, SceneFacts

# Names of the default layer: which of them stands in file names is Maya's to say.
_MASTERS = ("defaultRenderLayer", "masterLayer")
_RENDERER_PLUGS = ("defaultRenderGlobals.ren", "defaultRenderGlobals.currentRenderer")
# Renderers of Maya that name files by their own settings of the scene, whatever Render is told.
_NAMED_BY_SCENE = ("renderman",)
_TOKEN = re.compile("<(renderlayer|layer|camera)>", re.IGNORECASE)
_ABSOLUTE = re.compile(r"[/\\]|[A-Za-z]:[/\\]")
_LEFT = re.compile(r"<[A-Za-z0-9_:]+>|[$%~]")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_]+\Z")
_NOT_IN_NAMES = re.compile(r"[^\w\-]+")
# Image files that ffmpeg reads; of others, such as Maya's own .iff, no movie can be made.
_PICTURES = (".bmp", ".dpx", ".exr", ".jpeg", ".jpg", ".png", ".sgi", ".tga", ".tif", ".tiff", ".webp")
_KATANA_NODES = ("Render", "RenderScript", "ImageWrite")


class Choice(NamedTuple):
    """What rows are made for: cameras (default: those that render), and sets of values of graph state variables.

    ``variables`` holds a list of values for each name; there is a row for each combination.
    """

    cameras: Tuple[str, ...] = ()
    variables: Mapping[str, Sequence[str]] = {}


#: As the scene is stored: its own cameras and values.
AS_STORED = Choice()


def rows_of(facts: SceneFacts, settings: Any, choice: Choice = AS_STORED) -> Tuple[Row, ...]:
    """Return the rows of a scene, each with the frames, chunk, order and output that scene and settings say.

    Blender: one for the scene, or one for each chosen camera; its layers render together. Maya: one for each layer and
    renderable camera. Nuke: one for each node that writes. Katana: one for each render node and set of variables. A
    scene of another DCC has none. Raises SceneError for a camera or variable that the scene does not have, and for farm
    settings of a Katana node that make no sense.
    """
    make = _MAKERS.get(facts.dcc)
    if make is None:
        return ()
    _check_choice(facts, choice)
    common = Row("row", chunk=settings["chunk"], order=settings["order"], movie=_wants_movie(settings))
    return tuple(_unique(make(facts, choice, common)))


def _check_choice(facts: SceneFacts, choice: Choice) -> None:
    cameras = [camera.name for camera in facts.cameras]
    takes_cameras = facts.dcc in ("blender", "maya")
    for name in choice.cameras:
        # A camera of a Maya scene may be in a reference, which nobody has read.
        if not takes_cameras or (name not in cameras and not (facts.dcc == "maya" and facts.references)):
            raise _unknown(facts, "camera", name, cameras if takes_cameras else [])
    for name in choice.variables:
        variables = [variable.name for variable in facts.variables] if facts.dcc == "katana" else []
        if name not in variables:
            raise _unknown(facts, "graph state variable", name, variables)


def _unknown(facts: SceneFacts, what: str, name: str, known: Sequence[str]) -> SceneError:
    hint = did_you_mean(name, known) or "it has " + (", ".join(known) or "none")
    return SceneError(f"{facts.path} has no {what} {name!r}", hint)


def known_layers(facts: SceneFacts, layers: Iterable[str]) -> Tuple[str, ...]:
    """Return names of layers as they are; raises SceneError for one that the scene does not have."""
    known = [layer.name for layer in facts.layers]
    asked = tuple(layers)
    for name in asked:
        if name not in known:
            raise _unknown(facts, "layer", name, known)
    return asked


def frames_of(found: Optional[FrameRange]) -> FrameSet:
    """Return the frames of a scene's range; none for one that is missing, runs backwards or cannot be."""
    if found is None or found.last < found.first:
        return FrameSet()
    try:
        return FrameSet.from_range(found.first, found.last, found.step)
    except FrameError:
        return FrameSet()


def _wants_movie(settings: Any) -> bool:
    if settings["movie"] != "auto":
        return bool(settings["movie"] == "yes")
    import shutil

    return shutil.which(settings["ffmpeg"]) is not None


def _seen_by_ffmpeg(output: str) -> bool:
    return output.lower().endswith(_PICTURES)


def _unique(rows: Iterable[Row]) -> Iterator[Row]:
    """Give the rows, a number after an id that was there before."""
    seen: Dict[str, int] = {}
    for row in rows:
        seen[row.id] = seen.get(row.id, 0) + 1
        yield row if seen[row.id] == 1 else replace(row, id=f"{row.id}#{seen[row.id]}")


# --- Blender


def _blender(facts: SceneFacts, choice: Choice, common: Row) -> Iterator[Row]:
    output = next((found for found in facts.outputs if found.enabled and found.file and found.resolved), None)
    # A movie file cannot be written in parts, whatever it is called.
    is_movie = any(found.kind == "movie" for found in facts.outputs[:1])
    stem = scene_stem(facts)
    row = replace(common, id="scene", title=stem, frames=frames_of(facts.frames), output=output.file if output else "")
    row = _as_movie_file(row) if is_movie else row
    if not choice.cameras:
        yield row
    for camera in choice.cameras:
        name = beside(row.output, camera) if len(choice.cameras) > 1 else row.output
        yield replace(row, id=f"scene:{camera}", title=f"{stem} {camera}", camera=camera, output=name)


def _as_movie_file(row: Row) -> Row:
    return replace(row, chunk=0, movie=False)


def beside(pattern: str, word: str) -> str:
    """Return the pattern for other files in the same folder: ``b.####.exr`` with ``cam`` is ``b.cam.####.exr``."""
    if not pattern:
        return ""
    cut = max(pattern.rfind("/"), pattern.rfind("\\")) + 1
    name = pattern[cut:]
    found = re.search("[._-]?#+(?=[^#]*$)", name) or re.search(r"(?=\.[^.]*$)|$", name)
    place = found.start() if found else len(name)
    return f"{pattern[:cut]}{name[:place]}.{_NOT_IN_NAMES.sub('_', word)}{name[place:]}"


# --- Maya


def _maya(facts: SceneFacts, choice: Choice, common: Row) -> Iterator[Row]:
    cameras: Tuple[str, ...] = choice.cameras or tuple(one.name for one in facts.cameras if one.renderable) or ("",)
    layers = facts.layers or (Layer("", "render layer"),)
    for layer, camera in product(layers, cameras):
        names = [layer.name if len(layers) > 1 else "", camera if len(cameras) > 1 else ""]
        output = maya_output(facts, layer.name, camera)
        row = replace(
            common,
            id=":".join(filter(None, (layer.name, camera))) or "scene",
            on=layer.renderable,
            kind="layer",
            title=" ".join(filter(None, names)) or scene_stem(facts),
            layer=layer.name,
            camera=camera,
            frames=frames_of(layer.frames or facts.frames),
            output=output,
            movie=common.movie and _seen_by_ffmpeg(output),
        )
        yield _as_movie_file(row) if any(output.kind == "movie" for output in facts.outputs[:1]) else row


def maya_renderer(facts: SceneFacts, layer: str) -> str:
    """Return the renderer of a layer by Maya's name, its own or that of the scene; empty where it is not known."""
    own = next((one for one in facts.layers if one.name == layer), Layer(layer))
    if own.renderer:
        return own.renderer
    plugs = [line.partition(" = ")[0] for line in own.overrides]
    plugs += [one.attribute for one in facts.unresolved if one.node == layer]
    return "" if any(plug in _RENDERER_PLUGS for plug in plugs) else facts.renderer


def takes_output(facts: SceneFacts, row: Row) -> bool:
    """Tell whether the render of a row can be told where to write; the others write where their scene says."""
    if facts.dcc == "maya":
        return maya_renderer(facts, row.layer) not in _NAMED_BY_SCENE
    return facts.dcc == "blender"


def maya_output(facts: SceneFacts, layer: str, camera: str) -> str:
    """Return the pattern of the main image; empty where only Maya can tell it.

    That is so where a token is left that it fills in, and for a layer with a renderer of its own, which may name its
    images in another way than the scene's.
    """
    outputs = facts.outputs
    if not outputs or maya_renderer(facts, layer) != facts.renderer:
        return ""
    known = {"renderlayer": "" if layer in _MASTERS else layer, "camera": camera}
    known["layer"] = known["renderlayer"]

    def filled(found: re.Match[str]) -> str:
        name = known[found[1].lower()]
        return name if _PLAIN_NAME.match(name) else found[0]

    main = outputs[0]
    if main.resolved:
        return main.file
    path = _TOKEN.sub(filled, main.file)
    # Without a project a path that is not absolute leads nobody knows where.
    return path if _ABSOLUTE.match(path) and not _LEFT.search(path) else ""


# --- Nuke


def _nuke(facts: SceneFacts, choice: Choice, common: Row) -> Iterator[Row]:
    names = {output.name for output in facts.outputs}
    for output in facts.outputs:
        is_image = output.kind in ("images", "movie")
        row = replace(
            common,
            id=output.name,
            on=output.enabled and (is_image or "write" in output.kind.lower()),
            kind="write",
            title=output.name,
            node=output.name,
            frames=frames_of(output.frames),
            output=output.file if output.resolved else "",
            after=tuple(name for name in output.depends if name in names),
            movie=common.movie and output.kind == "images" and _seen_by_ffmpeg(output.file),
        )
        yield _as_movie_file(row) if output.kind == "movie" else row


# --- Katana


def _katana(facts: SceneFacts, choice: Choice, common: Row) -> Iterator[Row]:
    nodes = [output for output in facts.outputs if output.kind in _KATANA_NODES]
    names = {output.name for output in nodes}
    own = {variable.name: variable.value for variable in facts.variables}
    for values in _variable_sets(choice.variables):
        mark = "".join(f" {name}={value}" for name, value in values.items()).replace(" ", ":", 1)
        # The path that the scene stores is the one for the values it was saved with.
        is_saved = all(own.get(name) == value for name, value in values.items())
        for output in nodes:
            file = output.file if output.resolved and is_saved else ""
            row = replace(
                common,
                id=output.name + mark,
                on=output.enabled,
                kind="render node",
                title=" ".join((output.name, *values.values())),
                node=output.name,
                variables=values,
                frames=frames_of(output.frames or facts.frames),
                output=file,
                movie=common.movie and _seen_by_ffmpeg(file),
                after=tuple(name + mark for name in output.depends if name in names),
            )
            yield replace(row, **farm_fields(facts, output.name))


def _variable_sets(variables: Mapping[str, Sequence[str]]) -> List[Dict[str, str]]:
    return [dict(zip(variables, values)) for values in product(*variables.values())]


_MAKERS: Dict[str, Callable[[SceneFacts, Choice, Row], Iterator[Row]]] = {
    "blender": _blender,
    "maya": _maya,
    "nuke": _nuke,
    "katana": _katana,
}
