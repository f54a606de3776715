"""The cards on the left while a job runs: its ticket, and how far it is."""

from __future__ import annotations

import time
from typing import Any, Dict, List, Optional, Tuple

from qtpy.QtCore import QCoreApplication, QRectF, QSize, Qt, Signal
from qtpy.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from qtpy.QtWidgets import QApplication, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from farmsubmit.engines.base import ACTIVE, DONE, ERROR, KILLED, PAUSED, SKIPPED, JobStatus
from farmsubmit_ui.models.jobs_model import JobWatch, time_left
from farmsubmit_ui.panels.tab_parts import open_link
from farmsubmit_ui.style import current, pixmap, px, set_role
from farmsubmit_ui.widgets import Card, ElidedLabel, FittingRow, ShortText, StateDot, label, text_button

#: The parts of the bar, in this order, and how each state counts.
PARTS = ("done", "active", "failed", "waiting")
_PART_OF = {DONE: "done", SKIPPED: "done", ACTIVE: "active", ERROR: "failed", KILLED: "failed"}
_MARKS = {"done": "check", "error": "error", "killed": "kill", "paused": "pause", "active": "run"}
_TINTS = {DONE: "done", ERROR: "failed", KILLED: "failed", PAUSED: "warning", ACTIVE: "active"}


def counts_of(status: Optional[JobStatus]) -> Dict[str, int]:
    """Return how many tasks are done, active, failed and waiting; skipped ones are done, killed ones failed."""
    found = dict.fromkeys(PARTS, 0)
    for state, count in (status.counts if status is not None else {}).items():
        found[_PART_OF.get(state, "waiting")] += count
    return found


def duration(seconds: float) -> str:
    """Return a time in words, rough as people say it: ``40 s``, ``22 min``, ``3 h 10 min``, ``2 days``."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"{round(seconds)} s"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"
    return f"{round(minutes / 60 / 24)} days"


class CountsBar(QWidget):
    """A bar of what is done, active and failed, as shares of all."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("counts_bar")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.counts: Dict[str, int] = dict.fromkeys(PARTS, 0)

    def show_counts(self, counts: Dict[str, int]) -> None:
        """Show other counts."""
        self.counts = counts
        self.setAccessibleName(", ".join(f"{count} {part}" for part, count in counts.items()))
        self.update()

    def sizeHint(self) -> QSize:
        """As high as in the design."""
        return QSize(px(200), px(10))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the shares from the left."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()), px(4), px(4))
        painter.setClipPath(outline)
        painter.fillRect(self.rect(), QColor(current().field))
        total = sum(self.counts.values())
        left = 0.0
        for part in PARTS[:3] if total else ():
            width = self.width() * self.counts[part] / total
            painter.fillRect(QRectF(left, 0, width, self.height()), QColor(current().state_fill(part)))
            left += width
        painter.end()


class ProgressCard(Card):
    """Counts, the bar, and how long the rest takes."""

    def __init__(self, watch: JobWatch, parent: Optional[QWidget] = None) -> None:
        super().__init__(QCoreApplication.translate("ProgressCard", "Progress"), parent)
        self.setObjectName("progress_card")
        self._watch = watch
        self.bar = CountsBar()
        self.left = label("", "dim")
        self.left.setObjectName("time_left")
        self._texts: Dict[str, Any] = {}
        self._short: Dict[str, ShortText] = {}
        self.problem = label("", "warning")
        self.problem.setObjectName("watch_problem")
        self.problem.setWordWrap(True)
        self.body.addWidget(self.bar)
        self.body.addLayout(self._made_line())
        self.body.addWidget(self.problem)
        watch.changed.connect(self.refresh)
        watch.aged.connect(self._show_problem)
        self.refresh()

    def _made_line(self) -> QHBoxLayout:
        row = FittingRow()
        row.setSpacing(px(14))
        for part in PARTS:
            text = label("", "waiting")
            text.setObjectName(f"count_{part}")
            pair = QHBoxLayout()
            pair.setSpacing(px(6))
            pair.addWidget(StateDot(part))
            pair.addWidget(text)
            row.addLayout(pair)
            self._texts[part] = text
            self._short[part] = ShortText(text)
        row.set_steps(*self._short.values())
        row.addStretch(1)
        row.addWidget(self.left)
        return row

    def refresh(self) -> None:
        """Show how the job stands."""
        counts = counts_of(self._watch.status)
        words = {
            "done": self.tr("{0} done"),
            "active": self.tr("{0} active"),
            "failed": self.tr("{0} failed"),
            "waiting": self.tr("{0} waiting"),
        }
        is_known = self._watch.status is not None
        for part, text in self._texts.items():
            number = f"{counts[part]:,}" if is_known else "—"
            text.setToolTip(words[part].format(number))
            self._short[part].set_texts(words[part].format(number), number)
        self.bar.show_counts(counts)
        self.left.setText(self._left())
        self._show_problem()

    def _left(self) -> str:
        status = self._watch.status
        if status is None:
            return "—"
        if self._watch.is_over:
            took = (status.stopped or 0.0) - (status.started or status.spooled)
            return self.tr("took {0}").format(duration(took)) if status.stopped and took > 0 else ""
        rest = time_left(list(self._watch.tasks.values()), time.time())
        return self.tr("about {0} left").format(duration(rest)) if rest is not None else self.tr("time left: —")

    def _show_problem(self) -> None:
        self.problem.setText(self._watch.problem)
        self.problem.setVisible(bool(self._watch.problem))


