"""Submitting the open scene without a dialog, in mayapy, in ``maya -batch`` and in a Maya with windows.

import maya.standalone; maya.standalone.initialize()
from maya import cmds; cmds.file("/shows/demo/shot.ma", open=True, force=True)
from farmsubmit_maya import headless
print(headless.submit("folder:/tmp", frames="1-10", chunk=5))
"""

from __future__ import annotations

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
    from farmsubmit.submission.openscene import request_of
    from farmsubmit_maya.unsaved import scene_with

    return request_of(scene_with(unsaved), preset, this_time, **settings)


def submit(engine: Optional[str] = None, **settings: Any) -> Ticket:
    """Check the job of the open scene, send it and return its ticket.

    ``engine`` is a URL (default: the request's, then the setting); ``settings`` are those of request(). Raises as
    request() and submit_request() do.
    """
    from farmsubmit.submission import submit_request

    return submit_request(request(**settings), engine).ticket
