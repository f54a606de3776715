"""The view of the task tree: what it opens by itself, how it goes through links, and its context menu."""

from __future__ import annotations

from typing import Callable, List, Optional

from qtpy.QtCore import QModelIndex, QPoint, Qt, Signal
from qtpy.QtGui import QAction, QKeyEvent, QMouseEvent, QResizeEvent
from qtpy.QtWidgets import QAbstractItemView, QApplication, QFrame, QHeaderView, QMenu, QTreeView, QWidget

from farmsubmit_ui import worker
from farmsubmit_ui.models.tree_cells import Column
from farmsubmit_ui.models.tree_model import TreeModel
from farmsubmit_ui.panels.graph_delegate import DEEP, TreeDelegate
from farmsubmit_ui.panels.graph_memory import Memory, open_first, open_levels, remember, restore
from farmsubmit_ui.style import icon_size, px, set_icon
from farmsubmit_ui.widgets.tables import select_only

_PLANNED = {Column.SERVICE: 126, Column.FRAMES: 112, Column.COMMANDS: 84, Column.STATE: 108}
_LIVE = {Column.SERVICE: 104, Column.FRAMES: 104, Column.BLADE: 82, Column.STATE: 128, Column.PROGRESS: 92}
#: All columns but the titles take at most this share of a view, and in a narrow one at least so much of their widths.
_SHARE, _LEAST = 0.67, 0.76
#: Rows that are opened without being asked for: what fits a window, and for a filter a few windows more.
_AT_FIRST, _AT_HITS = 30, 500
_MORE_MS = 60
_MORE_AT_ONCE = 5_000
#: Titles get no less than this; what has no room beside them is scrolled to.
_TITLES = 130
#: Pixels of the indentation of all levels together, from which on a level gets narrower.
_INDENTATION, _WIDEST = 16, 384
_Trigger = QAbstractItemView.EditTrigger


