"""The directory maps as a table: source, destination, zone, and how many of the scene's paths each serves."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from qtpy.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal

from farmsubmit.errors import DirMapError
from farmsubmit.lang.dirmap import DirMap, MapResult, explain, overlaps, used_by, zones
from farmsubmit.settings import Rule
from farmsubmit_ui import worker
from farmsubmit_ui.style import brush, mono

_Role = Qt.ItemDataRole
_ROOT = QModelIndex()
_USED = 3


class Draft(NamedTuple):
    """A map as it is typed; one that is not finished has an empty part."""

    src: str = ""
    dst: str = ""
    zone: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing is typed yet."""
        return not any(self)

    @property
    def problem(self) -> str:
        """What is wrong with it, or nothing; one in which nothing is typed yet is not wrong."""
        return "" if self.is_blank else _made(self)[1]

    def made(self) -> Optional[DirMap]:
        """Return the map, None for one that is not finished."""
        return _made(self)[0]


_BLANK = Draft()


@lru_cache(maxsize=1024)
def _made(draft: Draft) -> Tuple[Optional[DirMap], str]:
    """Return the map of a draft, or what is wrong with it; asked for each cell that is painted."""
    try:
        return DirMap(*draft), ""
    except DirMapError as error:
        return None, f"{error.problem}; {error.hint}" if error.hint else error.problem


