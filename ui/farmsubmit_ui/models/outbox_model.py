"""What waits in the outbox as a table."""

from __future__ import annotations

import time
from typing import Any, List, Sequence

from qtpy.QtCore import QModelIndex, Qt

from farmsubmit.outbox import REFUSED, SENDING, UNSURE
from farmsubmit_ui.models.history_model import when_text
from farmsubmit_ui.models.table_base import TableBase
from farmsubmit_ui.session.letters import Waiting
from farmsubmit_ui.style import brush, icon, mono

#: The columns.
WHEN, TITLE, ENGINE, STATE, TRIES, NEXT = range(6)
_ICONS = {UNSURE: ("help", "warning"), REFUSED: ("error", "failed"), SENDING: ("run", "active")}


class OutboxModel(TableBase):
    """Submissions that wait, the oldest first; the tooltip of each says why."""

    rows: List[Waiting]

    def titles(self) -> Sequence[str]:
        """Return the titles of the columns."""
        return (
            self.tr("When"),
            self.tr("Title"),
            self.tr("Engine"),
            self.tr("State"),
            self.tr("Tries"),
            self.tr("Next try"),
        )

    def places_of(self, keys: Sequence[str]) -> List[int]:
        """Return the rows of some keys."""
        return [row for row, each in enumerate(self.rows) if each.letter.key in keys]

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid():
            return None
        waiting, column = self.rows[index.row()], index.column()
        letter = waiting.letter
        if role == Qt.ItemDataRole.DisplayRole:
            texts = (when_text(letter.when), letter.title, letter.engine, self.state_text(waiting), str(letter.tries))
            return (*texts, self.next_text(waiting))[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            whole = {TITLE: (letter.title, letter.scene), ENGINE: (letter.engine,)}.get(column, ())
            return "\n".join(filter(None, (*whole, letter.reason)))
        if role == Qt.ItemDataRole.DecorationRole and column == STATE:
            return icon(*_ICONS.get(letter.state, ("clock", "dim")))
        if role == Qt.ItemDataRole.FontRole and column == ENGINE:
            return mono()
        if role == Qt.ItemDataRole.ForegroundRole and column != TITLE:
            return brush("dim")
        return None

    def state_text(self, waiting: Waiting) -> str:
        """Return in words how a submission stands."""
        words = {UNSURE: self.tr("unsure"), REFUSED: self.tr("refused"), SENDING: self.tr("being sent")}
        return str(words.get(waiting.letter.state, self.tr("waits")))

    def next_text(self, waiting: Waiting) -> str:
        """Return when a submission is tried again, or that this takes a person."""
        if waiting.needs_person or waiting.letter.state == REFUSED:
            return str(self.tr("by hand"))
        if waiting.letter.next_try <= time.time():
            return str(self.tr("soon"))
        return when_text(waiting.letter.next_try)
