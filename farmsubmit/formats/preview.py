"""One door to all views of a job."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Dict, Tuple

from farmsubmit.author.elements import Job
from farmsubmit.errors import FarmsubmitError, did_you_mean

_WRITERS: Dict[str, Tuple[str, str]] = {
    "tree": ("farmsubmit.formats.tree", "to_text"),
    "tcl": ("farmsubmit.formats.alf", "to_tcl"),
    "json": ("farmsubmit.formats.jobjson", "to_json"),
    "html": ("farmsubmit.formats.html", "to_html"),
    "dot": ("farmsubmit.formats.dot", "to_dot"),
    "shell": ("farmsubmit.formats.shell", "to_shell"),
    "openjd": ("farmsubmit.formats.openjd", "to_openjd"),
}
# These are run by something else than a farm of Tractor's model, so they cannot say all of a job.
_LOSSY: Dict[str, str] = {"shell": "shell_script", "openjd": "bundle"}

FORMATS: Tuple[str, ...] = tuple(_WRITERS)
"""The names that ``preview`` takes."""


def preview(job: Job, format: str = "tree") -> str:
    """Return a job as text in one of FORMATS: ``tree``, ``tcl``, ``json``, ``html``, ``dot``, ``shell`` or ``openjd``.

    Of an ``openjd`` job bundle it is the template; ``export`` writes all of it.

    Raises FarmsubmitError for another format, and what the writer of the format raises.
    """
    return str(_written(job, format, _WRITERS.get(format, ("", ""))[1]))


def preview_with_notes(job: Job, format: str = "tree") -> Tuple[str, Tuple[str, ...]]:
    """Return the same, and a line for each thing of the job that the format cannot say."""
    if format not in _LOSSY:
        return preview(job, format), ()
    from farmsubmit.formats._losses import told

    made = _written(job, format, _LOSSY[format])
    return made.text, told(made.dropped)


def _written(job: Job, format: str, function: str) -> Any:
    if format not in _WRITERS:
        hint = did_you_mean(format, FORMATS) or f"there are {', '.join(FORMATS)}"
        raise FarmsubmitError(f"there is no preview format {format!r}", hint)
    # Only the format asked for is imported: the page brings a template engine along.
    return getattr(import_module(_WRITERS[format][0]), function)(job)
