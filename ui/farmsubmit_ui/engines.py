"""The menu of engines: those that were used, those that are installed, and others by their URL."""

from __future__ import annotations

from functools import partial
from typing import Any, List

from qtpy.QtCore import QObject
from qtpy.QtGui import QActionGroup
from qtpy.QtWidgets import QMenu, QWidget

from farmsubmit.errors import FarmsubmitError
from farmsubmit_ui.outbox_desk import OutboxDesk
from farmsubmit_ui.preferences import Preferences
from farmsubmit_ui.session import Session
from farmsubmit_ui.style import set_icon

# Of the engines that are always there, those that need no address: to look for others takes long, and the picker does.
_BARE = ("local:",)


class Engines(QObject):
    """Fills the menu, and lets the session's job go to another engine."""

    def __init__(self, session: Session, preferences: Preferences, outbox: OutboxDesk, window: QWidget) -> None:
        super().__init__(window)
        self.session = session
        self.preferences = preferences
        self.outbox = outbox
        self.window = window

    def fill(self, menu: QMenu) -> None:
        """Fill a menu anew whenever it opens."""
        menu.aboutToShow.connect(partial(self._fill, menu))
        self._fill(menu)

    def choose(self, url: str, checked: bool = True) -> None:
        """Send jobs there from now on; an address that names no engine is told, and changes nothing."""
        from farmsubmit.engines.registry import engine_for

        try:
            engine_for(url)
            self.session.set_engine(url)
        except FarmsubmitError as error:
            self.session.failed.emit(str(error))
            return
        self.preferences.add_engine(url)

    def ask(self) -> None:
        """Ask for an engine: those known, with how they stand, or another by its URL."""
        from farmsubmit_ui.panels.engine_picker import EnginePicker

        picker = EnginePicker(self.session, self.preferences.engines, self.window)
        picker.chosen.connect(self.choose)
        picker.finished.connect(picker.deleteLater)
        picker.open()

    def urls(self) -> List[str]:
        """Return the engines to choose from, each once: the present one, those used lately, those without address."""
        found = [self.session.engine_state.url, *self.preferences.engines, *_BARE]
        return [url for url in dict.fromkeys(found) if url]

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        group = QActionGroup(menu)
        for url in self.urls():
            action: Any = menu.addAction(url)
            action.setCheckable(True)
            action.setChecked(url == self.session.engine_state.url)
            action.triggered.connect(partial(self.choose, url))
            group.addAction(action)
        menu.addSeparator()
        other = menu.addAction(self.tr("&Others…"))
        other.setObjectName("other_engine")
        other.triggered.connect(lambda checked=False: self.ask())
        again = menu.addAction(self.tr("As&k it now"))
        again.setObjectName("ask_engine")
        again.triggered.connect(lambda checked=False: self.session.ask_engine())
        menu.addSeparator()
        waiting = menu.addAction(self.outbox.menu_text())
        waiting.setObjectName("outbox")
        set_icon(waiting, "queue")
        waiting.triggered.connect(lambda checked=False: self.outbox.open())
