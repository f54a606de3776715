"""The few things that farmsubmit asks of Katana everywhere: its version, its mode, and a place for messages.

Written after Foundry's developer guide; not run in a Katana.
"""

from __future__ import annotations

import logging
import os
from typing import Callable

log = logging.getLogger("farmsubmit.katana")

#: What the names of farm settings begin with; farmsubmit.request.farmsettings knows them by it.
PREFIX = "farmsubmit_"

#: The first Katana with Qt 6.
_FIRST_WITH_PYSIDE6 = 8


def major_version() -> int:
    """Return the first number of Katana's version. Source: the developer guide, "Qt 5 to Qt 6 Migration Guide"."""
    import KatanaInfo

    return int(KatanaInfo.version.split(".")[0])


def choose_binding() -> str:
    """Set QT_API to the Qt binding of this Katana, and return it; call it before anything imports qtpy.

    The version tells it: trying imports could load a foreign binding, which ends in a crash. Source: the developer
    guide, "Qt 5 to Qt 6 Migration Guide": PyQt5 up to Katana 7.5, PySide6 from 8.0.
    """
    binding = "pyside6" if major_version() >= _FIRST_WITH_PYSIDE6 else "pyqt5"
    os.environ["QT_API"] = binding
    return binding


def has_ui() -> bool:
    """Whether this Katana has windows. Source: the developer guide, "Environment Variables"."""
    from Katana import Configuration

    return bool(Configuration.get("KATANA_UI_MODE"))


def tell(text: str) -> None:
    """Show one sentence in Katana's own message box, or write it to the log where there are no windows."""
    if not has_ui():
        log.error("%s", text)
        return
    from Katana import UI4  # type: ignore[attr-defined]  # the published stubs leave it out

    UI4.Widgets.MessageBox.Warning("farmsubmit", text)


def guarded(action: Callable[[], object]) -> Callable[[], None]:
    """Return an action for a menu or callback that tells what went wrong in one sentence and never raises."""

    def run() -> None:
        try:
            action()
        except Exception as error:
            tell(sentence(error))

    return run


def sentence(error: Exception) -> str:
    """Return the sentence for a person; what is no error of farmsubmit's own goes to the log with its traceback."""
    from farmsubmit.errors import FarmsubmitError

    if isinstance(error, FarmsubmitError):
        return str(error)
    log.error("not handled", exc_info=(type(error), error, error.__traceback__))
    return f"Something went wrong in farmsubmit, and nothing was sent ({type(error).__name__}); the log says more."
