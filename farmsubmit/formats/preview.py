"""One door to all views of a job."""

from __future__ import annotations

from importlib import import_module
from typing import Dict, Tuple

from farmsubmit.author.elements import Job
from farmsubmit.errors import FarmsubmitError, did_you_mean

_WRITERS: Dict[str, Tuple[str, str]] = {
    "tree": ("farmsubmit.formats.tree", "to_text"),
    "tcl": ("farmsubmit.formats.alf", "to_tcl"),
    "json": ("farmsubmit.formats.jobjson", "to_json"),
    "html": ("farmsubmit.formats.html", "to_html"),
    "dot": ("farmsubmit.formats.dot", "to_dot"),
}

FORMATS: Tuple[str, ...] = tuple(_WRITERS)
"""The names that ``preview`` takes."""


def preview(job: Job, format: str = "tree") -> str:
    """Return a job as text in one of FORMATS: ``tree``, ``tcl``, ``json``, ``html`` or ``dot``.

    Raises FarmsubmitError for another format, and what the writer of the format raises.
    """
    if format not in _WRITERS:
        hint = did_you_mean(format, FORMATS) or f"there are {', '.join(FORMATS)}"
        raise FarmsubmitError(f"there is no preview format {format!r}", hint)
    module, function = _WRITERS[format]
    # Only the format asked for is imported: the page brings a template engine along.
    return str(getattr(import_module(module), function)(job))
