"""The page of a submission: its steps as they go, and then the job's id, or why nothing was sent."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Tuple

from qtpy.QtCore import QCoreApplication, QSize, Qt, Signal
from qtpy.QtGui import QColor, QPainter, QPaintEvent
from qtpy.QtWidgets import (
    QApplication,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from farmsubmit.engines.base import Dropped, Ticket
from farmsubmit_ui.panels.outbox_dialog import ask_again
from farmsubmit_ui.panels.tab_parts import open_link
from farmsubmit_ui.session.letters import prospect, title_of, why_not
from farmsubmit_ui.style import current, pixmap, px, set_role
from farmsubmit_ui.widgets import Card, ElidedLabel, Note, label, text_button
from farmsubmit_ui.widgets.cards import card_ground

#: The steps in the order in which they happen: the history keeps what was sent.
STEPS = ("check", "copy", "spool", "save")
WAITING, ACTIVE, DONE, SKIPPED, FAILED = "waiting", "active", "done", "skipped", "failed"
_ICONS = {ACTIVE: ("run", "active"), DONE: ("check", "done"), SKIPPED: ("minus", "dim"), FAILED: ("error", "failed")}
_ROLES = {ACTIVE: "active", DONE: "done", FAILED: "failed"}


class StepMark(QWidget):
    """The icon of a step's state; a ring for one that waits."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._state = WAITING
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_state(self, state: str) -> None:
        """Show another state."""
        self._state = state
        self.setAccessibleName(state)
        self.update()

    def sizeHint(self) -> QSize:
        """A square of 18 pixels of the design."""
        return QSize(px(18), px(18))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the icon or the ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = px(16)
        left, top = (self.width() - side) // 2, (self.height() - side) // 2
        if self._state in _ICONS:
            name, colour = _ICONS[self._state]
            painter.drawPixmap(left, top, pixmap(name, side, colour, self.devicePixelRatioF()))
        else:
            painter.setPen(QColor(current().disabled))
            painter.drawEllipse(left + px(4), top + px(4), side - px(8), side - px(8))
        painter.end()


class StepLine:
    """One step: a mark, its name, its state in words, and what it says."""

    def __init__(self, name: str, title: str, grid: QGridLayout, row: int) -> None:
        self.state = WAITING
        self.mark = StepMark()
        self.mark.setObjectName(f"step_{name}")
        self.title = label(title)
        self.said = label("", "dim")
        self.text = ElidedLabel("", "dim", Qt.TextElideMode.ElideRight)
        self.text.setObjectName(f"step_{name}_text")
        for column, widget in enumerate((self.mark, self.title, self.said, self.text)):
            grid.addWidget(widget, row, column)
        grid.setRowMinimumHeight(row, px(26))

    def show_state(self, state: str, text: str) -> None:
        """Show how the step stands."""
        self.state = state
        self.mark.set_state(state)
        set_role(self.title, "dim" if state in (WAITING, SKIPPED) else "")
        set_role(self.said, _ROLES.get(state, "dim"))
        self.said.setText(_words(state))
        self.text.set_text(text)


class SubmitPanel(QWidget):
    """Follows a submission of the session.

    ``back_wanted`` asks for what was shown before, ``follow_wanted`` to follow the job of a ticket.
    """

    back_wanted = Signal()
    follow_wanted = Signal(object)

    def __init__(self, session: Any, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("submit_panel")
        self._session = session
        self.ticket: Optional[Ticket] = None
        self.is_ended = False
        self._make_steps()
        self._make_failure()
        self._make_result()
        self._make_buttons()
        self._lay_out()
        session.submit_step.connect(self.show_step)
        session.submitted.connect(self.show_ticket)
        session.submit_failed.connect(self.show_failure)
        session.waiting_changed.connect(self._show_waiting)
        self.restart()

    # --- parts

    def _make_steps(self) -> None:
        self.card = Card(self.tr("Submission"))
        self.card.setObjectName("submission_card")
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(10))
        grid.setVerticalSpacing(px(2))
        grid.setColumnMinimumWidth(2, px(70))
        grid.setColumnStretch(3, 1)
        titles = {
            "check": self.tr("Check the job"),
            "copy": self.tr("Copy the scene"),
            "spool": self.tr("Send it to the engine"),
            "save": self.tr("Keep it in the history"),
        }
        self.steps: Dict[str, StepLine] = {
            name: StepLine(name, titles[name], grid, row) for row, name in enumerate(STEPS)
        }
        self.card.body.addLayout(grid)

    def _make_failure(self) -> None:
        self.failure = Card(self.tr("Not sent"))
        self.failure.setObjectName("failure_card")
        self.problem = label("", "failed")
        self.problem.setObjectName("failure_text")
        self.to_do = label("")
        self.to_do.setObjectName("failure_hint")
        for text in (self.problem, self.to_do):
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.failure.body.addWidget(text)
        self.copy_error = text_button(self.tr("&Copy the message"), "copy_error", "copy", "small")
        self.copy_error.clicked.connect(lambda: _copy(self.problem.text()))
        self.failure.body.addWidget(self.copy_error, 0, Qt.AlignmentFlag.AlignLeft)

    def _make_result(self) -> None:
        self.result = Card(self.tr("Sent"))
        self.result.setObjectName("result_card")
        self.job = label("", "title")
        self.job.setObjectName("result_job")
        self.job.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.where = ElidedLabel("", "dim")
        self.where.setObjectName("result_where")
        self.copy_id = text_button(self.tr("&Copy the id"), "copy_id", "copy", "small")
        self.open_job = text_button(self.tr("Open"), "open_job", "link", "small")
        self.copy_id.clicked.connect(lambda: _copy(self.ticket.jid if self.ticket else ""))
        self.open_job.clicked.connect(self._open)
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addWidget(self.job)
        row.addWidget(self.copy_id)
        row.addWidget(self.open_job)
        row.addStretch(1)
        self.result.body.addLayout(row)
        self.result.body.addWidget(self.where)
        self.dropped = DroppedCard()

    def _make_buttons(self) -> None:
        self.back = text_button(self.tr("&Back"), "submit_back", "chevron-left")
        self.cancel = text_button(self.tr("Cance&l"), "submit_cancel", "close")
        self.again = text_button(self.tr("Try a&gain"), "submit_again", "retry")
        self.now = text_button(self.tr("Send it no&w"), "submit_now", "submit", "primary")
        self.anew = text_button(self.tr("Send a&gain…"), "submit_anew", "retry")
        self.out = text_button(self.tr("Ta&ke it out"), "submit_take_out", "trash")
        self.out.setToolTip(self.tr("It is not sent by itself then; the request stays as it is"))
        self.follow = text_button(self.tr("Follo&w the job"), "submit_follow", "eye", "primary")
        self.back.clicked.connect(self.back_wanted)
        self.cancel.clicked.connect(self._cancel)
        self.again.clicked.connect(self._session.try_again)
        self.now.clicked.connect(lambda checked=False: self._send_waiting())
        self.anew.clicked.connect(self._ask_again)
        self.out.clicked.connect(self._session.take_out_waiting)
        self.follow.clicked.connect(lambda: self.follow_wanted.emit(self.ticket))

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(px(8))
        for button in (self.back, self.cancel, self.again, self.now, self.anew, self.out, self.follow):
            buttons.addWidget(button)
        buttons.addStretch(1)
        ground, column = card_ground()
        for card in (self.card, self.failure, self.result, self.dropped):
            column.addWidget(card)
        column.addLayout(buttons)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(ground)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)

    # --- what is shown

    def restart(self) -> None:
        """Let all steps wait, as before a submission."""
        self.ticket = None
        self.is_ended = False
        for step in self.steps.values():
            step.show_state(WAITING, "")
        self._show_end()

    def show_step(self, name: str, state: str, text: str) -> None:
        """Show how a step stands; the first one begins a new submission."""
        if name == STEPS[0] and state == ACTIVE:
            self.restart()
        if name in self.steps:
            # Why nothing was sent is told below; what was sent and not kept is told nowhere else.
            is_told = state == FAILED and name != STEPS[-1]
            self.steps[name].show_state(state, "" if is_told else text)

    def show_ticket(self, ticket: Ticket) -> None:
        """Show that a job is with its engine."""
        self.ticket = ticket
        self.job.setText(self.tr("Job {0}").format(ticket.jid))
        self.where.set_text("  ·  ".join(filter(None, (ticket.engine, ticket.link))))
        self.open_job.setEnabled(bool(ticket.link))
        self.open_job.setToolTip(ticket.link or self.tr("This engine has no page for a job."))
        self.dropped.show_dropped(ticket.dropped)
        self.is_ended = True
        self._show_end()

    def show_failure(self, sentence: str) -> None:
        """Show why nothing was sent; what was asked stays as it is."""
        problem, to_do = parted(why_not(sentence))
        self.problem.setText(problem)
        self.to_do.setText(to_do or self.tr("Nothing was sent, and nothing of what you asked for is lost."))
        self.is_ended = True
        self._show_end()
        if self._session.waiting is not None:
            self._show_waiting()

    def _show_waiting(self) -> None:
        """Show how the submission stands in the outbox, or that it is there no more."""
        waiting = self._session.waiting
        if not self.is_ended or self.ticket is not None:
            return
        if waiting is None:
            self.to_do.setText(self.tr("It is not in the outbox any more; trying again sends it anew."))
        else:
            self.problem.setText(parted(why_not(waiting.letter.reason or self.problem.text()))[0])
            self.to_do.setText(prospect(waiting))
        self._show_end()

    def _show_end(self) -> None:
        is_sent = self.ticket is not None
        has_failed = self.is_ended and not is_sent
        waiting = self._session.waiting if has_failed else None
        needs_person = waiting is not None and waiting.needs_person
        self.failure.set_title(title_of(waiting))
        self.failure.setVisible(has_failed)
        self.result.setVisible(is_sent)
        self.dropped.setVisible(is_sent)
        self.cancel.setVisible(not self.is_ended)
        self.cancel.setEnabled(True)
        self.cancel.setToolTip(self.tr("Nothing is sent; what is at the engine already arrives all the same."))
        self.back.setVisible(self.is_ended)
        self.again.setVisible(has_failed and waiting is None)
        self.now.setVisible(waiting is not None and not needs_person)
        self.anew.setVisible(needs_person)
        self.out.setVisible(waiting is not None)
        self.follow.setVisible(is_sent)

    # --- what a person does

    def _cancel(self) -> None:
        self._session.cancel_submit()
        self.cancel.setEnabled(False)
        self.cancel.setToolTip(self.tr("It stops before the next step."))

    def _send_waiting(self, is_sure: bool = False) -> None:
        if self._session.waiting is None:
            return
        # It was checked, and its scene copied, before it went into the outbox.
        for name in ("spool", "save"):
            self.steps[name].show_state(WAITING, "")
        self.is_ended = False
        self._show_end()
        self.cancel.setEnabled(False)
        self.cancel.setToolTip(self.tr("It stays in the outbox until it has arrived."))
        self._session.send_waiting(is_sure)

    def _ask_again(self) -> None:
        ask_again(self, self._session.waiting, lambda: self._send_waiting(is_sure=True))

    def _open(self) -> None:
        if self.ticket is not None and not open_link(self.ticket.link):
            self._session.failed.emit(self.tr("{0} cannot be opened here.").format(self.ticket.link))


class DroppedCard(Card):
    """What an engine cannot express, and what happens instead."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(QCoreApplication.translate("DroppedCard", "Not sent to this engine"), parent)
        self.setObjectName("dropped_card")
        self._note = Note()
        self._note.setObjectName("dropped_note")
        self._note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.body.addWidget(self._note)
        self.show_dropped(())

    def show_dropped(self, dropped: Sequence[Dropped]) -> None:
        """Show what was dropped."""
        self.set_count(str(len(dropped)) if dropped else "")
        nothing = self.tr("Nothing was dropped: this engine does all that was asked.")
        self._note.say("\n".join(_dropped_lines(dropped)) or nothing, "dim")

    def text(self) -> str:
        """Return what is said."""
        return str(self._note.text())


def parted(sentence: str) -> Tuple[str, str]:
    """Return an error's sentence as what went wrong and what to do, the second empty where it does not say."""
    problem, _, to_do = sentence.rpartition("; ")
    return (_begun(problem), _begun(to_do)) if problem else (_begun(sentence), "")


def _begun(sentence: str) -> str:
    """Begin a sentence with a capital, but for one that begins with an address or our own command."""
    first = sentence.partition(" ")[0]
    return sentence[:1].upper() + sentence[1:] if first.isalpha() and first != "farmsubmit" else sentence


def _dropped_lines(dropped: Sequence[Dropped]) -> List[str]:
    return [f"{_label_of(each.option)} of {each.where}: {each.reason}" for each in dropped]


def _label_of(option: str) -> str:
    """Return an option as the menu of options calls it; an attribute of an element has its own name."""
    labels = {
        "preview_first": QCoreApplication.translate("SubmitPanel", "Preview frames first"),
        "preview_rest": QCoreApplication.translate("SubmitPanel", "The others meanwhile"),
        "scene_copy": QCoreApplication.translate("SubmitPanel", "A copy of the scene"),
    }
    return str(labels.get(option, option))


def _words(state: str) -> str:
    words = {
        WAITING: QCoreApplication.translate("SubmitPanel", "waits"),
        ACTIVE: QCoreApplication.translate("SubmitPanel", "at work"),
        DONE: QCoreApplication.translate("SubmitPanel", "done"),
        SKIPPED: QCoreApplication.translate("SubmitPanel", "not needed"),
        FAILED: QCoreApplication.translate("SubmitPanel", "failed"),
    }
    return str(words.get(state, state))


def _copy(text: str) -> None:
    QApplication.clipboard().setText(text)
