"""What is told of the selected task: how it runs, its command word by word, and what a blade gets to see of it."""

from __future__ import annotations

from typing import Any, Optional, Sequence

from qtpy.QtCore import QModelIndex, Qt, QUrl, Signal
from qtpy.QtGui import QTextOption
from qtpy.QtWidgets import (
    QApplication,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QTabWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from farmsubmit.author.elements import Command
from farmsubmit.errors import FarmsubmitError
from farmsubmit_ui import worker
from farmsubmit_ui.models import tree_edits
from farmsubmit_ui.models import tree_texts as texts
from farmsubmit_ui.models.tree_details import Line, as_blades_see, describe
from farmsubmit_ui.models.tree_model import TreeModel
from farmsubmit_ui.models.tree_words import Span, quoted
from farmsubmit_ui.panels import details_text
from farmsubmit_ui.style import px, set_role
from farmsubmit_ui.widgets.buttons import text_button
from farmsubmit_ui.widgets.labels import Note, label

_LONGEST_TAB = 32


class Page(QTextBrowser):
    """A page of rich text that breaks long paths, is made again when the style changes, and tells of its links."""

    link_chosen = Signal(str)

    def __init__(self, name: str, title: str, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("QTextBrowser { background: transparent; border: none; border-radius: 0; }")
        self.setOpenLinks(False)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.anchorClicked.connect(self._choose)
        self._body: Any = None
        self.style_changed()

    def show_body(self, body: Any) -> None:
        """Show what a function without arguments returns: the page's rich text."""
        self._body = body
        place = self.verticalScrollBar().value()
        self.setHtml(details_text.page(body()))
        self.verticalScrollBar().setValue(place)

    def style_changed(self) -> None:
        """Take colours and measures of the style that is on."""
        self.document().setDocumentMargin(px(9))
        self.document().setDefaultFont(self.font())
        if self._body is not None:
            self.show_body(self._body)

    def _choose(self, url: QUrl) -> None:
        self.link_chosen.emit(str(url.toString()))


class CommandPage(QWidget):
    """The command of a task, an argument a line, which can be copied and, before the job is sent, changed.

    ``told`` is a sentence that something was done.
    """

    told = Signal(str)

    def __init__(self, session: Any, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._session = session
        self._commands: Sequence[Command] = ()
        self._is_fixed = True
        self.choice = QComboBox()
        self.choice.setObjectName("command_choice")
        self.choice.setAccessibleName(self.tr("Command"))
        self.choice.activated.connect(lambda _: self._show())
        self._count = label("", "dim")
        self.text = QPlainTextEdit()
        self.text.setObjectName("command_words")
        self.text.setAccessibleName(self.tr("Arguments, one a line"))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setTabChangesFocus(True)
        set_role(self.text, "mono")
        self.text.textChanged.connect(self._judge)
        self.problem = Note()
        self.problem.setObjectName("command_problem")
        self.apply_button = text_button(self.tr("Apply"), "command_apply", "check", "small")
        self.revert_button = text_button(self.tr("Revert"), "command_revert", "reset", "small")
        self.copy_button = text_button(self.tr("Copy"), "command_copy", "copy", "small")
        self.apply_button.clicked.connect(self.apply)
        self.revert_button.clicked.connect(self._show)
        self.copy_button.clicked.connect(self._copy)
        self._lay_out()
        self.show_commands((), True)

    def show_commands(self, commands: Sequence[Command], is_fixed: bool) -> None:
        """Show the commands of a task; ``is_fixed`` ones can only be looked at."""
        is_other = list(map(id, commands)) != list(map(id, self._commands))
        if not is_other and self.is_changed() and is_fixed == self._is_fixed:
            return
        self._commands, self._is_fixed = commands, is_fixed
        if is_other:
            self.choice.clear()
            self.choice.addItems([_name(number, command) for number, command in enumerate(commands, start=1)])
        self.choice.setVisible(len(commands) > 1)
        self._show()

    def command(self) -> Optional[Command]:
        """Return the command that is shown."""
        place = max(self.choice.currentIndex(), 0)
        return self._commands[place] if place < len(self._commands) else None

    def is_changed(self) -> bool:
        """Return whether somebody typed something that is not applied yet."""
        return not self.text.isReadOnly() and self.text.toPlainText() != self._written()

    def apply(self) -> None:
        """Give the command the arguments that were typed."""
        command = self.command()
        if command is None or self._session is None:
            return
        try:
            self._session.edit_element(command, "argv", tree_edits.words_of(str(self.text.toPlainText())))
        except FarmsubmitError as error:
            self.problem.say(str(error), "failed")
            return
        self._show()

    def line(self) -> str:
        """Return the command on one line, as one reads it."""
        command = self.command()
        return " ".join(quoted(texts.argv(command))) if command is not None else ""

    def _written(self) -> str:
        command = self.command()
        return "\n".join(word.replace("\n", "⏎") for word in texts.argv(command)) if command is not None else ""

    def _show(self) -> None:
        command = self.command()
        words = texts.argv(command) if command is not None else []
        # A line break inside an argument could not be told from one between two.
        self.text.setReadOnly(self._is_fixed or command is None or any("\n" in word for word in words))
        self.text.setPlainText(self._written())
        self.text.setPlaceholderText("" if command is not None else self.tr("This row has no command of its own."))
        self._count.setText(self._counted(len(words)))
        self.copy_button.setEnabled(bool(words))
        self._judge()

    def _counted(self, number: int) -> str:
        if not number:
            return ""
        return self.tr("1 argument") if number == 1 else self.tr("{0} arguments").format(f"{number:,}")

    def _judge(self) -> None:
        is_changed = self.is_changed()
        self.apply_button.setVisible(is_changed)
        self.revert_button.setVisible(is_changed)
        self.problem.say("")

    def _copy(self) -> None:
        QApplication.clipboard().setText(self.line())
        self.told.emit(self.tr("The command is on the clipboard."))

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(px(8))
        tools.addWidget(self.choice)
        tools.addWidget(self._count)
        tools.addWidget(self.problem, 1)
        tools.addStretch(0)
        for button in (self.apply_button, self.revert_button, self.copy_button):
            tools.addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(px(12), px(8), px(12), px(8))
        whole.setSpacing(px(6))
        whole.addLayout(tools)
        whole.addWidget(self.text, 1)


class DetailsPanel(QTabWidget):
    """The tabs under the tree for one row: the task, its command, and that command as a blade sees it.

    Without a session the commands can only be looked at. ``place_chosen`` tells the place of a task that a link leads
    to.
    """

    place_chosen = Signal(int)
    told = Signal(str)

    def __init__(self, model: TreeModel, session: Any = None, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("task_details")
        self.setAccessibleName(self.tr("The selected task"))
        self.tabBar().setAccessibleName(self.tr("Pages of the task"))
        self.setDocumentMode(True)
        self.tabBar().setExpanding(False)
        self._model = model
        self._is_sent = session is None
        self._index: Any = QModelIndex()
        self.task = Page("task_page", self.tr("Task"))
        self.command = CommandPage(session)
        self.blade = Page("blade_page", self.tr("As a blade sees it"))
        self.addTab(self.task, self.tr("Task"))
        self.addTab(self.command, self.tr("Command"))
        self.addTab(self.blade, self.tr("As a blade sees it"))
        self.task.link_chosen.connect(self._follow)
        self.command.told.connect(self.told)
        # One round of states tells of many rows, and the page need be made only once.
        self._late = worker.once(self, 0, lambda: self.show_row(self._index))
        model.dataChanged.connect(lambda *_: self._late.start())
        model.counted.connect(self._late.start)
        self.show_row(QModelIndex())

    def show_row(self, index: QModelIndex) -> None:
        """Show a row of the tree; an invalid one is none."""
        self._index = QModelIndex(index) if index.isValid() else QModelIndex()
        spot = self._model.spot(index)
        job = self._model.job
        if spot is None or job is None:
            self._show_nothing()
            return
        title = self._model.cells.text(spot, self._model.column(0))
        place = self.indexOf(self.task)
        self.setTabText(place, _cut(title).replace("&", "&&"))
        self.setTabToolTip(place, title if len(title) > _LONGEST_TAB else "")
        lines = describe(spot, self._model.cells, job)
        commands = texts.commands(spot.element)
        self.task.show_body(lambda: details_text.table(lines))
        self.command.show_commands(commands, self._model.is_live or self._is_sent)
        told = as_blades_see(commands, job, self._model.cells)
        self.blade.show_body(lambda: details_text.table(told))

    def _show_nothing(self) -> None:
        self.setTabText(self.indexOf(self.task), self.tr("Task"))
        lines = [Line("", [Span(self.tr("No task is selected."), "dim")])]
        self.task.show_body(lambda: details_text.table(lines))
        self.blade.show_body(lambda: details_text.table(lines))
        self.command.show_commands((), True)

    def _follow(self, target: str) -> None:
        kind, _, place = target.partition(":")
        if kind == "place":
            self.place_chosen.emit(int(place))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TAB else text[: _LONGEST_TAB - 1] + "…"


def _name(number: int, command: Command) -> str:
    words = texts.argv(command)
    return f"{number}  {words[0] if words else ''}"
