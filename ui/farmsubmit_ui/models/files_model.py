"""The files that a scene needs: whether each is there, who needs it, and where its path goes in each zone."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, List, NamedTuple, Optional, Sequence, Tuple

from qtpy.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from qtpy.QtGui import QBrush

from farmsubmit.checks.existence import look_up
from farmsubmit.lang.dirmap import DirMap, map_path, zones
from farmsubmit.scenes.facts import NeededFile
from farmsubmit_ui.style import brush, icon, mono
from farmsubmit_ui.widgets.looks import SHOWN, Look

#: The fixed columns; a column for each zone follows.
STATE, PATH, KIND, NEEDED_BY = range(4)
MISSING, UNKNOWN, ASKED, THERE = range(4)
_ICONS = {
    MISSING: ("missing", "failed"),
    UNKNOWN: ("help", "warning"),
    ASKED: ("clock", "dim"),
    THERE: ("check", "done"),
}
# A view asks for each row at once, wherever it is scrolled to; the others come when it is scrolled there.
_PAGE = 200
# So many files are looked up before the dialog is told.
_HEAP = 500

Report = Callable[[List[Tuple[str, Optional[bool]]]], None]


class NeededPath(NamedTuple):
    """A path and all that names it; what is told of thousands is made when it is shown."""

    path: str
    files: Sequence[NeededFile]

    @property
    def kind(self) -> str:
        """What the first that names it takes it for."""
        return self.files[0].kind

    @property
    def needed_by(self) -> Tuple[str, ...]:
        """The nodes and attributes that name it."""
        return tuple(filter(None, (".".join(filter(None, (file.node, file.attribute))) for file in self.files)))


def needed_paths(files: Iterable[NeededFile]) -> List[NeededPath]:
    """Return each path once, with all that needs it, in the order of the scene."""
    found: Dict[str, List[NeededFile]] = {}
    for file in files:
        found.setdefault(file.path, []).append(file)
    return [NeededPath(path, named) for path, named in found.items()]


def look_for(paths: Sequence[str], report: Report, cancelled: Callable[[], bool]) -> int:
    """Look which paths are there and report each heap; return how many were looked up. Runs in a worker."""
    # Neighbours in one heap cost one listing of their folder.
    order = sorted(paths)
    for start in range(0, len(order), _HEAP):
        if cancelled():
            return start
        heap = [NeededFile(path) for path in order[start : start + _HEAP]]
        report([(state.file.path, state.exists) for state in look_up(heap, cancelled)])
    return len(order)


class FilesModel(QAbstractTableModel):
    """Needed files, the missing ones first; a filter leaves those that hold all its words."""

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._all: List[NeededPath] = []
        self._words: List[str] = []
        self._only_missing = False
        self._maps: Sequence[DirMap] = ()
        self._mapped: Dict[Tuple[str, str], str] = {}
        self.states: Dict[str, int] = {}
        self.zones: Tuple[str, ...] = ()
        self.rows: List[NeededPath] = []
        self._shown = 0
        self._font = mono()

    def set_files(self, files: Iterable[NeededFile]) -> List[str]:
        """Show other files, none looked up yet, and return their paths."""
        self._all = needed_paths(files)
        self.states = {needed.path: ASKED for needed in self._all}
        self._mapped.clear()
        self.sort_rows()
        return [needed.path for needed in self._all]

    def set_dirmaps(self, maps: Sequence[DirMap]) -> None:
        """Show where the paths go by other maps."""
        if tuple(maps) == tuple(self._maps):
            return
        self.beginResetModel()
        self._maps = tuple(maps)
        self.zones = tuple(zones(maps))
        self._mapped.clear()
        self.endResetModel()

    def set_states(self, found: Sequence[Tuple[str, Optional[bool]]]) -> None:
        """Take whether some paths are there; views see it with show_states, and rows keep their places until then."""
        for path, exists in found:
            self.states[path] = UNKNOWN if exists is None else THERE if exists else MISSING

    def forget_states(self) -> List[str]:
        """Forget which paths are there, and return all of them."""
        self.states = dict.fromkeys(self.states, ASKED)
        self.show_states()
        return list(self.states)

    def show_states(self) -> None:
        """Tell views of the states; to do so for each heap would keep them painting."""
        if self.rows:
            self.dataChanged.emit(self.index(0, STATE), self.index(self._shown - 1, PATH))

    def set_filter(self, text: str, only_missing: bool = False) -> None:
        """Leave the files that hold each word of a text, and of those perhaps only what is not there."""
        self._words = text.lower().split()
        self._only_missing = only_missing
        self.sort_rows()

    def sort_rows(self) -> None:
        """Put the missing ones first, then those that cannot be looked up, each by path."""
        self.beginResetModel()
        is_whole = not self._words and not self._only_missing
        kept = self._all if is_whole else [needed for needed in self._all if self._is_kept(needed)]
        ranks = {path: state for path, state in self.states.items() if state in (MISSING, UNKNOWN)}
        # Of thousands few are bad, and before the look none is.
        self.rows = sorted(kept, key=lambda needed: ranks.get(needed.path, THERE)) if ranks else list(kept)
        self._shown = min(len(self.rows), _PAGE)
        self.endResetModel()

    def style_changed(self) -> None:
        """Take the font of the style that is on; to look it up for each cell takes long."""
        self._font = mono()

    def counts(self) -> Dict[int, int]:
        """Return how many files are in each state."""
        found = dict.fromkeys((MISSING, UNKNOWN, ASKED, THERE), 0)
        for state in self.states.values():
            found[state] += 1
        return found

    def show_until(self, place: int) -> None:
        """Let views know of all files up to a place in ``rows``."""
        end = min(place + 1, len(self.rows))
        if end > self._shown:
            self.beginInsertRows(QModelIndex(), self._shown, end - 1)
            self._shown = end
            self.endInsertRows()

    def total(self) -> int:
        """Return how many files there are, shown or not."""
        return len(self._all)

    def place_of(self, path: str) -> int:
        """Return the row of a path, -1 where it is not shown."""
        return next((place for place, needed in enumerate(self.rows) if needed.path == path), -1)

    def _is_bad(self, needed: NeededPath) -> bool:
        return self.states[needed.path] in (MISSING, UNKNOWN)

    def _is_kept(self, needed: NeededPath) -> bool:
        if self._only_missing and not self._is_bad(needed):
            return False
        text = " ".join((needed.path, needed.kind, *needed.needed_by)).lower() if self._words else ""
        return all(word in text for word in self._words)

    # --- Qt's part

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Return how many files views know of as yet."""
        return 0 if parent.isValid() else self._shown

    def canFetchMore(self, parent: QModelIndex = QModelIndex()) -> bool:  # noqa: B008
        """Tell whether there are more files than views know of."""
        return not parent.isValid() and self._shown < len(self.rows)

    def fetchMore(self, parent: QModelIndex = QModelIndex()) -> None:  # noqa: B008
        """Let views know of some more files."""
        if self.canFetchMore(parent):
            self.show_until(self._shown + _PAGE - 1)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns, those of the zones included."""
        return 0 if parent.isValid() else NEEDED_BY + 1 + len(self.zones)

    def hasChildren(self, parent: QModelIndex = QModelIndex()) -> bool:  # noqa: B008
        """Say at once that no file has any: a view asks it of each row."""
        return not parent.isValid() and bool(self.rows)

    def headerData(self, section: int, orientation: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the title of a column."""
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        if section > NEEDED_BY:
            return self.tr("In {0}").format(self.zones[section - NEEDED_BY - 1])
        return ("", self.tr("File"), self.tr("Kind"), self.tr("Needed by"))[section]

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid():
            return None
        needed, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(needed, column)
        if role == Qt.ItemDataRole.AccessibleTextRole and column == STATE:
            return self.state_text(needed.path)
        place = SHOWN.get(role)
        return self.look(index)[place] if place is not None else None

    def look(self, index: QModelIndex) -> Look:
        """Return all that a cell shows."""
        needed, column = self.rows[index.row()], index.column()
        is_path = column == PATH or column > NEEDED_BY
        mark = icon(*_ICONS[self.states[needed.path]]) if column == STATE else None
        return Look(self._text(needed, column), mark, self._font if is_path else None, self._brush(needed, column))

    def state_text(self, path: str) -> str:
        """Return in words whether a path is there."""
        return {
            MISSING: self.tr("not there"),
            UNKNOWN: self.tr("cannot be looked up here: it holds a variable or a token"),
            ASKED: self.tr("being looked up"),
            THERE: self.tr("there"),
        }[self.states.get(path, ASKED)]

    def mapped(self, path: str, zone: str) -> str:
        """Return where a path goes in a zone."""
        key = (path, zone)
        if key not in self._mapped:
            self._mapped[key] = map_path(path, self._maps, zone)
        return self._mapped[key]

    def _text(self, needed: NeededPath, column: int) -> str:
        if column > NEEDED_BY:
            return self.mapped(needed.path, self.zones[column - NEEDED_BY - 1])
        if column == STATE:
            return ""
        if column == PATH:
            return needed.path
        return needed.kind if column == KIND else _who(needed.needed_by)

    def _tip(self, needed: NeededPath, column: int) -> str:
        if column == NEEDED_BY:
            return "\n".join(needed.needed_by[:30])
        if column == STATE:
            return self.state_text(needed.path)
        return self._text(needed, column)

    def _brush(self, needed: NeededPath, column: int) -> Optional[QBrush]:
        if column == PATH:
            is_missing = self.states[needed.path] == MISSING
            return brush("failed") if is_missing else None
        is_mapped = column > NEEDED_BY and self._text(needed, column) != needed.path
        return brush("done" if is_mapped else "dim")


def _who(names: Sequence[str]) -> str:
    """Return the first node, and how many others there are."""
    if not names:
        return ""
    node, _, attribute = names[0].rpartition(".")
    return (node or attribute) + (f"  +{len(names) - 1}" if len(names) > 1 else "")
