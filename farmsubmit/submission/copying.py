"""The scene copy as a step of a submission: the request is changed so that it points to the copy."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Iterator, NamedTuple, Tuple

from farmsubmit.request import SubmitRequest, job_title, scene_stem
from farmsubmit.scenecopy import copy_scene, digest, write_sidecar
from farmsubmit.submission.sending import request_document


class Copied(NamedTuple):
    """A request that points to a copy of its scene, and what a person should know."""

    request: SubmitRequest
    notes: Tuple[str, ...] = ()


def wants_copy(request: SubmitRequest) -> bool:
    """Tell whether a request asks for a copy of its scene and does not point to an unchanged one already."""
    if not request.options.get("scene_copy"):
        return False
    known = request.options.get("scene_original") and request.options.get("scene_sha256")
    return not known or digest(Path(request.facts.path)) != known


def with_copy(request: SubmitRequest, folder: str = "") -> Copied:
    """Return a request for a copy of its scene, which is made where there is none of the same content.

    The copy stands in ``folder``, or beside its scene. The request is written beside it, and the job keeps the title
    that it would have without. Raises SceneError where the scene cannot be copied.
    """
    from datetime import datetime

    scene = request.facts.path
    copy = copy_scene(Path(scene), datetime.now(), folder)
    changed = replace(
        request,
        facts=replace(request.facts, path=str(copy.path)),
        job={"title": job_title(request), **request.job},
        options={**request.options, "scene_original": scene, "scene_sha256": copy.sha256},
    )
    how = "that was there already" if copy.was_there else "made now"
    notes = [f"the scene is sent as its copy {copy.path}, {how}", *_named_after(request)]
    return Copied(changed, (*notes, *_with_sidecar(copy.path, changed)))


def _named_after(request: SubmitRequest) -> Iterator[str]:
    stem = scene_stem(request.facts)
    for row in request.rows_on:
        if stem in row.output:
            yield f"{row.output} holds the name of the scene; frames may get the name of the copy instead"
            return


def _with_sidecar(copy: Path, request: SubmitRequest) -> Iterator[str]:
    import json

    try:
        write_sidecar(copy, json.dumps(request_document(request), indent=1) + "\n")
    except OSError as error:
        yield f"the request cannot be written beside {copy}: {error.strerror or error}"
