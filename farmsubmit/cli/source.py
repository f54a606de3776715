"""From the command line to a job: a scene is read and built, a task is built, a finished job is loaded and changed."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any, List, Optional, Sequence

from farmsubmit.author.elements import Job
from farmsubmit.cli import options, show
from farmsubmit.errors import FarmsubmitError, JobFileError, did_you_mean
from farmsubmit.request import SubmitRequest
from farmsubmit.scenes.facts import SceneFacts
from farmsubmit.tasks.build import Built
from farmsubmit.tasks.edit import commands_of, modify_commands

_JOB_SUFFIXES = (".alf", ".json", ".tcl")
_KINDS = {
    ".alf": "tcl",
    ".tcl": "tcl",
    ".json": "json",
    ".html": "html",
    ".dot": "dot",
    ".txt": "tree",
    ".sh": "shell",
    ".openjd": "openjd",
}
# On a finished job these are added to its own, for leaving one out could take more of the farm than allowed.
_ADDED = ("tags", "afterjids", "envkey")


class Loaded:
    """A job, built when it is first asked for, and what it comes from: the request of a scene, or none.

    ``settings`` are those used. A request whose previews wait for a person is two jobs: see parts.
    """

    def __init__(self, settings: Any, built: Optional[Built] = None, request: Optional[SubmitRequest] = None) -> None:
        self.settings = settings
        self.request = request
        self._built = built

    @property
    def built(self) -> Built:
        """The job with its files and notes; raises RequestError where there are two."""
        if self._built is None:
            from farmsubmit.tasks.build import build_request

            assert self.request is not None
            self._built = build_request(self.request)
        return self._built

    @property
    def job(self) -> Job:
        """The job itself."""
        return self.built.job

    @property
    def facts(self) -> Optional[SceneFacts]:
        """The facts of the scene that the job comes from, if it comes from one."""
        return self.request.facts if self.request is not None else None

    @property
    def parts(self) -> Sequence[Loaded]:
        """Itself, or the two jobs that it is."""
        if self.request is None:
            return [self]
        from farmsubmit.request import split_for_approval

        requests = split_for_approval(self.request)
        return [Loaded(self.settings, request=one) for one in requests] if len(requests) > 1 else [self]


def load(args: Namespace) -> Loaded:
    """Return the job that the arguments ask for."""
    if (args.source is None) == (args.task is None):
        missing = args.source is None
        raise FarmsubmitError("give a scene, a job or --task" if missing else "--task goes without a scene or job")
    if args.task is None and args.args:
        raise FarmsubmitError("--args are the arguments of --task, and there is none")
    if args.task is not None or _is_job_name(args.source):
        document = None if args.task is not None else request_document(Path(args.source))
        if document is None:
            return _changed_after(_from_task(args) if args.task is not None else _from_job(args), args)
        return _of_request(request_of_document(document, args))
    return _of_request(request_of_scene(args))


def nothing_missing(loaded: Loaded, args: Namespace) -> str:
    """Return a sentence where only missing frames are asked for and none is, so that there is no job; else nothing."""
    from farmsubmit.request.missing import nothing_missing

    if loaded.request is None or not nothing_missing(loaded.request):
        return ""
    is_old = _is_job_name(args.source) and not args.missing_only
    return "nothing was missing when this request was made" if is_old else "nothing is missing"


def _of_request(request: SubmitRequest) -> Loaded:
    return Loaded(request.settings, request=request)


def _is_job_name(source: str) -> bool:
    return Path(source).suffix.lower() in _JOB_SUFFIXES


def _changed_after(loaded: Loaded, args: Namespace) -> Loaded:
    changed = _with_environment(loaded, args)
    if args.local:
        modify_commands(changed.job, True, "local", True)
    return changed


def _from_job(args: Namespace) -> Loaded:
    options.refuse_scene_options(args)
    settings = options.settings_of(args)
    return Loaded(settings, Built(_changed(read_job_file(Path(args.source)), args)))


def _from_task(args: Namespace) -> Loaded:
    from farmsubmit.tasks.build import build_task

    options.refuse_scene_options(args)
    settings = options.settings_of(args, task=args.task)
    attributes = options.job_attributes(args)
    options.check_service(args.service)
    if args.service is not None:
        attributes["service"] = args.service
    built = build_task(args.task, options.task_arguments(args), settings=settings, **attributes)
    built.job.dirmaps.extend(options.dirmaps(args))
    return Loaded(settings, built)


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


def request_of_scene(args: Namespace) -> SubmitRequest:
    """Return the request for a scene with all that the arguments ask for."""
    from farmsubmit.request import request_for
    from farmsubmit.scenes import read_scene
    from farmsubmit.tasks.build import recipe_for

    settings = options.settings_of(args, args.source)
    # What was typed wrong is told before a DCC is started to read the scene.
    asked = vars(options.asked(args))
    facts = read_scene(args.source, blender=settings["blender"])
    recipe_for(facts)
    return request_for(facts, settings, **asked)


def request_of_document(document: Any, args: Namespace) -> SubmitRequest:
    """Return the request of a JSON document with what the arguments ask for laid over it."""
    from farmsubmit.request import overlaid

    if args.preset:
        raise FarmsubmitError("a finished request has its settings already", "give --preset where it is made")
    asked = options.asked(args)
    request = SubmitRequest.from_json(document, options.this_time_of(args))
    return overlaid(request, asked)


def request_document(path: Path) -> Any:
    """Return the JSON document of a file that holds a request, None for any other; raises JobFileError."""
    if path.suffix.lower() != ".json":
        return None
    import json

    try:
        document = json.loads(_text(path))
    except (ValueError, RecursionError):
        # Whoever reads it as a job says what is wrong with it.
        return None
    return document if isinstance(document, dict) and "request_version" in document else None


def _with_environment(loaded: Loaded, args: Namespace) -> Loaded:
    """Return the job with the variables of ``--env``, and with those that a task takes along from here."""
    from farmsubmit.lang.envkey import setenv_items
    from farmsubmit.tasks.environment import captured

    taken = captured(loaded.settings) if args.task is not None else None
    variables = {**(taken.values if taken else {}), **options.environment(args)}
    notes = taken.notes if taken else []
    if variables:
        loaded.job.envkey = [*loaded.job.envkey, *setenv_items(variables)]
        notes += _notes_on_own_variables(loaded.job) if args.task is not None else []
    if not notes:
        return loaded
    return Loaded(loaded.settings, loaded.built._replace(notes=(*loaded.built.notes, *notes)))


def _notes_on_own_variables(job: Job) -> List[str]:
    """Return a note where commands have an envkey of their own, for that stands in place of the job's."""
    if not any(vars(command).get("envkey") for command in commands_of(job)):
        return []
    return ["commands of tasks with an env() get the variables of that only, and none of the job's"]


