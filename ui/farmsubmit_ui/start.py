"""What the window shows before anything is open: where to begin, and what was open lately."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Optional

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from farmsubmit_ui.preferences import Preferences
from farmsubmit_ui.style import px, set_role
from farmsubmit_ui.widgets import EmptyState, label, text_button

_SHOWN = 6
_LONGEST = 70


class StartPage(QWidget):
    """A sentence, a button to open a file, and the latest files; emits ``open_wanted`` and ``path_chosen``."""

    open_wanted = Signal()
    path_chosen = Signal(str)

    def __init__(self, preferences: Preferences, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("start_page")
        set_role(self, "window")
        self._preferences = preferences
        self._sentence = self.tr(
            "Open a scene of Maya, Nuke, Katana or Blender, a request or a finished job — or drop one here."
        )
        self.empty = EmptyState("open", self._sentence, self.tr("Open…"))
        self.empty.button.setAccessibleName(self.tr("Open a file"))
        self.empty.button.setAutoDefault(True)  # Enter opens, too.
        self.empty.button.clicked.connect(self.open_wanted)
        self._recent = QGridLayout()
        self._recent.setHorizontalSpacing(px(12))
        self._recent.setVerticalSpacing(px(2))
        whole = QVBoxLayout(self)
        whole.addStretch(2)
        whole.addWidget(self.empty)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addLayout(self._recent)
        middle.addStretch(1)
        whole.addLayout(middle)
        whole.addStretch(3)
        self.refresh()

    def set_busy(self, busy: bool) -> None:
        """Say that a file is being read, or ask for one."""
        self.empty.set_sentence(self.tr("Reading…") if busy else self._sentence)
        self.empty.button.setEnabled(not busy)

    def refresh(self) -> None:
        """Show the latest files anew."""
        while self._recent.count():
            gone = self._recent.takeAt(0).widget()
            if gone is not None:
                gone.deleteLater()
        names = self._preferences.recent[:_SHOWN]
        if names:
            title = label(self.tr("Opened lately").upper(), "section")
            # As far in as the words of the links.
            title.setContentsMargins(px(3), 0, 0, px(4))
            self._recent.addWidget(title, 0, 0, 1, 2)
        for row, name in enumerate(names, 1):
            self._recent.addWidget(self._link(name), row, 0, Qt.AlignmentFlag.AlignLeft)
            self._recent.addWidget(label(_shortened(str(Path(name).parent)), "dim"), row, 1)

    def _link(self, name: str) -> QPushButton:
        button = text_button(_shortened(Path(name).name).replace("&", "&&"), "recent_button", role="link")
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.setAutoDefault(True)
        button.clicked.connect(partial(self._choose, name))
        return button

    def _choose(self, name: str, checked: bool = False) -> None:
        self.path_chosen.emit(name)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]}…{text[-_LONGEST // 2 :]}"
