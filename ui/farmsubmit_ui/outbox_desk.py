"""What a window shows of the outbox: a hint in the header, an entry of the menu, a remark on what has arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, Signal
from qtpy.QtWidgets import QWidget

from farmsubmit_ui.outbox import outbox_for
from farmsubmit_ui.session import Session

if TYPE_CHECKING:
    from farmsubmit.submission.outbox import Carried
    from farmsubmit_ui.panels.outbox_dialog import OutboxDialog


class OutboxDesk(QObject):
    """Brings the outbox and the session of a window together; ``changed`` comes when something else waits."""

    changed = Signal()

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self.session = session
        self.window = window
        self.outbox = outbox_for(window)
        self.outbox.changed.connect(self._show)
        self.outbox.carried.connect(self._tell)
        session.submitted.connect(self._look)
        session.submit_failed.connect(self._look)
        session.waiting_changed.connect(self._look)

    @property
    def count(self) -> int:
        """How many submissions wait."""
        return len(self.outbox.waiting)

    def menu_text(self) -> str:
        """Return the words of the menu's entry."""
        return str(self.tr("Out&box ({0})…").format(self.count) if self.count else self.tr("Out&box…"))

    def open(self) -> OutboxDialog:
        """Show what waits."""
        from farmsubmit_ui.panels.outbox_dialog import OutboxDialog

        dialog = OutboxDialog(self.outbox, self.window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def close(self) -> None:
        """Carry nothing more for this window."""
        self.outbox.leave(self.window)

    def _look(self, _: Any = None) -> None:
        self.outbox.look()

    def _show(self) -> None:
        if not self.outbox.is_busy:
            self.session.see_waiting(self.outbox.waiting)
        self.changed.emit()

    def _tell(self, carried: Carried) -> None:
        from farmsubmit_ui.session.letters import arrived_text

        if carried.ticket is not None and not self.session.take_carried(carried):
            self.session.message.emit(arrived_text(carried))