class TicketCard(Card):
    """The job's id and title, where it went, and what can be done from here.

    Emits ``new_wanted`` for a new submission, ``again_wanted`` to send the job again, and ``kept_wanted`` to look at
    what was kept of it.
    """

    new_wanted = Signal()
    again_wanted = Signal()
    kept_wanted = Signal()

    def __init__(self, session: Any, watch: JobWatch, parent: Optional[QWidget] = None) -> None:
        super().__init__(QCoreApplication.translate("TicketCard", "Submitted"), parent)
        self.setObjectName("ticket_card")
        self._session = session
        self._watch = watch
        self.mark = label("")
        self.job = label("", "title")
        self.job.setObjectName("ticket_job")
        self.job.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.state = label("", "dim")
        self.state.setObjectName("ticket_state")
        self.about = ElidedLabel("", "dim", Qt.TextElideMode.ElideMiddle)
        self.about.setObjectName("ticket_about")
        self.open_button = text_button(self.tr("open in engine"), "ticket_open", "link", "link")
        self.copy_button = text_button(self.tr("copy"), "ticket_copy", "copy", "link")
        self.copy_button.setToolTip(self.tr("Copy the job's id"))
        self.new_button = text_button(self.tr("Ne&w submission"), "ticket_new")
        self.again_button = text_button(self.tr("Resu&bmit…"), "ticket_again")
        self.kept_button = text_button(self.tr("Histor&y"), "ticket_history")
        self._fill()
        self._connect()
        self.refresh()

    def _fill(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(px(8))
        for widget in (self.job, self.state, self.open_button, self.copy_button):
            top.addWidget(widget)
        top.addStretch(1)
        texts = QVBoxLayout()
        texts.setSpacing(px(2))
        texts.addLayout(top)
        texts.addWidget(self.about)
        line = QHBoxLayout()
        line.setSpacing(px(12))
        line.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addLayout(texts, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(8))
        for button in (self.new_button, self.again_button, self.kept_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.body.addLayout(line)
        self.body.addSpacing(px(4))
        self.body.addLayout(buttons)

    def _connect(self) -> None:
        self.open_button.clicked.connect(self._open)
        self.copy_button.clicked.connect(self._copy)
        self.new_button.clicked.connect(self.new_wanted)
        self.again_button.clicked.connect(self.again_wanted)
        self.kept_button.clicked.connect(self.kept_wanted)
        self._watch.changed.connect(self.refresh)
        self._watch.aged.connect(self.refresh)

    def style_changed(self) -> None:
        """Tint the mark by the style that is on."""
        state = self._watch.status.state if self._watch.status is not None else ""
        self.mark.setPixmap(
            pixmap(_MARKS.get(state, "clock"), px(22), _TINTS.get(state, "dim"), self.devicePixelRatioF())
        )

    def refresh(self) -> None:
        """Show the ticket and how the job stands."""
        ticket, status = self._watch.ticket, self._watch.status
        self.job.setText(self.tr("Job {0}").format(ticket.jid) if ticket is not None else self.tr("No job"))
        self.state.setText(_state_word(status.state) if status is not None else self.tr("asking…"))
        set_role(self.state, _TINTS.get(status.state, "dim") if status is not None else "dim")
        self.open_button.setVisible(ticket is not None and bool(ticket.link))
        self.open_button.setToolTip(ticket.link if ticket is not None else "")
        self.about.set_text("  ·  ".join(filter(None, self._about())))
        self.style_changed()

    def _about(self) -> List[str]:
        ticket, status = self._watch.ticket, self._watch.status
        if ticket is None:
            return []
        if status is None:
            return [ticket.engine]
        ago = self.tr("spooled {0} ago to {1}").format(duration(max(0.0, time.time() - status.spooled)), ticket.engine)
        return [status.title, ago if status.spooled else ticket.engine]

    def _open(self) -> None:
        ticket = self._watch.ticket
        if ticket is not None and not open_link(ticket.link):
            self._session.failed.emit(self.tr("{0} cannot be opened here.").format(ticket.link))

    def _copy(self) -> None:
        if self._watch.ticket is not None:
            QApplication.clipboard().setText(self._watch.ticket.jid)
            self._session.message.emit(self.tr("The job's id is on the clipboard."))


def _state_word(state: str) -> str:
    words: Tuple[Tuple[str, str], ...] = (
        (DONE, QCoreApplication.translate("TicketCard", "done")),
        (ERROR, QCoreApplication.translate("TicketCard", "failed")),
        (ACTIVE, QCoreApplication.translate("TicketCard", "active")),
        (PAUSED, QCoreApplication.translate("TicketCard", "paused")),
        (KILLED, QCoreApplication.translate("TicketCard", "killed")),
    )
    return dict(words).get(state, state)
