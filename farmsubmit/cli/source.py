"""From the command line to a job: a scene is read and built, a task is built, a finished job is loaded and changed."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any, NamedTuple, Optional

from farmsubmit.author.elements import Job
from farmsubmit.cli import options
from farmsubmit.errors import FarmsubmitError, JobFileError, did_you_mean
from farmsubmit.scenes.facts import SceneFacts
from farmsubmit.tasks.build import Built
from farmsubmit.tasks.edit import modify_commands

_JOB_SUFFIXES = (".alf", ".json", ".tcl")
# On a finished job these are added to its own, for leaving one out could take more of the farm than allowed.
_ADDED = ("tags", "afterjids", "envkey")


class Loaded(NamedTuple):
    """A job as it was built, the facts of the scene it came from if it came from one, and the settings used."""

    built: Built
    facts: Optional[SceneFacts]
    settings: Any

    @property
    def job(self) -> Job:
        """The job itself."""
        return self.built.job


def load(args: Namespace) -> Loaded:
    """Return the job that the arguments ask for."""
    settings = options.settings_of(args)
    loaded = _with_environment(_load(args, settings), args)
    if args.local:
        modify_commands(loaded.job, True, "local", True)
    return loaded


def _load(args: Namespace, settings: Any) -> Loaded:
    if (args.source is None) == (args.task is None):
        missing = args.source is None
        raise FarmsubmitError("give a scene, a job or --task" if missing else "--task goes without a scene or job")
    if args.task is not None:
        return _from_task(args, settings)
    if args.args:
        raise FarmsubmitError("--args are the arguments of --task, and there is none")
    if Path(args.source).suffix.lower() in _JOB_SUFFIXES:
        options.refuse_scene_options(args)
        return Loaded(Built(_changed(read_job_file(Path(args.source)), args)), None, settings)
    return _from_scene(args, settings)


def _from_task(args: Namespace, settings: Any) -> Loaded:
    from farmsubmit.tasks.build import build_task

    options.refuse_scene_options(args)
    attributes = options.job_attributes(args)
    _check_service(args.service)
    if args.service is not None:
        attributes["service"] = args.service
    built = build_task(args.task, options.task_arguments(args), settings=settings, **attributes)
    built.job.dirmaps.extend(options.dirmaps(args))
    return Loaded(built, None, settings)


def read_job_file(path: Path) -> Job:
    """Return the job of a job script or JSON file; raises JobFileError and TclError."""
    text = _text(path)
    if path.suffix.lower() == ".json":
        from farmsubmit.formats.jobjson import from_json

        return from_json(text, str(path))
    from farmsubmit.formats.alf import from_tcl

    return from_tcl(text, str(path))


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        near = did_you_mean(path.name, [item.name for item in path.parent.iterdir()] if path.parent.is_dir() else [])
        raise JobFileError(f"there is no file {path}", near) from None
    except IsADirectoryError:
        raise JobFileError(f"{path} is a folder, not a job file") from None
    except OSError as error:
        raise JobFileError(f"{path} cannot be read: {error.strerror or error}") from None


def _from_scene(args: Namespace, settings: Any) -> Loaded:
    from farmsubmit.lang.frames import FrameSet, ordered_indices
    from farmsubmit.request import request_for
    from farmsubmit.scenes import read_scene
    from farmsubmit.tasks.build import build_request, recipe_for

    attributes = options.job_attributes(args)
    dirmaps = options.dirmaps(args)
    _check_service(args.service)
    # What was typed wrong is told before a DCC is started to read the scene.
    if args.frames is not None:
        FrameSet.parse(args.frames)
    ordered_indices(0, args.order or "forward")
    facts = read_scene(args.source, blender=settings["blender"])
    recipe_for(facts)
    if args.service is not None:
        attributes["service"] = args.service
    request = request_for(
        facts, settings, args.frames, args.chunk, args.order or "forward", args.layers or (), attributes, dirmaps
    )
    return Loaded(build_request(request), facts, settings)


def _with_environment(loaded: Loaded, args: Namespace) -> Loaded:
    """Return the job with the variables of ``--env``, and with those that a task takes along from here."""
    from farmsubmit.lang.envkey import setenv_items
    from farmsubmit.tasks.environment import captured

    taken = captured(loaded.settings) if args.task is not None else None
    variables = {**(taken.values if taken else {}), **options.environment(args)}
    if not variables:
        return loaded
    loaded.job.envkey = [*loaded.job.envkey, *setenv_items(variables)]
    if not taken or not taken.values:
        return loaded
    note = f"it takes {', '.join(taken.values)} of your environment along ({taken.size} characters)"
    return loaded._replace(built=loaded.built._replace(notes=(*loaded.built.notes, note)))


def _changed(job: Job, args: Namespace) -> Job:
    for name, value in options.job_attributes(args).items():
        own = vars(job).get(name, [])
        setattr(job, name, [*own, *(item for item in value if item not in own)] if name in _ADDED else value)
    _check_service(args.service)
    if args.service is not None:
        from farmsubmit.lang.servicekey import both

        job.service = both(job.service or "", args.service)
    added = options.dirmaps(args)
    if added:
        job.dirmaps.extend(added)
    return job


def _check_service(text: Optional[str]) -> None:
    if text is None:
        return
    from farmsubmit.lang.servicekey import parse

    if not text.strip():
        raise FarmsubmitError("--service is empty", "leave it out, or name a service")
    parse(text)


def write_job(job: Job, path: Path) -> None:
    """Write a job as its suffix says: .alf, .json, .html, .dot, .txt; raises FarmsubmitError for another."""
    from farmsubmit import files
    from farmsubmit.formats.preview import preview

    kinds = {".alf": "tcl", ".tcl": "tcl", ".json": "json", ".html": "html", ".dot": "dot", ".txt": "tree"}
    kind = kinds.get(path.suffix.lower())
    if kind is None:
        raise FarmsubmitError(f"what {path.name} should hold is not clear", f"end it in {', '.join(kinds)}")
    text = preview(job, kind)
    try:
        files.write_atomic(path, text if text.endswith("\n") else text + "\n")
    except OSError as error:
        raise FarmsubmitError(f"{path} cannot be written: {error.strerror or error}") from None
