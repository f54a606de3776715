"""A line that comes up over the footer and tells what went wrong or was done, without moving anything."""

from __future__ import annotations

from qtpy.QtCore import QEvent, QObject, Qt
from qtpy.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from farmsubmit_ui import worker
from farmsubmit_ui.style import px, set_role
from farmsubmit_ui.widgets import IconButton, StateDot, label

_SECONDS = 6


class Notice(QFrame):
    """Floats over the bottom of its parent; an error stays until it is closed, a remark goes by itself."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        set_role(self, "notice")
        self._dot = StateDot("failed")
        self.text = label("")
        self.text.setObjectName("notice_text")
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        close = IconButton("close", self.tr("Close"), "notice_close")
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(12), px(8), px(8), px(8))
        row.setSpacing(px(10))
        row.addWidget(self._dot)
        row.addWidget(self.text, 1)
        row.addWidget(close)
        self._timer = worker.once(self, _SECONDS * 1000, self.hide)
        parent.installEventFilter(self)
        self.hide()

    def tell(self, text: str) -> None:
        """Show a remark for a while."""
        self._show(text, "done")
        self._timer.start()

    def warn(self, text: str) -> None:
        """Show what went wrong, until it is closed or something else is shown."""
        self._timer.stop()
        self._show(text, "failed")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the bottom of the parent."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _show(self, text: str, state: str) -> None:
        self._dot.set_state(state)
        self.text.setText(text)
        self.text.setAccessibleName(text)
        self.show()
        self.raise_()
        self._place()

    def _place(self) -> None:
        above = self.parentWidget()
        longest = max(map(self.text.fontMetrics().horizontalAdvance, self.text.text().split("\n")))
        width = min(px(760), above.width() - px(40), longest + px(84))
        text = self.text.heightForWidth(width - px(75))
        height = max(text, px(20)) + px(18)
        # On the left, where the last card rarely fills its room; on the right are buttons.
        self.setGeometry(px(14), above.height() - height - px(12), width, height)
