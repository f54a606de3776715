"""From a request or a task plug-in to a job: a pure function, the same input giving the same job byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple, Union

from farmsubmit.author.collector import collector_paused
from farmsubmit.author.elements import Job
from farmsubmit.errors import did_you_mean
from farmsubmit.lang.dirmap import DirMap
from farmsubmit.request import SubmitRequest, request_for, scene_stem
from farmsubmit.scenes.facts import SceneFacts
from farmsubmit.tasks.arguments import Arguments
from farmsubmit.tasks.commands import CommandMaker
from farmsubmit.tasks.grow import Grower, Lookup
from farmsubmit.tasks.nodes import add_to, compact
from farmsubmit.tasks.recipes import recipe_for, requirement

if TYPE_CHECKING:
    from farmsubmit.settings import Settings

__all__ = ["Built", "build", "build_request", "build_task", "recipe_for"]


class Built(NamedTuple):
    """A job; the argument files that must be written before it is sent, text by path; what a person should know."""

    job: Job
    files: Mapping[str, str] = {}
    notes: Tuple[str, ...] = ()


def build_task(
    task: Any,
    arguments: Mapping[str, Any] = {},
    *,
    settings: Optional[Settings] = None,
    lookup: Optional[Lookup] = None,
    local: bool = False,
    **job: Any,
) -> Built:
    """Return the job for a task plug-in and its arguments; nothing is written or sent.

    ``task`` is a name, a TaskPlugin class, TaskWithOverrides, or a list (in parallel) or tuple (in series) of them.
    ``local`` makes all commands run on the spooling host. ``lookup`` finds plug-ins by kind and name (default: the
    catalogue), and the rest are attributes of the job, such as ``priority=100``; its title defaults to the task's
    name. Raises PluginError, ArgumentError, AuthorError.
    """
    made = Job(**{"title": _name(task), **job})
    return _grown(made, [(task, Arguments(arguments))], settings, lookup, local)


def build_request(request: SubmitRequest) -> Built:
    """Return the job for a request.

    Raises SceneError for a scene of a DCC that has no recipe, AuthorError for a job setting of the wrong kind.
    """
    job = Job(**{"title": scene_stem(request.facts), **request.job})
    job.dirmaps.extend(request.dirmaps)
    return _grown(job, [requirement(row, request) for row in request.rows], request.settings, is_scene=True)


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
        return build_request(scene).job
    # What cannot be built at all is told before what is missing in the scene.
    recipe_for(scene)
    if settings is None:
        from farmsubmit.settings import load_settings

        settings = load_settings()
    return build_request(request_for(scene, settings, frames, chunk, order, layers, job, dirmaps)).job


def _grown(
    job: Job,
    requirements: Sequence[Tuple[Any, Arguments]],
    settings: Optional[Settings],
    lookup: Optional[Lookup] = None,
    local: bool = False,
    is_scene: bool = False,
) -> Built:
    """Grow the requirements side by side into a job."""
    if settings is None:
        from farmsubmit.settings import load_settings

        settings = load_settings()
    if lookup is None:
        from farmsubmit.plugins import load_catalogue

        lookup = load_catalogue().get
    commands = CommandMaker(settings, local)
    grower = Grower(lookup, commands)
    with collector_paused():
        root = grower.grow(requirements)
        compact(grower.made)
        if is_scene:
            # The job of a scene has the title; a single group below it would say the same again.
            root.named = False
        add_to(job, root)
    notes = commands.notes if is_scene else {**commands.notes, **_mistyped(requirements, grower.declared)}
    return Built(job, commands.files, tuple(notes))


def _mistyped(requirements: Sequence[Tuple[Any, Arguments]], declared: Set[str]) -> Dict[str, None]:
    """Return a note for each argument that no plug-in speaks of, where its name is nearly one that they do.

    A plug-in may read what it does not declare, so another name is no reason to doubt.
    """
    notes: Dict[str, None] = {}
    for name in dict.fromkeys(name for _, arguments in requirements for name in arguments):
        near = did_you_mean(name, declared) if name not in declared else ""
        if near:
            notes[f"no task takes the argument {name!r}; {near}"] = None
    return notes


def _name(task: Any) -> str:
    if isinstance(task, (list, tuple)):
        names: List[str] = [_name(part) for part in task if not isinstance(part, (list, tuple))]
        return ", ".join(names) or "tasks"
    return str(getattr(task, "basename", None) or getattr(task, "__name__", None) or task)
