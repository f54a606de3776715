"""The columns of the table of rows: which a DCC has, what each shows, and how its text is read."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, NamedTuple, Tuple

from qtpy.QtCore import QT_TRANSLATE_NOOP

from farmsubmit.errors import ParseError
from farmsubmit.lang import servicekey
from farmsubmit.lang.frames import FrameSet, ordered_indices
from farmsubmit.request import Row
from farmsubmit_ui.widgets.values import show_text

INHERIT, ALL_FRAMES = "inherit", "all"


class Column(NamedTuple):
    """A column: the field of Row, its title, and how it is shown.

    ``is_extra`` columns are hidden until somebody asks for them. ``empty`` is what stands, dimmed, for no value, and
    ``letters`` the room that is kept, so that nothing moves when a value changes.
    """

    field: str
    title: str
    is_editable: bool = False
    is_mono: bool = False
    is_extra: bool = False
    empty: str = ""
    letters: int = 0


ON = Column("on", "")
_FRAMES = Column(
    "frames",
    QT_TRANSLATE_NOOP("RowsModel", "Frames"),
    True,
    True,
    empty=QT_TRANSLATE_NOOP("RowsModel", "none"),
    letters=13,
)
_CHUNK = Column("chunk", QT_TRANSLATE_NOOP("RowsModel", "Chunk"), True, empty=ALL_FRAMES, letters=4)
_SERVICE = Column("service", QT_TRANSLATE_NOOP("RowsModel", "Service"), True, True, empty=INHERIT, letters=9)
_OUTPUT = Column(
    "output",
    QT_TRANSLATE_NOOP("RowsModel", "Output"),
    False,
    True,
    empty=QT_TRANSLATE_NOOP("RowsModel", "as the scene says"),
)
_CHOSEN_OUTPUT = _OUTPUT._replace(is_editable=True)
_EXTRA = (
    Column("order", QT_TRANSLATE_NOOP("RowsModel", "Order"), True, is_extra=True),
    Column(
        "priority",
        QT_TRANSLATE_NOOP("RowsModel", "Priority"),
        True,
        is_extra=True,
        empty=QT_TRANSLATE_NOOP("RowsModel", "none"),
    ),
    Column("movie", QT_TRANSLATE_NOOP("RowsModel", "Movie"), True, is_extra=True),
    Column(
        "after", QT_TRANSLATE_NOOP("RowsModel", "After"), is_extra=True, empty=QT_TRANSLATE_NOOP("RowsModel", "none")
    ),
)
_CAMERA = Column(
    "camera", QT_TRANSLATE_NOOP("RowsModel", "Camera"), empty=QT_TRANSLATE_NOOP("RowsModel", "the scene's")
)

_FIRST: Dict[str, Tuple[Column, ...]] = {
    "maya": (
        Column("layer", QT_TRANSLATE_NOOP("RowsModel", "Layer"), empty=QT_TRANSLATE_NOOP("RowsModel", "scene")),
        _CAMERA,
    ),
    "nuke": (
        Column("node", QT_TRANSLATE_NOOP("RowsModel", "Write")),
        Column("views", QT_TRANSLATE_NOOP("RowsModel", "Views"), empty=QT_TRANSLATE_NOOP("RowsModel", "its own")),
    ),
    "katana": (
        Column("node", QT_TRANSLATE_NOOP("RowsModel", "Render node")),
        Column(
            "variables", QT_TRANSLATE_NOOP("RowsModel", "Variables"), empty=QT_TRANSLATE_NOOP("RowsModel", "as set")
        ),
    ),
    "blender": (
        Column("title", QT_TRANSLATE_NOOP("RowsModel", "Scene")),
        Column(
            "layers", QT_TRANSLATE_NOOP("RowsModel", "Layers"), empty=QT_TRANSLATE_NOOP("RowsModel", "all that render")
        ),
        _CAMERA,
    ),
}
# The DCCs that can be told where to write; the others write where their scene says.
_TAKES_OUTPUT = ("blender", "maya")

#: What the rows of a DCC are called, as the title of their card.
TITLES = {
    "maya": QT_TRANSLATE_NOOP("RowsPanel", "Layers"),
    "nuke": QT_TRANSLATE_NOOP("RowsPanel", "Write nodes"),
    "katana": QT_TRANSLATE_NOOP("RowsPanel", "Render nodes"),
    "blender": QT_TRANSLATE_NOOP("RowsPanel", "Scene"),
}


def columns_of(dcc: str) -> Tuple[Column, ...]:
    """Return the columns for the rows of a DCC, the switch first and the rarely used ones last."""
    first = _FIRST.get(dcc, (Column("title", QT_TRANSLATE_NOOP("RowsModel", "Row")),))
    output = _CHOSEN_OUTPUT if dcc in _TAKES_OUTPUT else _OUTPUT
    return (ON, *first, _FRAMES, _CHUNK, _SERVICE, output, *_EXTRA)


def text_of(row: Row, field: str) -> str:
    """Return a field of a row as the table shows it, empty where it says nothing."""
    value = getattr(row, field)
    if field == "variables":
        return " ".join(f"{name}={item}" for name, item in value.items())
    if field in ("layers", "views", "after"):
        return ", ".join(value)
    if field == "frames":
        return str(value) if value else ""
    if field == "chunk":
        return str(value) if value else ""
    return show_text(value)


def read(field: str, text: str) -> Any:
    """Return the value that a text gives a field of a row; raises ValueError with a sentence."""
    try:
        return _READERS[field](text.strip())
    except ParseError as error:
        hint = f"; {error.hint}" if error.hint else ""
        raise ValueError(f"column {error.column}: {error.problem}{hint}") from None


def _frames(text: str) -> FrameSet:
    if not text:
        raise ValueError("there are no frames; write such as 1001-1100 or 1-10,15")
    return FrameSet.parse(text)


def _chunk(text: str) -> int:
    if text in ("", ALL_FRAMES):
        return 0
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"{text!r} is not a whole number of frames, or {ALL_FRAMES!r} for one task")
    return int(text)


def _service(text: str) -> str:
    service = "" if text == INHERIT else text
    servicekey.parse(service)
    return service


def _order(text: str) -> str:
    ordered_indices(0, text)
    return text


def _priority(text: str) -> Any:
    from math import isfinite

    try:
        number = float(text) if text else None
    except ValueError:
        number = float("nan")
    if number is not None and not isfinite(number):
        raise ValueError(f"{text!r} is not a number, or empty for none")
    return number


def _same(text: str) -> str:
    return text


_READERS: Dict[str, Callable[[str], Any]] = {
    "frames": _frames,
    "chunk": _chunk,
    "service": _service,
    "output": _same,
    "order": _order,
    "priority": _priority,
}


def summary(row: Row) -> str:
    """Return how many frames a row has and how many tasks that makes, for a tooltip."""
    count = len(row.frames)
    if not count:
        return "no frames: give some, such as 1001-1100"
    tasks = -(-count // row.chunk) if row.chunk else 1
    parts: List[str] = [f"{count} frame{'s' * (count != 1)} in {tasks} task{'s' * (tasks != 1)}"]
    if row.order != "forward":
        parts.append(f"sent {row.order}")
    return ", ".join(parts)
