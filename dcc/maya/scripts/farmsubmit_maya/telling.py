"""Telling a person what went wrong: one sentence in Maya's own words, the rest in a log; never a traceback.

Nothing of the core is imported before it is needed: starting Maya must cost nothing.
"""

from __future__ import annotations

import logging
import sys
import tempfile
from functools import wraps
from pathlib import Path
from typing import Any, Callable, TypeVar

from maya import cmds

T = TypeVar("T")
_log = logging.getLogger("farmsubmit.maya")


def told(action: Callable[[], object]) -> Callable[..., None]:
    """Return an action for a menu, whose mistakes are told and never raised; what Maya hands to it is ignored."""

    @wraps(action)
    def run(*_: Any) -> None:
        try:
            action()
        except Exception as error:
            tell(_sentence(error))

    return run


def in_words(read: Callable[[], T]) -> Callable[[], T]:
    """Return a function that the dialog calls; what it raises is always a FarmsubmitError, whose sentence is shown."""

    @wraps(read)
    def reading() -> T:
        from farmsubmit.errors import FarmsubmitError

        try:
            return read()
        except Exception as error:
            raise FarmsubmitError(_sentence(error)) from None

    return reading


def tell(text: str) -> None:
    """Show a sentence in a message of Maya, or print it as a warning where there are no windows."""
    if cmds.about(batch=True):
        cmds.warning(f"farmsubmit: {text}")
    else:
        cmds.confirmDialog(title="farmsubmit", message=text, button=["OK"])


def _sentence(error: Exception) -> str:
    # An error of ours can only have come from a module that is loaded.
    errors = sys.modules.get("farmsubmit.errors")
    if errors is not None and isinstance(error, errors.FarmsubmitError):
        return str(error)
    if isinstance(error, ImportError):
        return f"farmsubmit is not whole here: {error}; run farmsubmit doctor"
    return f"Something went wrong here, and nothing was sent ({type(error).__name__}); {_logged(error)}"


def _logged(error: Exception) -> str:
    """Write the whole story into the log and return where that is."""
    path = _log_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(path, encoding="utf-8")
    except OSError as problem:
        return f"no log could be written to {path}: {problem.strerror}"
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    # Maya shows the tracebacks of all other loggers in its script editor.
    _log.propagate = False
    _log.addHandler(handler)
    _log.error("not handled", exc_info=error)
    _log.removeHandler(handler)
    handler.close()
    return f"the log says more: {path}"


def _log_file() -> Path:
    try:
        from farmsubmit import files

        return files.state_dir() / "maya.log"
    except Exception:
        # Whatever is missing here is what the log is to tell of.
        return Path(tempfile.gettempdir()) / "farmsubmit-maya.log"
