"""The menu of what else can be asked: previews first, only missing frames, a copy of the scene."""

from __future__ import annotations

from functools import partial
from typing import Any, Tuple

from qtpy.QtCore import QObject
from qtpy.QtGui import QActionGroup
from qtpy.QtWidgets import QMenu, QWidget

from farmsubmit_ui.session import Session


class OptionsMenu(QObject):
    """Fills a menu with the options of the session's request as they are when it opens."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self.session = session

    def fill(self, menu: QMenu) -> None:
        """Fill a menu anew whenever it opens."""
        menu.aboutToShow.connect(partial(self._fill, menu))
        self._fill(menu)

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        previews = menu.addMenu(self.tr("&Preview frames first"))
        self._add_choices(previews, "preview_first", self._previews())
        meanwhile = menu.addMenu(self.tr("The &others meanwhile"))
        self._add_choices(meanwhile, "preview_rest", self._meanwhile())
        meanwhile.setEnabled(bool(self.session.option("preview_first")))
        self._add_flag(menu, self.tr("Send a &copy of the scene"), "scene_copy")
        self._add_flag(menu, self.tr("All commands on &this machine"), "local")
        menu.addSeparator()
        missing = menu.addAction(self.tr("Only &missing frames"))
        missing.setObjectName("only_missing")
        missing.triggered.connect(self._cut_to_missing)
        for action in menu.actions():
            action.setEnabled(action.isEnabled() and self.session.request is not None)

    def _previews(self) -> Tuple[Tuple[str, str], ...]:
        every = [(f"every-{step}", self.tr("every {0}th frame").format(step)) for step in (5, 10, 20)]
        return (("", self.tr("none")), ("first-middle-last", self.tr("first, middle and last")), *every)

    def _meanwhile(self) -> Tuple[Tuple[str, str], ...]:
        return ("behind", self.tr("follow by themselves")), ("paused", self.tr("wait in a paused job"))

    def _add_choices(self, menu: QMenu, option: str, choices: Tuple[Tuple[str, str], ...]) -> None:
        group = QActionGroup(menu)
        now = str(self.session.option(option) or choices[0][0])
        for value, text in choices:
            action: Any = menu.addAction(text)
            action.setObjectName(f"{option}_{value or 'none'}")
            action.setCheckable(True)
            action.setChecked(value == now)
            action.triggered.connect(partial(self._set, option, value))
            group.addAction(action)

    def _add_flag(self, menu: QMenu, text: str, option: str) -> None:
        action: Any = menu.addAction(text)
        action.setObjectName(f"option_{option}")
        action.setCheckable(True)
        action.setChecked(bool(self.session.option(option)))
        action.triggered.connect(partial(self._toggle, option))

    def _set(self, option: str, value: str, checked: bool = True) -> None:
        self.session.set_option(option, value)

    def _toggle(self, option: str, checked: bool = False) -> None:
        self.session.set_option(option, not self.session.option(option))

    def _cut_to_missing(self, checked: bool = False) -> None:
        self.session.cut_to_missing()
