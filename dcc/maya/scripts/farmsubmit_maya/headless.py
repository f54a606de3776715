"""Submitting the open scene without a dialog, in mayapy, in ``maya -batch`` and in a Maya with windows.

import maya.standalone; maya.standalone.initialize()
from maya import cmds; cmds.file("/shows/demo/shot.ma", open=True, force=True)
from farmsubmit_maya import headless
print(headless.submit("folder:/tmp", frames="1-10", chunk=5))
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Mapping, Optional

if TYPE_CHECKING:
    from farmsubmit.engines.base import Ticket
    from farmsubmit.request import SubmitRequest


def request(
    unsaved: str = "refuse", preset: str = "", this_time: Mapping[str, Any] = {}, **settings: Any
) -> SubmitRequest:
    """Return the request for the open scene, the same as the dialog and the command line make of it.

    ``unsaved`` says what to do with changes that are not in the file: ``refuse``, ``save``, ``copy`` or ``saved``.
    ``preset`` and ``this_time`` are those of load_settings, ``settings`` what request_for takes: ``frames``,
    ``chunk``, ``layers``, ``job``, and so on. Raises SceneError for changes that are refused, and as these two do.
    """
    from farmsubmit.request import request_for
    from farmsubmit.settings import load_settings
    from farmsubmit_maya.unsaved import facts_with

    facts = facts_with(unsaved)
    loaded = load_settings(this_time, facts.path, facts.dcc, preset=preset)
    return _of_copy(request_for(facts, loaded, **settings), facts.path)


def submit(engine: Optional[str] = None, **settings: Any) -> Ticket:
    """Check the job of the open scene, send it and return its ticket.

    ``engine`` is a URL (default: the request's, then the setting); ``settings`` are those of request(). Raises as
    request() and submit_request() do.
    """
    from farmsubmit.submission import submit_request

    return submit_request(request(**settings), engine).ticket


def _of_copy(made: SubmitRequest, path: str) -> SubmitRequest:
    """Return the request of a copy with the title and the name that the scene itself would have."""
    from farmsubmit.request import job_title
    from farmsubmit.scenecopy import digest, scene_of
    from farmsubmit_maya.scene import scene_path

    # Maya writes paths with slashes everywhere.
    if Path(path) == Path(scene_path()):
        return made
    original = str(scene_of(Path(path)))
    of_scene = replace(made, facts=replace(made.facts, path=original))
    options = {**made.options, "scene_original": original, "scene_sha256": digest(Path(path))}
    return replace(made, job={"title": job_title(of_scene), **made.job}, options=options)
