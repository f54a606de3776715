"""The problems as a model: a group for each severity, the worst first, its problems below it."""

from __future__ import annotations

from typing import Any, Optional, Sequence

from qtpy.QtCore import QModelIndex, Qt

from farmsubmit.checks import Problem, Severity
from farmsubmit_ui.models.group_base import GroupBase
from farmsubmit_ui.style import brush, icon

#: The columns.
TEXT, WHERE, FIX = range(3)
_ICONS = {
    Severity.ERROR: ("error", "failed"),
    Severity.WARNING: ("warning", "warning"),
    Severity.NOTE: ("info", "dim"),
}


class ChecksModel(GroupBase):
    """Problems by severity, the worst first."""

    kinds = tuple(Severity)

    def titles(self) -> Sequence[str]:
        """Return the titles of the columns."""
        return (self.tr("Problem"), self.tr("Where"), self.tr("What would be right"))

    def kind_of(self, entry: Problem) -> Severity:
        """Return the severity of a problem."""
        return entry.severity

    def searched(self, entry: Problem) -> str:
        """Return all that is told of a problem."""
        return str(entry)

    def count(self) -> int:
        """Return how many problems are shown."""
        return sum(map(len, self.groups))

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        problem: Optional[Problem] = self.entry(index)
        if problem is None:
            return self.group_data(index, role)
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

    def title(self, group: Sequence[Problem]) -> str:
        """Return how many problems of a severity there are."""
        one, many = {
            Severity.ERROR: (self.tr("1 error: nothing is sent"), self.tr("{0} errors: nothing is sent")),
            Severity.WARNING: (self.tr("1 warning"), self.tr("{0} warnings")),
            Severity.NOTE: (self.tr("1 note"), self.tr("{0} notes")),
        }[group[0].severity]
        return one if len(group) == 1 else many.format(len(group))

    def tint(self, group: Sequence[Problem]) -> str:
        """Return the colour of a severity."""
        return _ICONS[group[0].severity][1]
