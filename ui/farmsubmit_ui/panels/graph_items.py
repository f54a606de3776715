"""The boxes and arrows of the graph as items of a scene, in pixels of the design."""

from __future__ import annotations

from typing import Iterable, Optional, Sequence, Tuple

from qtpy.QtCore import QPointF, QRectF, Qt
from qtpy.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF
from qtpy.QtWidgets import QGraphicsItem, QGraphicsPathItem, QStyleOptionGraphicsItem, QWidget

from farmsubmit.author.elements import Element, Instance
from farmsubmit_ui.models import tree_texts as texts
from farmsubmit_ui.models.tree_cells import translate
from farmsubmit_ui.models.tree_model import TreeModel
from farmsubmit_ui.models.tree_states import Standing
from farmsubmit_ui.panels.graphlayout import HEIGHT, WIDTH, Block, Box
from farmsubmit_ui.style import current

#: Smaller than this nobody reads a title, and it is not drawn.
_READABLE = 0.45
_HEAD = 5.0
_PALE = 0.28


class BoxItem(QGraphicsItem):
    """A task, an Instance, the job, or a fold of several; it asks the model what it shows."""

    def __init__(self, box: Box, model: TreeModel, font: QFont) -> None:
        super().__init__()
        self.box = box
        self._model = model
        self._font = font
        self._rect = QRectF(-WIDTH / 2, -HEIGHT / 2, WIDTH, HEIGHT)
        self.is_current = False
        self.setPos(box.x, box.y)
        self.setToolTip(self.title())

    def boundingRect(self) -> QRectF:
        """Return the box with its border."""
        return self._rect.adjusted(-2, -2, 2, 2)

    def title(self) -> str:
        """Return what the box says."""
        if self.box.folded:
            return translate("TaskGraph", "… {0} more").format(f"{self.box.folded:,}")
        return self._model.title_at(self.box.place) or translate("TaskTree", "(no title)")

    def set_current(self, is_current: bool) -> None:
        """Draw the box as the selected one, or not."""
        if is_current != self.is_current:
            self.is_current = is_current
            self.update()

    def set_pale(self, is_pale: bool) -> None:
        """Let the box stand back behind those that a filter found."""
        self.setOpacity(_PALE if is_pale else 1.0)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: Optional[QWidget] = None) -> None:
        """Paint the box, and its words where they can be read."""
        standing = self._standing()
        self._paint_frame(painter, standing)
        if option.levelOfDetailFromTransform(painter.worldTransform()) >= _READABLE:
            self._paint_words(painter)

    def _paint_frame(self, painter: QPainter, standing: Standing) -> None:
        tokens = current()
        pen = QPen(QColor(tokens.accent if self.is_current else tokens.scroll), 2 if self.is_current else 1)
        if self._is_dashed():
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen)
        painter.setBrush(QColor(tokens.selected if self.is_current else tokens.panel))
        painter.drawRoundedRect(self._rect, 5, 5)
        if standing.state:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.state_fill(standing.state)))
            painter.drawRoundedRect(QRectF(self._rect.left() + 4, self._rect.top() + 7, 3, HEIGHT - 14), 1.5, 1.5)
            done = (WIDTH - 16) * standing.progress / 100
            painter.drawRect(QRectF(self._rect.left() + 12, self._rect.bottom() - 5, done, 2))

    def _paint_words(self, painter: QPainter) -> None:
        tokens = current()
        element = self._element()
        font = QFont(self._font)
        font.setItalic(isinstance(element, Instance))
        painter.setFont(font)
        count = self._count()
        metrics = QFontMetricsF(font)
        behind = metrics.horizontalAdvance(count) + 8 if count else 0
        room = self._rect.adjusted(13, 0, -9, -1)
        title = texts.one_line(self.title())
        shown = metrics.elidedText(title, Qt.TextElideMode.ElideMiddle, room.width() - behind)
        dim = tokens.text if self.is_current else tokens.dim
        tone = tokens.link if isinstance(element, Instance) else dim if self.box.folded else tokens.text
        painter.setPen(QColor(tone))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.setPen(QColor(dim))
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, count)

    def _count(self) -> str:
        """Return how many commands a group has below it."""
        shape = self._model.shape
        if shape is None or self.box.folded or not shape.has_children(self.box.place):
            return ""
        return f"{shape.total_commands(self.box.place):,}"

    def _element(self) -> Optional[Element]:
        shape = self._model.shape
        return shape.element(self.box.place) if shape is not None and not self.box.folded else None

    def _is_dashed(self) -> bool:
        return bool(self.box.folded) or isinstance(self._element(), Instance)

    def _standing(self) -> Standing:
        return self._model.standing_at(self.box.place) if not self.box.folded else Standing("", 0)


