"""The tab of the script: the exact text of the job, to read, search, copy and save."""

from __future__ import annotations

from typing import Any, List, NamedTuple, Optional

from qtpy.QtCore import Qt
from qtpy.QtGui import QKeySequence, QShortcut, QShowEvent
from qtpy.QtWidgets import QApplication, QFileDialog, QWidget

from farmsubmit import files
from farmsubmit.author.elements import Job
from farmsubmit.engines.registry import engine_for
from farmsubmit.errors import EngineError
from farmsubmit.formats.alf import to_tcl
from farmsubmit_ui import worker
from farmsubmit_ui.panels.script_view import ScriptView
from farmsubmit_ui.panels.tab_parts import Foot, bar, column, pages
from farmsubmit_ui.style import px
from farmsubmit_ui.widgets import EmptyState, IconButton, SearchEdit, ShortText, ShrinkingLabel, label, text_button
from farmsubmit_ui.widgets.filedialog import file_dialog


class Script(NamedTuple):
    """A script as text, and as the lines that are shown; ``is_sent`` says that its engine gets exactly this text."""

    text: str
    lines: List[str]
    is_sent: bool = True


def write_script(job: Job, url: str = "") -> Script:
    """Return what an engine gets for a job, or where that is no text, the job script that says the same.

    Runs in a worker. Raises what to_tcl does for a job that cannot be written.
    """
    sent = _sent_script(job, url)
    text = to_tcl(job) if sent is None else sent
    return Script(text, text.split("\n"), sent is not None)


def _sent_script(job: Job, url: str) -> Optional[str]:
    try:
        return engine_for(url).script(job) if url else None
    except EngineError:
        return None


