"""The tab of the history: what was submitted before, how it differs from now, and ways to use it again."""

from __future__ import annotations

from typing import Any, List, Optional

from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QShowEvent
from qtpy.QtWidgets import (
    QApplication,
    QCheckBox,
    QMessageBox,
    QPlainTextEdit,
    QSplitter,
    QWidget,
)

from farmsubmit.errors import FarmsubmitError
from farmsubmit.history import UNREADABLE, Entry
from farmsubmit.request import SubmitRequest
from farmsubmit.submission import Submission
from farmsubmit.submission.again import again
from farmsubmit.tasks.build import Built
from farmsubmit_ui import worker
from farmsubmit_ui.models.history_model import Comparison, HistoryModel, compare, job_states, read_history
from farmsubmit_ui.panels.diff_colours import DiffColours
from farmsubmit_ui.panels.tab_parts import TabTree, bar, column, open_link, pages
from farmsubmit_ui.session.letters import for_dialog
from farmsubmit_ui.style import mono, px, set_role
from farmsubmit_ui.widgets import ElidedLabel, EmptyState, text_button


class HistoryPanel(QWidget):
    """Earlier submissions of the session's scene, or all; ``resubmitted`` tells the ticket of one sent again."""

    resubmitted = Signal(object)

    def __init__(self, session: Any, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("history_panel")
        self._session = session
        self._is_stale = True
        self._works = worker.Latest(self)
        self._compared = worker.Latest(self)
        self.model = HistoryModel(self)
        self._make_parts()
        self._make_buttons()
        self._lay_out()
        session.facts_changed.connect(self.refresh)
        session.submitted.connect(self.refresh)
        session.submit_failed.connect(self.refresh)
        session.job_changed.connect(self._compare)
        self._show_page()

    def refresh(self) -> None:
        """Read the history anew; one that nobody sees is read when it is shown."""
        self._is_stale = True
        if self.isVisible():
            self._read()

    def showEvent(self, event: QShowEvent) -> None:
        """Read the history when somebody wants to see it."""
        super().showEvent(event)
        if self._is_stale:
            self._read()

    def selected(self) -> Optional[Entry]:
        """Return the selected submission, None where there is none."""
        return self.model.entry(self.view.currentIndex())

    # --- parts

    def _make_parts(self) -> None:
        self.all_scenes = QCheckBox(self.tr("A&ll scenes"))
        self.all_scenes.setObjectName("history_all")
        self.all_scenes.setAccessibleName(self.tr("Show the submissions of all scenes"))
        self.all_scenes.toggled.connect(lambda _: self._read())
        self.scene = ElidedLabel("", "dim")
        self.scene.setObjectName("history_scene")
        self.view = TabTree("history", self.tr("Submissions"))
        self.view.setRootIsDecorated(False)
        self.view.setModel(self.model)
        self.view.set_widths((54, 96, 0, 140, 70, 130))
        self.view.selectionModel().currentChanged.connect(lambda *_: self._show_selected())
        self.view.doubleClicked.connect(lambda _: self.open_selected())
        self.difference = QPlainTextEdit()
        self.difference.setObjectName("history_difference")
        self.difference.setAccessibleName(self.tr("Differences from what is open now"))
        self.difference.setReadOnly(True)
        self.difference.setTabChangesFocus(True)
        self.difference.setFont(mono())
        set_role(self.difference, "log")
        self._colours = DiffColours(self.difference.document())
        self.about = ElidedLabel("", "strong", Qt.TextElideMode.ElideRight)
        self.about.setObjectName("history_about")
        self.empty = EmptyState("history", "")

    def _make_buttons(self) -> None:
        self.open_button = text_button(self.tr("Open re&quest"), "history_open", "open", "small")
        self.open_button.setToolTip(self.tr("Open what was asked for then, to change it and send it"))
        self.again_button = text_button(self.tr("Resu&bmit…"), "history_again", "submit", "small")
        self.link_button = text_button(self.tr("Open job"), "history_link", "link", "small")
        self.copy_button = text_button(self.tr("&Copy id"), "history_copy", "copy", "small")
        self.open_button.clicked.connect(self.open_selected)
        self.again_button.clicked.connect(self._ask_again)
        self.link_button.clicked.connect(self._open_link)
        self.copy_button.clicked.connect(self._copy)

    def _lay_out(self) -> None:
        above, below, listed = QWidget(), QWidget(), QWidget()
        head = bar(self.scene, self.all_scenes)
        head.setStretch(0, 1)
        column(above, head, self.view)
        about = bar(self.about)
        about.setStretch(0, 1)
        buttons = bar(self.open_button, self.again_button, self.link_button, self.copy_button, 1)
        column(below, about, self.difference, buttons)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(above)
        self.splitter.addWidget(below)
        self.splitter.setSizes([px(360), px(260)])
        column(listed, self.splitter)
        self.pages = pages(self, listed, self.empty)
        self.empty.button.clicked.connect(lambda: self.all_scenes.setChecked(True))

    # --- what is shown

    def _scenes(self) -> List[str]:
        scene = self._session.scene
        return [scene] if scene and not self.all_scenes.isChecked() else []

    def _read(self) -> None:
        self._is_stale = False
        self._works.run(read_history, self._scenes(), done=self._take, failed=self._session.failed.emit)

    def _take(self, found: Any) -> None:
        chosen = self.selected()
        self.model.set_rows(found)
        self._show_page()
        numbers = [entry.number for entry in found]
        place = numbers.index(chosen.number) if chosen is not None and chosen.number in numbers else 0
        self.view.setCurrentIndex(self.model.index(place, 0))
        worker.run(job_states, found, done=self.model.set_states, owner=self)

    def _show_page(self) -> None:
        scene = self._session.scene
        is_one = bool(self._scenes())
        self.all_scenes.setVisible(bool(scene))
        self.scene.set_text(scene if is_one else self.tr("All scenes"))
        self.pages.setCurrentIndex(0 if self.model.rows else 1)
        nothing = (
            self.tr("This scene was never submitted from here.") if is_one else self.tr("Nothing was submitted yet.")
        )
        self.empty.set_sentence(nothing)
        self.empty.button.setText(self.tr("Show all scenes"))
        self.empty.button.setVisible(is_one)

    def _show_selected(self) -> None:
        entry = self.selected()
        for button in (self.open_button, self.again_button):
            button.setEnabled(entry is not None and entry.outcome != UNREADABLE)
        self.link_button.setEnabled(entry is not None and bool(entry.link))
        self.copy_button.setEnabled(entry is not None and bool(entry.jid))
        self._compare()

    def _compare(self) -> None:
        entry, session = self.selected(), self._session
        if entry is None or not self.isVisible():
            return
        self.about.set_text(self._about(entry))
        self._compared.run(
            compare,
            *(entry, session.request, session.job),
            done=lambda found: self._show_comparison(entry, found),
            failed=session.failed.emit,
        )

    def _about(self, entry: Entry) -> str:
        who = entry.owner or entry.user
        return "  ·  ".join(
            filter(None, (self.tr("Submission {0}").format(entry.number), who, entry.host, entry.scene_copy))
        )

    def _show_comparison(self, entry: Entry, found: Comparison) -> None:
        lines = [f"! {found.problem}"] if found.problem else []
        lines += [f"! {for_dialog(entry.reason)}"] if entry.reason else []
        lines += [f"! {found.scene}"] if found.scene else []
        lines += [f"! {self.tr('dropped')}: {text}" for text in entry.dropped]
        if not found.problem:
            lines += self._part(self.tr("What is asked, compared with now"), found.request)
            lines += self._part(self.tr("The job, compared with now"), found.job)
        self.difference.setPlainText("\n".join(lines))

    def _part(self, title: str, lines: List[str]) -> List[str]:
        return [title, *(f"  {line}" for line in lines or [self.tr("no difference")])]

    def style_changed(self) -> None:
        """Take the font and the colours of the style that is on."""
        self.difference.setFont(mono())
        self._colours.rehighlight()

    # --- what a person does

    def open_selected(self) -> None:
        """Open what was asked for then, or the job where nothing else was kept."""
        entry = self.selected()
        if entry is not None:
            worker.run(again, entry, done=self._open, failed=self._session.failed.emit, owner=self)

    def _open(self, what: Any) -> None:
        session = self._session
        if isinstance(what, SubmitRequest):
            session.leave(lambda: session.open_request(what))
        else:
            session.leave(lambda: session.open_job(what.job))

    def _ask_again(self) -> None:
        entry = self.selected()
        if entry is None:
            return
        box = QMessageBox(self)
        box.setObjectName("resubmit_question")
        box.setWindowTitle(self.tr("Resubmit"))
        box.setText(self.tr("Send submission {0} again to {1}?").format(entry.number, entry.engine))
        box.setInformativeText(self.tr("It is sent as it was asked for then; what is open here is not touched."))
        send = box.addButton(self.tr("&Send again"), QMessageBox.ButtonRole.AcceptRole)
        send.setObjectName("resubmit_send")
        box.addButton(QMessageBox.StandardButton.Cancel)
        send.clicked.connect(lambda: self.resubmit(entry))
        box.finished.connect(box.deleteLater)
        box.open()

    def resubmit(self, entry: Entry) -> None:
        """Send a submission again as it was asked for."""
        self.again_button.setEnabled(False)
        worker.run(_send_again, entry, done=self._sent, failed=self._not_sent, owner=self)

    def _sent(self, ticket: Any) -> None:
        self._session.message.emit(self.tr("Sent again as job {0}.").format(ticket.jid))
        self.resubmitted.emit(ticket)
        self.refresh()

    def _not_sent(self, sentence: str) -> None:
        self._session.failed.emit(for_dialog(sentence))
        self.refresh()

    def _open_link(self) -> None:
        entry = self.selected()
        if entry is not None and not open_link(entry.link):
            self._session.failed.emit(self.tr("{0} cannot be opened here.").format(entry.link))

    def _copy(self) -> None:
        entry = self.selected()
        if entry is not None:
            QApplication.clipboard().setText(entry.jid)


def _send_again(entry: Entry) -> Any:
    """Walk the whole way of a submission once more; runs in a worker."""
    what = again(entry)
    if not isinstance(what, (SubmitRequest, Built)):
        raise FarmsubmitError(f"submission {entry.number} cannot be sent again")
    way = Submission(what, entry.engine or None)
    way.prepare()
    return way.send().ticket
