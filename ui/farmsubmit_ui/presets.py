"""The menu of presets, for the header and the menu bar: choosing one, saving one, and saving values as defaults."""

from __future__ import annotations

from functools import partial
from typing import Any, List, Mapping

from qtpy.QtCore import QObject, Signal
from qtpy.QtGui import QAction, QActionGroup
from qtpy.QtWidgets import QInputDialog, QMenu, QWidget

from farmsubmit.settings.places import file_of
from farmsubmit.settings.presets import Preset, presets, save_preset
from farmsubmit.settings.save import save_layer
from farmsubmit_ui import worker
from farmsubmit_ui.session import Session
from farmsubmit_ui.style import set_icon


class Presets(QObject):
    """Knows the presets there are, fills menus with them, and saves new ones; all disks are asked in a worker."""

    changed = Signal()

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self.session = session
        self.window = window
        self.found: List[Preset] = []
        self._save = self._action(self.tr("&Save preset…"), "save_preset", "save", self.ask_name, "Ctrl+Shift+S")
        self._share = self._action(self.tr("Save preset for the s&how…"), "share_preset", "", self.ask_shared_name)
        self._defaults = [
            self._action(self.tr("This s&cene"), "defaults_scene", "", partial(self.save_defaults, "scene")),
            self._action(self.tr("This sh&ow"), "defaults_show", "", partial(self.save_defaults, "show")),
            self._action(self.tr("&Me, everywhere"), "defaults_user", "", partial(self.save_defaults, "user")),
        ]
        session.facts_changed.connect(self.look)
        self.look()

    def fill(self, menu: QMenu) -> None:
        """Fill a menu anew whenever it opens."""
        menu.aboutToShow.connect(partial(self._fill, menu))
        self._fill(menu)

    def look(self) -> None:
        """Look which presets there are for the scene; a finished job has nothing that one could say."""
        for action in (self._save, self._share, *self._defaults):
            action.setEnabled(self.session.request is not None)
        worker.run(presets, self._scene(), done=self._take, failed=self.session.failed.emit, owner=self)

    def ask_name(self) -> None:
        """Ask for the name of a preset, and save it as the user's own."""
        self._ask(self.tr("Save preset"), shared=False)

    def ask_shared_name(self) -> None:
        """Ask for the name of a preset, and save it for all who work on the show."""
        self._ask(self.tr("Save preset for the show"), shared=True)

    def save(self, name: str, shared: bool = False) -> None:
        """Save what differs from the settings of site and show as a preset."""
        values = self.session.all_values()
        told = self.tr("Saved as the preset “{0}”.").format(name)
        self._write(save_preset, name.strip(), values, shared, self._scene(), self._dcc(), told=told)

    def save_defaults(self, kind: str) -> None:
        """Save what was changed as what the scene, the show or this user starts with."""
        values = self.session.values_to_keep()
        if not values:
            self.session.message.emit(self.tr("Nothing differs from what is saved already."))
            return
        told = self.tr("Saved {0} of {1}.").format(", ".join(sorted(values)), kind)
        self._write(_save_defaults, kind, self._scene(), values, told=told)

    def _write(self, function: Any, *args: Any, told: str) -> None:
        def done(_: Any) -> None:
            self.session.message.emit(told)
            self.look()

        worker.run(function, *args, done=done, failed=self.session.failed.emit, owner=self)

    def _take(self, found: List[Preset]) -> None:
        self.found = found
        self.changed.emit()

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        group = QActionGroup(menu)
        names = ["", *(preset.name for preset in self.found)]
        for name in names:
            action = menu.addAction(name or self.tr("&No preset"))
            action.setCheckable(True)
            action.setChecked(name == self.session.preset)
            action.triggered.connect(partial(self._choose, name))
            group.addAction(action)
        menu.addSeparator()
        menu.addActions([self._save, self._share])
        self._fill_defaults(menu)

    def _fill_defaults(self, menu: QMenu) -> None:
        below = menu.addMenu(self.tr("Save as the &defaults of"))
        below.addActions(self._defaults)

    def _choose(self, name: str, checked: bool = True) -> None:
        self.session.use_preset(name)

    def _action(self, text: str, name: str, icon: str, function: Any, shortcut: str = "") -> QAction:
        made = QAction(text, self.window)
        made.setObjectName(name)
        made.setShortcut(shortcut)
        if icon:
            set_icon(made, icon)
        made.triggered.connect(lambda checked=False: function())
        self.window.addAction(made)
        return made

    def _ask(self, title: str, shared: bool) -> None:
        dialog = QInputDialog(self.window)
        dialog.setObjectName("preset_name")
        dialog.setWindowTitle(title)
        dialog.setLabelText(self.tr("Name of the preset"))
        dialog.setTextValue(self.session.preset)
        dialog.textValueSelected.connect(lambda name: self.save(name, shared))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _scene(self) -> Any:
        return self.session.scene or None

    def _dcc(self) -> str:
        facts = self.session.facts
        return facts.dcc if facts is not None else ""


def _save_defaults(kind: str, scene: Any, values: Mapping[str, Any]) -> None:
    save_layer(file_of(kind, scene), values)
