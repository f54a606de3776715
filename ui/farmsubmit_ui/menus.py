"""The menu bar: every action with a shortcut or a mnemonic, and the menus that the buttons share with it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Callable, List, Sequence, Tuple

from qtpy.QtCore import QObject
from qtpy.QtGui import QAction, QActionGroup, QKeySequence
from qtpy.QtWidgets import QMenu

from farmsubmit_ui.preferences import STYLES
from farmsubmit_ui.style import set_icon

Function = Callable[[], Any]
# The text, the object's name, the function, the shortcuts, and the icon.
Line = Tuple[str, str, Function, Sequence[str], str]


class Menus(QObject):
    """Builds the menus of a window, whose methods they call; ``actions`` is in the order of the menus."""

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self.window = window
        self.actions: List[QAction] = []
        # What has an icon that was not drawn yet: that is done for a menu when it first opens.
        self._icons: List[Tuple[QMenu, QAction, str]] = []
        self.export = QMenu(self.tr("E&xport"), window)
        self.preset = QMenu(self.tr("&Preset"), window)
        self.engine = QMenu(self.tr("E&ngine"), window)
        window.exports.fill(self.export)
        window.presets.fill(self.preset)
        window.engines.fill(self.engine)
        bar = window.menuBar()
        bar.setObjectName("menu_bar")
        bar.addMenu(self._file())
        bar.addMenu(self._edit())
        bar.addMenu(self.preset)
        bar.addMenu(self._view())
        bar.addMenu(self.engine)
        bar.addMenu(self._help())

    def shortcuts(self) -> List[Tuple[str, str]]:
        """Return what each shortcut does, in the order of the menus, for the help."""
        known = [*self.actions, *self.window.actions()]
        found = {}
        for action in known:
            keys = ", ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts())
            if keys:
                found[action.text().replace("&", "")] = keys
        return list(found.items())

    # --- the menus

    def _file(self) -> QMenu:
        window, menu = self.window, QMenu(self.tr("&File"), self.window)
        self._add(menu, (self.tr("&Open…"), "open", window.ask_open, ("Ctrl+O",), "open"))
        recent = menu.addMenu(self.tr("Open &recent"))
        recent.aboutToShow.connect(partial(self._fill_recent, recent))
        self._fill_recent(recent)
        self._add(menu, (self.tr("Re&load"), "reload", window.session.reload, ("F5",), "retry"))
        menu.addSeparator()
        self._add(menu, (self.tr("&Save request…"), "save_request", window.exports.ask_request, ("Ctrl+S",), "save"))
        menu.addMenu(self.export)
        menu.addSeparator()
        self._add(menu, (self.tr("S&ubmit"), "submit", window.submit, ("Ctrl+Return", "Ctrl+Enter"), "submit"))
        self._add(menu, (self.tr("Run &here"), "run_here", window.run_here, ("Ctrl+Shift+R",), "run"))
        menu.addSeparator()
        self._add(menu, (self.tr("&Close"), "close", window.close, ("Ctrl+W",), ""))
        if window.is_standalone:
            self._add(menu, (self.tr("&Quit"), "quit", window.quit, ("Ctrl+Q",), ""))
        return menu

    def _edit(self) -> QMenu:
        window, menu = self.window, QMenu(self.tr("&Edit"), self.window)
        stack = window.session.undo_stack
        undo, redo = stack.createUndoAction(window, self.tr("&Undo")), stack.createRedoAction(window, self.tr("&Redo"))
        for action, name, keys in ((undo, "undo", ("Ctrl+Z",)), (redo, "redo", ("Ctrl+Shift+Z", "Ctrl+Y"))):
            action.setObjectName(name)
            action.setShortcuts([QKeySequence(key) for key in keys])
            self._put_icon(menu, action, name)
            menu.addAction(action)
            self.actions.append(action)
        menu.addSeparator()
        options = menu.addMenu(self.tr("&Options"))
        window.options.fill(options)
        menu.addSeparator()
        self._add(menu, (self.tr("&Find"), "find", window.find, ("Ctrl+F",), "search"))
        self._add(menu, (self.tr("&Copy command"), "copy_command", window.copy_command, ("Ctrl+Shift+C",), "copy"))
        return menu

    def _view(self) -> QMenu:
        window, menu = self.window, QMenu(self.tr("&View"), self.window)
        group = QActionGroup(menu)
        titles = {"dark": self.tr("&Dark"), "light": self.tr("&Light"), "system": self.tr("&As the system")}
        for name in STYLES:
            action = self._add(menu, (titles[name], f"style_{name}", partial(window.set_style, name), (), ""))
            action.setCheckable(True)
            action.setChecked(window.preferences.style == name)
            group.addAction(action)
        menu.addSeparator()
        zoom = window.change_zoom
        self._add(menu, (self.tr("Zoom &in"), "zoom_in", partial(zoom, 1), ("Ctrl++", "Ctrl+="), "zoom-in"))
        self._add(menu, (self.tr("Zoom &out"), "zoom_out", partial(zoom, -1), ("Ctrl+-",), "zoom-out"))
        self._add(menu, (self.tr("Zoom &100 %"), "zoom_reset", partial(zoom, 0), ("Ctrl+0",), ""))
        menu.addSeparator()
        self._add(menu, (self.tr("&Tree or graph"), "tree_or_graph", window.toggle_graph, ("Ctrl+G",), "graph"))
        self._add(menu, (self.tr("The &job sent last"), "follow_last", window.way.follow_last, ("Ctrl+J",), "eye"))
        menu.addSeparator()
        tabs = window.right
        for place in range(tabs.count()):
            line = (tabs.title(place), f"tab_{place}", partial(window.show_page, place), (f"Alt+{place + 1}",), "")
            self._add(menu, line)
        return menu

    def _help(self) -> QMenu:
        window, menu = self.window, QMenu(self.tr("&Help"), self.window)
        self._add(menu, (self.tr("&Shortcuts"), "shortcuts", window.show_shortcuts, ("F1",), "help"))
        self._add(menu, (self.tr("&About"), "about", window.show_about, (), "info"))
        return menu

    # --- pieces

    def _add(self, menu: QMenu, line: Line) -> QAction:
        text, name, function, keys, icon = line
        action = menu.addAction(text)
        action.setObjectName(name)
        action.setShortcuts([QKeySequence(key) for key in keys])
        if icon:
            self._put_icon(menu, action, icon)
        action.triggered.connect(lambda checked=False: function())
        self.actions.append(action)
        return action

    def _put_icon(self, menu: QMenu, action: QAction, name: str) -> None:
        if not any(known is menu for known, _, _ in self._icons):
            menu.aboutToShow.connect(partial(self._draw, menu))
        self._icons.append((menu, action, name))

    def _draw(self, menu: QMenu) -> None:
        for opened, action, name in self._icons:
            if opened is menu:
                set_icon(action, name)
        self._icons = [each for each in self._icons if each[0] is not menu]

    def _fill_recent(self, menu: QMenu) -> None:
        menu.clear()
        for name in self.window.preferences.recent:
            path = Path(name)
            action = menu.addAction(f"{path.name}  ·  {path.parent}".replace("&", "&&"))
            action.triggered.connect(partial(self._open, name))
        if not menu.actions():
            menu.addAction(self.tr("Nothing yet")).setEnabled(False)
            return
        menu.addSeparator()
        menu.addAction(self.tr("&Forget these")).triggered.connect(self.window.forget_recent)

    def _open(self, name: str, checked: bool = False) -> None:
        self.window.open(name)
