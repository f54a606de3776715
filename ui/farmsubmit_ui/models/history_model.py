"""Earlier submissions as a table, and how one of them differs from what is open now."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Dict, List, NamedTuple, Optional, Sequence

from qtpy.QtCore import QModelIndex, QObject, Qt

from farmsubmit.author.elements import Job
from farmsubmit.errors import FarmsubmitError
from farmsubmit.history import FAILED, REFUSED, SENT, UNREADABLE, WAITING, Entry, entries
from farmsubmit.history.differences import differences, told
from farmsubmit.history.treediff import job_differences
from farmsubmit.request import SubmitRequest
from farmsubmit.submission.again import scene_news, standing
from farmsubmit_ui.models.table_base import TableBase
from farmsubmit_ui.models.tree_cells import state_word
from farmsubmit_ui.session.letters import why_not
from farmsubmit_ui.style import brush, icon, mono

#: The columns.
NUMBER, WHEN, TITLE, ENGINE, JOB, OUTCOME = range(6)
#: So many submissions are read, the newest first.
MOST = 300
_MOST_LINES = 60
_ICONS = {
    SENT: ("check", "done"),
    REFUSED: ("error", "failed"),
    FAILED: ("error", "failed"),
    UNREADABLE: ("missing", "warning"),
    WAITING: ("clock", "warning"),
}
_TINTS = {"done": "done", "error": "failed", "killed": "failed", "active": "active", "paused": "warning"}


class Comparison(NamedTuple):
    """What is different in the request, in the job, and in the scene's file since; and why that is not known."""

    request: List[str]
    job: List[str]
    scene: str
    problem: str = ""


def read_history(scenes: Sequence[str]) -> List[Entry]:
    """Return the submissions of some scenes, or all; runs in a worker."""
    return entries(scenes, MOST)


def job_states(found: Sequence[Entry]) -> Dict[int, str]:
    """Return how the jobs of submissions stand, as far as engines tell at once; runs in a worker."""
    return standing(found)


def compare(entry: Entry, request: Optional[SubmitRequest], job: Optional[Job]) -> Comparison:
    """Return how what is open now differs from a submission; runs in a worker."""
    try:
        before = entry.request()
        own = told(differences(before, request.to_json()), _MOST_LINES) if before and request is not None else []
        old = entry.job()
        lines = job_differences(old, job).lines(_MOST_LINES) if old is not None and job is not None else []
        return Comparison(own, lines, scene_news(entry))
    except FarmsubmitError as error:
        return Comparison([], [], "", str(error))


class HistoryModel(TableBase):
    """Submissions, the newest first."""

    rows: List[Entry]

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._states: Dict[int, str] = {}

    def titles(self) -> Sequence[str]:
        """Return the titles of the columns."""
        return (
            self.tr("No."),
            self.tr("When"),
            self.tr("Title"),
            self.tr("Engine"),
            self.tr("Job"),
            self.tr("Outcome"),
        )

    def set_states(self, states: Dict[int, str]) -> None:
        """Show how their jobs stand, by their number."""
        self._states = dict(states)
        if self.rows:
            self.dataChanged.emit(self.index(0, OUTCOME), self.index(len(self.rows) - 1, OUTCOME))

    def entry(self, index: QModelIndex) -> Optional[Entry]:
        """Return the submission of a row."""
        return self.rows[index.row()] if index.isValid() else None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid():
            return None
        entry, column = self.rows[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._text(entry, column, role == Qt.ItemDataRole.ToolTipRole)
        if role == Qt.ItemDataRole.DecorationRole and column == NUMBER:
            return icon(*_ICONS.get(entry.outcome, ("help", "dim")))
        if role == Qt.ItemDataRole.FontRole and column in (ENGINE, JOB):
            return mono()
        if role == Qt.ItemDataRole.ForegroundRole and column != TITLE:
            return brush(self._colour(entry, column))
        return None

    def _colour(self, entry: Entry, column: int) -> str:
        if column != OUTCOME:
            return "dim"
        state = self._states.get(entry.number, "")
        own = {SENT: _TINTS.get(state, "dim"), WAITING: "warning"}
        return own.get(entry.outcome, "failed")

    def _text(self, entry: Entry, column: int, is_whole: bool) -> str:
        if column == OUTCOME:
            return self.outcome_text(entry)
        if column == TITLE and is_whole:
            return "\n".join(filter(None, (entry.title, entry.scene)))
        return (str(entry.number), when_text(entry.when), entry.title, entry.engine, entry.jid)[column]

    def outcome_text(self, entry: Entry) -> str:
        """Return in words what became of a submission."""
        if entry.outcome == SENT:
            state = self._states.get(entry.number, "")
            return self.tr("sent, {0}").format(state_word(state)) if state else self.tr("sent")
        words = {
            REFUSED: self.tr("refused"),
            FAILED: self.tr("failed"),
            UNREADABLE: self.tr("cannot be read"),
            WAITING: self.tr("into the outbox"),
        }
        reason = why_not(entry.reason) if entry.outcome == WAITING else entry.reason
        return ": ".join(filter(None, (words.get(entry.outcome, entry.outcome), reason)))


def when_text(when: float, now: Optional[datetime] = None) -> str:
    """Return a moment as people read it: the time alone for today, the day alone for another year."""
    try:
        moment = datetime.fromtimestamp(when)
    except (OverflowError, OSError, ValueError):
        return "?"
    today = now or datetime.now()
    if moment.date() == today.date():
        return moment.strftime("%H:%M")
    return moment.strftime("%d %b %H:%M" if moment.year == today.year else "%Y-%m-%d")
