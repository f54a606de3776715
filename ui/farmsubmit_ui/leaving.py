"""Asks before a window goes with changes that nothing keeps."""

from __future__ import annotations

from typing import Any

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
        if self._window.findChild(QMessageBox, "leaving") is None:
            self._ask()
        return False

    def _ask(self) -> None:
        box = QMessageBox(self._window)
        box.setObjectName("leaving")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("farmsubmit")
        box.setText(self.tr("What was changed here is neither sent nor saved."))
        box.setInformativeText(self.tr("Without a file it is lost when the window closes."))
        box.addButton(self.tr("&Keep open"), QMessageBox.ButtonRole.RejectRole)
        buttons = {
            box.addButton(self.tr("Close &without"), QMessageBox.ButtonRole.DestructiveRole): self._close,
            box.addButton(self.tr("&Save as…"), QMessageBox.ButtonRole.AcceptRole): self._exports.ask_changes,
        }
        box.buttonClicked.connect(lambda clicked: buttons.get(clicked, _nothing)())
        box.open()

    def _close(self) -> None:
        self._is_sure = True
        self._window.close()


def _nothing(*_: Any) -> None:
    """Stay."""
