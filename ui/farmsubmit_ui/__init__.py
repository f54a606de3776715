"""The submitter: the dialog over the core, in a DCC and on its own.

    from farmsubmit_ui import show_submitter
    window = show_submitter(path="/shows/demo/shot.ma")

Qt comes in with the first name that needs it, through qtpy, in the binding that the host has.
"""

from __future__ import annotations

from typing import Any

from farmsubmit_ui.binding import ensure_binding

__all__ = ["ensure_binding", "main", "show_submitter"]

ensure_binding()


def __getattr__(name: str) -> Any:
    if name not in ("main", "show_submitter"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from farmsubmit_ui import app

    return getattr(app, name)
