"""The variables that travel with a job, each with the reason, and those that stay behind with theirs.

A value that may be a secret is never shown, and none of a variable that stays behind is even kept.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence

from qtpy.QtCore import QAbstractItemModel, QCoreApplication, QModelIndex, QObject, Qt
from qtpy.QtGui import QFont

from farmsubmit.errors import FarmsubmitError
from farmsubmit.lang.envkey import setenv_items
from farmsubmit.submission.sending import without_password
from farmsubmit.tasks.environment import PIPELINE_NAMES, SECRET_NAMES, Captured, captured
from farmsubmit_ui.style import brush, icon, mono

#: The columns.
NAME, VALUE, WHY = range(3)
SET, TAKEN, COULD, LEFT = range(4)
_ICONS = {SET: ("edit", "active"), TAKEN: ("check", "done"), COULD: ("plus", "dim"), LEFT: ("minus", "dim")}
_HIDDEN = "••••••"
_TOP = 0


class Variable(NamedTuple):
    """A variable: its name, its value as it may be shown, and why it travels or not."""

    name: str
    value: str
    why: str
    kind: int
    is_secret: bool = False


class Preview(NamedTuple):
    """What would go along from this session, and why each of the others would not; no value of those is here."""

    values: Dict[str, str]
    why: Dict[str, str]
    left_out: Dict[str, str]
    size: int
    problem: str = ""


def preview(settings: Any) -> Preview:
    """Return what the settings would take along; runs in a worker."""
    try:
        taken: Captured = captured(settings)
        why = {name: _why_allowed(name, settings) for name in taken.values}
        return Preview(taken.values, why, taken.left_out, taken.size)
    except FarmsubmitError as error:
        return Preview({}, {}, {}, 0, str(error))


def _why_allowed(name: str, settings: Any) -> str:
    upper = name.upper()
    for pattern in settings["environment_allow"]:
        if pattern == "@pipeline":
            found = next((each for each in PIPELINE_NAMES if fnmatchcase(upper, each)), "")
            if found:
                return str(QCoreApplication.translate("EnvironmentModel", "allowed: {0} of @pipeline")).format(found)
        elif fnmatchcase(upper, pattern.upper()):
            return str(QCoreApplication.translate("EnvironmentModel", "allowed: {0} of environment_allow")).format(
                pattern
            )
    return str(QCoreApplication.translate("EnvironmentModel", "allowed by the settings"))


def is_secret_name(name: str) -> bool:
    """Tell whether a name is one that secrets have."""
    return any(fnmatchcase(name.upper(), pattern) for pattern in SECRET_NAMES)


def _holds_secret(value: str) -> bool:
    return "-----BEGIN " in value or without_password(value) != value


def size_of(values: Mapping[str, str]) -> int:
    """Return how many characters some variables are in an envkey; 0 for what cannot be written there."""
    try:
        return sum(map(len, setenv_items(values)))
    except FarmsubmitError:
        return 0


class EnvironmentModel(QAbstractItemModel):
    """Variables in groups: set for the job, taken along (or those that could be), and left behind."""

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._all: List[Variable] = []
        self._words: List[str] = []
        self.groups: List[List[Variable]] = []

    def set_variables(self, given: Mapping[str, str], why: Mapping[str, str], preview: Preview, capture: bool) -> None:
        """Show what is set, with where each comes from, and what would be taken along, if it is."""
        kind = TAKEN if capture else COULD
        found = [self._variable(name, value, why.get(name, ""), SET) for name, value in given.items()]
        for name, value in sorted(preview.values.items()):
            if name not in given:
                found.append(self._variable(name, value, preview.why.get(name, ""), kind))
        found += [Variable(name, "", reason, LEFT) for name, reason in sorted(preview.left_out.items())]
        self._all = found
        self._fill()

    def set_filter(self, text: str) -> None:
        """Leave the variables that hold each word of a text in their name or reason."""
        self._words = text.lower().split()
        self._fill()

    def variable(self, index: QModelIndex) -> Optional[Variable]:
        """Return the variable of a row, None for a group."""
        if not index.isValid() or index.internalId() == _TOP:
            return None
        return self.groups[int(index.internalId()) - 1][index.row()]

    def index_of(self, name: str) -> QModelIndex:
        """Return the first cell of a variable, an invalid one where it is not shown."""
        for number, group in enumerate(self.groups):
            for row, variable in enumerate(group):
                if variable.name == name:
                    return self.createIndex(row, NAME, number + 1)
        return QModelIndex()

    def _variable(self, name: str, value: str, why: str, kind: int) -> Variable:
        is_secret = is_secret_name(name) or _holds_secret(value)
        return Variable(name, _HIDDEN if is_secret else value, why, kind, is_secret)

    def _fill(self) -> None:
        self.beginResetModel()
        kept = [each for each in self._all if _holds(each, self._words)]
        groups = [[each for each in kept if each.kind == kind] for kind in (SET, TAKEN, COULD, LEFT)]
        self.groups = [group for group in groups if group]
        self.endResetModel()

    # --- Qt's part

    def index(self, row: int, column: int, parent: QModelIndex = QModelIndex()) -> QModelIndex:  # noqa: B008
        """Return the cell; a variable's id is the number of its group, from 1."""
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else _TOP)

    def parent(self, index: Any = None) -> Any:
        """Return the group of a variable."""
        if index is None:
            return QObject.parent(self)
        if not index.isValid() or index.internalId() == _TOP:
            return QModelIndex()
        return self.createIndex(int(index.internalId()) - 1, 0, _TOP)

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Return how many groups, or variables of one, there are."""
        if not parent.isValid():
            return len(self.groups)
        return len(self.groups[parent.row()]) if parent.internalId() == _TOP and not parent.column() else 0

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 3

    def headerData(self, section: int, orientation: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the title of a column."""
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return (self.tr("Variable"), self.tr("Value"), self.tr("Why"))[section]

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        variable = self.variable(index)
        if variable is None:
            return self._group_data(index, role)
        column = index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._text(variable, column)
        if role == Qt.ItemDataRole.DecorationRole and column == NAME:
            return icon("lock", "warning") if variable.is_secret else icon(*_ICONS[variable.kind])
        if role == Qt.ItemDataRole.FontRole and column != WHY:
            return mono()
        if role == Qt.ItemDataRole.ForegroundRole and (column == WHY or variable.kind in (COULD, LEFT)):
            return brush("dim")
        return None

    def _text(self, variable: Variable, column: int) -> str:
        if column == WHY and variable.is_secret:
            return f"{variable.why}; {self.tr('it looks like a secret, so its value is not shown')}"
        return (variable.name, variable.value, variable.why)[column]

    def _group_data(self, index: QModelIndex, role: int) -> Any:
        if not index.isValid() or index.column() != NAME:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._title(self.groups[index.row()])
        if role == Qt.ItemDataRole.FontRole:
            font = QFont()
            font.setBold(True)
            return font
        if role == Qt.ItemDataRole.ForegroundRole:
            return brush("strong")
        return None

    def _title(self, group: Sequence[Variable]) -> str:
        texts = {
            SET: self.tr("Set for this job ({0})"),
            TAKEN: self.tr("Taken along from this session ({0})"),
            COULD: self.tr("Could be taken along ({0})"),
            LEFT: self.tr("Stay behind ({0})"),
        }
        return texts[group[0].kind].format(len(group))


def _holds(variable: Variable, words: Sequence[str]) -> bool:
    text = f"{variable.name} {variable.why}".lower()
    return all(word in text for word in words)
