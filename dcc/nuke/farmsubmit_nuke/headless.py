"""Submitting from a script, without the dialog: ``nuke -t submit.py``.

    import nuke
    from farmsubmit_nuke import headless
    nuke.scriptOpen("/show/sh010/comp_v003.nk")
    ticket = headless.submit("tractor://engine", rows=["Write1"], chunk=10)

Written after Foundry's documents; not run in a Nuke.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from farmsubmit_nuke import saving

if TYPE_CHECKING:
    from farmsubmit.engines.base import Ticket
    from farmsubmit.request import SubmitRequest


def request(unsaved: str = saving.REFUSE, **asked: Any) -> SubmitRequest:
    """Return the request for the open script, the same that the dialog and the command line make of its file.

    ``unsaved`` is one of saving.CHOICES, ``asked`` is what farmsubmit.request_for takes: ``rows=["Write1"]``,
    ``frames="1-10"``, ``views=["left"]``, ``job={"priority": 10}``. Raises SceneError for a script that cannot be
    submitted as it stands.
    """
    from farmsubmit.submission.openscene import request_of

    return request_of(saving.submitted(unsaved), **asked)


def submit(engine: Optional[str] = None, unsaved: str = saving.REFUSE, **asked: Any) -> Ticket:
    """Check the open script's job, send it, and return its ticket.

    ``engine`` is a URL such as ``local:`` (default: the setting); the rest is as in request(). Raises what
    farmsubmit.submit_request raises.
    """
    from farmsubmit.submission import submit_request

    return submit_request(request(unsaved, **asked), engine).ticket
