"""The card of what is rendered: layers, write nodes, render nodes or scenes, a row each."""

from __future__ import annotations

from functools import partial
from typing import Any, Iterable, List, Optional

from qtpy.QtCore import QCoreApplication, QPoint, Qt, Signal
from qtpy.QtWidgets import QAbstractItemView, QMenu, QWidget

from farmsubmit_ui.models.row_columns import TITLES
from farmsubmit_ui.models.rows_model import RowsModel
from farmsubmit_ui.panels.rows_delegate import PathDelegate, RowsDelegate, RowsView
from farmsubmit_ui.style import px, set_icon
from farmsubmit_ui.widgets.buttons import text_button
from farmsubmit_ui.widgets.cards import Card, EmptyState
from farmsubmit_ui.widgets.edits import SearchEdit
from farmsubmit_ui.widgets.labels import Note
from farmsubmit_ui.widgets.tables import select_only

_WIDEST, _LEAST, _NAME = 170, 100, 84
# The titles of columns are as much smaller than the cells' text, and have so many pixels of the design around them.
_SMALLER, _AROUND = 11 / 12.5, 16
_FILTER_FROM = 8
_Trigger = QAbstractItemView.EditTrigger


class RowsPanel(Card):
    """The rows of the request: switched on and off, edited one or several at a time, filtered.

    Emits ``validity_changed`` when ``problems()`` are others: what is typed and no value stays in its cell.
    """

    validity_changed = Signal()

    def __init__(self, session: Any, parent: Optional[QWidget] = None) -> None:
        super().__init__(QCoreApplication.translate("RowsPanel", "Layers"), parent)
        self.setObjectName("rows_panel")
        self._session = session
        self.model = RowsModel(session, self)
        self.view = self._made_view()
        self._empty = EmptyState("layers", "")
        self._empty.setObjectName("rows_empty")
        self._note = Note()
        self._note.setObjectName("rows_note")
        self._make_tools()
        for widget in (self.view, self._note, self._empty):
            self.body.addWidget(widget)
        self.model.modelReset.connect(self._new_rows)
        self.model.dataChanged.connect(lambda *_: self._count())
        self.model.problems_changed.connect(self._judge)
        session.job_changed.connect(self._count)
        self._new_rows()

    def problems(self) -> List[str]:
        """Return a sentence for each cell whose text is no value."""
        return self.model.problems()

    def set_known(self, keys: Iterable[str]) -> None:
        """Offer service keys that the engine's blades provide."""
        self._delegate.known = list(keys)

    def show_row(self, name: str, field: str = "") -> None:
        """Select the row of an id, and bring the keyboard to one of its cells; an unknown one changes nothing."""
        places = [place for place in range(self.model.rowCount()) if self.model.row(place).id == name]
        if not places:
            return
        self.filter.clear()
        fields = [column.field for column in self.model.columns]
        column = fields.index(field) if field in fields else 0
        select_only(self.view, self.model.index(places[0], column))
        self.view.setFocus()

    def style_changed(self) -> None:
        """Take colours of the style that is on."""
        self.model.style_changed()
        self._fit_columns()

    # --- parts

    def _made_view(self) -> RowsView:
        view = RowsView("rows", self.tr("What is rendered"))
        view.setModel(self.model)
        self._delegate, self._path_delegate = RowsDelegate(view), PathDelegate(view)
        view.setEditTriggers(_Trigger.DoubleClicked | _Trigger.EditKeyPressed | _Trigger.AnyKeyPressed)
        view.space_pressed.connect(self._toggle)
        view.delete_pressed.connect(self._reset_selected)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._menu)
        header = view.horizontalHeader()
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._column_menu)
        return view

    def _make_tools(self) -> None:
        self.filter = SearchEdit("rows_filter", self.tr("Filter…"))
        self.filter.setFixedWidth(px(120))
        self.filter.textChanged.connect(self._filter)
        self.all_button = self._tool(self.tr("All"), "rows_all", self.tr("Switch on all rows shown"))
        self.none_button = self._tool(self.tr("None"), "rows_none", self.tr("Switch off all rows shown"))
        tip = self.tr("Give the selected rows, or all that are on, the frames of the scene")
        self.range_button = self._tool(self.tr("Scene range"), "rows_scene_range", tip)
        self.all_button.clicked.connect(lambda: self._switch(self.view.shown_rows(), True))
        self.none_button.clicked.connect(lambda: self._switch(self.view.shown_rows(), False))
        self.range_button.clicked.connect(self._scene_range)
        for widget in (self.filter, self.all_button, self.none_button, self.range_button):
            self.tools.addWidget(widget)

    def _tool(self, text: str, name: str, tip: str) -> Any:
        made = text_button(text, name, role="small")
        made.setToolTip(tip)
        return made

    # --- what is shown

    def _new_rows(self) -> None:
        facts = self._session.facts
        title = TITLES.get(facts.dcc, "Rows") if facts is not None else "Layers"
        self.title.setText(self.tr(title).upper())
        count = self.model.rowCount()
        self.view.setVisible(count > 0)
        self._empty.setVisible(count == 0)
        self._empty.set_sentence(self._why_empty())
        self.filter.setVisible(count > _FILTER_FROM)
        for button in (self.all_button, self.none_button, self.range_button):
            button.setVisible(count > 0)
        self._fit_columns()
        self._filter(self.filter.text())
        self._count()

    def _why_empty(self) -> str:
        if self._session.request is not None:
            return self.tr("This scene has nothing that renders: no layer, camera or node that writes images.")
        if self._session.job is not None:
            return self.tr("This is a finished job. Its tasks are in the task graph; open its scene to choose layers.")
        return self.tr("Open a scene to choose what of it is rendered.")

    def _fit_columns(self) -> None:
        """Give each column the room of its content; hide those that are extra, or hidden by a policy."""
        header = self.view.horizontalHeader()
        for place, column in enumerate(self.model.columns):
            hidden = column.is_extra or self.model.rule(column.field).hidden or self._says_nothing(column.field)
            self.view.setColumnHidden(place, hidden)
            delegate = self._path_delegate if column.field == "output" else self._delegate
            self.view.setItemDelegateForColumn(place, delegate)
            if not hidden:
                header.resizeSection(place, self._width(place) if place else px(28))
        if self.model.rowCount():
            self.view.set_wide_column(self.model.column_of("output"), px(_LEAST))
            self.view.set_giving_column(1, px(_NAME))
        self.view.fit()

    def _says_nothing(self, field: str) -> bool:
        """Tell whether a column that few scenes need is empty in every row."""
        return field in ("views", "camera") and not any(getattr(row, field) for row in self._session.rows)

    def _width(self, place: int) -> int:
        metrics = self.view.fontMetrics()
        letters = metrics.horizontalAdvance("0") * self.model.columns[place].letters
        title = metrics.horizontalAdvance(self.model.headerData(place, Qt.Orientation.Horizontal))
        found = (self.view.sizeHintForColumn(place), round(title * _SMALLER) + px(_AROUND), letters)
        return min(max(found) + px(4), px(_WIDEST))

    def _count(self) -> None:
        count = self.model.rowCount()
        text = self.tr("{on} of {all}").format(on=self.model.count_on(), all=count)
        self.set_count(text if count else "")

    def _judge(self) -> None:
        problems = self.model.problems()
        more = self.tr(" (and {count} more)").format(count=len(problems) - 1) if len(problems) > 1 else ""
        self._note.say(f"{problems[0]}{more}" if problems else "", "failed")
        self.validity_changed.emit()

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        for place in range(self.model.rowCount()):
            self.view.setRowHidden(place, not all(word in self._words(place) for word in words))
        self.view.fit()

    def _words(self, place: int) -> str:
        """Return all that a row shows, for the filter."""
        texts = [self.model.text(place, column) for column in range(1, len(self.model.columns))]
        return " ".join([self.model.row(place).label, *texts]).casefold()

    # --- what a person does

    def _switch(self, places: List[int], on: bool) -> None:
        self.model.set_checked(places, 0, on)

    def _toggle(self) -> None:
        places = self.view.selected_rows()
        if places:
            self._switch(places, not all(self.model.row(place).on for place in places))

    def _scene_range(self) -> None:
        rows = self.view.selected_rows()
        on = [place for place in self.view.shown_rows() if self.model.row(place).on]
        self.model.set_scene_frames(rows if len(rows) > 1 else on)

    def _reset_selected(self) -> None:
        index = self.view.currentIndex()
        if index.isValid():
            self.model.reset_cells(self.view.rows_of(index), index.column())

    def _menu(self, place: QPoint) -> None:
        index = self.view.indexAt(place)
        if not index.isValid():
            return
        title = self.model.headerData(index.column(), Qt.Orientation.Horizontal)
        rows = self.view.rows_of(index)
        menu = _menu_of(self.view)
        count = self.tr("{count} rows").format(count=len(rows)) if len(rows) > 1 else self.model.row(rows[0]).label
        edit = menu.addAction(self.tr("Edit {what} of {rows}").format(what=title.lower(), rows=count))
        edit.setEnabled(bool(self.model.flags(index) & Qt.ItemFlag.ItemIsEditable))
        edit.triggered.connect(partial(self.view.edit, index))
        reset = menu.addAction(self.tr("Reset to what scene and settings say"))
        set_icon(reset, "reset")
        reset.setEnabled(any(self.model.is_changed(row, index.column()) for row in rows))
        reset.triggered.connect(partial(self.model.reset_cells, rows, index.column()))
        menu.addSeparator()
        for text, on in ((self.tr("Switch on"), True), (self.tr("Switch off"), False)):
            menu.addAction(text).triggered.connect(partial(self._switch, rows, on))
        menu.popup(self.view.viewport().mapToGlobal(place))

    def _column_menu(self, place: QPoint) -> None:
        menu = _menu_of(self.view)
        for number, column in enumerate(self.model.columns[1:], 1):
            action = menu.addAction(self.model.headerData(number, Qt.Orientation.Horizontal))
            action.setCheckable(True)
            action.setChecked(not self.view.isColumnHidden(number))
            action.setEnabled(not self.model.rule(column.field).hidden)
            action.toggled.connect(partial(self._show_column, number))
        menu.popup(self.view.horizontalHeader().mapToGlobal(place))

    def _show_column(self, number: int, is_shown: bool) -> None:
        self.view.setColumnHidden(number, not is_shown)
        if is_shown:
            self.view.horizontalHeader().resizeSection(number, self._width(number))


def _menu_of(owner: QWidget) -> QMenu:
    menu = QMenu(owner)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu
