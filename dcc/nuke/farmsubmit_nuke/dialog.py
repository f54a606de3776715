"""The dialog inside Nuke: one window, over Nuke's own, that goes with the script that is open.

Written after Foundry's Nuke Python Developer's Guide, "Extending Nuke with PySide" and "Callbacks"; not run in a Nuke.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, List, Optional, Tuple

import nuke

from farmsubmit_nuke import actions, saving

if TYPE_CHECKING:
    from farmsubmit.submission.openscene import OpenScene

# Looked up by people in Nuke itself and said by no document of Foundry's.
_MAIN_WINDOW = "Foundry::UI::DockMainWindow"


class Opened:
    """The window on the open script; ``rows`` are names of the only nodes to submit, all of them where there is none.

    The script is read in the thread that this runs in, which is Nuke's main one.
    """

    def __init__(self, scene: OpenScene, rows: Tuple[str, ...]) -> None:
        from farmsubmit_ui.app import show_submitter

        self._rows = rows
        self.window = show_submitter(
            scene.facts, parent=main_window(), reader=_asked_anew, options=scene.options, follower=_followed
        )
        self.window.session.facts_changed.connect(self._choose_rows_soon)
        self.window.destroyed.connect(_forget)
        self._hook(nuke.addOnScriptLoad, nuke.addOnScriptSave, nuke.addOnScriptClose)

    def show(self, scene: OpenScene, rows: Tuple[str, ...]) -> None:
        """Show another scene, keeping what a person has changed where it is still the same, and come to front."""
        self._rows = rows
        self.window.session.show_scene(scene)
        self.window.come_to_front()

    def unhook(self) -> None:
        """Hear of the script no more."""
        self._hook(nuke.removeOnScriptLoad, nuke.removeOnScriptSave, nuke.removeOnScriptClose)

    def _hook(self, load: Callable[..., None], save: Callable[..., None], close: Callable[..., None]) -> None:
        load(_script_changed)
        save(_script_changed)
        close(_script_closed)

    def tell_closed(self) -> None:
        """Say that the script was closed; its file can still be submitted."""
        name = Path(self.window.session.scene).name
        self.window.notice.tell(f"{name} was closed in Nuke; this is what it was like.")

    def _choose_rows_soon(self) -> None:
        # What was changed last time is laid over the facts right after they have come.
        _later(self._choose_rows)

    def _choose_rows(self) -> None:
        session, (names, self._rows) = self.window.session, (self._rows, ())
        if not names or session.facts is None:
            return
        enabled = {output.name for output in session.facts.outputs if output.enabled}
        session.set_rows_on([row.id for row in session.rows if row.node not in names], False)
        session.set_rows_on([row.id for row in session.rows if row.node in enabled.intersection(names)], True)


_opened: List[Opened] = []


def show(unsaved: str = "", rows: Tuple[str, ...] = ()) -> Any:
    """Open the dialog on the open script, or bring the one that is open to front, and return its window.

    ``unsaved`` is one of saving.CHOICES; without it a person is asked, who may give up: then None comes back. ``rows``
    are names of the only nodes to submit. Raises SceneError for a script that cannot be submitted as it stands, and
    MissingLibraryError where the libraries of the dialog are missing.
    """
    unsaved = unsaved or saving.ask()
    if not unsaved:
        return None
    scene = saving.submitted(unsaved)
    _choose_binding()
    if _opened:
        _opened[0].show(scene, rows)
    else:
        _opened.append(Opened(scene, rows))
    return _opened[0].window


def main_window() -> Any:
    """Return Nuke's main window, or the one in front where none is known by its class; None where there is none."""
    from qtpy.QtWidgets import QApplication

    widgets = QApplication.topLevelWidgets()
    named = [widget for widget in widgets if widget.metaObject().className() == _MAIN_WINDOW]
    return named[0] if named else QApplication.activeWindow()


def _choose_binding() -> None:
    """Let qtpy take the binding that Nuke has: it has loaded one for its own panels, or its version tells.

    Source: Foundry's Python reference, which names PySide2 in that of Nuke 13 and PySide6 in that of Nuke 17; that the
    change came with Nuke 16 is common knowledge and stood on no page that was found.
    """
    import os

    os.environ.setdefault("QT_API", "pyside2" if nuke.NUKE_VERSION_MAJOR < 16 else "pyside6")
    from farmsubmit_ui import ensure_binding

    ensure_binding()


def _later(function: Callable[[], None]) -> None:
    from qtpy.QtCore import QTimer

    QTimer.singleShot(0, function)


def _asked_anew() -> Optional[OpenScene]:
    """Return the script for a person who wants it read again; None for who gives up."""
    unsaved = saving.ask()
    return _read(unsaved) if unsaved else None


def _followed() -> Optional[OpenScene]:
    """Return the script that was loaded or saved; one that cannot be submitted is left, until a person asks."""
    from farmsubmit.errors import SceneError

    try:
        return _read(saving.REFUSE)
    except SceneError:
        # Nobody has asked for anything: a new script, or one with unsaved changes, is no mistake.
        return None


def _read(unsaved: str) -> OpenScene:
    from farmsubmit.errors import FarmsubmitError

    try:
        return saving.submitted(unsaved)
    except FarmsubmitError:
        raise
    except Exception as error:
        raise FarmsubmitError(actions.sentence(error)) from None


def _script_changed() -> None:
    # The session reads later: a script that is being saved is not saved yet.
    for opened in _opened:
        opened.window.session.scene_changed()


def _script_closed() -> None:
    _later(_tell_closed)


def _tell_closed() -> None:
    for opened in _opened:
        opened.tell_closed()


def _forget(*_: Any) -> None:
    for opened in _opened:
        opened.unhook()
    _opened.clear()
