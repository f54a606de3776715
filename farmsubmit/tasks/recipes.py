"""Recipes: which task, with which arguments, a row of a request becomes."""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, List, Sequence, Tuple

from farmsubmit.errors import SceneError
from farmsubmit.lang.template import render
from farmsubmit.request import Row, SubmitRequest, template_values
from farmsubmit.request.missing import view_paths
from farmsubmit.request.naming import template_of
from farmsubmit.request.rendering import render_options
from farmsubmit.request.rows import maya_output, maya_renderer, takes_output
from farmsubmit.scenes.facts import Output, SceneFacts
from farmsubmit.tasks.arguments import Arguments
from farmsubmit.tasks.grow import Part
from farmsubmit.tasks.rowtask import RowTask
from farmsubmit.tasks.shipped._patterns import is_movie, split
from farmsubmit.tasks.shipped._renderers import must_be_named, render_name

#: A task, or a list or tuple of them, and the arguments of them all.
Requirement = Tuple[Any, Arguments]
#: Returns the arguments of the render of one row, besides those that all DCCs share.
Recipe = Callable[[Row, SubmitRequest], Dict[str, Any]]

_DEFAULT_FPS = 24.0
_FRAME = re.compile("#+")
# What each DCC's rows may say besides what all rows say.
_OWN_FIELDS = {
    "blender": ("layers", "camera", "variables"),
    "maya": ("layer", "camera"),
    "nuke": ("node", "views"),
    "katana": ("node", "variables"),
}
# What MayaRender tells Arnold by itself, and the job of a scene only where somebody asks for it.
_UNSAID = {"arnold_verbosity": None, "abort_on_license_fail": False}
_FIELDS = tuple(dict.fromkeys(name for names in _OWN_FIELDS.values() for name in names))


def recipe_for(facts: SceneFacts) -> Recipe:
    """Return what turns a row of this scene into arguments; raises SceneError where there is nothing for its DCC."""
    found = _RECIPES.get(facts.dcc)
    if found is None:
        hint = f"known: {', '.join(_RECIPES)}; farmsubmit inspect shows what the scene holds"
        raise SceneError(f"there is no recipe yet for jobs from {facts.dcc} scenes", hint)
    return found[1]


def requirement(row: Row, request: SubmitRequest) -> Requirement:
    """Return the task of a row with its arguments, and after it a movie where one is wanted.

    Raises SceneError for frames or an output that are not known, and for what its DCC cannot do.
    """
    facts = request.facts
    recipe = recipe_for(facts)
    _check(row, request)
    task = _RECIPES[facts.dcc][0]
    arguments = {**_common(row, request), **recipe(row, request)}
    frames = RowTask(task, row, request)
    movie = _movie_of(row, facts)
    if not movie:
        return frames, Arguments(arguments)
    arguments.update(output=movie, **_movie_file(row, request))
    if row.all_frames == row.frames:
        return (frames, RowTask("Movie", row, request)), Arguments(arguments)
    whole = Arguments({**arguments, "frames": str(row.all_frames)})
    return (frames, Part(RowTask("Movie", row, request), whole)), Arguments(arguments)


def _check(row: Row, request: SubmitRequest) -> None:
    facts = request.facts
    if not row.frames:
        raise SceneError(_without_frames(row, facts), "give --frames")
    if not row.frames.whole:
        hint = "Blender names its files by them" if facts.dcc == "blender" else "a command line takes no others"
        raise SceneError(f"the frames {row.frames} are not all whole", hint)
    for name in _FIELDS:
        if getattr(row, name) and name not in _OWN_FIELDS[facts.dcc]:
            raise SceneError(f"row {row.label!r}: {name} means nothing in a {facts.dcc} scene", "leave it out")


def _without_frames(row: Row, facts: SceneFacts) -> str:
    found = facts.frames
    if found is not None and found.last < found.first:
        return f"{facts.path} renders from {found.first:g} to {found.last:g}, which is backwards"
    what = f", for {row.label}" if facts.dcc != "blender" else ""
    return f"{facts.path} does not say which frames it renders{what}"


def _common(row: Row, request: SubmitRequest) -> Dict[str, Any]:
    """Return the arguments that the renders of all DCCs share."""
    return {
        "scene": request.facts.path,
        "frames": str(row.frames),
        "chunk": row.chunk,
        "order": row.order,
        "service": row.service,
        "output": row.output,
        "fps": request.facts.fps or _DEFAULT_FPS,
    }


