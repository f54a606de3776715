"""From a request or a task plug-in to a job: a pure function, the same input giving the same job byte for byte."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple, Union

from farmsubmit.author.elements import Job
from farmsubmit.collector import collector_paused
from farmsubmit.errors import RequestError, SceneError, did_you_mean
from farmsubmit.lang.dirmap import DirMap
from farmsubmit.lang.envkey import setenv_items
from farmsubmit.pace import Cancelled, never
from farmsubmit.request import (
    SubmitRequest,
    job_title,
    request_for,
    running_rows,
    split_for_approval,
)
from farmsubmit.request.missing import refuse_nothing_missing
from farmsubmit.request.rendering import check_render_options
from farmsubmit.scenes.facts import SceneFacts
from farmsubmit.tasks.arguments import Arguments
from farmsubmit.tasks.arrange import arrange
from farmsubmit.tasks.commands import CommandMaker
from farmsubmit.tasks.environment import captured
from farmsubmit.tasks.grow import Grower, Lookup, Part
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


def build_request(request: SubmitRequest, cancelled: Cancelled = never) -> Built:
    """Return the job for a request; once ``cancelled`` is true, a large one raises Stopped.

    A pure function but for environment.capture, which takes variables of this process along. Raises SceneError for a
    scene of a DCC that has no recipe or rows that lack what they need, RequestError for rows that contradict each
    other, options that no renderer of the scene has, or a request that is two jobs, AuthorError for a job setting of
    the wrong kind, and TemplateError.
    """
    recipe_for(request.facts)
    check_render_options(request)
    if len(split_for_approval(request)) > 1:
        hint = "split_for_approval() gives both; or let the rest follow: preview_rest=behind"
        raise RequestError("previews and what waits for approval are two jobs", hint)
    if request.settings is None:
        request = replace(request, settings=_settings(request.facts))
    rows = running_rows(request)
    refuse_nothing_missing(request)
    if not rows:
        raise SceneError(f"no row of {request.facts.path} is on, so there is nothing to render", _why_nothing(request))
    parts = {row.id: Part(*requirement(row, request)) for row in rows}
    nest = arrange(parts, {row.id: row.after for row in rows}, {row.id: row.label for row in rows})
    job = Job(**{**request.job, "title": job_title(request)})
    job.dirmaps.extend(request.dirmaps)
    notes = _add_environment(job, request)
    is_local = bool(request.options.get("local", False))
    requirements = [(nest, Arguments())]
    built = _grown(job, requirements, request.settings, local=is_local, is_scene=True, cancelled=cancelled)
    return built._replace(notes=(*request.options.get("notes", ()), *notes, *built.notes))


def _why_nothing(request: SubmitRequest) -> str:
    notes: Sequence[str] = request.options.get("notes", ())
    if notes:
        return notes[-1]
    return f"it has the rows {', '.join(row.id for row in request.rows)}" if request.rows else "it has none"


def _add_environment(job: Job, request: SubmitRequest) -> List[str]:
    """Set the variables of the request for all commands of the job, and return what a person should know of them."""
    rules = request.environment
    taken = captured(request.settings) if rules.capture else None
    variables = {**(taken.values if taken else {}), **rules.set}
    if variables:
        job.envkey = [*job.envkey, *setenv_items(variables)]
    return taken.notes if taken else []


def build(
    scene: Union[SceneFacts, SubmitRequest],
    frames: Optional[str] = None,
    chunk: Optional[int] = None,
    order: Optional[str] = None,
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
        settings = _settings(scene)
    return build_request(request_for(scene, settings, frames, chunk, order, layers, job, dirmaps)).job


def _settings(facts: Optional[SceneFacts] = None) -> Settings:
    from farmsubmit.settings import load_settings

    return load_settings(scene=facts.path, dcc=facts.dcc) if facts else load_settings()


def _grown(
    job: Job,
    requirements: Sequence[Tuple[Any, Arguments]],
    settings: Optional[Settings],
    lookup: Optional[Lookup] = None,
    local: bool = False,
    is_scene: bool = False,
    cancelled: Cancelled = never,
) -> Built:
    """Grow the requirements side by side into a job."""
    if settings is None:
        settings = _settings()
    stand_ins: Mapping[str, object] = {}
    if lookup is None:
        from farmsubmit.plugins import load_catalogue

        catalogue = load_catalogue()
        lookup, stand_ins = catalogue.get, catalogue.stand_ins
    commands = CommandMaker(settings, local)
    grower = Grower(lookup, commands, cancelled)
    with collector_paused():
        root = grower.grow(requirements)
        compact(grower.made)
        grower.made.clear()
        if is_scene:
            # The job of a scene has the title; a single group below it would say the same again.
            root.named = False
        add_to(job, root, cancelled)
    # First, for of several maps that apply the first one counts.
    job.dirmaps[:0] = commands.dirmaps
    notes = dict.fromkeys(str(problem) for name, problem in stand_ins.items() if name in grower.names)
    notes.update(commands.notes)
    if not is_scene:
        notes.update(_mistyped(requirements, grower.declared))
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
