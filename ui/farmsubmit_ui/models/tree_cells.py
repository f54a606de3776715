"""What each cell of the tree shows: its text, its tone, and its tooltip."""

from __future__ import annotations

import enum
from typing import Any, Dict, FrozenSet, NamedTuple, Optional, Tuple

from qtpy.QtCore import QCoreApplication

from farmsubmit.author.elements import Element, Instance, Iterate, Job
from farmsubmit.engines.base import ACTIVE, BLOCKED, DONE, ERROR, KILLED, PAUSED, READY, SKIPPED, TaskStatus
from farmsubmit_ui.models import tree_texts as texts
from farmsubmit_ui.models.tree_nodes import Branch
from farmsubmit_ui.models.tree_shape import JOB, Shape, below
from farmsubmit_ui.models.tree_states import Standing, States

translate = QCoreApplication.translate


class Column(enum.Enum):
    """A column of the tree, by what it shows."""

    TASK = "Task"
    SERVICE = "Service"
    FRAMES = "Frames"
    COMMANDS = "Commands"
    BLADE = "Blade"
    STATE = "State"
    PROGRESS = "Progress"


#: Before a job is sent, and from then on.
PLANNED = (Column.TASK, Column.SERVICE, Column.FRAMES, Column.COMMANDS, Column.STATE)
LIVE = (Column.TASK, Column.SERVICE, Column.FRAMES, Column.BLADE, Column.STATE, Column.PROGRESS)

_TONES = {DONE: "done", SKIPPED: "dim", ACTIVE: "active", ERROR: "failed", PAUSED: "warning", KILLED: "warning"}
_TONES.update({READY: "text", BLOCKED: "dim"})


class Kind(enum.Enum):
    """What a row stands for, which chooses its icon."""

    JOB = "job"
    GROUP = "group"
    TASK = "task"
    INSTANCE = "instance"
    ITERATE = "iterate"
    MORE = "more"


class Spot(NamedTuple):
    """A row that a view asks for: which child of which branch, and its element."""

    branch: Branch
    row: int
    element: Element


