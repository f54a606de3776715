"""What the tabs on the right share: their views, the part below a list, and pages that take turns."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence

from qtpy.QtCore import QModelIndex, QSize, Qt, QUrl
from qtpy.QtGui import QDesktopServices, QResizeEvent
from qtpy.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLayout,
    QSizePolicy,
    QStackedWidget,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from farmsubmit_ui.style import px, set_flag, set_role
from farmsubmit_ui.widgets import FittingRow, label
from farmsubmit_ui.widgets.tall import Tall

#: Columns of a fixed width take at most so much of a view together.
_FIXED_SHARE = 0.62
#: Where all columns have a fixed width, the wide ones have at least so much of it; what has no room then is
#: scrolled to.
_LEAST_SHARE, _NARROW = 0.7, 80


class TabTree(QTreeView):
    """A list or tree of one tab: rows of one height, whole rows selected, one column takes what the others leave."""

    def __init__(self, name: str, title: str, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setUniformRowHeights(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = self.header()
        header.setStretchLastSection(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setMinimumSectionSize(px(40))
        self._widths: Sequence[int] = ()
        self._given: List[int] = []

    def set_widths(self, widths: Sequence[int]) -> None:
        """Set the widths of columns in pixels of the design; 0 is for the one that takes what is left."""
        self._widths = widths
        self.style_changed()

    def style_changed(self) -> None:
        """Take widths at the present zoom."""
        self._given = []
        self._fit_columns()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave something for the column that takes the rest."""
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Give columns their widths, and less of each where there is too little room."""
        widths = self._widths_now()
        if widths == self._given:
            return
        self._given = widths
        header = self.header()
        for column, width in list(enumerate(widths))[: header.count()]:
            mode = QHeaderView.ResizeMode.Interactive if width else QHeaderView.ResizeMode.Stretch
            header.setSectionResizeMode(column, mode)
            if width:
                header.resizeSection(column, width)

    def _widths_now(self) -> List[int]:
        """Return the widths for the room there is: the one that takes the rest comes first, then the narrow ones."""
        widths = [px(width) if width else 0 for width in self._widths]
        room = self.viewport().width()
        if not all(widths):
            share = min(1.0, _FIXED_SHARE * room / max(sum(widths), 1))
            return [round(width * share) for width in widths]
        narrow = sum(width for width in widths if width <= px(_NARROW))
        share = min(1.0, max(_LEAST_SHARE, (room - narrow) / max(sum(widths) - narrow, 1)))
        return [width if width <= px(_NARROW) else int(width * share) for width in widths]

    def selected(self) -> List[QModelIndex]:
        """Return the first cell of each selected row."""
        model = self.selectionModel()
        return list(model.selectedRows()) if model is not None else []

    def sizeHintForColumn(self, column: int) -> int:
        """Look at no more rows than are shown."""
        return min(super().sizeHintForColumn(column), px(400))


class _Lines(Tall):
    """As high as the lines in it where there is room, and scrolled where there is not."""

    def __init__(self, inside: QWidget) -> None:
        super().__init__(inside)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        inside.setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        """Return the room of all lines at the present width."""
        lines = self.widget().layout()
        return QSize(lines.sizeHint().width(), lines.totalHeightForWidth(self.viewport().width()))

    def minimumSizeHint(self) -> QSize:
        """Be content with a line or two."""
        return QSize(self.widget().layout().minimumSize().width(), min(px(40), self.sizeHint().height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for more or less height at another width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()


class Details(QFrame):
    """The part under a list: named lines, and buttons below them."""

    def __init__(self, name: str, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        set_role(self, "detail")
        self._heads: Dict[QLabel, QLabel] = {}
        lines = QWidget()
        self.grid = QGridLayout(lines)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(px(12))
        self.grid.setVerticalSpacing(px(4))
        self.grid.setColumnStretch(1, 1)
        self.grid.setColumnMinimumWidth(0, px(92))
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(px(8))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(px(12), px(10), px(12), px(12))
        whole.setSpacing(px(10))
        whole.addWidget(_Lines(lines))
        whole.addLayout(self.buttons)

    def add_line(self, title: str, name: str, mono: bool = False) -> QLabel:
        """Add a named line and return the label of its text, which can be selected."""
        row = self.grid.rowCount()
        text = label("")
        text.setObjectName(name)
        text.setAccessibleName(title)
        text.setWordWrap(True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if mono:
            set_flag(text, "mono", "true")
        head = label(title, "field")
        self._heads[text] = head
        self.grid.addWidget(head, row, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
        self.grid.addWidget(text, row, 1)
        return text

    def show_line(self, text: QLabel, is_shown: bool) -> None:
        """Show a line with its name, or leave it out."""
        text.setVisible(is_shown)
        self._heads[text].setVisible(is_shown)


class Foot(QFrame):
    """What stands below a list that is scrolled, with a rule between the two."""

    def __init__(self, *rows: QLayout) -> None:
        super().__init__()
        set_role(self, "detail")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        for row in rows:
            whole.addLayout(row)


def bar(*parts: Any) -> FittingRow:
    """Return the line above a list; a number is a stretch, a text a dim label."""
    row = FittingRow()
    row.setContentsMargins(px(12), px(8), px(12), px(6))
    row.setSpacing(px(8))
    for part in parts:
        if isinstance(part, int):
            row.addStretch(part)
        else:
            row.addWidget(label(part, "dim") if isinstance(part, str) else part)
    return row


def column(parent: QWidget, *parts: Any) -> QVBoxLayout:
    """Lay parts out below each other without gaps; what is no layout, Details or Foot shares the room."""
    whole = QVBoxLayout(parent)
    whole.setContentsMargins(0, 0, 0, 0)
    whole.setSpacing(0)
    for part in parts:
        if isinstance(part, QLayout):
            whole.addLayout(part)
        else:
            whole.addWidget(part, 0 if isinstance(part, (Details, Foot)) else 1)
    return whole


def pages(parent: QWidget, *widgets: QWidget) -> QStackedWidget:
    """Let widgets take turns in the whole of their parent; the first has the first turn."""
    made = QStackedWidget()
    for widget in widgets:
        made.addWidget(widget)
    column(parent, made)
    return made


def open_link(link: str) -> bool:
    """Open a page or a file of a ticket with what this machine has for it, and tell whether that began."""
    url = QUrl(link) if "://" in link else QUrl.fromLocalFile(link)
    return bool(QDesktopServices.openUrl(url))