class ScriptPanel(QWidget):
    """The script of the session's job; it is written in the background, and only while somebody looks."""

    def __init__(self, session: Any, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("script_panel")
        self._session = session
        self._works = worker.Latest(self)
        self._is_stale = True
        self._url = ""
        self.script = Script("", [])
        self._make_parts()
        self._lay_out()
        session.job_changed.connect(self.refresh)
        session.engine_changed.connect(self._follow_engine)
        self.refresh()

    def text(self) -> str:
        """Return all of the script, shown or not."""
        return self.script.text

    def refresh(self) -> None:
        """Write the script anew; one that nobody sees is written when it is shown."""
        self._is_stale = True
        if self._session.job is None:
            self._works.cancel()
            self.script = Script("", [])
            why = self._session.error or self.tr("Open a scene or a job to see its script.")
            self._show_empty(why, "error" if self._session.error else "script")
        elif self.isVisible():
            self._write()

    def find(self) -> None:
        """Bring the keyboard to the search field."""
        self.search.setFocus()
        self.search.selectAll()

    def showEvent(self, event: QShowEvent) -> None:
        """Write the script where it is not that of the job."""
        super().showEvent(event)
        if self._is_stale and self._session.job is not None:
            self._write()

    # --- parts

    def _make_parts(self) -> None:
        self.search = SearchEdit("script_search", self.tr("Search…"))
        self.search.setAccessibleName(self.tr("Search in the script"))
        self.search.textChanged.connect(lambda _: self._search_anew())
        self.search.returnPressed.connect(self._search_on)
        self.next_button = IconButton("chevron-down", self.tr("Next"), "script_next", "F3")
        self.previous_button = IconButton("chevron-up", self.tr("Previous"), "script_previous", "Shift+F3")
        self.next_button.clicked.connect(lambda: self._step(backward=False))
        self.previous_button.clicked.connect(lambda: self._step(backward=True))
        self.hits = label("", "dim")
        self.hits.setObjectName("script_hits")
        self.counts = ShrinkingLabel("", "dim")
        self.counts.setObjectName("script_counts")
        self.copy_button = text_button(self.tr("&Copy all"), "script_copy", "copy", "small")
        self.save_button = text_button(self.tr("Save as…"), "script_save", "save", "small")
        self.all_button = text_button(self.tr("Show all"), "script_all", role="link")
        self.copy_button.clicked.connect(self._copy)
        self.save_button.clicked.connect(self._ask_path)
        self.view = ScriptView("script", self.tr("Script of the job"))
        self.view.shown_changed.connect(self._show_counts)
        self.all_button.clicked.connect(self._toggle_filling)
        self.empty = EmptyState("script", "")
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.find)

    def _lay_out(self) -> None:
        self.search.setMaximumWidth(px(240))
        tools = (self.search, self.previous_button, self.next_button, self.hits, 1)
        listed = QWidget()
        foot = bar(self.counts, self.all_button, 1)
        head = bar(*tools, self.copy_button, self.save_button)
        head.set_steps(ShortText(self.save_button), ShortText(self.copy_button))
        column(listed, head, self.view, Foot(foot))
        self.pages = pages(self, listed, self.empty)

    # --- what is shown

    def _follow_engine(self) -> None:
        self._show_counts()
        if self._url != self._session.engine_state.url:
            self.refresh()

    def _write(self) -> None:
        self._is_stale = False
        self._url = self._session.engine_state.url
        if not self.script.lines:
            self._show_empty(self.tr("Writing the script…"), "clock")
        self._works.run(write_script, self._session.job, self._url, done=self._take, failed=self._take_failure)

    def _take(self, script: Script) -> None:
        is_other, self.script = script.text != self.script.text, script
        if is_other:
            self.view.set_lines(script.lines)
            self._search_anew()
        self.pages.setCurrentIndex(0)
        self._show_counts()

    def _take_failure(self, sentence: str) -> None:
        self.script = Script("", [])
        self._show_empty(sentence, "error")

    def _show_empty(self, sentence: str, icon: str) -> None:
        self.view.stop()
        self.empty.set_sentence(sentence, icon)
        self.pages.setCurrentIndex(1)

    def _show_counts(self) -> None:
        view = self.view
        if view.shown < view.lines:
            told = self.tr("the first {0} of {1} lines").format(f"{view.shown:,}", f"{view.lines:,}")
        else:
            told = self.tr("{0} lines").format(f"{view.lines:,}")
        size = self.tr("{0} KB").format(f"{len(self.script.text) / 1000:,.0f}" if self.script.text else "0")
        self.counts.setText("  ·  ".join((told, size, self._meaning())))
        self.all_button.setVisible(view.shown < view.lines)
        self.all_button.setText(self.tr("Stop") if view.is_filling else self.tr("Show all"))

    def _meaning(self) -> str:
        """Return whether the engine gets this very text."""
        url = self._session.engine_state.url or "…"
        if self.script.is_sent:
            return self.tr("what {0} gets").format(url)
        return self.tr("the job as a script; {0} gets the same in a form of its own").format(url)

    def _toggle_filling(self) -> None:
        if self.view.is_filling:
            self.view.stop()
            self._show_counts()
        else:
            self.view.show_all()

    # --- searching

    def _search_anew(self) -> None:
        wanted = self.search.text()
        count = self.script.text.lower().count(wanted.lower()) if wanted else 0
        told = self.tr("1 hit") if count == 1 else self.tr("{0} hits").format(f"{count:,}")
        self.hits.setText((told if count else self.tr("not found")) if wanted else "")
        self.next_button.setEnabled(count > 0)
        self.previous_button.setEnabled(count > 0)
        self.view.mark(wanted)

    def _search_on(self) -> None:
        is_backward = bool(QApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._step(is_backward)

    def _step(self, backward: bool) -> None:
        wanted = self.search.text()
        here = self.view.textCursor().blockNumber()
        if not backward:
            self.view.show_until(self._line_of_next(wanted, here + 1) + 1)
        self.view.find_text(wanted, backward)

    def _line_of_next(self, wanted: str, first: int) -> int:
        """Return the line of the next hit from a line on, so that it is there when it is looked for; else -1."""
        low = wanted.lower()
        lines = self.script.lines
        places = (place for place in range(first, len(lines)) if low in lines[place].lower())
        return next(places, -1) if low else -1

    # --- taking it along

    def _copy(self) -> None:
        QApplication.clipboard().setText(self.script.text)
        self._session.message.emit(self.tr("The script is on the clipboard."))

    def _ask_path(self) -> None:
        patterns = self.tr("Job scripts (*.alf);;All files (*)")
        dialog = file_dialog(self, "script_path", self.tr("Save the script"), "", patterns)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("alf")
        dialog.fileSelected.connect(self.save)
        dialog.open()

    def save(self, path: str) -> None:
        """Write the script into a file."""

        def done(_: Any) -> None:
            self._session.message.emit(self.tr("Saved as {0}.").format(path))

        worker.run(_save, path, self.script.text, done=done, failed=self._session.failed.emit, owner=self)


def _save(path: str, text: str) -> None:
    """Write a script, with the line end that files have; runs in a worker."""
    from pathlib import Path

    from farmsubmit.errors import FarmsubmitError

    try:
        files.write_atomic(Path(path), text + "\n")
    except OSError as error:
        raise FarmsubmitError(f"{path} cannot be written: {error.strerror or error}") from None
