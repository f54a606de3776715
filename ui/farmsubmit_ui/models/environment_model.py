"""The variables that travel with a job, each with the reason, and those that stay behind with theirs.

A value that may be a secret is never shown, and none of a variable that stays behind is even kept.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any, Dict, Mapping, NamedTuple, Optional, Sequence

from qtpy.QtCore import QCoreApplication, QModelIndex, Qt

from farmsubmit.errors import FarmsubmitError
from farmsubmit.lang.envkey import setenv_items
from farmsubmit.submission.sending import without_password
from farmsubmit.tasks.environment import PIPELINE_NAMES, SECRET_NAMES, Captured, captured
from farmsubmit_ui.models.group_base import GroupBase
from farmsubmit_ui.style import brush, icon, mono

#: The columns.
NAME, VALUE, WHY = range(3)
SET, TAKEN, COULD, LEFT = range(4)
_ICONS = {SET: ("edit", "active"), TAKEN: ("check", "done"), COULD: ("plus", "dim"), LEFT: ("minus", "dim")}
_HIDDEN = "••••••"


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


class EnvironmentModel(GroupBase):
    """Variables in groups: set for the job, taken along (or those that could be), and left behind."""

    kinds = (SET, TAKEN, COULD, LEFT)

    def titles(self) -> Sequence[str]:
        """Return the titles of the columns."""
        return (self.tr("Variable"), self.tr("Value"), self.tr("Why"))

    def kind_of(self, entry: Variable) -> int:
        """Return what becomes of a variable."""
        return entry.kind

    def searched(self, entry: Variable) -> str:
        """Return the name of a variable and the reason; its value may be a secret."""
        return f"{entry.name} {entry.why}"

    def set_variables(self, given: Mapping[str, str], why: Mapping[str, str], preview: Preview, capture: bool) -> None:
        """Show what is set, with where each comes from, and what would be taken along, if it is."""
        kind = TAKEN if capture else COULD
        found = [self._variable(name, value, why.get(name, ""), SET) for name, value in given.items()]
        for name, value in sorted(preview.values.items()):
            if name not in given:
                found.append(self._variable(name, value, preview.why.get(name, ""), kind))
        found += [Variable(name, "", reason, LEFT) for name, reason in sorted(preview.left_out.items())]
        self.set_entries(found)

    def index_of(self, name: str) -> QModelIndex:
        """Return the first cell of a variable, an invalid one where it is not shown."""
        for number, group in enumerate(self.groups):
            for row, variable in enumerate(group):
                if variable.name == name:
                    return self.place_of(number, row)
        return QModelIndex()

    def _variable(self, name: str, value: str, why: str, kind: int) -> Variable:
        is_secret = is_secret_name(name) or _holds_secret(value)
        return Variable(name, _HIDDEN if is_secret else value, why, kind, is_secret)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        variable: Optional[Variable] = self.entry(index)
        if variable is None:
            return self.group_data(index, role)
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

    def tint(self, group: Sequence[Variable]) -> str:
        """Return the colour of all groups."""
        return "strong"

    def title(self, group: Sequence[Variable]) -> str:
        """Return what becomes of the variables of a group, and how many they are."""
        texts = {
            SET: self.tr("Set for this job ({0})"),
            TAKEN: self.tr("Taken along from this session ({0})"),
            COULD: self.tr("Could be taken along ({0})"),
            LEFT: self.tr("Stay behind ({0})"),
        }
        return texts[group[0].kind].format(len(group))