class ArrowsItem(QGraphicsPathItem):
    """All arrows of one kind: lines and, filled, their heads."""

    def __init__(self, paths: Iterable[Tuple[QPainterPath, QPolygonF]], token: str, is_dashed: bool = False) -> None:
        lines, heads = QPainterPath(), QPainterPath()
        for line, head in paths:
            lines.addPath(line)
            heads.addPolygon(head)
            heads.closeSubpath()
        super().__init__(lines)
        self._heads = heads
        self._token = token
        self._is_dashed = is_dashed
        self.setZValue(-1)

    def boundingRect(self) -> QRectF:
        """Return the room of lines and heads."""
        return super().boundingRect().united(self._heads.boundingRect()).adjusted(-2, -2, 2, 2)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: Optional[QWidget] = None) -> None:
        """Paint the lines, dashed for links, and the heads."""
        colour = QColor(getattr(current(), self._token))
        pen = QPen(colour, 1.2)
        if self._is_dashed:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self.path())
        painter.fillPath(self._heads, colour)


def upward(child: Box, parent: Box) -> Tuple[QPainterPath, QPolygonF]:
    """Return the arrow from a child to its parent, which stands right of it."""
    start, end = QPointF(child.x + WIDTH / 2, child.y), QPointF(parent.x - WIDTH / 2, parent.y)
    return _curve(start, end), _head(end, QPointF(1, 0))


class BlockItem(QGraphicsItem):
    """The frame around tasks that run side by side, and their arrow to what runs after them."""

    def __init__(self, block: Block, parent: Box) -> None:
        super().__init__()
        self._rect = QRectF(block.x, block.y, block.width, block.height)
        end = QPointF(parent.x - WIDTH / 2, parent.y)
        self._line = _curve(QPointF(self._rect.right(), self._rect.center().y()), end)
        self._head = _head(end, QPointF(1, 0))
        self.setZValue(-2)

    def boundingRect(self) -> QRectF:
        """Return the room of frame and arrow."""
        return self._rect.united(self._head.boundingRect()).adjusted(-2, -2, 2, 2)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: Optional[QWidget] = None) -> None:
        """Paint the frame and the arrow."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(current().panel_border), 1))
        painter.setBrush(QColor(current().field))
        painter.drawRoundedRect(self._rect, 7, 7)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(current().scroll_over), 1.2))
        painter.drawPath(self._line)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(current().scroll_over))
        painter.drawPolygon(self._head)


def turn(elder: Box, younger: Box) -> Tuple[QPainterPath, QPolygonF]:
    """Return the arrow down from an elder sibling to the next."""
    start = QPointF(elder.x, elder.y + HEIGHT / 2)
    end = QPointF(younger.x, younger.y - HEIGHT / 2)
    path = QPainterPath(start)
    path.lineTo(end)
    return path, _head(end, QPointF(0, 1))


def link(task: Box, instance: Box) -> Tuple[QPainterPath, QPolygonF]:
    """Return the arrow from a task to an Instance of it, which may stand anywhere."""
    start, end = QPointF(task.x + WIDTH / 2, task.y), QPointF(instance.x - WIDTH / 2, instance.y)
    path = QPainterPath(start)
    bend = max(abs(end.x() - start.x()) / 2, 60)
    path.cubicTo(start + QPointF(bend, 0), end - QPointF(bend, 0), end)
    return path, _head(end, QPointF(1, 0))


def _curve(start: QPointF, end: QPointF) -> QPainterPath:
    middle = (start.x() + end.x()) / 2
    path = QPainterPath(start)
    path.cubicTo(QPointF(middle, start.y()), QPointF(middle, end.y()), end)
    return path


def _head(tip: QPointF, way: QPointF) -> QPolygonF:
    back = tip - way * _HEAD
    side = QPointF(-way.y(), way.x()) * (_HEAD * 0.6)
    return QPolygonF([tip, back + side, back - side])


def boxes_of(items: Sequence[BoxItem]) -> dict[int, BoxItem]:
    """Return the items by their place, folds left out."""
    return {item.box.place: item for item in items if not item.box.folded}