class Cells:
    """Knows the words of all cells of one job; ``shape``, ``links`` and ``states`` come when they are known.

    Commands below a row and the place of a task are known as soon as the shape is; until then the cell says ``…``.
    ``frames_by_title`` are those that the rows of a request gave their tasks.
    """

    def __init__(self, frames_by_title: Optional[Dict[str, str]] = None) -> None:
        self.shape: Optional[Shape] = None
        self.links: Dict[int, int] = {}
        self.states: Optional[States] = None
        self.job_state = ""
        self.is_filtered = False
        self._frames_by_title = frames_by_title or {}
        self._frames: Dict[int, str] = {}
        self._ids: Optional[FrozenSet[str]] = None

    def text(self, spot: Spot, column: Column) -> str:
        """Return the text of a cell."""
        return texts.one_line(_TEXTS[column](self, spot))

    def tone(self, spot: Spot, column: Column) -> str:
        """Return how a text is meant: ``text``, ``dim``, ``link``, or a state: ``done``, ``active``, ``failed``."""
        if column is Column.TASK:
            return "link" if isinstance(spot.element, Instance) else "text"
        if column is Column.STATE:
            return _TONES.get(self.standing(spot).state, "dim") if self.states else "dim"
        if column is Column.SERVICE:
            return "text" if texts.own_service(spot.element) and not isinstance(spot.element, Job) else "dim"
        return "dim" if column is Column.BLADE else "text"

    def tip(self, spot: Spot, column: Column) -> str:
        """Return what a tooltip adds, which may be nothing."""
        if column is Column.STATE and self.states:
            status = self.standing(spot).status
            return status.reason if status else ""
        if column is Column.SERVICE and not texts.own_service(spot.element):
            return translate("TaskTree", "as the job says") if texts.commands(spot.element) else ""
        text = self.text(spot, column)
        return text if len(text) > 30 else ""

    def kind(self, spot: Spot) -> Kind:
        """Return what a row stands for."""
        element = spot.element
        if isinstance(element, Job):
            return Kind.JOB
        if isinstance(element, Instance):
            return Kind.INSTANCE
        if isinstance(element, Iterate):
            return Kind.ITERATE
        return Kind.GROUP if vars(element).get("subtasks") else Kind.TASK

    def chip(self, spot: Spot) -> str:
        """Return the word in the small frame behind a title: how its children run, or nothing."""
        if vars(spot.element).get("serialsubtasks"):
            return translate("TaskTree", "serial")
        return translate("TaskTree", "iterate") if isinstance(spot.element, Iterate) else ""

    def note(self, spot: Spot) -> str:
        """Return what stands dim behind a title."""
        if not isinstance(spot.element, Instance):
            return ""
        place = self.place(spot)
        lost = self.shape is not None and place is not None and place not in self.links
        return translate("TaskTree", "(instance, no such task)") if lost else translate("TaskTree", "(instance)")

    def ids(self) -> Optional[FrozenSet[str]]:
        """Return the ids of all tasks and commands; None as long as the shape is not known."""
        if self._ids is None and self.shape is not None:
            self._ids = texts.ids_of(self.shape.elements)
        return self._ids

    def place(self, spot: Spot) -> Optional[int]:
        """Return the place of a row in the shape, None as long as that is not known; the job is -1."""
        if self.shape is None:
            return None
        return places_of(spot.branch, self.shape)[spot.row]

    def target(self, spot: Spot) -> Optional[int]:
        """Return the place of the task that an Instance waits for, None where there is none or it is not known yet."""
        place = self.place(spot)
        return self.links.get(place) if place is not None else None

    def standing(self, spot: Spot) -> Standing:
        """Return how a row stands since the job was sent; an Instance stands as its task does."""
        place = self.place(spot)
        return self.standing_at(place) if place is not None else Standing("", 0)

    def standing_at(self, place: int) -> Standing:
        """Return how the row of a place stands."""
        if self.states is None:
            return Standing("", 0)
        found = self.states.standing(self.links.get(place, place))
        return found._replace(state=self.job_state) if place == JOB and self.job_state else found

    # --- one method a column

    def _task(self, spot: Spot) -> str:
        target = self.target(spot) if isinstance(spot.element, Instance) else None
        named = self.shape.element(target) if self.shape and target is not None else None
        return texts.title(spot.element, named) or translate("TaskTree", "(no title)")

    def _service(self, spot: Spot) -> str:
        if isinstance(spot.element, Instance):
            return ""
        own = texts.own_service(spot.element)
        return own or ("" if isinstance(spot.element, Job) else translate("TaskTree", "inherit"))

    def _frames_text(self, spot: Spot) -> str:
        element = spot.element
        if isinstance(element, (Job, Instance, Iterate)):
            return ""
        key = id(element)
        if key not in self._frames:
            told = texts.frames(element) or self._frames_by_title.get(texts.title(element), "")
            self._frames[key] = told or texts.frames_of_children(below(element))
        return self._frames[key]

    def _commands(self, spot: Spot) -> str:
        if isinstance(spot.element, Instance):
            return ""
        place = self.place(spot)
        if self.shape is not None and place is not None:
            return f"{self.shape.total_commands(place):,}"
        return "…" if below(spot.element) else str(len(texts.commands(spot.element)))

    def _blade(self, spot: Spot) -> str:
        status = self.standing(spot).status
        return status.blade if status else ""

    def _state(self, spot: Spot) -> str:
        if self.states is not None:
            return state_text(self.standing(spot))
        return self._wait(spot)

    def _progress(self, spot: Spot) -> str:
        standing = self.standing(spot)
        return f"{standing.progress} %" if standing.progress or standing.state == ACTIVE else ""

    def _wait(self, spot: Spot) -> str:
        """Return what a row waits for before the job is sent: its own children, its task, or an elder sibling."""
        element = spot.element
        if isinstance(element, Job):
            wait, priority = job_wait(element), texts.priority(element)
            told = translate("TaskTree", "priority {0}").format(f"{priority:g}") if priority is not None else "—"
            return wait or told
        parts = []
        if isinstance(element, Instance):
            parts.append(self._task(spot))
        elif texts.commands(element) and below(element):
            parts.append(f"{len(below(element)):,}")
        elder = self.elder(spot)
        if elder is not None:
            parts.append(texts.title(elder) or translate("TaskTree", "the one before"))
        if not parts:
            return translate("TaskTree", "ready")
        return translate("TaskTree", "after {0}").format(translate("TaskTree", " and ").join(parts))

    def elder(self, spot: Spot) -> Optional[Element]:
        """Return the task that a serial parent, or one further up, lets end before a row starts; None for none."""
        branch: Optional[Branch] = spot.branch
        row = spot.row
        while branch is not None and branch.element is not None:
            if vars(branch.element).get("serialsubtasks"):
                true_row = self._true_row(branch, row)
                if true_row > 0:
                    found: Element = below(branch.element)[true_row - 1]
                    return found
            row, branch = branch.row, branch.parent
        return None

    def _true_row(self, branch: Branch, row: int) -> int:
        """Return the row that a child has where nothing is filtered away."""
        if not self.is_filtered or self.shape is None:
            return row
        return self.shape.row(places_of(branch, self.shape)[row])