def _changed(job: Job, args: Namespace) -> Job:
    for name, value in options.job_attributes(args).items():
        own = vars(job).get(name, [])
        setattr(job, name, [*own, *(item for item in value if item not in own)] if name in _ADDED else value)
    options.check_service(args.service)
    if args.service is not None:
        from farmsubmit.lang.servicekey import both

        job.service = both(job.service or "", args.service)
    added = options.dirmaps(args)
    if added:
        job.dirmaps.extend(added)
    return job


def numbered(path: Path, place: int) -> Path:
    """Return where the second job and those after it are written: ``night.alf`` becomes ``night-2.alf``."""
    return path.with_name(f"{path.stem}-{place + 1}{path.suffix}") if place else path


def write_job(job: Job, path: Path, asked: str = "") -> None:
    """Write a job as its suffix says, and tell what that form cannot say; raises FarmsubmitError for another suffix.

    ``asked`` is the form asked for: a bundle is a folder, which may be called anything.
    """
    from farmsubmit.formats.export import FOLDER_FORMAT, export

    kind = _KINDS.get(path.suffix.lower(), FOLDER_FORMAT if asked == FOLDER_FORMAT else None)
    if kind is None:
        raise FarmsubmitError(f"what {path.name} should hold is not clear", f"end it in {', '.join(_KINDS)}")
    for note in export(job, kind, path):
        show.warn(f"note: {note}")
