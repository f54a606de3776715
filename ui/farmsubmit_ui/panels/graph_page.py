"""The graph with its numbers: how many, how wide, how long at least; in words only where it is too large to draw."""

from __future__ import annotations

from typing import Any, List, Optional

from qtpy.QtCore import QCoreApplication, Qt
from qtpy.QtGui import QShowEvent
from qtpy.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from farmsubmit_ui import worker
from farmsubmit_ui.models.tree_model import TreeModel
from farmsubmit_ui.models.tree_path import critical_path
from farmsubmit_ui.models.tree_shape import Shape
from farmsubmit_ui.panels.graphlayout import FOLD_FROM, MOST_BOXES
from farmsubmit_ui.panels.graphview import GraphView
from farmsubmit_ui.style import px
from farmsubmit_ui.widgets.buttons import IconButton
from farmsubmit_ui.widgets.cards import EmptyState
from farmsubmit_ui.widgets.labels import ElidedLabel

_STEP = 1.2


class GraphPage(QWidget):
    """The graph view, or why it draws nothing, over a line of numbers."""

    def __init__(self, model: TreeModel, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._model = model
        self.view = GraphView(model)
        self.too_large = EmptyState("graph", "")
        self.too_large.setObjectName("graph_too_large")
        self._path: Optional[worker.Handle] = None
        self._counted: Optional[Shape] = None
        self._longest = -1
        self.numbers = ElidedLabel("", "dim", Qt.TextElideMode.ElideRight)
        self.numbers.setObjectName("graph_numbers")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.too_large)
        self._lay_out()
        self.view.drawn.connect(self._drawn)
        model.counted.connect(self._count)

    def find(self, place: int) -> None:
        """Bring the box of a place into sight, and select it."""
        self.view.select_place(place, is_shown=True)

    def showEvent(self, event: QShowEvent) -> None:
        """Count what was not counted while nobody looked."""
        super().showEvent(event)
        self._count()

    def _count(self) -> None:
        shape = self._model.shape
        if shape is None or not self.isVisible() or shape is self._counted:
            return
        if self._path is not None:
            self._path.cancel()
        self._counted, self._longest = shape, -1
        self._path = worker.run(critical_path, shape, done=self._take_longest, owner=self, cancellable=True)
        self._tell()

    def _take_longest(self, longest: int) -> None:
        self._longest = longest
        self._tell()

    def _drawn(self, is_drawn: bool) -> None:
        self._stack.setCurrentWidget(self.view if is_drawn else self.too_large)
        for button in self._buttons:
            button.setEnabled(is_drawn)
        self._tell()

    def _tell(self) -> None:
        shape = self._model.shape
        if shape is None:
            self.numbers.set_text("")
            return
        numbers = describe(shape, self._longest)
        self.numbers.set_text("  ·  ".join(numbers))
        many = self.tr("This job has more than {0} boxes, too many to read as a graph. In numbers:").format(
            f"{MOST_BOXES:,}"
        )
        self.too_large.set_sentence("\n".join([many, "", *numbers, "", self.tr("The tree shows all of it.")]))

    def _lay_out(self) -> None:
        view = self.view
        fit = IconButton("fit", self.tr("Show all"), "graph_fit")
        fit.setToolTip(self.tr("Show all (F)"))
        closer = IconButton("zoom-in", self.tr("Zoom in"), "graph_zoom_in")
        farther = IconButton("zoom-out", self.tr("Zoom out"), "graph_zoom_out")
        fit.clicked.connect(view.fit)
        closer.clicked.connect(lambda: view.zoom_by(_STEP))
        farther.clicked.connect(lambda: view.zoom_by(1 / _STEP))
        self._buttons: List[Any] = [farther, closer, fit]
        strip = QHBoxLayout()
        strip.setContentsMargins(px(12), px(4), px(8), px(4))
        strip.addWidget(self.numbers, 1)
        for button in self._buttons:
            strip.addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._stack, 1)
        whole.addLayout(strip)


def describe(shape: Shape, longest: int) -> List[str]:
    """Return the numbers of a job in words; ``longest`` is the critical path, below 0 as long as it is worked out."""
    translate = QCoreApplication.translate
    levels = shape.levels()
    found = [_counted(shape.tasks, translate("GraphPage", "1 task"), translate("GraphPage", "{0} tasks"))]
    if shape.instances:
        one, many = translate("GraphPage", "1 instance"), translate("GraphPage", "{0} instances")
        found.append(_counted(len(shape.instances), one, many))
    found.append(_counted(shape.commands, translate("GraphPage", "1 command"), translate("GraphPage", "{0} commands")))
    deep = _counted(len(levels), translate("GraphPage", "1 level"), translate("GraphPage", "{0} levels"))
    widest = translate("GraphPage", "the widest with {0}").format(f"{max(levels, default=0):,}")
    found.append(f"{deep}, {widest}")
    if longest < 0:
        found.append(translate("GraphPage", "critical path …"))
    else:
        one, many = translate("GraphPage", "critical path 1 task"), translate("GraphPage", "critical path {0} tasks")
        found.append(_counted(longest, one, many))
    if any(width > FOLD_FROM for width in shape.widths()):
        found.append(translate("GraphPage", "groups of more than {0} are folded").format(FOLD_FROM))
    return found


def _counted(number: int, one: str, many: str) -> str:
    return one if number == 1 else many.format(f"{number:,}")
