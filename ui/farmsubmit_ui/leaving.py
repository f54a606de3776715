"""Asks before changes that nothing keeps go with their window, or with what is opened in their place."""

from __future__ import annotations

from typing import Any, Callable

from qtpy.QtCore import QObject, Qt
from qtpy.QtWidgets import QMessageBox, QWidget

from farmsubmit_ui.exports import Exports
from farmsubmit_ui.session import Session


class Leaving(QObject):
    """What is changed in a scene comes back with it; of a job or request from a file, and of the tree, nothing does."""

    def __init__(self, session: Session, exports: Exports, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._exports = exports
        self._window = window
        self._is_sure = False

    def may_close(self) -> bool:
        """Tell whether the window may close; where it may not, the person is asked, and it closes by itself if so."""
        if self._is_sure or not self._session.has_unkept:
            return True
        lost = self.tr("Without a file it is lost when the window closes.")
        self._ask(self._close, lost, self.tr("Close &without"))
        return False

    def before_opening(self, go: Callable[[], None]) -> None:
        """Open something else by a function: now, or when the person who is asked says so."""
        if self._session.has_unkept:
            lost = self.tr("Without a file it is lost when something else is opened.")
            self._ask(go, lost, self.tr("Open &without"))
        else:
            go()

    def _ask(self, go: Callable[[], None], lost: str, without: str) -> None:
        if self._window.findChild(QMessageBox, "leaving") is not None:
            return
        box = QMessageBox(self._window)
        box.setObjectName("leaving")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("farmsubmit")
        box.setText(self.tr("What was changed here is neither sent nor saved."))
        box.setInformativeText(lost)
        box.addButton(self.tr("&Keep open"), QMessageBox.ButtonRole.RejectRole)
        buttons = {
            box.addButton(without, QMessageBox.ButtonRole.DestructiveRole): go,
            box.addButton(self.tr("&Save as…"), QMessageBox.ButtonRole.AcceptRole): self._exports.ask_changes,
        }
        box.buttonClicked.connect(lambda clicked: buttons.get(clicked, _nothing)())
        box.open()

    def _close(self) -> None:
        self._is_sure = True
        self._window.close()


def _nothing(*_: Any) -> None:
    """Stay."""
