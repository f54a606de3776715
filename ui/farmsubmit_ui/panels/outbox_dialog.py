"""What waits in the outbox and why, with ways to send it or take it out."""

from __future__ import annotations

from typing import Any, Callable, List, Optional, Set

from qtpy.QtCore import QCoreApplication, QItemSelectionModel, QSize, Qt
from qtpy.QtWidgets import QAbstractItemView, QDialog, QHBoxLayout, QMessageBox, QStackedWidget, QVBoxLayout, QWidget

from farmsubmit_ui.models.outbox_model import OutboxModel
from farmsubmit_ui.panels.tab_parts import TabTree
from farmsubmit_ui.session.letters import Waiting, prospect, why_not
from farmsubmit_ui.style import px, set_role
from farmsubmit_ui.widgets import EmptyState, label, text_button
from farmsubmit_ui.widgets.tables import select_only


class OutboxDialog(QDialog):
    """Shows an Outbox; what it is asked for happens in the background, and the table follows."""

    def __init__(self, outbox: Any, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("outbox_dialog")
        self.setWindowTitle(self.tr("Outbox"))
        set_role(self, "window")
        self._outbox = outbox
        self._asked: Set[str] = set()
        self._answer = ""
        self.model = OutboxModel(self)
        self._make_parts()
        self._lay_out()
        outbox.changed.connect(self._show)
        outbox.carried.connect(self._take_carried)
        outbox.told.connect(self._tell)
        outbox.failed.connect(self._tell)
        self._show()
        outbox.look()
        room = parent.size() if parent is not None else QSize(px(880), px(380))
        self.resize(QSize(px(880), px(380)).boundedTo(room))

    def chosen(self) -> List[Waiting]:
        """Return the selected submissions, from the top."""
        return [self.model.rows[row] for row in sorted(index.row() for index in self.view.selected())]

    # --- parts

    def _make_parts(self) -> None:
        self.view = TabTree("outbox", self.tr("Submissions that wait"))
        self.view.setRootIsDecorated(False)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.view.setModel(self.model)
        self.view.set_widths((80, 0, 210, 100, 48, 118))
        self.view.selectionModel().selectionChanged.connect(lambda *_: self._show_chosen())
        self.empty = EmptyState("queue", self.tr("Nothing waits to be sent."))
        self.note = label("", "dim")
        self.note.setObjectName("outbox_note")
        self.note.setWordWrap(True)
        self.note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.out_button = text_button(self.tr("&Take out"), "outbox_take_out", "trash")
        self.again_button = text_button(self.tr("Send &again…"), "outbox_again", "retry")
        self.close_button = text_button(self.tr("&Close"), "outbox_close")
        self.send_button = text_button(self.tr("&Send now"), "outbox_send", "submit", "primary")
        self.out_button.clicked.connect(self._take_out)
        self.again_button.clicked.connect(self._ask_again)
        self.close_button.clicked.connect(self.reject)
        self.send_button.clicked.connect(self._send)
        self.style_changed()

    def style_changed(self) -> None:
        """Keep the room of three lines under the table at the present zoom."""
        self.note.setMinimumHeight(px(60))

    def _lay_out(self) -> None:
        self.pages = QStackedWidget()
        self.pages.addWidget(self.view)
        self.pages.addWidget(self.empty)
        foot = QHBoxLayout()
        foot.setSpacing(px(8))
        foot.addWidget(self.out_button)
        foot.addWidget(self.again_button)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        foot.addWidget(self.send_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(px(14), px(12), px(14), px(12))
        whole.setSpacing(px(8))
        whole.addWidget(self.pages, 1)
        whole.addWidget(self.note)
        whole.addLayout(foot)

    # --- what is shown

    def _show(self) -> None:
        """Show what waits now, with the same rows selected as far as they are still there."""
        if self.model.rows != self._outbox.waiting:
            keys = [each.letter.key for each in self.chosen()]
            self.model.set_rows(self._outbox.waiting)
            self._select(self.model.places_of(keys) or [0])
        self.pages.setCurrentIndex(0 if self.model.rows else 1)
        self._show_chosen()

    def _select(self, rows: List[int]) -> None:
        flags = QItemSelectionModel.SelectionFlag
        select_only(self.view, self.model.index(rows[0], 0))
        for row in rows:
            self.view.selectionModel().select(self.model.index(row, 0), flags.Select | flags.Rows)

    def _show_chosen(self) -> None:
        chosen, is_free = self.chosen(), not self._outbox.is_busy
        why = "" if is_free else self.tr("The outbox is at work just now.")
        self.send_button.setEnabled(is_free and any(not each.needs_person for each in chosen))
        self.again_button.setEnabled(is_free and len(chosen) == 1 and chosen[0].needs_person)
        self.out_button.setEnabled(is_free and bool(chosen))
        for button in (self.send_button, self.out_button):
            button.setToolTip(why)
        self.again_button.setToolTip(why or self.tr("For one that is unsure and whose engine cannot tell"))
        self._say(chosen)

    def _say(self, chosen: List[Waiting]) -> None:
        lines = [self._answer]
        if len(chosen) == 1:
            lines += [why_not(chosen[0].letter.reason), prospect(chosen[0])]
        elif chosen:
            lines.append(self.tr("{0} selected").format(len(chosen)))
        self.note.setText("\n".join(dict.fromkeys(filter(None, lines))))

    def _take_carried(self, carried: Any) -> None:
        if carried.letter.key in self._asked and carried.ticket is None:
            self._tell(carried.reason)
        self._asked.discard(carried.letter.key)

    def _tell(self, sentence: str) -> None:
        self._answer = why_not(sentence)
        self._say(self.chosen())

    # --- what a person does

    def _send(self) -> None:
        self._carry([each for each in self.chosen() if not each.needs_person])

    def _ask_again(self) -> None:
        chosen = self.chosen()
        ask_again(self, chosen[0], lambda: self._carry(chosen, is_sure=True))

    def _carry(self, chosen: List[Waiting], is_sure: bool = False) -> None:
        self._answer = ""
        self._asked = {each.letter.key for each in chosen}
        self._outbox.send([each.letter for each in chosen], is_sure)

    def _take_out(self) -> None:
        self._answer = ""
        self._outbox.take_out([each.letter for each in self.chosen()])


def ask_again(parent: QWidget, waiting: Waiting, send: Callable[[], None]) -> QMessageBox:
    """Ask a person who has to have looked whether to send an unsure letter again, and return the question."""
    box = QMessageBox(parent)
    box.setObjectName("again_question")
    box.setWindowTitle(QCoreApplication.translate("Outbox", "Send again"))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(QCoreApplication.translate("Outbox", "Look at the jobs of {0} first.").format(waiting.letter.engine))
    text = QCoreApplication.translate(
        "Outbox",
        "“{0}” was sent there and no answer came, and the engine cannot tell whether it has it. "
        "If it is among its jobs already, sending it again makes a second one.",
    )
    box.setInformativeText(text.format(waiting.letter.title))
    words = QCoreApplication.translate("Outbox", "It has it not: &Send again")
    again = box.addButton(words, QMessageBox.ButtonRole.AcceptRole)
    again.setObjectName("again_send")
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(cancel)
    again.clicked.connect(lambda checked=False: send())
    box.finished.connect(box.deleteLater)
    box.open()
    return box