_TEXTS: Dict[Column, Any] = {
    Column.TASK: Cells._task,
    Column.SERVICE: Cells._service,
    Column.FRAMES: Cells._frames_text,
    Column.COMMANDS: Cells._commands,
    Column.BLADE: Cells._blade,
    Column.STATE: Cells._state,
    Column.PROGRESS: Cells._progress,
}


def places_of(branch: Branch, shape: Shape) -> Any:
    """Return the places of a branch's children, worked out from the top down where nobody asked before."""
    line = []
    while branch.places is None and branch.parent is not None:
        line.append(branch)
        branch = branch.parent
    for child in reversed(line):
        above = child.parent
        assert above is not None
        assert above.places is not None
        child.place = above.places[child.row]
        child.places = shape.children(child.place)
    return line[0].places if line else branch.places


def state_text(standing: Standing) -> str:
    """Return a state in words, with the exit code of a failed task or the number of failed ones in a group."""
    word = state_word(standing.state)
    if standing.state != ERROR:
        return word
    if standing.failed > 1:
        return translate("TaskTree", "{0} failed").format(f"{standing.failed:,}")
    return f"{word} · {_why(standing.status)}" if _why(standing.status) else word


def state_word(state: str) -> str:
    """Return what people call a state: a task that engines call blocked waits, one in error has failed."""
    words = {BLOCKED: translate("TaskTree", "waiting"), ERROR: translate("TaskTree", "failed")}
    return words.get(state) or translate("TaskTree", state)


def _why(status: Optional[TaskStatus]) -> str:
    if status is None or status.exit_code is None:
        return ""
    if status.exit_code < 0:
        return translate("TaskTree", "signal {0}").format(-status.exit_code)
    return translate("TaskTree", "exit {0}").format(status.exit_code)


def job_wait(job: Job) -> str:
    """Return what keeps a job from starting, in a few words; nothing where it starts at once."""
    values = vars(job)
    if values.get("paused"):
        return translate("TaskTree", "paused")
    jobs = values.get("afterjids") or ()
    if jobs:
        return translate("TaskTree", "after {0}").format(" ".join(map(str, jobs[:3])) + (" …" if len(jobs) > 3 else ""))
    moment = values.get("after")
    return translate("TaskTree", "after {0}").format(moment) if moment is not None else ""


def columns(is_live: bool) -> Tuple[Column, ...]:
    """Return the columns of a tree before its job is sent, or after."""
    return LIVE if is_live else PLANNED
