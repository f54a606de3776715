"""Submitting from a script, without dialog and panel: ``blender -b shot.blend -P submit.py``.

    import addon_utils
    addon_utils.enable("farmsubmit_blender")
    from farmsubmit_blender import headless
    ticket = headless.submit("local:", frames="1-10", chunk=2)

The core runs in Blender's own Python here: a bare folder has the libraries that it needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from . import outside, saving, scene

if TYPE_CHECKING:
    from farmsubmit.engines.base import Ticket
    from farmsubmit.request import SubmitRequest


def request(unsaved: str = saving.REFUSE, **asked: Any) -> SubmitRequest:
    """Return the request for the open scene, the same that the dialog and the command line make of its file.

    ``unsaved`` is one of saving.CHOICES, ``asked`` is what farmsubmit.request_for takes: ``frames="1-10"``,
    ``chunk=5``, ``job={"priority": 10}``. A script in the background that has changed the scene says SAVE or COPY, for
    Blender does not count changes there. Raises SceneError for a scene that cannot be submitted as it stands.
    """
    path = saving.submitted_file(unsaved)
    facts = scene.saved_facts(path) if unsaved == saving.AS_SAVED else scene.scene_facts(path)
    return outside.request_of(facts, saving.options_of(path, unsaved), **asked)


def submit(engine: Optional[str] = None, unsaved: str = saving.REFUSE, **asked: Any) -> Ticket:
    """Check the open scene's job, send it, and return its ticket.

    ``engine`` is a URL such as ``local:`` (default: the setting); the rest is as in request(). Raises what
    farmsubmit.submit_request raises.
    """
    return outside.send(request(unsaved, **asked), engine).ticket
