"""The rows of the request as a table: on or off, frames, chunk, service, output."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

from qtpy.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal

from farmsubmit.errors import FarmsubmitError
from farmsubmit.lang.frames import FrameSet
from farmsubmit.request import Row
from farmsubmit.request.rows import frames_of, takes_output
from farmsubmit.settings import Rule
from farmsubmit_ui.models.row_columns import Column, columns_of, read, summary, text_of
from farmsubmit_ui.style import brush, mono
from farmsubmit_ui.widgets.looks import SHOWN, Look

_Role = Qt.ItemDataRole
_ROOT = QModelIndex()
_CHECKS = ("on", "movie")


class Wrong(NamedTuple):
    """A text that somebody typed and that is no value, and what is wrong with it."""

    text: str
    sentence: str


class RowsModel(QAbstractTableModel):
    """A table over the rows of a session; it holds nothing but what was typed wrong.

    A change goes to the session as one step of undo, whatever the number of rows. A text that is no value stays in its
    cell, marked, and the row keeps the value it had; ``problems_changed`` tells that ``problems()`` are others.
    """

    problems_changed = Signal()

    def __init__(self, session: Any, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._session = session
        self._rows: Tuple[Row, ...] = ()
        self._wrong: Dict[Tuple[str, str], Wrong] = {}
        self._changed: Dict[Tuple[str, str], bool] = {}
        self._scene: Optional[Path] = session.path
        self._rules: Dict[str, Rule] = {}
        self.columns: Tuple[Column, ...] = columns_of("")
        self._mono = mono()
        session.facts_changed.connect(self._new_facts)
        session.request_changed.connect(self.refresh)
        self._reset()

    # --- what Qt asks

    def rowCount(self, parent: QModelIndex = _ROOT) -> int:
        """Return the number of rows of the request."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = _ROOT) -> int:
        """Return the number of columns that the DCC has."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        """Return the title of a column."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        return self.tr(self.columns[section].title) if role == _Role.DisplayRole else None

    def flags(self, index: QModelIndex) -> Any:
        """Let cells be selected, checked and edited as column and policy say."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if not index.isValid():
            return flags
        column = self.columns[index.column()]
        if self.rule(column.field).locked:
            return flags
        if column.field in _CHECKS:
            return flags | Qt.ItemFlag.ItemIsUserCheckable
        return flags | Qt.ItemFlag.ItemIsEditable if self._is_editable(index.row(), column) else flags

    def data(self, index: QModelIndex, role: int = _Role.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], self.columns[index.column()]
        if column.field in _CHECKS:
            return self._check_data(row, column, role)
        if role == _Role.EditRole:
            return self.text(index.row(), index.column())
        if role == _Role.ToolTipRole:
            return self._tip(row, column)
        place = SHOWN.get(role)
        return self._look(index.row(), index.column())[place] if place is not None else None

    def look(self, index: QModelIndex) -> Optional[Look]:
        """Return all that a cell shows; None for one with a box to check."""
        if self.columns[index.column()].field in _CHECKS:
            return None
        return self._look(index.row(), index.column())

    def setData(self, index: QModelIndex, value: Any, role: int = _Role.EditRole) -> bool:
        """Set one cell; see set_text and set_checked."""
        if not index.isValid():
            return False
        if role == _Role.CheckStateRole:
            return self.set_checked([index.row()], index.column(), _is_checked(value))
        if role == _Role.EditRole:
            return self.set_text([index.row()], index.column(), str(value))
        return False

    # --- what panels ask

    def row(self, place: int) -> Row:
        """Return the row at a place."""
        return self._rows[place]

    def column_of(self, field: str) -> int:
        """Return the column of a field; raises StopIteration where the DCC has none."""
        return next(place for place, column in enumerate(self.columns) if column.field == field)

    def text(self, place: int, column: int) -> str:
        """Return the text of a cell as it is edited: what was typed wrong, or else the value; empty for none."""
        row, field = self._rows[place], self.columns[column].field
        wrong = self._wrong.get((row.id, field))
        return wrong.text if wrong else text_of(row, field)

    def differs(self, places: Sequence[int], column: int) -> bool:
        """Tell whether rows have different values in a column."""
        return len({self.text(place, column) for place in places}) > 1

    def count_on(self) -> int:
        """Return how many rows are switched on."""
        return sum(row.on for row in self._rows)

    def problems(self) -> List[str]:
        """Return a sentence for each cell whose text is no value."""
        found = []
        for row in self._rows:
            for column in self.columns:
                wrong = self._wrong.get((row.id, column.field))
                if wrong:
                    found.append(f"{row.label}, {column.title.lower()}: {wrong.sentence}")
        return found

    def judge(self, column: int, text: str) -> str:
        """Return what is wrong with a text for a column, or nothing."""
        field = self.columns[column].field
        try:
            value = read(field, text)
        except ValueError as error:
            return str(error)
        return self._against(field, value)

    def rule(self, field: str) -> Rule:
        """Return what the policies ask of a field of rows."""
        if field not in self._rules:
            self._rules[field] = self._session.rule(f"row.{field}") if self._session.request is not None else Rule()
        return self._rules[field]

    def is_changed(self, place: int, column: int) -> bool:
        """Tell whether a cell has another value than scene and settings gave."""
        key = (self._rows[place].id, self.columns[column].field)
        if key not in self._changed:
            self._changed[key] = bool(self._session.is_changed(f"row.{key[0]}.{key[1]}"))
        return self._changed[key]

    # --- changes

    def set_text(self, places: Sequence[int], column: int, text: str) -> bool:
        """Set a column of some rows to a text as one step, and tell whether it was a value."""
        field = self.columns[column].field
        sentence = self.judge(column, text)
        if not sentence:
            sentence = self._send(places, field, read(field, text))
        self._mark(places, field, Wrong(text, sentence) if sentence else None)
        return not sentence

    def set_checked(self, places: Sequence[int], column: int, checked: bool) -> bool:
        """Switch rows, or their movies, on or off as one step, and tell whether that was possible."""
        field = self.columns[column].field
        if self.rule(field).locked:
            return False
        return not self._send(places, field, checked)

    def set_scene_frames(self, places: Sequence[int]) -> None:
        """Give rows the frames that their layer, their output or else the scene has."""
        by_frames: Dict[FrameSet, List[int]] = {}
        for place in places:
            by_frames.setdefault(self._scene_frames(self._rows[place]), []).append(place)
        self._as_one_step(self.tr("frames of the scene"), by_frames)

    def reset_cells(self, places: Sequence[int], column: int) -> None:
        """Give cells the values that scene and settings gave, as one step."""
        field = self.columns[column].field
        self._mark(places, field, None)
        stack = self._session.undo_stack
        stack.beginMacro(self.tr("reset {0}").format(field))
        for place in places:
            self._session.reset(f"row.{self._rows[place].id}.{field}")
        stack.endMacro()

    def refresh(self) -> None:
        """Take the rows of the session, telling only of those that are others."""
        rows = tuple(self._session.rows)
        if rows is self._rows:
            return
        if [row.id for row in rows] != [row.id for row in self._rows]:
            self._reset()
            return
        places = [place for place, (old, new) in enumerate(zip(self._rows, rows)) if old is not new]
        self._forget_overwritten(rows, places)
        self._rows = rows
        self._changed.clear()
        if places:
            self._tell(places)

    def style_changed(self) -> None:
        """Take colours and font of the style that is on."""
        self._mono = mono()
        if self._rows:
            self._tell(range(len(self._rows)))

    # --- private

    def _is_editable(self, place: int, column: Column) -> bool:
        facts = self._session.facts
        if column.field != "output" or facts is None:
            return column.is_editable
        # Some renderers name their files by the scene alone.
        return column.is_editable and takes_output(facts, self._rows[place])

    def _new_facts(self) -> None:
        """Take another scene; the same one that was read again leaves the cell that somebody types in."""
        before, self._scene = self._scene, self._session.path
        if self._scene is None or self._scene != before or not self._rows:
            self._reset()
            return
        self._rules.clear()
        self.refresh()

    def _reset(self) -> None:
        self.beginResetModel()
        self._rows = tuple(self._session.rows)
        facts = self._session.facts
        self.columns = columns_of(facts.dcc if facts is not None else "")
        self._wrong.clear()
        self._changed.clear()
        self._rules.clear()
        self.endResetModel()
        self.problems_changed.emit()

    def _tell(self, places: Sequence[int]) -> None:
        self.dataChanged.emit(self.index(min(places), 0), self.index(max(places), len(self.columns) - 1))

    def _send(self, places: Sequence[int], field: str, value: Any) -> str:
        """Set a value in the session, and return the sentence of a refusal."""
        ids = [self._rows[place].id for place in places if getattr(self._rows[place], field) != value]
        try:
            if ids and field == "on":
                self._session.set_rows_on(ids, value)
            elif ids:
                self._session.set_row_values(ids, field, value)
        except FarmsubmitError as error:
            return str(error)
        return ""

    def _as_one_step(self, label: str, by_frames: Dict[FrameSet, List[int]]) -> None:
        stack = self._session.undo_stack
        stack.beginMacro(label)
        for frames, places in by_frames.items():
            self._mark(places, "frames", None)
            self._send(places, "frames", frames)
        stack.endMacro()

    def _scene_frames(self, row: Row) -> FrameSet:
        facts = self._session.facts
        own = [layer.frames for layer in facts.layers if layer.name == row.layer and layer.frames]
        own += [output.frames for output in facts.outputs if row.node and output.name == row.node and output.frames]
        return frames_of(own[0] if own else facts.frames)

    def _mark(self, places: Sequence[int], field: str, wrong: Optional[Wrong]) -> None:
        """Keep what was typed wrong in some cells, or forget it."""
        before = dict(self._wrong)
        for place in places:
            key = (self._rows[place].id, field)
            if wrong is None:
                self._wrong.pop(key, None)
            else:
                self._wrong[key] = wrong
        if self._wrong != before:
            self._tell(places)
            self.problems_changed.emit()

    def _forget_overwritten(self, rows: Tuple[Row, ...], places: Sequence[int]) -> None:
        """Forget what was typed wrong where undo or another panel has set a value."""
        for place in places:
            for key in [key for key in self._wrong if key[0] == rows[place].id]:
                if getattr(rows[place], key[1]) != getattr(self._rows[place], key[1]):
                    del self._wrong[key]
        if places:
            self.problems_changed.emit()

    def _against(self, field: str, value: Any) -> str:
        """Return what the policies have against a value."""
        rule = self.rule(field)
        if rule == Rule():
            return ""
        name = f"row.{field}"
        found = self._session.settings.policy.problems({name: value})
        return "; ".join(problem.text.partition(".")[2] for problem in found if problem.field == name)

    def _check_data(self, row: Row, column: Column, role: int) -> Any:
        if role == _Role.CheckStateRole:
            return _check_state(getattr(row, column.field))
        if role == _Role.ToolTipRole:
            return self._why_locked(column)
        if role == _Role.AccessibleTextRole:
            return self.tr("on") if getattr(row, column.field) else self.tr("off")
        return None

    def _look(self, place: int, column_place: int) -> Look:
        row, column = self._rows[place], self.columns[column_place]
        text = self.text(place, column_place)
        is_machine = column.is_mono and bool(text_of(row, column.field) or (row.id, column.field) in self._wrong)
        shown = text or (self.tr(column.empty) if column.empty else "")
        return Look(shown, None, self._mono if is_machine else None, brush(self._colour(row, column)))

    def _colour(self, row: Row, column: Column) -> str:
        if (row.id, column.field) in self._wrong:
            return "failed"
        return "dim" if not row.on or not text_of(row, column.field) else "text"

    def _tip(self, row: Row, column: Column) -> str:
        wrong = self._wrong.get((row.id, column.field))
        if wrong:
            return wrong.sentence
        told = summary(row) if column.field in ("frames", "chunk") else text_of(row, column.field) or column.empty
        origin = self.tr("from {0}").format(self._session.origin(f"row.{row.id}.{column.field}"))
        return "\n".join(filter(None, (told, origin, self._why_locked(column))))

    def _why_locked(self, column: Column) -> str:
        rule = self.rule(column.field)
        if not rule.locked:
            return ""
        reason = rule.reason or self.tr("nobody may change it")
        return self.tr("Locked by {origin}: {reason}").format(origin=rule.origin, reason=reason)


def _is_checked(value: Any) -> bool:
    # Qt 5 hands a number, Qt 6 an enum.
    return bool(getattr(value, "value", value))


def _check_state(checked: bool) -> Any:
    return Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked
