"""What the two sides show on the way of a job: first what is asked, then its submission, then how it runs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple, Optional

from qtpy.QtCore import QObject, Signal
from qtpy.QtWidgets import QStackedWidget, QWidget

from farmsubmit.author.elements import Job
from farmsubmit.request import SubmitRequest
from farmsubmit_ui.session import Session
from farmsubmit_ui.sides import LeftSide, RightSide
from farmsubmit_ui.widgets.later import tab_after

if TYPE_CHECKING:
    from farmsubmit.engines.base import Ticket
    from farmsubmit_ui.panels.monitor_panel import MonitorPanel
    from farmsubmit_ui.panels.submit_panel import SubmitPanel


class _Sent(NamedTuple):
    """What a submission began with; the session goes on to other things while its job runs."""

    job: Optional[Job]
    request: Optional[SubmitRequest]
    when: float


_NOTHING = _Sent(None, None, 0.0)


class Way(QObject):
    """Turns the pages of both sides; ``following`` tells whether they show a job that runs."""

    following = Signal(bool)

    def __init__(self, session: Session, left: LeftSide, right: RightSide) -> None:
        super().__init__(session)
        self.session = session
        self.left = left
        self.right = right
        self._submission: Optional[SubmitPanel] = None
        self._monitor: Optional[MonitorPanel] = None
        self.ticket: Optional[Ticket] = None
        self.latest: Optional[Ticket] = None
        self._sent = _NOTHING
        self.left_pages, self.right_pages = QStackedWidget(), QStackedWidget()
        self.left_pages.addWidget(left)
        self.right_pages.addWidget(right)
        right.resubmitted.connect(self.follow)
        session.submit_step.connect(self._show_submission)
        session.submitted.connect(self._note)

    @property
    def submission(self) -> SubmitPanel:
        """The page of a submission."""
        if self._submission is None:
            from farmsubmit_ui.panels.submit_panel import SubmitPanel

            self._submission = SubmitPanel(self.session)
            self._submission.back_wanted.connect(self.edit)
            self._submission.follow_wanted.connect(self.follow)
            self.right_pages.addWidget(self._submission)
            tab_after(self.right.tabBar(), self._submission)
        return self._submission

    @property
    def monitor(self) -> MonitorPanel:
        """The page of a job that runs."""
        if self._monitor is None:
            from farmsubmit_ui.panels.monitor_panel import MonitorPanel

            self._monitor = MonitorPanel(self.session)
            # Its parts are shown in ours; it is nothing but their owner.
            self._monitor.setParent(self.right_pages)
            self.left_pages.addWidget(self._monitor.left)
            tab_after(self.left.dirmaps.path, self._monitor.left)
            self._monitor.new_wanted.connect(self.edit)
            self._monitor.again_wanted.connect(self._send_again)
            self._monitor.kept_wanted.connect(self._show_history)
        return self._monitor

    def edit(self) -> None:
        """Show what is asked and what comes of it; a job that is followed goes on being followed."""
        self.left_pages.setCurrentWidget(self.left)
        self.right_pages.setCurrentWidget(self.right)
        self.right.show_live(None)
        self.following.emit(False)

    def follow(self, ticket: Ticket) -> None:
        """Show how the job of a ticket runs."""
        self._note(ticket)
        if ticket != self.ticket:
            self.ticket = ticket
            # What another submission began with, such as one of the history, is not in memory.
            sent = self._sent if ticket == self.submission.ticket else _NOTHING
            self.monitor.start(ticket, *sent)
        self.left_pages.setCurrentWidget(self.monitor.left)
        self.right.show_live(self.monitor.right)
        self.right_pages.setCurrentWidget(self.right)
        self.monitor.right.take_keyboard()
        self.following.emit(True)

    @property
    def foot(self) -> Optional[QWidget]:
        """The foot of a job that is followed, which stands for that of the window; None before one is."""
        return self._monitor.right.foot if self._monitor is not None else None

    def follow_last(self) -> None:
        """Show the job that was sent last, or that was followed after that."""
        if self.latest is None:
            self.session.message.emit(self.tr("Nothing was sent from here yet."))
        else:
            self.follow(self.latest)

    def close(self) -> None:
        """Stop following a job."""
        if self._monitor is not None:
            self._monitor.stop()

    def _note(self, ticket: Ticket) -> None:
        self.latest = ticket

    def _show_submission(self, step: str, state: str, text: str) -> None:
        if (step, state) != ("check", "active"):
            return
        if self._submission is None:
            # One that is made while a signal is under way does not get that one.
            self.submission.show_step(step, state, text)
        self._sent = _Sent(self.session.job, self.session.request, time.time())
        self.left_pages.setCurrentWidget(self.left)
        self.right_pages.setCurrentWidget(self.submission)
        self.following.emit(False)

    def _send_again(self) -> None:
        self.edit()
        self.session.message.emit(self.tr("Submit sends it once more, with what you change now."))

    def _show_history(self) -> None:
        self.edit()
        self.right.show_history()
