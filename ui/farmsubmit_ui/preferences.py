"""What the dialog remembers of itself: geometry, style, zoom, what was opened lately. Settings are another thing."""

from __future__ import annotations

from pathlib import Path
from typing import Any, List

from qtpy.QtCore import QByteArray, QSettings
from qtpy.QtWidgets import QMainWindow, QSplitter

from farmsubmit import files

STYLES = ("dark", "light", "system")
ZOOMS = (0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)
_MOST_RECENT = 12


class Preferences:
    """A file ``ui.ini`` in the user's folder for settings; what cannot be read in it is the default."""

    def __init__(self) -> None:
        self._store = QSettings(str(files.config_dir() / "ui.ini"), QSettings.Format.IniFormat)

    # --- the look

    @property
    def style(self) -> str:
        """``dark``, ``light`` or ``system``."""
        name = str(self._store.value("style", STYLES[0]))
        return name if name in STYLES else STYLES[0]

    @style.setter
    def style(self, name: str) -> None:
        self._store.setValue("style", name)

    @property
    def zoom(self) -> float:
        """The zoom of text and measures, one of ZOOMS."""
        try:
            wanted = float(self._store.value("zoom", 1.0))
        except (TypeError, ValueError):
            return 1.0
        return min(ZOOMS, key=lambda zoom: abs(zoom - wanted))

    @zoom.setter
    def zoom(self, zoom: float) -> None:
        self._store.setValue("zoom", zoom)

    def next_zoom(self, step: int) -> float:
        """Return the zoom so many steps on, within ZOOMS."""
        place = ZOOMS.index(self.zoom) + step
        return ZOOMS[max(0, min(place, len(ZOOMS) - 1))]

    # --- the window

    def keep_window(self, window: QMainWindow, splitter: QSplitter) -> None:
        """Remember where a window stands and how it is divided."""
        self._store.setValue("geometry", window.saveGeometry())
        self._store.setValue("splitter", splitter.saveState())
        self._store.sync()

    def restore_window(self, window: QMainWindow, splitter: QSplitter) -> bool:
        """Put a window where it was, and tell whether that was known."""
        geometry, state = self._store.value("geometry"), self._store.value("splitter")
        if isinstance(state, QByteArray):
            splitter.restoreState(state)
        return isinstance(geometry, QByteArray) and bool(window.restoreGeometry(geometry))

    # --- what was used lately

    @property
    def recent(self) -> List[str]:
        """The files that were opened, the latest first."""
        return self._list("recent")

    def add_recent(self, path: Path) -> None:
        """Put a file first among those that were opened."""
        self._add("recent", str(path))

    def forget_recent(self) -> None:
        """Forget the files that were opened."""
        self._store.remove("recent")

    @property
    def engines(self) -> List[str]:
        """The URLs of engines that were chosen, the latest first."""
        return self._list("engines")

    def add_engine(self, url: str) -> None:
        """Put an engine first among those that were chosen."""
        self._add("engines", url)

    def _list(self, name: str) -> List[str]:
        found: Any = self._store.value(name, [])
        # A list of one item comes back as the item itself.
        items = [found] if isinstance(found, str) else found or []
        return [str(item) for item in items if item]

    def _add(self, name: str, item: str) -> None:
        others = [other for other in self._list(name) if other != item]
        self._store.setValue(name, [item, *others][:_MOST_RECENT])