def _movie_of(row: Row, facts: SceneFacts) -> str:
    """Return the pattern of the frames that a movie is made of; empty where there is to be none, or cannot be."""
    if not row.movie or len(row.all_frames) < 2 or is_movie(row.output):
        return ""
    views = row.views or next((output.views for output in facts.outputs if output.name == row.node), ())
    patterns = view_paths(row.output, views)
    # Of several views one movie would show one only.
    return patterns[0] if len(patterns) == 1 and _FRAME.search(split(patterns[0])[1]) else ""


def _movie_file(row: Row, request: SubmitRequest) -> Dict[str, str]:
    text = template_of(request.settings, "movie_name")
    path = render(text, template_values(request, row), "movie_name") if text else ""
    return {"movie_file": path} if path.strip() else {}


# --- the DCCs


def _blender(row: Row, request: SubmitRequest) -> Dict[str, Any]:
    if not row.output:
        raise SceneError(f"{request.facts.path} does not say where its frames go", "set an output path in the scene")
    unknown = [name for name in row.variables if name != "scene"]
    if unknown:
        raise SceneError(f"row {row.label!r}: Blender has no variable {unknown[0]!r}", "it has scene")
    arguments: Dict[str, Any] = {"layers": list(row.layers)}
    named = {"camera": row.camera, "blender_scene": row.variables.get("scene", "")}
    arguments.update({name: value for name, value in named.items() if value})
    return arguments


def _maya(row: Row, request: SubmitRequest) -> Dict[str, Any]:
    arguments: Dict[str, Any] = {"camera": row.camera, "project": request.options.get("project") or None}
    if len(request.facts.layers) > 1:
        arguments["layer"] = row.layer
    own = maya_output(request.facts, row.layer, row.camera)
    if row.output and row.output != own:
        arguments.update(_image(row, request, own))
    return {**arguments, **_renderer(row, request)}


def _renderer(row: Row, request: SubmitRequest) -> Dict[str, Any]:
    """Return what a row's renderer is told; it is named to Render only where one of its options needs that."""
    told = render_options(row, request)
    renderer = render_name(maya_renderer(request.facts, row.layer))
    if not must_be_named(renderer, told):
        return told
    if "arnold_verbosity" in told:
        told["arnold_verbosity"] = int(told["arnold_verbosity"])
    return {**_UNSAID, **told, "renderer": renderer}


def _image(row: Row, request: SubmitRequest, own: str) -> Dict[str, Any]:
    """Return folder, name and padding of a row's output; the ending is the scene's, for Render has no word for it.

    ``own`` is where the scene writes. A renderer that cannot be told another place is told none: where the scene does
    not say where it writes, the row does, for what follows the render.
    """
    if not takes_output(request.facts, row):
        if own:
            renderer = maya_renderer(request.facts, row.layer)
            problem = f"row {row.label!r}: {renderer} names its files by the scene, {own!r}"
            raise SceneError(problem, "change it in the scene")
        return {}
    folder, name = split(row.output)
    found = _FRAME.search(name)
    image = re.sub("[._-]*$", "", name[: found.start()]) if found else name.rpartition(".")[0] or name
    if not folder or not image:
        hint = "write a pattern such as /show/out/beauty.####.exr"
        raise SceneError(f"row {row.label!r}: Maya cannot be told to write {row.output!r}", hint)
    return {"folder": folder.rstrip("/\\") or folder, "image": image, "padding": len(found[0]) if found else 0}


def _nuke(row: Row, request: SubmitRequest) -> Dict[str, Any]:
    _check_output(row, request.facts.outputs, "Write")
    return {"writes": [row.node] if row.node else [], "views": list(row.views)}


def _katana(row: Row, request: SubmitRequest) -> Dict[str, Any]:
    if not row.variables:
        _check_output(row, request.facts.outputs, "node")
    return {"render_node": row.node, "variables": dict(row.variables)}


def _check_output(row: Row, outputs: Sequence[Output], what: str) -> None:
    """Raise SceneError for a row that wants to write elsewhere than its node does, which no option could say."""
    own: List[str] = [output.file for output in outputs if output.name == row.node and output.resolved]
    if row.output and own and row.output not in own:
        raise SceneError(f"row {row.label!r}: the {what} writes to {own[0]!r}", "change it in the scene")


_RECIPES: Dict[str, Tuple[str, Recipe]] = {
    "blender": ("BlenderRender", _blender),
    "maya": ("MayaRender", _maya),
    "nuke": ("NukeRender", _nuke),
    "katana": ("KatanaRender", _katana),
}
