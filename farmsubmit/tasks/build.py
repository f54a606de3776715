"""From a request to a job: a pure function, the same request giving the same job byte for byte."""

from __future__ import annotations

from typing import Any, Callable, Dict, Optional, Sequence, Union

from farmsubmit.author.elements import Job
from farmsubmit.errors import SceneError
from farmsubmit.lang.dirmap import DirMap
from farmsubmit.request import Row, SubmitRequest, request_for, scene_stem
from farmsubmit.scenes.facts import SceneFacts
from farmsubmit.tasks import blender

#: Adds the tasks of one row to a job.
Recipe = Callable[[Job, Row, SubmitRequest], None]
_RECIPES: Dict[str, Recipe] = {"blender": blender.add_row}


def recipe_for(facts: SceneFacts) -> Recipe:
    """Return what turns a row of this scene into tasks; raises SceneError where there is nothing for its DCC."""
    recipe = _RECIPES.get(facts.dcc)
    if recipe is None:
        hint = f"known: {', '.join(_RECIPES)}; farmsubmit inspect shows what the scene holds"
        raise SceneError(f"there is no recipe yet for jobs from {facts.dcc} scenes", hint)
    return recipe


def build_request(request: SubmitRequest) -> Job:
    """Return the job for a request.

    Raises SceneError for a scene of a DCC that has no recipe, AuthorError for a job setting of the wrong kind.
    """
    recipe = recipe_for(request.facts)
    job = Job(title=scene_stem(request.facts))
    for name, value in request.job.items():
        setattr(job, name, value)
    job.dirmaps.extend(request.dirmaps)
    for row in request.rows:
        recipe(job, row, request)
    return job


def build(
    scene: Union[SceneFacts, SubmitRequest],
    frames: Optional[str] = None,
    chunk: Optional[int] = None,
    order: str = "forward",
    layers: Sequence[str] = (),
    dirmaps: Sequence[DirMap] = (),
    settings: Any = None,
    **job: Any,
) -> Job:
    """Return the job for the facts of a scene, or for a finished request.

    ``frames`` is a frame set such as ``"1001-1100x5"`` (default: the scene's own), ``chunk`` how many of them one
    task renders, ``order`` one of lang.frames.ORDERS, ``layers`` names of layers (default: those the scene renders),
    ``settings`` what load_settings() gives (default: this user's), and the rest are attributes of the job, such as
    ``priority=100``. Raises FrameError, SceneError, AuthorError.
    """
    if isinstance(scene, SubmitRequest):
        return build_request(scene)
    # What cannot be built at all is told before what is missing in the scene.
    recipe_for(scene)
    if settings is None:
        from farmsubmit.settings import load_settings

        settings = load_settings()
    return build_request(request_for(scene, settings, frames, chunk, order, layers, job, dirmaps))
