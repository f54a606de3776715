"""Reading what the dialog opens: a scene, a request, or a finished job. It runs in a worker."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Callable, NamedTuple, Optional, Tuple

from farmsubmit.author.elements import Job
from farmsubmit.errors import JobFileError, SettingsError
from farmsubmit.request import SubmitRequest
from farmsubmit.scenes.facts import SceneFacts
from farmsubmit.settings import load_settings
from farmsubmit.submission.openscene import OpenScene, request_of
from farmsubmit_ui.session.memory import Memory, is_version_of, recall

_JOB_SUFFIXES = (".alf", ".tcl", ".json")

#: The names of the DCCs as people write them.
DCC_NAMES = {"maya": "Maya", "nuke": "Nuke", "katana": "Katana", "blender": "Blender", "usd": "USD"}


class Source(NamedTuple):
    """What was opened, and how.

    ``request`` is None for a finished job and ``job`` for everything else. ``path`` is the file, None where there was
    none; ``how`` says in words how it was read, ``when`` is in seconds since the epoch, ``seconds`` how long it took.
    ``memory`` is how the scene was left last time; ``is_carried`` that this is how another version of it was left.
    ``preset`` is the one that the request was made with. ``is_scene`` tells that it was one, whose changes are
    remembered.
    """

    settings: Any
    request: Optional[SubmitRequest] = None
    job: Optional[Job] = None
    path: Optional[Path] = None
    how: str = ""
    when: float = 0.0
    seconds: float = 0.0
    memory: Optional[Memory] = None
    is_carried: bool = False
    preset: str = ""
    is_scene: bool = False

    @property
    def facts(self) -> Optional[SceneFacts]:
        """The facts of the scene, None for a job that comes from a file."""
        return self.request.facts if self.request is not None else None


def read_source(path: Path, cancelled: Callable[[], bool] = lambda: False) -> Source:
    """Return what a file holds; raises FarmsubmitError of its kind. ``cancelled`` is asked while Blender reads."""
    started = time.monotonic()
    source = _read(path, cancelled)
    return source._replace(path=path, when=time.time(), seconds=time.monotonic() - started)


def _read(path: Path, cancelled: Callable[[], bool]) -> Source:
    if path.suffix.lower() not in _JOB_SUFFIXES:
        return _of_scene(path, cancelled)
    if path.suffix.lower() != ".json":
        from farmsubmit.formats.alf import from_tcl

        return source_of_job(from_tcl(_text(path), str(path)))
    document = _json(path)
    if isinstance(document, dict) and "request_version" in document:
        return source_of_request(SubmitRequest.from_json(document))
    return source_of_job(_job(document, path))


def _of_scene(path: Path, cancelled: Callable[[], bool]) -> Source:
    from farmsubmit.scenes import is_blend, read_scene

    settings = load_settings(scene=path)
    facts = read_scene(path, settings["blender"], cancelled)
    name = DCC_NAMES.get(facts.dcc, facts.dcc)
    return source_of_scene(OpenScene(facts), f"by {name}" if is_blend(path) else f"without {name}")


def source_of_scene(scene: OpenScene, how: str = "", before: str = "") -> Source:
    """Return the source for a scene, by default as its DCC has told it from memory; its path is no copy's.

    ``before`` is the path of the scene that was open before: a new version of it goes on as that was left.
    """
    memory = recall(scene.path)
    is_carried = memory is None and is_version_of(before, scene.path)
    if is_carried:
        memory = recall(before)
    request, preset = _request_of(scene, memory.preset if memory is not None else "")
    return Source(
        request.settings,
        request,
        how=how or f"in {DCC_NAMES.get(scene.facts.dcc, scene.facts.dcc)}",
        path=Path(scene.path),
        when=time.time(),
        memory=memory,
        is_carried=is_carried,
        preset=preset,
        is_scene=True,
    )


def _request_of(scene: OpenScene, preset: str) -> Tuple[SubmitRequest, str]:
    """Return the request of a scene, and the preset that it was made with: one that is gone is let be."""
    try:
        return request_of(scene, preset=preset), preset
    except SettingsError:
        if not preset:
            raise
        return request_of(scene), ""


def source_of_request(request: SubmitRequest) -> Source:
    """Return the source for a finished request."""
    facts = request.facts
    settings = request.settings or load_settings(scene=facts.path, dcc=facts.dcc)
    return Source(settings, request, how="as a request", path=Path(facts.path), when=time.time())


def source_of_job(job: Job) -> Source:
    """Return the source for a finished job."""
    return Source(load_settings(), job=job, how="as a finished job", when=time.time())


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", "surrogateescape")
    except OSError as error:
        raise JobFileError(f"{path} cannot be read: {error.strerror or error}") from None


def _json(path: Path) -> Any:
    import json

    try:
        return json.loads(_text(path))
    except (ValueError, RecursionError) as error:
        raise JobFileError(f"{path}: not JSON: {error}") from None


def _job(document: Any, path: Path) -> Job:
    from farmsubmit.formats.jobjson import from_document

    try:
        return from_document(document)
    except JobFileError as error:
        raise JobFileError(f"{path}: {error.problem}", error.hint) from None
