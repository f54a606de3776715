"""The problems as a model: a group for each severity, the worst first, its problems below it."""

from __future__ import annotations

from typing import Any, List, NamedTuple, Optional, Sequence

from qtpy.QtCore import QAbstractItemModel, QModelIndex, QObject, Qt
from qtpy.QtGui import QFont

from farmsubmit.checks import Problem, Severity
from farmsubmit_ui.style import brush, icon

#: The columns.
TEXT, WHERE, FIX = range(3)
_ICONS = {
    Severity.ERROR: ("error", "failed"),
    Severity.WARNING: ("warning", "warning"),
    Severity.NOTE: ("info", "dim"),
}
_TOP = 0


class Group(NamedTuple):
    """The problems of one severity."""

    severity: Severity
    problems: List[Problem]


class ChecksModel(QAbstractItemModel):
    """Problems by severity; a filter leaves those that hold all its words."""

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._all: List[Problem] = []
        self._words: List[str] = []
        self.groups: List[Group] = []

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Show other problems."""
        self._all = list(problems)
        self._fill()

    def set_filter(self, text: str) -> None:
        """Leave the problems that hold each word of a text, in any case."""
        self._words = text.lower().split()
        self._fill()

    def problem(self, index: QModelIndex) -> Optional[Problem]:
        """Return the problem of a row, None for a group."""
        if not index.isValid() or index.internalId() == _TOP:
            return None
        return self.groups[int(index.internalId()) - 1].problems[index.row()]

    def count(self) -> int:
        """Return how many problems are shown."""
        return sum(len(group.problems) for group in self.groups)

    def _fill(self) -> None:
        self.beginResetModel()
        kept = [problem for problem in self._all if _holds(problem, self._words)]
        groups = [Group(level, [each for each in kept if each.severity is level]) for level in Severity]
        self.groups = [group for group in groups if group.problems]
        self.endResetModel()

    # --- Qt's part

    def index(self, row: int, column: int, parent: QModelIndex = QModelIndex()) -> QModelIndex:  # noqa: B008
        """Return the cell; a problem's id is the number of its group, from 1."""
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else _TOP)

    def parent(self, index: Any = None) -> Any:
        """Return the group of a problem."""
        if index is None:
            return QObject.parent(self)
        if not index.isValid() or index.internalId() == _TOP:
            return QModelIndex()
        return self.createIndex(int(index.internalId()) - 1, 0, _TOP)

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Return how many groups, or problems of one, there are."""
        if not parent.isValid():
            return len(self.groups)
        return len(self.groups[parent.row()].problems) if parent.internalId() == _TOP and not parent.column() else 0

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 3

    def headerData(self, section: int, orientation: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the title of a column."""
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return (self.tr("Problem"), self.tr("Where"), self.tr("What would be right"))[section]

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        problem = self.problem(index)
        if problem is None:
            return self._group_data(index, role)
        cell = (problem.text, problem.where, problem.fix)[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return " ".join(cell.split())
        if role == Qt.ItemDataRole.ToolTipRole:
            return str(problem)
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == TEXT:
            return str(problem)
        if role == Qt.ItemDataRole.DecorationRole and index.column() == TEXT:
            return icon(*_ICONS[problem.severity])
        if role == Qt.ItemDataRole.ForegroundRole and index.column() != TEXT:
            return brush("dim")
        return None

    def _group_data(self, index: QModelIndex, role: int) -> Any:
        if not index.isValid() or index.column() != TEXT:
            return None
        group = self.groups[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._title(group)
        if role == Qt.ItemDataRole.FontRole:
            font = QFont()
            font.setBold(True)
            return font
        if role == Qt.ItemDataRole.ForegroundRole:
            return brush(_ICONS[group.severity][1])
        return None

    def _title(self, group: Group) -> str:
        one, many = {
            Severity.ERROR: (self.tr("1 error: nothing is sent"), self.tr("{0} errors: nothing is sent")),
            Severity.WARNING: (self.tr("1 warning"), self.tr("{0} warnings")),
            Severity.NOTE: (self.tr("1 note"), self.tr("{0} notes")),
        }[group.severity]
        return one if len(group.problems) == 1 else many.format(len(group.problems))


def _holds(problem: Problem, words: Sequence[str]) -> bool:
    text = str(problem).lower()
    return all(word in text for word in words)
