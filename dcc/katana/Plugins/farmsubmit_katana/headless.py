"""Submitting the open scene without a window: in ``katana --script``, and in scripts that run in the window.

    from farmsubmit_katana import headless
    ticket = headless.submit("local:", frames="1-10", rows=["Beauty"])

The same request as from the dialog and the command line. Written after Foundry's developer guide; not run in a Katana.
"""

from __future__ import annotations

from typing import Any, Optional

from farmsubmit.engines.base import Ticket
from farmsubmit.request import SubmitRequest
from farmsubmit.submission import submit_request
from farmsubmit.submission.openscene import request_of
from farmsubmit_katana.unsaved import scene_with


def request(unsaved: str = "refuse", **asked: Any) -> SubmitRequest:
    """Return the request for the open scene.

    ``unsaved`` says what to do about changes that are not saved: ``refuse``, ``save``, ``copy`` or ``as saved``.
    ``asked`` is what farmsubmit.request_for takes: ``rows`` (names of render nodes), ``frames``, ``chunk``,
    ``variables`` (lists of values of graph state variables by name), ``job``, ``options`` and so on; it goes before the
    farm settings of nodes. Raises SceneError for unsaved changes that are refused, and as request_for does.
    """
    return request_of(scene_with(unsaved), **asked)


def submit(engine: Optional[str] = None, unsaved: str = "refuse", **asked: Any) -> Ticket:
    """Send the open scene to an engine (a URL; default: that of the settings) and return the ticket.

    ``unsaved`` and ``asked`` are those of ``request``. Raises as that does, and as farmsubmit.submit_request does.
    """
    return submit_request(request(unsaved, **asked), engine).ticket
