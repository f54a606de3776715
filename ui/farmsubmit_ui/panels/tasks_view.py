"""The tasks of a job as a tree or as a graph: a filter over both, and the selected task in full below them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

from qtpy.QtCore import QModelIndex, Qt, Signal
from qtpy.QtGui import QResizeEvent
from qtpy.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from farmsubmit.engines.base import ACTIVE, ERROR, KILLED
from farmsubmit_ui import worker
from farmsubmit_ui.models.tree_cells import state_word
from farmsubmit_ui.models.tree_model import TreeModel
from farmsubmit_ui.panels.graph_tree import TreeView
from farmsubmit_ui.style import icon, icon_size, px
from farmsubmit_ui.widgets.buttons import text_button
from farmsubmit_ui.widgets.cards import EmptyState
from farmsubmit_ui.widgets.edits import SearchEdit
from farmsubmit_ui.widgets.labels import Note, label
from farmsubmit_ui.widgets.later import Later

if TYPE_CHECKING:
    from farmsubmit_ui.panels.details_panel import DetailsPanel
    from farmsubmit_ui.panels.graph_page import GraphPage

#: While somebody types, the tree is filtered when there is a pause of so many milliseconds.
_PAUSE_MS = 30
#: A narrower panel has no room to say which way a job runs.
_ROOMY = 540
#: What has a button to filter for it, by its word, in this order, and the states that it takes.
_CHIPS: Dict[str, Tuple[str, ...]] = {ERROR: (ERROR, KILLED), ACTIVE: (ACTIVE,)}


class TasksView(QWidget):
    """The tree or graph of a TreeModel, with the details of the row that is selected in both.

    ``row_changed`` tells the current row of the tree. ``model``, ``tree``, ``graph`` and ``details`` are its parts;
    ``aside`` is what is said of all tasks. Without a session nothing can be changed.
    """

    row_changed = Signal(QModelIndex)

    def __init__(self, model: TreeModel, aside: QWidget, session: Any = None, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._session = session
        self.model = model
        model.setParent(self)
        self.tree = TreeView(model)
        self._graph = Later(self._make_graph)
        self._details = Later(self._make_details)
        self.empty = EmptyState("graph", "")
        self.empty.setObjectName("graph_empty")
        self.note = Note()
        self.note.setObjectName("graph_note")
        self._hit = -1
        self._make_tools()
        self._lay_out(aside)
        self._connect()

    def _why_no_tasks(self) -> str:
        """Return why there are no tasks, in a sentence."""
        raise NotImplementedError

    # --- what the window asks for

    def find(self) -> None:
        """Bring the keyboard to the filter."""
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    @property
    def graph(self) -> GraphPage:
        """The page of the graph, which is made when somebody wants to see it."""
        page: GraphPage = self._graph.widget
        return page

    @property
    def details(self) -> DetailsPanel:
        """What is told of the selected row, which is made when there is a job."""
        panel: DetailsPanel = self._details.widget
        return panel

    def show_all(self) -> None:
        """Take the filter away."""
        for chip in self._chips.values():
            chip.setChecked(False)
        self.filter.clear()
        self._filter()

    def toggle_graph(self) -> None:
        """Show the graph instead of the tree, or back."""
        self.switch.setCurrentIndex(1 - self.switch.currentIndex())

    def command_text(self) -> str:
        """Return the command of the selected task on one line, empty where it has none."""
        return self.details.command.line()

    def show_task(self, title: str) -> bool:
        """Select the first task of a title, and tell whether there is one."""
        shape = self.model.shape
        places = range(len(shape)) if shape is not None else ()
        found = next((place for place in places if self.model.title_at(place) == title), None)
        if found is None:
            return False
        self.select_place(found)
        return True

    def select_place(self, place: int) -> None:
        """Select the row of a place in tree and graph; a filter that hides it is taken away."""
        if not self.tree.select_place(place):
            self.show_all()
            self.tree.select_place(place)
        if self._graph.is_made:
            self.graph.find(place)

    def take_keyboard(self) -> None:
        """Bring the keyboard to the tasks."""
        (self.graph.view if self.switch.currentIndex() else self.tree).setFocus()

    def style_changed(self) -> None:
        """Take icons of the style that is on."""
        for place, name in enumerate(("tree", "graph")):
            self.switch.setItemIcon(place, icon(name))
        self.switch.setIconSize(icon_size())

    # --- the filter

    def _filter(self) -> None:
        self._pause.stop()
        self._hit = -1
        self.model.set_filter(str(self.filter.text()), self._wanted())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say only as much above the tree as there is room for."""
        super().resizeEvent(event)
        self._show_what_there_is()

    def _filtered(self, hits: int) -> None:
        self._show_counts()
        self.filter.set_problem("" if hits or not self.filter.text() else self.tr("No task holds this text."))
        self._show_what_there_is()

    def _next_hit(self) -> None:
        """Go to the next row that was found, after the last to the first again."""
        if self._pause.isActive():
            self._filter()
        kept = self.model.kept
        if kept is None or not len(kept.hits):
            return
        self._hit = (self._hit + 1) % len(kept.hits)
        self.select_place(kept.hits[self._hit])

    def _wanted(self) -> List[str]:
        return [state for word, chip in self._chips.items() if chip.isChecked() for state in _CHIPS[word]]

    # --- what is shown

    def _show_counts(self) -> None:
        states = self.model.state_counts()
        for word, chip in self._chips.items():
            number = sum(states.get(state, 0) for state in _CHIPS[word])
            chip.setText(f"{state_word(word)} {number:,}")
            chip.setVisible(bool(number) or chip.isChecked())

    def _states_changed(self) -> None:
        before = [chip.text() for chip in self._chips.values() if chip.isChecked()]
        self._show_counts()
        if before != [chip.text() for chip in self._chips.values() if chip.isChecked()]:
            # What was filtered for is not what is there now.
            self._pause.start()

    def _show_what_there_is(self) -> None:
        """Show the tree or the graph, or a sentence where there is nothing to be seen."""
        sentence = self._why_nothing()
        self.empty.set_sentence(sentence)
        shown: QWidget = self._graph if self.switch.currentIndex() else self.tree
        self.stack.setCurrentWidget(self.empty if sentence else shown)
        has_job = self.model.rowCount() > 0
        self._details.setVisible(has_job)
        self.order.setVisible(has_job and not self.model.is_live and self.width() >= px(_ROOMY))
        self.switch.setEnabled(has_job)
        self.order.setText(self.tr("runs left to right") if self.switch.currentIndex() else self.tr("runs bottom up"))

    def _why_nothing(self) -> str:
        if not self.model.rowCount():
            return self._why_no_tasks()
        kept = self.model.kept
        if kept is None or len(kept.hits) or self.switch.currentIndex():
            return ""
        if not self.filter.text():
            return self.tr("No task is in such a state any more.")
        return self.tr("No task holds this text in its title, service or command.")

    def _row_changed(self, index: QModelIndex) -> None:
        if self._details.is_made:
            self.details.show_row(index)
        place = self.model.place(index)
        if place is not None and self._graph.is_made:
            self.graph.view.select_place(place)
        self.row_changed.emit(index)

    def _job_changed(self) -> None:
        self.note.say("")
        self._show_counts()
        self._show_what_there_is()

    # --- parts

    def _make_graph(self) -> GraphPage:
        from farmsubmit_ui.panels.graph_page import GraphPage

        made = GraphPage(self.model)
        made.view.place_chosen.connect(self.select_place)
        made.view.select_place(self.model.place(self.tree.currentIndex()))
        return made

    def _make_details(self) -> DetailsPanel:
        from farmsubmit_ui.panels.details_panel import DetailsPanel

        made = DetailsPanel(self.model, self._session)
        made.place_chosen.connect(self.select_place)
        made.told.connect(lambda text: self.note.say(text, "done"))
        made.show_row(self.tree.currentIndex())
        return made

    def _make_tools(self) -> None:
        self.filter = SearchEdit("task_filter", self.tr("Filter tasks…"))
        self.filter.setMinimumWidth(px(120))
        self.filter.setMaximumWidth(px(240))
        self.order = label("", "dim")
        self.switch = QComboBox()
        self.switch.setObjectName("tree_or_graph")
        self.switch.setAccessibleName(self.tr("Tree or graph"))
        self.switch.addItem(self.tr("Tree"))
        self.switch.addItem(self.tr("Graph"))
        self.style_changed()
        self._chips: Dict[str, QPushButton] = {word: self._chip(word) for word in _CHIPS}
        self._pause = worker.once(self, _PAUSE_MS, self._filter)
        # One round of states tells of many rows, which are counted once.
        self._late = worker.once(self, 0, self._states_changed)

    def _chip(self, word: str) -> QPushButton:
        chip = text_button("", f"only_{word}", role="small")
        chip.setCheckable(True)
        chip.setToolTip(self.tr("Show only these"))
        chip.hide()
        chip.clicked.connect(lambda *_: self._filter())
        return chip

    def _lay_out(self, aside: QWidget) -> None:
        tools = QHBoxLayout()
        tools.setContentsMargins(px(12), px(8), px(12), px(8))
        tools.setSpacing(px(8))
        tools.addWidget(self.filter, 3)
        tools.addWidget(self.order)
        for chip in self._chips.values():
            tools.addWidget(chip)
        tools.addWidget(self.note, 2)
        tools.addStretch(1)
        tools.addWidget(aside)
        tools.addWidget(self.switch)
        self.stack = QStackedWidget()
        for widget in (self.tree, self._graph, self.empty):
            self.stack.addWidget(widget)
        top = QWidget()
        above = QVBoxLayout(top)
        above.setContentsMargins(0, 0, 0, 0)
        above.setSpacing(0)
        above.addLayout(tools)
        above.addWidget(self.stack, 1)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setObjectName("graph_splitter")
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(top)
        self.splitter.addWidget(self._details)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([px(460), px(220)])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.splitter)

    def _connect(self) -> None:
        self.filter.textChanged.connect(lambda _: self._pause.start())
        self.filter.returnPressed.connect(self._next_hit)
        self.switch.currentIndexChanged.connect(lambda _: self._show_what_there_is())
        self.model.filtered.connect(self._filtered)
        self.model.counted.connect(self._show_counts)
        self.model.modelReset.connect(self._job_changed)
        self.model.dataChanged.connect(lambda *_: self._late.start())
        self.model.failed.connect(self._show_what_there_is)
        self.model.refused.connect(lambda text: self.note.say(text, "failed"))
        self.tree.delegate.refused.connect(lambda text: self.note.say(text, "failed"))
        self.tree.row_changed.connect(self._row_changed)
