"""A row that says less where it is too narrow for all that its parts say, so that nothing in it is cut."""

from __future__ import annotations

from typing import Any, List, Optional

from qtpy.QtCore import QRect, QSize, Qt
from qtpy.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from farmsubmit_ui.widgets.labels import ElidedLabel


class ShortText:
    """A button with a long and a short text; without a short one its icon is left, and the tooltip says what it is."""

    def __init__(self, button: Any, short: str = "", full: Optional[str] = None) -> None:
        self._button = button
        self._is_short = False
        self.set_texts(button.text() if full is None else full, short)

    def set_texts(self, full: str, short: str) -> None:
        """Have other texts."""
        self._full, self._short = full, short
        if not self._button.toolTip():
            self._button.setToolTip(full.replace("&", "").strip())
        self._button.setText(short if self._is_short else full)

    def saved(self) -> int:
        """Return by how many pixels the short text is narrower."""
        return 0 if self._button.isHidden() else self._width(self._full) - self._width(self._short)

    def put(self, is_short: bool) -> None:
        """Show the short text or the long one."""
        if is_short != self._is_short:
            self._is_short = is_short
            self._button.setText(self._short if is_short else self._full)

    def _width(self, text: str) -> int:
        return int(self._button.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, text).width())


class Omitted:
    """A part that a narrow row goes without, because what it does is in a menu too."""

    def __init__(self, part: QWidget) -> None:
        self._part = part
        self._is_short = False

    def saved(self) -> int:
        """Return how many pixels the part takes."""
        return self._part.minimumSizeHint().width()

    def put(self, is_short: bool) -> None:
        """Leave the part out, or show it."""
        if is_short != self._is_short:
            self._is_short = is_short
            self._part.setVisible(not is_short)


class FittingRow(QHBoxLayout):
    """A row of parts; ``steps`` make it narrower one after the other, and as many are taken as it needs."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._steps: List[Any] = []
        self._taken = 0

    def set_steps(self, *steps: Any) -> None:
        """Set what makes the row narrower, the first first: ShortText and Omitted."""
        self._steps = list(steps)
        self.invalidate()

    def minimumSize(self) -> QSize:
        """Return the room of the row when it says least."""
        least = super().minimumSize()
        left = sum(map(self._saved, self._steps[self._taken :]))
        return QSize(least.width() - left, least.height())

    def setGeometry(self, rect: QRect) -> None:
        """Say as much as there is room for."""
        self._fit(rect.width())
        super().setGeometry(rect)

    def _fit(self, width: int) -> None:
        saved = [self._saved(step) for step in self._steps]
        wanted = super().minimumSize().width() + sum(saved[: self._taken])
        taken = 0
        while taken < len(saved) and wanted > width:
            wanted -= saved[taken]
            taken += 1
        self._taken = taken
        for place, step in enumerate(self._steps):
            step.put(place < taken)

    def _saved(self, step: Any) -> int:
        gap = self.spacing() if isinstance(step, Omitted) else 0
        return int(step.saved()) + gap


class ShrinkingLabel(ElidedLabel):
    """A label as any other, which is cut where there is no room for all of it; ``text`` is what it was given."""

    def __init__(self, text: str = "", role: str = "", parent: Optional[QWidget] = None) -> None:
        super().__init__(text, role, Qt.TextElideMode.ElideRight, parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def setText(self, text: str) -> None:
        """Show another text."""
        self.set_text(text)
        self.updateGeometry()

    def text(self) -> str:
        """Return the text as it was given."""
        return self.whole_text()

    def minimumSizeHint(self) -> QSize:
        """Be content with a few letters, and with nothing where there is no text."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), self.sizeHint().width()), hint.height())