class TreeView(QTreeView):
    """A tree over a TreeModel; ``row_changed`` tells the current row, whatever made it another.

    What was open stays open when the job is built anew. Rows that a large parent holds back come when they are
    scrolled to.
    """

    row_changed = Signal(QModelIndex)

    def __init__(self, model: TreeModel, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("task_tree")
        self.setAccessibleName(self.tr("Tasks"))
        self._tree = model
        self._memory: Optional[Memory] = None
        self._is_filtered = False
        self._deepest = 0
        self._is_fitting = self._has_own_widths = False
        self.delegate = TreeDelegate(self)
        self.setItemDelegate(self.delegate)
        self._look()
        self._more = worker.once(self, _MORE_MS, self._show_more_in_sight)
        self.setModel(model)
        self._make_actions()
        model.modelAboutToBeReset.connect(self._remember)
        model.modelReset.connect(self._come_back)
        self.verticalScrollBar().valueChanged.connect(lambda _: self._more.start())
        self.expanded.connect(self._fit_indentation)
        self.header().sectionResized.connect(lambda section, *_: self._note_width(section))
        self.selectionModel().currentRowChanged.connect(lambda now, _: self.row_changed.emit(now))
        self.style_changed()
        self._come_back()

    # --- rows

    def select_place(self, place: int) -> bool:
        """Make the row of a place the current one and bring it into sight; tell whether it is shown."""
        index = self._tree.index_at(place)
        if not index.isValid():
            return False
        select_only(self, index)
        self.scrollTo(index)
        return True

    def go_to_target(self) -> None:
        """Go from an Instance to its task."""
        target = self._tree.target(self.currentIndex())
        if target is None:
            return
        if not self.select_place(target):
            self._tree.set_filter("")
            self.select_place(target)
        self.setFocus()

    def open_all(self) -> None:
        """Open all rows; a large parent shows the first of its children."""
        # Each row that opens would be told of, and the levels made narrower time and again.
        self.expanded.disconnect(self._fit_indentation)
        self.expandAll()
        self.expanded.connect(self._fit_indentation)
        self._fit_to(max((branch.depth for branch in self._tree.branches), default=0))

    def close_all(self) -> None:
        """Close all rows but the job."""
        self.collapseAll()
        self.expand(self._tree.index(0, 0))

    def _show_more_in_sight(self) -> None:
        """Show more children of parents whose last row is in sight: each time as many again."""
        for index in self._in_sight():
            branch = self._tree.more(index)
            if branch is not None:
                self._tree.show_rows(branch, 2 * branch.shown)

    def _in_sight(self) -> List[QModelIndex]:
        found = []
        index = self.indexAt(QPoint(1, 1))
        bottom = self.viewport().height()
        while index.isValid() and self.visualRect(index).top() <= bottom:
            found.append(index)
            index = self.indexBelow(index)
        return found

    # --- over a reset

    def _remember(self) -> None:
        if not self._is_filtered and self._tree.rowCount():
            self._memory = remember(self, self._tree)

    def _come_back(self) -> None:
        self._is_filtered = self._tree.cells.is_filtered
        self._fit_columns()
        if not self._tree.rowCount():
            return
        if self._is_filtered:
            open_first(self, self._tree, _AT_HITS)
        elif self._memory is None:
            open_levels(self, self._tree, _AT_FIRST)
        else:
            restore(self, self._tree, self._memory)
        if self.currentIndex().isValid():
            return
        # This tells of the row, too.
        select_only(self, self._tree.index(0, 0))

    # --- the look

    def style_changed(self) -> None:
        """Take measures of the style that is on."""
        self.delegate.style_changed()
        self.setIconSize(icon_size())
        self.header().setFixedHeight(px(26))
        self.header().setMinimumSectionSize(px(40))
        self._fit_to(self._deepest)
        self._fit_columns()
        self.scheduleDelayedItemsLayout()

    def _look(self) -> None:
        self.setUniformRowHeights(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(_Trigger.EditKeyPressed | _Trigger.DoubleClicked)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._open_menu)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def _fit_columns(self) -> None:
        header = self.header()
        widths = _LIVE if self._tree.is_live else _PLANNED
        shown = [self._tree.column(section) for section in range(header.count()) if not header.isSectionHidden(section)]
        needed = sum(px(widths.get(column, 0)) for column in shown)
        part = min(max(_SHARE * self.viewport().width() / max(needed, 1), _LEAST), 1.0)
        self._is_fitting = True
        titles, rest = 0, self.viewport().width()
        for section in range(header.count()):
            column = self._tree.column(section)
            if column is Column.TASK:
                titles = section
                continue
            header.setSectionResizeMode(section, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(section, max(round(px(widths[column]) * part), header.sectionSizeHint(section)))
            rest -= header.sectionSize(section)
        self._fit_titles(titles, rest)
        self._is_fitting = False

    def _fit_titles(self, section: int, rest: int) -> None:
        """Give the titles what the other columns leave, and never too little to read."""
        header = self.header()
        if rest >= px(_TITLES):
            header.setSectionResizeMode(section, QHeaderView.ResizeMode.Stretch)
            return
        header.setSectionResizeMode(section, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(section, px(_TITLES))

    def _note_width(self, section: int) -> None:
        """Leave the widths alone from then on that a person gave a column another one."""
        if not self._is_fitting and section and QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self._has_own_widths = True

    def _fit_indentation(self, index: QModelIndex) -> None:
        spot = self._tree.spot(index)
        if spot is not None and spot.branch.depth > self._deepest:
            self._fit_to(spot.branch.depth)

    def _fit_to(self, depth: int) -> None:
        """Make the levels of a deep tree narrow, for otherwise its rows would end far to the right."""
        self._deepest = depth
        wanted = px(_INDENTATION) if depth <= DEEP else px(_WIDEST) // depth
        if wanted != self.indentation():
            self.setIndentation(wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the titles room in a narrow view."""
        super().resizeEvent(event)
        if not self._has_own_widths:
            self._fit_columns()

    # --- keys, clicks, and the menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Follow a link or show more at Enter; the other keys are Qt's."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._follow(self.currentIndex()):
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Follow a link that is clicked."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        is_plain = event.button() == Qt.MouseButton.LeftButton and not event.modifiers()
        if is_plain and self._is_on_link(index, event.position().toPoint()):
            self._follow(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show a hand over a link."""
        super().mouseMoveEvent(event)
        is_link = self._is_on_link(self.indexAt(event.position().toPoint()), event.position().toPoint())
        shape = Qt.CursorShape.PointingHandCursor if is_link else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def edit(self, index: QModelIndex, trigger: object = None, event: object = None) -> bool:
        """Edit a cell; a double click on the title of a group opens the group instead."""
        if trigger is None:
            super().edit(index)
            return True
        is_title = index.isValid() and self._tree.column(index.column()) is Column.TASK
        if trigger == _Trigger.DoubleClicked and is_title and self._tree.hasChildren(index):
            return False
        return bool(super().edit(index, trigger, event))

    def _is_on_link(self, index: QModelIndex, place: QPoint) -> bool:
        if not index.isValid() or index.column() != 0:
            return False
        is_link = self._tree.target(index) is not None or self._tree.more(index) is not None
        return is_link and self.delegate.title_rect(index).contains(place)

    def _follow(self, index: QModelIndex) -> bool:
        """Go where a row leads; tell whether it leads anywhere."""
        branch = self._tree.more(index)
        if branch is not None:
            self._tree.show_rows(branch, branch.shown + _MORE_AT_ONCE)
            return True
        if self._tree.target(index) is None:
            return False
        self.setCurrentIndex(index)
        self.go_to_target()
        return True

    def _make_actions(self) -> None:
        self.open_all_action = self._action(self.tr("&Open all"), "plus", "Ctrl+Shift+Down", self.open_all)
        self.close_all_action = self._action(self.tr("&Close all"), "minus", "Ctrl+Shift+Up", self.close_all)
        self.target_action = self._action(self.tr("&Go to the task"), "link", "", self.go_to_target)
        self.rename_action = self._action(self.tr("&Rename"), "edit", "", lambda: self._edit(Column.TASK))
        text = self.tr("Change the &service")
        self.service_action = self._action(text, "blade", "", lambda: self._edit(Column.SERVICE))
        self.copy_action = self._action(self.tr("Copy the &title"), "copy", "", self._copy_title)

    def _action(self, text: str, icon: str, keys: str, slot: Callable[[], None]) -> QAction:
        action = QAction(text, self)
        set_icon(action, icon)
        action.setShortcut(keys)
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda *_: slot())
        self.addAction(action)
        return action

    def _open_menu(self, place: QPoint) -> None:
        index = self.indexAt(place)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in self.menu_actions(index):
            if action is None:
                menu.addSeparator()
            else:
                menu.addAction(action)
        menu.popup(self.viewport().mapToGlobal(place))

    def menu_actions(self, index: QModelIndex) -> List[Optional[QAction]]:
        """Return what can be done with a row, None for a line between."""
        found: List[Optional[QAction]] = []
        if self._tree.target(index) is not None:
            found.append(self.target_action)
        for action, column in ((self.rename_action, Column.TASK), (self.service_action, Column.SERVICE)):
            if self._can_edit(index, column):
                found.append(action)
        if index.isValid():
            found += [self.copy_action, None]
        return [*found, self.open_all_action, self.close_all_action]

    def _cell(self, index: QModelIndex, column: Column) -> QModelIndex:
        sections = [section for section in range(self.header().count()) if self._tree.column(section) is column]
        return index.sibling(index.row(), sections[0]) if sections else QModelIndex()

    def _can_edit(self, index: QModelIndex, column: Column) -> bool:
        cell = self._cell(index, column)
        return cell.isValid() and bool(cell.flags() & Qt.ItemFlag.ItemIsEditable)

    def _edit(self, column: Column) -> None:
        if self._can_edit(self.currentIndex(), column):
            self.edit(self._cell(self.currentIndex(), column))

    def _copy_title(self) -> None:
        index = self._cell(self.currentIndex(), Column.TASK)
        if index.isValid():
            QApplication.clipboard().setText(str(index.data()))
