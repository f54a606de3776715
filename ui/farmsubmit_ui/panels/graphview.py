"""The view of a job as boxes and arrows: zoom, fit, find, and the same selection as the tree."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from qtpy.QtCore import QPoint, QRectF, Qt, Signal
from qtpy.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QShowEvent, QWheelEvent
from qtpy.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget

from farmsubmit_ui.models.tree_model import TreeModel
from farmsubmit_ui.models.tree_shape import JOB, Shape
from farmsubmit_ui.panels.graph_items import ArrowsItem, BlockItem, BoxItem, boxes_of, link, turn, upward
from farmsubmit_ui.panels.graphlayout import MOST_BOXES, Box, Layout, lay_out
from farmsubmit_ui.style import scale
from farmsubmit_ui.style.fonts import TEXT_PX

_CLOSEST, _FARTHEST, _STEP = 3.0, 0.02, 1.2
_MARGIN = 40
_MORE_AT_ONCE = 300
#: A graph that is larger than the view begins no smaller than this, so that it can be read.
_BEGIN = 0.8


class GraphView(QGraphicsView):
    """The boxes of a TreeModel's job; ``place_chosen`` tells the place of the one that a person selects.

    ``drawn`` tells whether there are boxes: False for a job that has too many. Boxes are made when the view is first
    seen, and anew when the job is another.
    """

    place_chosen = Signal(int)
    drawn = Signal(bool)

    def __init__(self, model: TreeModel, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("task_graph")
        self.setAccessibleName(self.tr("Graph of the tasks"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.AnchorViewCenter)
        self._model = model
        self._scene = QGraphicsScene(self)
        self.setScene(self._scene)
        self._items: List[BoxItem] = []
        self._by_place: Dict[int, BoxItem] = {}
        self._drawn: Optional[Shape] = None
        self._shown: Dict[int, int] = {}
        self._current: Optional[int] = None
        self._pressed = QPoint()
        model.counted.connect(self._refresh)
        model.modelReset.connect(self._refresh)
        model.filtered.connect(self._mark_found)
        model.dataChanged.connect(lambda *_: self._scene.update())

    # --- what is drawn

    @property
    def boxes(self) -> List[Box]:
        """The boxes that are drawn."""
        return [item.box for item in self._items]

    def title(self, place: int) -> str:
        """Return what the box of a place says, empty where there is none."""
        item = self._by_place.get(place)
        return item.title() if item is not None else ""

    def draw(self) -> None:
        """Draw the job where it is another than the one that is drawn."""
        shape = self._model.shape
        if shape is None or shape is self._drawn:
            return
        is_first = self._drawn is None or self._drawn.job is not shape.job
        self._drawn = shape
        if is_first:
            self._shown = {}
        self._draw()
        if is_first:
            self.begin()

    def style_changed(self) -> None:
        """Draw in the colours and at the zoom of the style that is on."""
        self._scene.update()

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what was not drawn while nobody looked."""
        super().showEvent(event)
        self.draw()

    def _refresh(self) -> None:
        if self._model.shape is None:
            self._clear()
        elif self.isVisible():
            self.draw()

    def _clear(self) -> None:
        self._scene.clear()
        self._items, self._by_place, self._drawn = [], {}, None

    def _draw(self) -> None:
        shape = self._drawn
        assert shape is not None
        layout = lay_out(shape, self._model.cells.links, self._shown)
        self._scene.clear()
        self._items, self._by_place = [], {}
        if layout is not None:
            self._add_items(layout)
        self.drawn.emit(layout is not None)

    def _add_items(self, layout: Layout) -> None:
        font = QFont(self.font())
        # The scene is in pixels of the design; the view scales all of it.
        font.setPixelSize(round(TEXT_PX))
        boxes = layout.boxes
        self._scene.addItem(ArrowsItem((upward(boxes[a], boxes[b]) for a, b in layout.arrows), "scroll_over"))
        self._scene.addItem(ArrowsItem((turn(boxes[a], boxes[b]) for a, b in layout.turns), "accent"))
        self._scene.addItem(ArrowsItem((link(boxes[a], boxes[b]) for a, b in layout.links), "link", True))
        for block in layout.blocks:
            self._scene.addItem(BlockItem(block, boxes[block.parent]))
        for box in boxes:
            item = BoxItem(box, self._model, font)
            self._items.append(item)
            self._scene.addItem(item)
        self._by_place = boxes_of(self._items)
        room = self._scene.itemsBoundingRect()
        self._scene.setSceneRect(room.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN))
        self._mark_found()
        self.select_place(self._current)

    # --- selection and finding

    def select_place(self, place: Optional[int], is_shown: bool = False) -> None:
        """Mark the box of a place, and bring it into sight where asked; one in a fold is not unfolded."""
        for known in (self._current, place):
            item = self._by_place.get(known) if known is not None else None
            if item is not None:
                item.set_current(known == place)
                if is_shown and known == place:
                    self.ensureVisible(item, _MARGIN, _MARGIN)
        self._current = place

    def _mark_found(self) -> None:
        kept = self._model.kept
        for item in self._items:
            item.set_pale(kept is not None and (bool(item.box.folded) or not kept.holds(item.box.place)))

    def _choose(self, item: BoxItem) -> None:
        if item.box.folded:
            self._unfold(item.box)
            return
        self.select_place(item.box.place)
        self.place_chosen.emit(item.box.place)

    def _unfold(self, box: Box) -> None:
        """Show more of a fold's tasks, as many as can be drawn."""
        room = MOST_BOXES - len(self._items)
        here = sum(1 for item in self._items if not item.box.folded and self._parent(item.box.place) == box.place)
        self._shown[box.place] = here + min(_MORE_AT_ONCE, room)
        if room > 1:
            self._draw()

    def _parent(self, place: int) -> Optional[int]:
        return self._drawn.parents[place] if self._drawn is not None and place != JOB else None

    # --- zoom

    def begin(self) -> None:
        """Show all of the graph, or its end where that would be too small to read."""
        self.fit()
        if self._zoom() < _BEGIN * scale() and self._items:
            self._zoom_to(_BEGIN * scale())
            self.centerOn(self._by_place.get(self._current if self._current is not None else JOB, self._items[0]))

    def fit(self) -> None:
        """Show all of the graph, no larger than its own size."""
        room: QRectF = self._scene.sceneRect()
        if not self._items or room.isEmpty():
            return
        self.fitInView(room, Qt.AspectRatioMode.KeepAspectRatio)
        if self._zoom() > scale():
            self._zoom_to(scale())

    def zoom_by(self, factor: float) -> None:
        """Zoom in or out, as far as it makes sense."""
        self._zoom_to(self._zoom() * factor)

    def _zoom(self) -> float:
        return float(self.transform().m11())

    def _zoom_to(self, zoom: float) -> None:
        factor = min(max(zoom, _FARTHEST), _CLOSEST * scale()) / self._zoom()
        self.scale(factor, factor)

    # --- wheel, keys and clicks

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom where the mouse is."""
        turned = event.angleDelta().y()
        if turned:
            self.zoom_by(_STEP ** (turned / 120))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Fit with F, zoom with plus, minus and 0, and go along the arrows with the arrow keys."""
        way = _WAYS.get(event.key())
        if way is not None:
            self._go(*way)
        elif event.key() == Qt.Key.Key_F and not event.modifiers():
            self.fit()
        elif event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(_STEP)
        elif event.key() == Qt.Key.Key_Minus:
            self.zoom_by(1 / _STEP)
        elif event.key() == Qt.Key.Key_0:
            self._zoom_to(scale())
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where a click began: one that ends elsewhere moved the graph."""
        self._pressed = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Select the box that was clicked."""
        super().mouseReleaseEvent(event)
        item = self.itemAt(event.position().toPoint())
        if isinstance(item, BoxItem) and (event.position().toPoint() - self._pressed).manhattanLength() < 4:
            self._choose(item)

    def _go(self, columns: int, rows: int) -> None:
        """Select the nearest box in a direction."""
        item = self._by_place.get(self._current if self._current is not None else JOB)
        near = _nearest(item, self._items, columns, rows) if item is not None else None
        if near is not None:
            self._choose(near)
            self.ensureVisible(near, _MARGIN, _MARGIN)


_WAYS: Dict[Any, Any] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


def _nearest(item: BoxItem, items: List[BoxItem], columns: int, rows: int) -> Optional[BoxItem]:
    """Return the nearest box in the next column, or above or below in the same one."""
    box = item.box
    found = []
    for other in items:
        dx, dy = other.box.x - box.x, other.box.y - box.y
        if other.box.folded or (columns and dx * columns <= 0) or (rows and (dx or dy * rows <= 0)):
            continue
        found.append((abs(dx), abs(dy), other))
    return min(found, key=lambda each: each[:2])[2] if found else None
