"""Recipes: which task, with which arguments, a row of a request becomes."""

from __future__ import annotations

from typing import Any, Callable, Dict, Tuple

from farmsubmit.errors import SceneError
from farmsubmit.request import Row, SubmitRequest
from farmsubmit.scenes.facts import SceneFacts
from farmsubmit.tasks.arguments import Arguments
from farmsubmit.tasks.overrides import TaskWithOverrides

#: A task, or a list or tuple of them, and the arguments of them all.
Requirement = Tuple[Any, Arguments]
#: Makes the requirement of one row.
Recipe = Callable[[Row, SubmitRequest], Requirement]

_DEFAULT_FPS = 24.0


def recipe_for(facts: SceneFacts) -> Recipe:
    """Return what turns a row of this scene into tasks; raises SceneError where there is nothing for its DCC."""
    recipe = _RECIPES.get(facts.dcc)
    if recipe is None:
        hint = f"known: {', '.join(_RECIPES)}; farmsubmit inspect shows what the scene holds"
        raise SceneError(f"there is no recipe yet for jobs from {facts.dcc} scenes", hint)
    return recipe


def requirement(row: Row, request: SubmitRequest) -> Requirement:
    """Return the task of a row with its arguments; raises SceneError for what its DCC cannot do."""
    return recipe_for(request.facts)(row, request)


def _blender(row: Row, request: SubmitRequest) -> Requirement:
    if not row.frames.whole:
        raise SceneError(f"the frames {row.frames} are not all whole", "Blender names its files by whole frames")
    arguments = _common(row, request)
    arguments["layers"] = list(row.layers)
    if any(output.kind == "movie" for output in request.facts.outputs[:1]):
        # A movie file cannot be written in parts, whatever it is called.
        return _titled("BlenderRender", row.title), Arguments(arguments, chunk=0)
    return _with_movie("BlenderRender", row), Arguments(arguments)


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


def _with_movie(task: str, row: Row) -> Any:
    """Return a render under the row's title, and after it a movie where one is wanted of more than one frame."""
    render = _titled(task, row.title)
    if not row.movie or len(row.frames) < 2:
        return render
    return (render, _titled("Movie", f"{row.title} movie"))


def _titled(task: str, title: str) -> TaskWithOverrides:
    return TaskWithOverrides(task, title=title)


_RECIPES: Dict[str, Recipe] = {"blender": _blender}
