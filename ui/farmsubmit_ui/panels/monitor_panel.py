"""A job that runs: on the left its ticket, progress and frames, on the right its tasks, log, and what one can do."""

from __future__ import annotations

from typing import Any, Optional

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QFrame, QScrollArea, QSplitter, QVBoxLayout, QWidget

from farmsubmit.engines.base import Ticket
from farmsubmit_ui.models.jobs_model import JobWatch
from farmsubmit_ui.panels.frames_card import FramesCard
from farmsubmit_ui.panels.monitor_parts import ProgressCard, TicketCard
from farmsubmit_ui.panels.monitor_tasks import TasksSide
from farmsubmit_ui.panels.submit_panel import DroppedCard
from farmsubmit_ui.style import px
from farmsubmit_ui.widgets.cards import card_ground


class TicketSide(QScrollArea):
    """The cards of the left side."""

    def __init__(self, session: Any, watch: JobWatch, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("ticket_side")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._watch = watch
        self.ticket = TicketCard(session, watch)
        self.progress = ProgressCard(watch)
        self.dropped = DroppedCard()
        self.frames = FramesCard()
        ground, column = card_ground()
        for card in (self.ticket, self.progress, self.dropped):
            column.addWidget(card)
        column.addWidget(self.frames, 1)
        self.setWidget(ground)
        self.setMinimumWidth(px(380))
        watch.changed.connect(self.frames.look)

    def show_job(self, request: Any, since: float) -> None:
        """Show what an engine dropped, and the frames that a request writes from a moment on."""
        ticket = self._watch.ticket
        self.dropped.show_dropped(ticket.dropped if ticket is not None else ())
        self.frames.watch(request, since)


class MonitorPanel(QWidget):
    """Both sides of a job that runs.

    ``left``, ``right`` and the foot of the right may be put into places of a window; then this widget is only their
    owner. Emits ``new_wanted``, ``again_wanted`` and ``kept_wanted`` as TicketCard does.
    """

    new_wanted = Signal()
    again_wanted = Signal()
    kept_wanted = Signal()

    def __init__(self, session: Any, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("monitor_panel")
        self._session = session
        self.watch = JobWatch(self)
        self.left = TicketSide(session, self.watch)
        self.right = TasksSide(session, self.watch)
        self.left.ticket.new_wanted.connect(self.new_wanted)
        self.left.ticket.again_wanted.connect(self.again_wanted)
        self.left.ticket.kept_wanted.connect(self.kept_wanted)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setObjectName("monitor_sides")
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.left)
        splitter.addWidget(self.right)
        splitter.setSizes([px(650), px(790)])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(splitter, 1)
        whole.addWidget(self.right.foot)

    def start(self, ticket: Ticket, job: Any = None, request: Any = None, since: float = 0.0) -> None:
        """Follow the job of a ticket; ``job`` and ``request`` are what was sent, where they are in memory."""
        self.watch.start(ticket, job)
        self.right.restart()
        self.left.show_job(request, since)

    def stop(self) -> None:
        """Follow nothing any more."""
        self.watch.stop()
        self.left.frames.stop()
        self.right.model.stop()
