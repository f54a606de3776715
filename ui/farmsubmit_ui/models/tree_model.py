"""The task tree as a Qt model: it reads the job itself, row by row, when a view asks.

Nothing of the tree is copied. What needs the whole of it (counts, sums, the filter, who waits for whom) is worked out
in a flat shape a few milliseconds at a time, so that a million tasks open at once and no event waits.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Any, Collection, Dict, List, Mapping, Optional, Protocol, Sequence, Tuple

from qtpy.QtCore import QModelIndex, QObject, Qt, Signal

from farmsubmit.author.elements import Instance, Job, Task
from farmsubmit.engines.base import TaskStatus
from farmsubmit.errors import FarmsubmitError
from farmsubmit_ui.models import tree_edits
from farmsubmit_ui.models import tree_texts as texts
from farmsubmit_ui.models.tree_base import TreeBase
from farmsubmit_ui.models.tree_cells import Cells, Column, Kind, Spot, columns, places_of, translate
from farmsubmit_ui.models.tree_index import TreeIndex
from farmsubmit_ui.models.tree_nodes import ShapeSource, Source
from farmsubmit_ui.models.tree_search import Kept
from farmsubmit_ui.models.tree_shape import JOB, Shape
from farmsubmit_ui.models.tree_states import Standing, States

#: How a text is meant (Cells.tone), the Kind, the chip and the note of a title, progress 0 to 100 or None, the state as
#: engines call it, and how deep a row stands.
TONE_ROLE, KIND_ROLE, CHIP_ROLE, NOTE_ROLE, PROGRESS_ROLE, STATE_ROLE, DEPTH_ROLE = range(
    int(Qt.ItemDataRole.UserRole) + 1, int(Qt.ItemDataRole.UserRole) + 8
)
_MOST_STRETCHES = 8
# A view asks for these once for each row that it lays out, and putting flags together is slow.
_FIXED = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_EDITABLE = _FIXED | Qt.ItemFlag.ItemIsEditable


class JobHolder(tree_edits.Editor, Protocol):
    """The part of the session that the tree needs.

    ``is_same_tree`` says that ``job_changed`` was about attributes of the job itself, and its tasks are as they were.
    """

    job: Optional[Job]
    is_same_tree: bool
    request: Any
    job_changed: Any


class TreeModel(TreeBase):
    """The job of a session, or one given with ``set_job``.

    ``counted`` tells that the shape is known, ``filtered`` how many rows were found (-1: no filter any more),
    ``failed`` why a job cannot be shown, which is ``problem`` from then on, and ``refused`` why an edit was not taken.
    """

    counted = Signal()
    filtered = Signal(int)
    failed = Signal(str)
    refused = Signal(str)

    def __init__(self, session: Optional[JobHolder] = None, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._session = session
        self.problem = ""
        self._cells = Cells()
        self._tasks: Optional[Mapping[int, Task]] = None
        self._statuses: Dict[int, TaskStatus] = {}
        self._is_live = False
        self._kept: Optional[Kept] = None
        self._index = TreeIndex(self)
        self._index.counted.connect(self._take_shape)
        self._index.failed.connect(self._take_failure)
        self._index.found.connect(self._take_found)
        if session is not None:
            session.job_changed.connect(self._follow)
            self._follow()

    # --- the job

    @property
    def shape(self) -> Optional[Shape]:
        """The shape of the job, None as long as it is being worked out."""
        return self._cells.shape

    @property
    def cells(self) -> Cells:
        """What the cells say, for those who ask about one row without a view."""
        return self._cells

    def set_job(self, job: Optional[Job], tasks: Optional[Mapping[int, Task]] = None) -> None:
        """Show a job; ``tasks`` are its tasks by tid where those do not simply count the tasks in script order.

        Rows that stand where they stood stay as they are opened; states are forgotten.
        """
        self._tasks = tasks
        self._statuses = {}
        self._kept = None
        self.problem = ""
        is_same = job is not None and self._is_same_tree(job)
        request = self._session.request if self._session is not None else None
        before, self._cells = self._cells, Cells(texts.frames_of_rows(request.rows) if request is not None else None)
        if is_same:
            # Until the new shape is known the old one is right almost everywhere, and nothing flickers.
            self._cells.shape, self._cells.links = before.shape, before.links
        else:
            self._reset(Source(job) if job is not None else None)
        self._set_live(False)
        self._index.start(job)
        self._tell_all()

    def stop(self) -> None:
        """Leave undone what is being worked out, before the model goes."""
        self._index.stop()

    def finish(self) -> None:
        """Work out now what is still under way."""
        self._index.finish()

    def _follow(self) -> None:
        if self._session is not None:
            if self._session.is_same_tree and self._session.job is self.job and self.shape is not None:
                self._tell_all()
                return
            statuses = self._statuses if self._session.job is self.job else {}
            self.set_job(self._session.job)
            if statuses:
                self.set_states(statuses)

    def _is_same_tree(self, job: Job) -> bool:
        """Take the elements of another job without a reset, where all that is shown stands where it stood."""
        if self._branches is None or self._cells.is_filtered or type(self._branches.source) is not Source:
            return False
        return self._branches.moved_to(Source(job))

    def _take_shape(self, shape: Shape, links: Dict[int, int]) -> None:
        self._cells.shape, self._cells.links = shape, links
        if shape.is_shared:
            self._reset(ShapeSource(shape))
        if self._statuses:
            statuses, self._statuses = self._statuses, {}
            self.set_states(statuses)
        self._tell_all()
        self.counted.emit()

    def _take_failure(self, sentence: str) -> None:
        self.problem = sentence
        self._reset(None)
        self.failed.emit(sentence)

    # --- what Qt asks

    def flags(self, index: QModelIndex) -> Any:
        """Return what can be done with a cell."""
        if not index.isValid() or self._branches is None:
            return Qt.ItemFlag.NoItemFlags
        if self._session is None or self._is_live:
            return _FIXED
        branch, row = self._branches[index.internalId()], index.row()
        if row >= branch.shown:
            return _FIXED
        element = branch.children[row]
        return _EDITABLE if tree_edits.can_edit(element, self._columns[index.column()]) else _FIXED

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        answer = _ANSWERS.get(role)
        if answer is None:
            return None
        spot = self.spot(index)
        if spot is None:
            return self._of_more(index, role)
        return answer(self, spot, self._columns[index.column()])

    def setData(self, index: QModelIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Change a title, a service or the priority through the session; ``refused`` tells why not."""
        spot = self.spot(index)
        if role != Qt.ItemDataRole.EditRole or spot is None or self._session is None:
            return False
        try:
            tree_edits.change(self._session, spot.element, self._columns[index.column()], value)
        except FarmsubmitError as error:
            self.refused.emit(str(error))
            return False
        return True

    # --- rows

    def title_at(self, place: int) -> str:
        """Return what the row of a place is called; the shape must be known."""
        shape = self._cells.shape
        assert shape is not None
        target = self._cells.links.get(place)
        return texts.title(shape.element(place), shape.element(target) if target is not None else None)

    def standing_at(self, place: int) -> Standing:
        """Return how the row of a place stands."""
        return self._cells.standing_at(place)

    def place(self, index: QModelIndex) -> Optional[int]:
        """Return the place of a row in script order, -1 for the job; None as long as the shape is not known."""
        spot = self.spot(index)
        return self._cells.place(spot) if spot else None

    def index_at(self, place: int) -> QModelIndex:
        """Return the index of a place, of which all above are opened; an invalid one where it is not shown."""
        shape = self._cells.shape
        if shape is None or self._branches is None or place >= len(shape):
            return QModelIndex()
        index = self.index(0, 0)
        for step in shape.path(place):
            branch = self.branch(index)
            row = _row(places_of(branch, shape), step) if branch is not None else None
            if branch is None or row is None:
                return QModelIndex()
            self.show_rows(branch, row + 1)
            index = self.index(row, 0, index)
        return index

    def target(self, index: QModelIndex) -> Optional[int]:
        """Return the place of the task that an Instance waits for; None for anything else."""
        spot = self.spot(index)
        return self._cells.target(spot) if spot and isinstance(spot.element, Instance) else None

    # --- the filter

    def set_filter(self, text: str, states: Collection[str] = ()) -> None:
        """Leave only the rows that hold a text in their title, services or arguments, and all above them.

        ``states`` leaves only tasks in one of them. ``filtered`` tells when it is done, which for a large job is later.
        """
        self._index.find(text, self._wanted(frozenset(states)) if states else None)

    @property
    def kept(self) -> Optional[Kept]:
        """What the filter found and left, None where none is on or it is not done yet."""
        return self._kept

    def _wanted(self, states: Collection[str]) -> Any:
        return lambda place: self._cells.states is not None and self._cells.states.is_in(place, states)

    def _take_found(self, kept: Optional[Kept]) -> None:
        shape, job = self._cells.shape, self.job
        if shape is None or job is None:
            return
        self._kept = kept
        self._cells.is_filtered = kept is not None
        self._reset(ShapeSource(shape, kept) if kept is not None or shape.is_shared else Source(job))
        self.filtered.emit(len(kept.hits) if kept is not None else -1)

    # --- states

    def set_states(self, statuses: Mapping[int, TaskStatus], job_state: str = "") -> None:
        """Take how tasks stand by their tid, and tell views of the rows that changed.

        ``job_state`` is that of the whole job where it says more than its tasks do, such as ``paused``.
        """
        self._statuses.update(statuses)
        shape = self._cells.shape
        if shape is None:
            return
        if self._cells.states is None:
            self._cells.states = States(shape, self._tasks)
            self._set_live(True)
        has_changed = self._cells.job_state != job_state
        self._cells.job_state = job_state
        changed = self._cells.states.update(statuses)
        if changed or has_changed:
            self._tell_places([*self._cells.states.above(changed), *changed])

    def state_counts(self) -> Dict[str, int]:
        """Return how many tasks are in each state, those without commands left out; nothing before the job is sent."""
        return self._cells.states.counts() if self._cells.states else {}

    @property
    def is_live(self) -> bool:
        """Whether states are shown."""
        return self._is_live

    def _set_live(self, is_live: bool) -> None:
        if is_live == self._is_live:
            return
        self.beginResetModel()
        self._is_live = is_live
        self._columns = columns(is_live)
        self.endResetModel()

    # --- telling views

    def _tell_all(self) -> None:
        for branch in self.branches:
            if branch.shown:
                self._tell_rows(branch, 0, branch.shown - 1)

    def _tell_places(self, places: Sequence[int]) -> None:
        """Tell of the rows at some places, as far as they are shown; of scattered ones as of one stretch."""
        for number, rows in self._shown_rows(places).items():
            stretches = _stretches(sorted(rows))
            if len(stretches) > _MOST_STRETCHES:
                stretches = [(min(rows), max(rows))]
            for first, last in stretches:
                self._tell_rows(self.branches[number], first, last)

    def _shown_rows(self, places: Sequence[int]) -> Dict[int, List[int]]:
        shape = self._cells.shape
        assert shape is not None
        # Only what was opened can be seen, and that is much less than what there is.
        opened = {branch.place: branch for branch in self.branches if branch.shown and places_of(branch, shape)}
        found: Dict[int, List[int]] = {}
        for place in places:
            branch = opened.get(shape.parents[place]) if place != JOB else self.branches[0]
            row = _row(places_of(branch, shape), place) if branch is not None else None
            if branch is not None and row is not None and row < branch.shown:
                found.setdefault(branch.number, []).append(row)
        return found

    # --- answers

    def _of_more(self, index: QModelIndex, role: int) -> Any:
        """Return what the row says that stands for the children that are not shown yet."""
        branch = self.more(index)
        if branch is None or self._columns[index.column()] is not Column.TASK:
            return None
        text = translate("TaskTree", "{0} more").format(f"{branch.width - branch.shown:,}")
        told = {TONE_ROLE: "dim", KIND_ROLE: Kind.MORE.value, DEPTH_ROLE: branch.depth, CHIP_ROLE: "", NOTE_ROLE: ""}
        return told.get(role, text if role in _AS_TEXT else None)

    def _display(self, spot: Spot, column: Column) -> str:
        return self._cells.text(spot, column)

    def _edit(self, spot: Spot, column: Column) -> Any:
        return tree_edits.value(spot.element, column)

    def _tip(self, spot: Spot, column: Column) -> str:
        return self._cells.tip(spot, column)

    def _spoken(self, spot: Spot, column: Column) -> str:
        words = [self._cells.text(spot, column), self._cells.note(spot) if column is Column.TASK else ""]
        return f"{translate('TaskTree', column.value)}: {' '.join(filter(None, words))}"

    def _tone(self, spot: Spot, column: Column) -> str:
        return self._cells.tone(spot, column)

    def _kind(self, spot: Spot, column: Column) -> Any:
        return self._cells.kind(spot).value

    def _chip(self, spot: Spot, column: Column) -> str:
        return self._cells.chip(spot)

    def _note(self, spot: Spot, column: Column) -> str:
        is_cut = self._branches is not None and self._branches.is_cut(spot.branch.number, spot.row)
        deeper = translate("TaskTree", "(what stands deeper is not shown; the filter finds it)") if is_cut else ""
        return self._cells.note(spot) or deeper

    def _progress(self, spot: Spot, column: Column) -> Optional[int]:
        standing = self._cells.standing(spot)
        return standing.progress if self._cells.text(spot, Column.PROGRESS) else None

    def _state(self, spot: Spot, column: Column) -> str:
        return self._cells.standing(spot).state

    def _depth(self, spot: Spot, column: Column) -> int:
        return spot.branch.depth


_ANSWERS: Dict[int, Any] = {
    int(Qt.ItemDataRole.DisplayRole): TreeModel._display,
    int(Qt.ItemDataRole.EditRole): TreeModel._edit,
    int(Qt.ItemDataRole.ToolTipRole): TreeModel._tip,
    int(Qt.ItemDataRole.AccessibleTextRole): TreeModel._spoken,
    TONE_ROLE: TreeModel._tone,
    KIND_ROLE: TreeModel._kind,
    CHIP_ROLE: TreeModel._chip,
    NOTE_ROLE: TreeModel._note,
    PROGRESS_ROLE: TreeModel._progress,
    STATE_ROLE: TreeModel._state,
    DEPTH_ROLE: TreeModel._depth,
}
_AS_TEXT = (int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.AccessibleTextRole))


def _stretches(rows: Sequence[int]) -> List[Tuple[int, int]]:
    """Return the first and last row of each stretch of rows that follow each other."""
    found: List[Tuple[int, int]] = []
    for row in rows:
        if found and row == found[-1][1] + 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found


def _row(places: Sequence[int], place: int) -> Optional[int]:
    row = bisect_left(places, place)
    return row if row < len(places) and places[row] == place else None
