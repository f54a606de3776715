"""Panels: a titled card, and what stands in an empty one."""

from __future__ import annotations

from typing import Optional, Tuple

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from farmsubmit_ui.style import current, pixmap, px, set_role
from farmsubmit_ui.widgets.labels import Chip, label


class Card(QFrame):
    """A titled panel; what it holds goes into ``body``, small buttons beside the title into ``tools``."""

    def __init__(self, title: str, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self.setAccessibleName(title)
        self.title = label(title.upper(), "section")
        font = self.title.font()
        font.setLetterSpacing(font.SpacingType.PercentageSpacing, 106)
        self.title.setFont(font)
        self.badge = Chip()
        self.badge.hide()
        self.tools = QHBoxLayout()
        self.tools.setSpacing(px(4))
        self.body = QVBoxLayout()
        self.body.setSpacing(px(6))
        self._lay_out()

    def set_title(self, title: str) -> None:
        """Show another title."""
        self.setAccessibleName(title)
        self.title.setText(title.upper())

    def set_count(self, text: str) -> None:
        """Show a count beside the title, such as ``3 of 4``; an empty text takes it away."""
        self.badge.setText(text)
        self.badge.setVisible(bool(text))

    def _lay_out(self) -> None:
        header = QHBoxLayout()
        header.setSpacing(px(8))
        header.addWidget(self.title)
        header.addWidget(self.badge)
        header.addStretch(1)
        header.addLayout(self.tools)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(px(12), px(9), px(12), px(11))
        whole.setSpacing(px(8))
        whole.addLayout(header)
        whole.addLayout(self.body, 1)


def card_ground() -> Tuple[QWidget, QVBoxLayout]:
    """Return the ground that cards stand on below each other, and its column for them."""
    ground = QWidget()
    set_role(ground, "ground")
    column = QVBoxLayout(ground)
    column.setContentsMargins(px(14), px(12), px(14), px(12))
    column.setSpacing(px(12))
    return ground, column


class EmptyState(QWidget):
    """An icon and a sentence in place of what is not there, and where it helps a button that mends it."""

    def __init__(self, icon: str, sentence: str, action: str = "", parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._name = icon
        self._icon = QLabel()
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sentence = label(sentence, "dim")
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sentence.setWordWrap(True)
        self.button = QPushButton(action)
        self.button.setObjectName("empty_action")
        self.button.setVisible(bool(action))
        self._lay_out()
        self.style_changed()

    def set_sentence(self, sentence: str, icon: str = "") -> None:
        """Say something else, with another icon where one is named."""
        self._sentence.setText(sentence)
        self._name = icon or self._name
        self.style_changed()

    def sentence(self) -> str:
        """Return what is said."""
        return str(self._sentence.text())

    def style_changed(self) -> None:
        """Tint the icon by the style that is on."""
        self._icon.setPixmap(pixmap(self._name, px(28), current().disabled, self.devicePixelRatioF()))

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(px(12), px(14), px(12), px(14))
        whole.setSpacing(px(8))
        whole.addStretch(1)
        whole.addWidget(self._icon)
        whole.addWidget(self._sentence)
        whole.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        whole.addStretch(1)
