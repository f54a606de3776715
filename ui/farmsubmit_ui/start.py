"""What the window shows before anything is open: where to begin, and what was open lately."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Optional

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QPushButton, QVBoxLayout, QWidget

from farmsubmit_ui.preferences import Preferences
from farmsubmit_ui.style import px, set_role
from farmsubmit_ui.widgets import EmptyState, label, text_button

_SHOWN = 6


class StartPage(QWidget):
    """A sentence, a button to open a file, and the latest files; emits ``open_wanted`` and ``path_chosen``."""

    open_wanted = Signal()
    path_chosen = Signal(str)

    def __init__(self, preferences: Preferences, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("start_page")
        set_role(self, "window")
        self._preferences = preferences
        sentence = self.tr(
            "Open a scene of Maya, Nuke, Katana or Blender, a request or a finished job — or drop one here."
        )
        self.empty = EmptyState("open", sentence, self.tr("Open…"))
        self.empty.button.setAccessibleName(self.tr("Open a file"))
        self.empty.button.clicked.connect(self.open_wanted)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(px(2))
        whole = QVBoxLayout(self)
        whole.addStretch(2)
        whole.addWidget(self.empty)
        whole.addLayout(self._recent)
        whole.addStretch(3)
        self.refresh()

    def set_busy(self, busy: bool) -> None:
        """Say that a file is being read, or ask for one."""
        self.empty.button.setEnabled(not busy)

    def refresh(self) -> None:
        """Show the latest files anew."""
        while self._recent.count():
            gone = self._recent.takeAt(0).widget()
            if gone is not None:
                gone.deleteLater()
        names = self._preferences.recent[:_SHOWN]
        if names:
            self._recent.addWidget(label(self.tr("Opened lately"), "section"), 0, Qt.AlignmentFlag.AlignHCenter)
        for name in names:
            self._recent.addWidget(self._link(name), 0, Qt.AlignmentFlag.AlignHCenter)

    def _link(self, name: str) -> QPushButton:
        path = Path(name)
        button = text_button(f"{path.name}  ·  {path.parent}", "recent_button", role="link")
        button.setToolTip(name)
        button.clicked.connect(partial(self._choose, name))
        return button

    def _choose(self, name: str, checked: bool = False) -> None:
        self.path_chosen.emit(name)
