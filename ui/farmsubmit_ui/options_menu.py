"""The menu of what else can be asked: previews first, only missing frames, a copy of the scene, Maya's renderers."""

from __future__ import annotations

from functools import partial
from typing import Any, Iterator, Tuple

from qtpy.QtCore import QObject
from qtpy.QtGui import QActionGroup
from qtpy.QtWidgets import QMenu, QWidget

from farmsubmit.request.rendering import offered_options
from farmsubmit.scenes.facts import SceneFacts
from farmsubmit_ui.session import Session

#: Values of an option, each with the text that the menu shows.
Choices = Tuple[Tuple[Any, str], ...]
_THREADS = (1, 2, 4, 8, 16, 32)
_LOG_LEVELS = ("0", "1", "2", "3")
# Of the scene's width and height.
_SMALLER = (2, 4)


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
        for inner in menu.findChildren(QMenu):
            # Clearing a menu leaves the menus in it alive.
            inner.deleteLater()
        previews = menu.addMenu(self.tr("&Preview frames first"))
        self._add_choices(previews, "preview_first", self._previews())
        meanwhile = menu.addMenu(self.tr("The &others meanwhile"))
        self._add_choices(meanwhile, "preview_rest", self._meanwhile())
        meanwhile.setEnabled(bool(self.session.option("preview_first")))
        self._add_flag(menu, self.tr("Send a &copy of the scene"), "scene_copy")
        self._add_flag(menu, self.tr("All commands on &this machine"), "local")
        self._add_renderers(menu)
        menu.addSeparator()
        missing = menu.addAction(self.tr("Only &missing frames"))
        missing.setObjectName("only_missing")
        missing.triggered.connect(self._cut_to_missing)
        for action in menu.actions():
            action.setEnabled(action.isEnabled() and self.session.request is not None)

    def _add_renderers(self, menu: QMenu) -> None:
        """Add what the renderers of a Maya scene can be told, where they can be told anything."""
        facts = self.session.request.facts if self.session.request is not None else None
        offered = offered_options(facts) if facts is not None else ()
        if facts is None or not offered:
            return
        inner = menu.addMenu(self.tr("Ma&ya's renderers"))
        for option, title, choices in self._of_renderers(facts):
            if option in offered:
                self._add_choices(inner.addMenu(title), option, choices)
        if "abort_on_license_fail" in offered:
            self._add_flag(inner, self.tr("Arnold &fails without a licence"), "abort_on_license_fail")

    def _of_renderers(self, facts: SceneFacts) -> Iterator[Tuple[str, str, Choices]]:
        own = ("", self.tr("the scene's own"))
        sizes = [f"{width}x{height}" for width, height in _smaller(facts)]
        yield "threads", self.tr("&Threads"), (own, *((count, str(count)) for count in _THREADS))
        yield "resolution", self.tr("&Size"), (own, *((size, size) for size in sizes))
        yield "arnold_device", self.tr("Arnold renders &on"), (own, ("cpu", self.tr("CPU")), ("gpu", self.tr("GPU")))
        yield "arnold_verbosity", self.tr("Level of Arnold's &log"), (own, *((level, level) for level in _LOG_LEVELS))

    def _previews(self) -> Choices:
        every = [(f"every-{step}", self.tr("every {0}th frame").format(step)) for step in (5, 10, 20)]
        return (("", self.tr("none")), ("first-middle-last", self.tr("first, middle and last")), *every)

    def _meanwhile(self) -> Choices:
        return ("behind", self.tr("follow by themselves")), ("paused", self.tr("wait in a paused job"))

    def _add_choices(self, menu: QMenu, option: str, choices: Choices) -> None:
        group = QActionGroup(menu)
        now = self.session.option(option) or choices[0][0]
        # A request may have come with a value that is none of the usual ones.
        others = () if any(value == now for value, _ in choices) else ((now, str(now)),)
        for value, text in (*choices, *others):
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

    def _set(self, option: str, value: Any, checked: bool = True) -> None:
        self.session.set_option(option, value)

    def _toggle(self, option: str, checked: bool = False) -> None:
        self.session.set_option(option, not self.session.option(option))

    def _cut_to_missing(self, checked: bool = False) -> None:
        self.session.cut_to_missing()


def _smaller(facts: SceneFacts) -> Iterator[Tuple[int, int]]:
    """Give the sizes for a quick look: whole parts of the scene's own."""
    width, height = facts.resolution or (0, 0)
    for part in _SMALLER:
        if min(width, height) >= part:
            yield width // part, height // part
