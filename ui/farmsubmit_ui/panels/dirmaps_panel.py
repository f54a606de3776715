"""The card of the directory maps, and a field that shows where a path goes in each zone."""

from __future__ import annotations

from typing import Any, List, Optional, Tuple

from qtpy.QtCore import QCoreApplication, QModelIndex, QRect, Qt, Signal
from qtpy.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from farmsubmit.lang.dirmap import MapResult
from farmsubmit_ui.models.dirmaps_model import DirmapsModel
from farmsubmit_ui.style import px, set_flag, set_role
from farmsubmit_ui.widgets.buttons import IconButton, OriginMark
from farmsubmit_ui.widgets.cards import Card, EmptyState
from farmsubmit_ui.widgets.edits import MonoEdit
from farmsubmit_ui.widgets.fields import LockMark
from farmsubmit_ui.widgets.labels import Chip, ElidedLabel, FieldLabel, Note, label
from farmsubmit_ui.widgets.tables import CardTable, select_only

_NAMES = ("src", "dst", "zone")
_WIDTHS = (140, 0, 60, 84)
_LABEL, _LEAST = 84, 120
_Trigger = QAbstractItemView.EditTrigger


class _PathDelegate(QStyledItemDelegate):
    """Edits a part of a map in the monospaced font."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex) -> QWidget:
        """Return the editor of a part."""
        return MonoEdit(f"dirmap_{_NAMES[index.column()]}", _NAMES[index.column()], parent)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Fill the cell."""
        editor.setGeometry(QRect(option.rect))


