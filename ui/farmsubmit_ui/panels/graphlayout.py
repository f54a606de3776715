"""Where the boxes and arrows of a job's graph stand: leaves on the left, the job on the right, as it runs."""

from __future__ import annotations

from math import ceil, sqrt
from typing import Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from farmsubmit_ui.models.tree_shape import JOB, Shape, attribute

#: A parent of more children shows the first two and a box that stands for the others.
FOLD_FROM = 300
_SHOWN = 2
#: More boxes than these cannot be read, and take long to draw.
MOST_BOXES = 3_000

#: Measures in pixels of the design.
WIDTH, HEIGHT, GAP_X, GAP_Y, GAP_GROUP = 164, 30, 46, 6, 14

#: More children than these that have none of their own stand side by side in a block.
_LINE = 8
_BLOCK_MARGIN = 8


class Box(NamedTuple):
    """A box: the place of its row, or of the parent whose other children it stands for, ``folded`` many of them.

    ``x`` and ``y`` are of its middle, ``level`` is how far it is from the job.
    """

    place: int
    level: int
    x: float
    y: float
    folded: int = 0


class Block(NamedTuple):
    """A frame around children that run in parallel, and the offset of their parent's box; x and y of its corner."""

    parent: int
    x: float
    y: float
    width: float
    height: float


class Layout(NamedTuple):
    """The boxes, and arrows between them as pairs of offsets: in the order in which they run.

    ``arrows`` lead from a child to its parent, ``turns`` from an elder to the next below a serial parent, and ``links``
    from a task to an Instance of it. The children in one of the ``blocks`` have one arrow together.
    """

    boxes: Sequence[Box]
    blocks: Sequence[Block]
    arrows: Sequence[Tuple[int, int]]
    turns: Sequence[Tuple[int, int]]
    links: Sequence[Tuple[int, int]]

    def box_of(self) -> Dict[int, int]:
        """Return the offset of the box of each place; that of a fold is not among them."""
        return {box.place: number for number, box in enumerate(self.boxes) if not box.folded}


class _Node:
    """A box that is being placed; ``column`` counts from 0 to the left within a block."""

    __slots__ = ("children", "column", "folded", "is_block", "level", "parent", "place", "y")

    def __init__(self, place: int, level: int, parent: int, folded: int = 0) -> None:
        self.place = place
        self.level = level
        self.parent = parent
        self.folded = folded
        self.children: List[int] = []
        self.is_block = False
        self.column = 0
        self.y = 0.0


def lay_out(shape: Shape, links: Mapping[int, int], shown: Mapping[int, int] = {}) -> Optional[Layout]:
    """Return where all boxes stand; None where there would be more than MOST_BOXES.

    ``shown`` says how many children are wanted of a parent that would show two and a fold. Takes linear time.
    """
    nodes = _nodes(shape, shown)
    if nodes is None:
        return None
    for node in nodes:
        node.is_block = _is_block(node, nodes, shape)
    _place_rows(nodes)
    boxes = [Box(node.place, node.level, _x(node), node.y, node.folded) for node in nodes]
    arrows = [
        (number, node.parent)
        for number, node in enumerate(nodes)
        if node.parent >= 0 and not nodes[node.parent].is_block
    ]
    blocks = [_block(number, node, boxes) for number, node in enumerate(nodes) if node.is_block]
    layout = Layout(boxes, blocks, arrows, _turns(shape, nodes), ())
    box_of = layout.box_of()
    found = [(box_of[to], box_of[place]) for place, to in links.items() if to in box_of and place in box_of]
    return layout._replace(links=found)


def _nodes(shape: Shape, shown: Mapping[int, int]) -> Optional[List[_Node]]:
    """Return the boxes in script order, the job first; None where there are too many."""
    nodes = [_Node(JOB, 0, -1)]
    left = [0]
    while left:
        number = left.pop()
        node = nodes[number]
        children = shape.children(node.place) if shape.has_children(node.place) else ()
        wanted = _wanted(len(children), shown.get(node.place, 0))
        if len(nodes) + wanted > MOST_BOXES:
            return None
        for child in children[:wanted]:
            node.children.append(len(nodes))
            nodes.append(_Node(child, node.level + 1, number))
        if wanted < len(children):
            node.children.append(len(nodes))
            nodes.append(_Node(node.place, node.level + 1, number, len(children) - wanted))
        left += [child for child in reversed(node.children) if not nodes[child].folded]
    return nodes


def _wanted(count: int, asked: int) -> int:
    if count <= FOLD_FROM or asked >= count:
        return count
    return max(asked, _SHOWN)


def _is_block(node: _Node, nodes: Sequence[_Node], shape: Shape) -> bool:
    """Tell whether the children of a node stand in a block: many, alike in having none below, and in parallel."""
    if len(node.children) <= _LINE or any(nodes[child].children for child in node.children):
        return False
    return not attribute(shape.element(node.place), "serialsubtasks")


def _place_rows(nodes: Sequence[_Node]) -> None:
    """Give each leaf the next row, the leaves of a block theirs, and each parent the middle of its children."""
    y = 0.0
    left: List[Tuple[int, bool]] = [(0, False)]
    while left:
        number, is_leaving = left.pop()
        node = nodes[number]
        if not node.children:
            node.y = y
            y += HEIGHT + GAP_Y
        elif node.is_block:
            y = _place_block(node, nodes, y + _BLOCK_MARGIN) + _BLOCK_MARGIN + GAP_GROUP
        elif is_leaving:
            node.y = (nodes[node.children[0]].y + nodes[node.children[-1]].y) / 2
            y += GAP_GROUP
        else:
            left.append((number, True))
            left += [(child, False) for child in reversed(node.children)]


def _place_block(node: _Node, nodes: Sequence[_Node], y: float) -> float:
    """Place the children of a node row by row, and the node beside their middle; return where the next row begins."""
    columns = ceil(sqrt(len(node.children) * HEIGHT / WIDTH))
    for number, child in enumerate(node.children):
        nodes[child].column = columns - 1 - number % columns
        nodes[child].y = y + (number // columns) * (HEIGHT + GAP_Y)
    last = nodes[node.children[-1]].y
    node.y = (y + last) / 2
    return last + HEIGHT + GAP_Y


def _block(number: int, node: _Node, boxes: Sequence[Box]) -> Block:
    first, last = boxes[node.children[0]], boxes[node.children[-1]]
    right = max(boxes[child].x for child in node.children)
    x, y = first.x - WIDTH / 2 - _BLOCK_MARGIN, first.y - HEIGHT / 2 - _BLOCK_MARGIN
    return Block(number, x, y, right - x + WIDTH / 2 + _BLOCK_MARGIN, last.y - y + HEIGHT / 2 + _BLOCK_MARGIN)


def _x(node: _Node) -> float:
    return -node.level * (WIDTH + GAP_X) - node.column * (WIDTH + GAP_Y)


def _turns(shape: Shape, nodes: Sequence[_Node]) -> List[Tuple[int, int]]:
    found: List[Tuple[int, int]] = []
    for node in nodes:
        if node.children and not node.folded and attribute(shape.element(node.place), "serialsubtasks"):
            found += zip(node.children, node.children[1:])
    return found