class DirmapsModel(QAbstractTableModel):
    """A table over the directory maps of a session, and beside them those that are not finished yet.

    Finished ones go to the session at each change, as one step of undo. How many paths a map serves is counted in a
    worker. ``problems_changed`` tells that ``problems()`` and ``warnings()`` may be others, ``maps_changed`` that
    paths may go elsewhere.
    """

    problems_changed = Signal()
    maps_changed = Signal()

    def __init__(self, session: Any, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._session = session
        self._drafts: List[Draft] = []
        self._used: Dict[DirMap, int] = {}
        self._warnings: List[str] = []
        self._paths: Tuple[str, ...] = ()
        self._counting = worker.Latest(self)
        self._mono = mono()
        session.facts_changed.connect(self._new_scene)
        session.request_changed.connect(self.refresh)
        session.job_changed.connect(self.refresh)
        self._new_scene()

    # --- what Qt asks

    def rowCount(self, parent: QModelIndex = _ROOT) -> int:
        """Return the number of maps."""
        return 0 if parent.isValid() else len(self._drafts)

    def columnCount(self, parent: QModelIndex = _ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else _USED + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        """Return the title of a column."""
        shows = orientation == Qt.Orientation.Horizontal and role == _Role.DisplayRole
        titles = (self.tr("Source"), self.tr("Destination"), self.tr("Zone"), self.tr("Used by"))
        return titles[section] if shows else None

    def flags(self, index: QModelIndex) -> Any:
        """Let the three parts be edited, unless a policy locks the maps."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        is_part = index.isValid() and index.column() < _USED
        return flags | Qt.ItemFlag.ItemIsEditable if is_part and self.can_change() else flags

    def data(self, index: QModelIndex, role: int = _Role.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid():
            return None
        draft, column = self._drafts[index.row()], index.column()
        if role in (_Role.DisplayRole, _Role.EditRole):
            return draft[column] if column < _USED else self._used_text(draft)
        if role == _Role.FontRole:
            return self._mono if column < 2 else None
        if role == _Role.ForegroundRole:
            return brush(self._colour(draft, column))
        return draft.problem or self._tip(draft, column) if role == _Role.ToolTipRole else None

    def setData(self, index: QModelIndex, value: Any, role: int = _Role.EditRole) -> bool:
        """Set a part of a map; blanks around it are dropped."""
        if role != _Role.EditRole or not index.isValid() or index.column() >= _USED:
            return False
        parts = list(self._drafts[index.row()])
        parts[index.column()] = str(value).strip()
        self._drafts[index.row()] = Draft(*parts)
        self.dataChanged.emit(self.index(index.row(), 0), self.index(index.row(), _USED))
        self._send()
        return True

    # --- what panels ask

    def maps(self) -> List[DirMap]:
        """Return the maps that are finished, in their order."""
        return [made for made in map(Draft.made, self._drafts) if made is not None]

    def rule(self) -> Rule:
        """Return what the policies ask of directory maps."""
        rule: Rule = self._session.rule("dirmaps") if self._session.request is not None else Rule()
        return rule

    def can_change(self) -> bool:
        """Tell whether maps can be changed here: something is open, and no policy locks them."""
        return self.is_open() and not self.rule().locked

    def is_open(self) -> bool:
        """Tell whether a scene, a request or a job is open."""
        return self._session.request is not None or self._session.job is not None

    def problems(self) -> List[str]:
        """Return a sentence for each map that is not finished."""
        return [f"map {place}: {draft.problem}" for place, draft in enumerate(self._drafts, 1) if draft.problem]

    def warnings(self) -> List[str]:
        """Return a sentence for each map that another one hides."""
        return self._warnings

    def try_path(self, path: str) -> List[MapResult]:
        """Return what becomes of a path in each zone, in the order of the zones."""
        maps = self.maps()
        return [explain(path, maps, zone) for zone in zones(maps)] if path else []

    # --- changes

    def add(self, draft: Draft = _BLANK) -> int:
        """Add a map at the end, and return its row."""
        place = len(self._drafts)
        self.beginInsertRows(_ROOT, place, place)
        self._drafts.append(draft)
        self.endInsertRows()
        self._send()
        return place

    def remove(self, places: Sequence[int]) -> None:
        """Take maps out."""
        for place in sorted(places, reverse=True):
            self.beginRemoveRows(_ROOT, place, place)
            del self._drafts[place]
            self.endRemoveRows()
        self._send()

    def move(self, place: int, by: int) -> int:
        """Move a map up (-1) or down (1), and return its new row; the first of several that apply wins."""
        new = place + by
        if not 0 <= new < len(self._drafts):
            return place
        self.beginMoveRows(_ROOT, place, place, _ROOT, new + (by > 0))
        self._drafts.insert(new, self._drafts.pop(place))
        self.endMoveRows()
        self._send()
        return new

    def refresh(self) -> None:
        """Take the maps of the session where they are others than those shown."""
        if list(self._session.dirmaps) == self.maps():
            return
        self.beginResetModel()
        self._drafts = [Draft(found.src, found.dst, found.zone) for found in self._session.dirmaps]
        self.endResetModel()
        self._changed()

    def style_changed(self) -> None:
        """Take colours and font of the style that is on."""
        self._mono = mono()
        self._tell_all()

    # --- private

    def _new_scene(self) -> None:
        facts = self._session.facts
        self._paths = paths_of(facts) if facts is not None else ()
        self._used.clear()
        self.beginResetModel()
        self._drafts = [Draft(found.src, found.dst, found.zone) for found in self._session.dirmaps]
        self.endResetModel()
        self._changed()

    def _send(self) -> None:
        maps = self.maps()
        if maps != list(self._session.dirmaps):
            self._session.set_dirmaps(maps)
        self._changed()

    def _changed(self) -> None:
        self._warnings = [found.sentence for found in overlaps(self.maps()) if found.hides]
        self.problems_changed.emit()
        self.maps_changed.emit()
        new = [found for found in self.maps() if found not in self._used]
        if new:
            self._counting.run(count_used, new, self._paths, done=self._counted, failed=lambda text: None)

    def _counted(self, found: Dict[DirMap, int]) -> None:
        self._used.update(found)
        self._tell_all()

    def _tell_all(self) -> None:
        if self._drafts:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._drafts) - 1, _USED))

    def _used_text(self, draft: Draft) -> str:
        made = draft.made()
        if made is None:
            return ""
        count = self._used.get(made)
        if count is None:
            return "…"
        return self.tr("1 path") if count == 1 else self.tr("{count} paths").format(count=count)

    def _colour(self, draft: Draft, column: int) -> str:
        if draft.problem:
            return "failed"
        made = draft.made()
        is_idle = made is not None and not self._used.get(made)
        return "dim" if column == _USED and is_idle else "text"

    def _tip(self, draft: Draft, column: int) -> str:
        rule = self.rule()
        if rule.locked:
            reason = rule.reason or self.tr("nobody may change it")
            return self.tr("Locked by {origin}: {reason}").format(origin=rule.origin, reason=reason)
        total = len(self._paths)
        if column == _USED:
            return self.tr("of the {total} paths that the scene names").format(total=total)
        return draft[column]


def paths_of(facts: Any) -> Tuple[str, ...]:
    """Return the paths that a scene names, each once: itself, what it needs, refers to and writes."""
    found = [facts.path]
    found += [file.path for file in facts.files]
    found += [reference.path for reference in facts.references]
    found += [output.file for output in facts.outputs if output.resolved]
    return tuple(dict.fromkeys(filter(None, found)))


def count_used(maps: Sequence[DirMap], paths: Sequence[str]) -> Dict[DirMap, int]:
    """Return how many of the paths each map applies to; see lang.dirmap.used_by.

    Files share folders: a map that applies to a folder applies to all in it, and any other only to a path that is its
    source. A thread that works for long makes the event loop wait, so this must not.
    """
    folders: Dict[str, Dict[str, List[str]]] = {}
    for path in paths:
        name = _name(path)
        inside = folders.setdefault(path[: len(path) - len(name)], {})
        inside.setdefault(name.casefold(), []).append(path)
    return {found: sum(_count(found, folder, inside) for folder, inside in folders.items()) for found in maps}


def _count(found: DirMap, folder: str, inside: Mapping[str, List[str]]) -> int:
    if found.applies(folder):
        return sum(map(len, inside.values()))
    name = _name(found.src.rstrip("/\\")).casefold()
    return used_by(found, inside.get(name, ()))


def _name(path: str) -> str:
    return path[max(path.rfind("/"), path.rfind("\\")) + 1 :]