class Destinations(QWidget):
    """Where a path goes: a line for each zone, with the map that decides in the tooltip."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(px(8))
        self._grid.setVerticalSpacing(px(2))
        self._grid.setColumnStretch(2, 1)
        self._lines: List[Any] = []

    def show_results(self, results: List[MapResult]) -> None:
        """Show results; lines that are there are written over, so that nothing moves while somebody types."""
        while len(self._lines) < len(results):
            self._lines.append(self._line(len(self._lines)))
        for place, line in enumerate(self._lines):
            for widget in line:
                widget.setVisible(place < len(results))
        for result, (zone, _, path) in zip(results, self._lines):
            zone.setText(result.zone)
            path.set_text(result.result if result.applied else self.tr("stays as it is"))
            set_role(path, "done" if result.applied else "dim")
            path.setToolTip(result.sentence)

    def texts(self) -> List[str]:
        """Return what is shown, a text for each zone."""
        return [f"{zone.text()} {path.whole_text()}" for zone, _, path in self._lines if not zone.isHidden()]

    def _line(self, row: int) -> Any:
        path = ElidedLabel("", "dim", Qt.TextElideMode.ElideMiddle)
        path.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        set_flag(path, "mono", "true")
        line = (Chip(), label("→", "dim"), path)
        for column, widget in enumerate(line):
            self._grid.addWidget(widget, row, column)
        return line


class DirmapsPanel(Card):
    """The directory maps of the job: added, edited, ordered and tried.

    Emits ``validity_changed`` when ``problems()`` are others: a map that is not finished is not sent.
    """

    validity_changed = Signal()

    def __init__(self, session: Any, parent: Optional[QWidget] = None) -> None:
        super().__init__(QCoreApplication.translate("DirmapsPanel", "Directory maps"), parent)
        self.setObjectName("dirmaps_panel")
        self._session = session
        self.model = DirmapsModel(session, self)
        self.view = self._made_view()
        self._empty = EmptyState("map", "", self.tr("Add a map"))
        self._empty.button.clicked.connect(self._add)
        self._note = Note()
        self._note.setObjectName("dirmaps_note")
        self._make_tools()
        for widget in (self.view, self._note, self._empty, self._made_trial()):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        for signal in (self.model.modelReset, self.model.rowsInserted, self.model.rowsRemoved):
            signal.connect(lambda *_: self._fit())
        self.model.maps_changed.connect(self._try)
        self.model.problems_changed.connect(self._judge)
        self.view.selectionModel().selectionChanged.connect(lambda *_: self._enable())
        session.request_changed.connect(self._mark)
        session.facts_changed.connect(self._fit)
        self._fit_columns()
        self._fit()
        self._try()

    def problems(self) -> List[str]:
        """Return a sentence for each map that is not finished."""
        return self.model.problems()

    def style_changed(self) -> None:
        """Take colours of the style that is on."""
        self.model.style_changed()
        self._fit_columns()

    # --- parts

    def _made_view(self) -> CardTable:
        view = CardTable("dirmaps", self.tr("Directory maps"), 8)
        view.setModel(self.model)
        view.setItemDelegate(_PathDelegate(view))
        view.setEditTriggers(_Trigger.DoubleClicked | _Trigger.EditKeyPressed | _Trigger.AnyKeyPressed)
        view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        view.delete_pressed.connect(self._remove)
        return view

    def _fit_columns(self) -> None:
        for column, width in enumerate(_WIDTHS):
            self.view.setColumnWidth(column, px(width))
        self.view.set_wide_column(1, px(_LEAST))
        self._trial.setColumnMinimumWidth(0, px(_LABEL))

    def _make_tools(self) -> None:
        self.mark = OriginMark(self.tr("Directory maps"))
        self.mark.setObjectName("origin_dirmaps")
        self.mark.reset_requested.connect(lambda: self._session.reset("dirmaps"))
        self._lock = LockMark()
        self.up_button = IconButton("up", self.tr("Move up: the first map that applies wins"), "dirmaps_up", "Alt+Up")
        self.down_button = IconButton("down", self.tr("Move down"), "dirmaps_down", "Alt+Down")
        self.add_button = IconButton("plus", self.tr("Add a map"), "dirmaps_add")
        self.remove_button = IconButton("minus", self.tr("Remove the selected maps"), "dirmaps_remove")
        self.up_button.clicked.connect(lambda: self._move(-1))
        self.down_button.clicked.connect(lambda: self._move(1))
        self.add_button.clicked.connect(self._add)
        self.remove_button.clicked.connect(self._remove)
        for widget in (self.mark, self._lock, *self._buttons()):
            self.tools.addWidget(widget)

    def _buttons(self) -> Tuple[IconButton, ...]:
        return (self.up_button, self.down_button, self.add_button, self.remove_button)

    def _made_trial(self) -> QWidget:
        self.path = MonoEdit("dirmaps_try", self.tr("Try a path"))
        self.path.textChanged.connect(lambda _: self._try())
        self.results = Destinations()
        made = QWidget()
        name = FieldLabel(self.tr("Tr&y a path"), self.path)
        right = QVBoxLayout()
        right.setSpacing(px(4))
        right.addWidget(self.path)
        right.addWidget(self.results)
        self._trial = QGridLayout(made)
        self._trial.setContentsMargins(0, px(2), 0, 0)
        self._trial.setHorizontalSpacing(px(4))
        self._trial.addWidget(name, 0, 0, Qt.AlignmentFlag.AlignTop)
        self._trial.addLayout(right, 0, 1)
        self._trial.setColumnStretch(1, 1)
        return made

    # --- what is shown

    def _fit(self) -> None:
        count = self.model.rowCount()
        facts = self._session.facts
        self.view.setVisible(count > 0)
        self._empty.setVisible(count == 0)
        self._empty.set_sentence(self._why_empty())
        self._empty.button.setVisible(self.model.can_change())
        self.path.setPlaceholderText(facts.path if facts is not None else self.tr("such as X:/show/tex/wall.tx"))
        self.set_count(str(count) if count else "")
        self.view.fit()
        self._enable()
        self._mark()
        self._judge()
        self._try()

    def _why_empty(self) -> str:
        if self.model.is_open():
            return self.tr("No directory maps: every blade sees the paths of this machine.")
        return self.tr("Open a scene to see where its paths go.")

    def _enable(self) -> None:
        can, rows = self.model.can_change(), self.view.selected_rows()
        self.add_button.setEnabled(can)
        self.remove_button.setEnabled(can and bool(rows))
        self.up_button.setEnabled(can and len(rows) == 1 and rows[0] > 0)
        self.down_button.setEnabled(can and len(rows) == 1 and rows[0] < self.model.rowCount() - 1)
        rule = self.model.rule()
        self._lock.setVisible(rule.locked)
        self._lock.setToolTip(rule.reason or self.tr("locked by {origin}").format(origin=rule.origin))

    def _mark(self) -> None:
        session = self._session
        self.mark.set_origin(session.origin("dirmaps"), session.is_changed("dirmaps"))

    def _judge(self) -> None:
        problems, warnings = self.model.problems(), self.model.warnings()
        if problems:
            self._note.say(problems[0], "failed")
        else:
            self._note.say(warnings[0] if warnings else "", "warning")
        self.validity_changed.emit()

    def _try(self) -> None:
        # The path that stands there as an example is tried, too.
        path = self.path.text().strip() or (self._session.facts.path if self._session.facts is not None else "")
        self.results.show_results(self.model.try_path(path))

    # --- what a person does

    def _add(self) -> None:
        place = self.model.add()
        self._edit(place)

    def _edit(self, place: int) -> None:
        index = self.model.index(place, 0)
        select_only(self.view, index)
        self.view.scrollTo(index)
        self.view.edit(index)

    def _remove(self) -> None:
        if self.model.can_change():
            self.model.remove(self.view.selected_rows())

    def _move(self, by: int) -> None:
        rows = self.view.selected_rows()
        if len(rows) == 1:
            self.view.selectRow(self.model.move(rows[0], by))
