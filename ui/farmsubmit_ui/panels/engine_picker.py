"""Choosing an engine: those of the settings, used lately or installed, whether each answers, and what it can do."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence

from qtpy.QtCore import QModelIndex, QSize, Qt, Signal
from qtpy.QtGui import QColor, QPainter, QPixmap
from qtpy.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from farmsubmit.engines.base import ACTIONS, Capabilities
from farmsubmit.engines.registry import engine_for, schemes
from farmsubmit.errors import FarmsubmitError
from farmsubmit_ui import worker
from farmsubmit_ui.models.table_base import TableBase
from farmsubmit_ui.panels.tab_parts import TabTree
from farmsubmit_ui.session.probe import ASKED, DOWN, OK, WRONG, EngineState, engine_state
from farmsubmit_ui.style import brush, current, mono, px, set_role
from farmsubmit_ui.widgets import FieldLabel, MonoEdit, Note, text_button

# Engines of these schemes need no address.
_BARE = ("local",)
_DOTS = {OK: "done", DOWN: "warning", WRONG: "failed", ASKED: "waiting"}


class EnginesModel(TableBase):
    """Engines by their URL: how each stands, and what it can do."""

    rows: List[EngineState]

    def titles(self) -> Sequence[str]:
        """Return the titles of the columns."""
        return (self.tr("Engine"), self.tr("Now"), self.tr("What it can do"))

    def set_urls(self, urls: Sequence[str]) -> None:
        """Show other engines, none asked yet."""
        self.set_rows(EngineState(url) for url in dict.fromkeys(urls) if url)

    def set_state(self, state: EngineState) -> None:
        """Show how an engine stands."""
        for row, old in enumerate(self.rows):
            if old.url == state.url:
                self.rows[row] = state
                self.dataChanged.emit(self.index(row, 0), self.index(row, 2))

    def place_of(self, url: str) -> int:
        """Return the row of a URL, -1 where it is not there."""
        return next((row for row, state in enumerate(self.rows) if state.url == url), -1)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid():
            return None
        state, column = self.rows[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return (state.url, state.text or self.tr("being asked"), self.abilities(state))[column]
        if role == Qt.ItemDataRole.DecorationRole and column == 0:
            return _dot(_DOTS[state.state])
        if role == Qt.ItemDataRole.FontRole and column == 0:
            return mono()
        if role == Qt.ItemDataRole.ForegroundRole and column:
            return brush("dim")
        return None

    def abilities(self, state: EngineState) -> str:
        """Return in words what an engine can do; empty as long as that is not known."""
        if state.state in (ASKED, WRONG) or state.capabilities is None:
            return ""
        return capabilities_text(state.capabilities) or self.tr("takes jobs, and no more")


class EnginePicker(QDialog):
    """Asks for an engine; ``chosen`` tells its URL. ``urls`` are those to offer beside the installed ones."""

    chosen = Signal(str)

    def __init__(self, session: Any, urls: Sequence[str] = (), parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("engine_picker")
        self.setWindowTitle(self.tr("Engine"))
        set_role(self, "window")
        self._session = session
        self._handles: Dict[str, worker.Handle] = {}
        self.model = EnginesModel(self)
        self._make_parts()
        self._lay_out()
        self._offer(urls)
        size = QSize(px(820), px(360))
        self.resize(size.boundedTo(parent.size()) if parent is not None else size)

    def problem(self) -> str:
        """Return why the URL that is typed names no engine, empty where it does or nothing is typed."""
        return _problem_of(self.url.text().strip())

    # --- parts

    def _make_parts(self) -> None:
        self.view = TabTree("engines", self.tr("Engines"))
        self.view.setRootIsDecorated(False)
        self.view.setModel(self.model)
        self.view.set_widths((200, 250, 0))
        self.view.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.view.doubleClicked.connect(lambda _: self._choose())
        self.view.selectionModel().currentChanged.connect(lambda *_: self._enable())
        self.url = MonoEdit("engine_url_edit", self.tr("URL of another engine"))
        self.url.setPlaceholderText("folder:/shows/demo/jobs")
        self.url.textChanged.connect(lambda _: self._judge())
        self.url.returnPressed.connect(self._add)
        self.add_button = text_button(self.tr("&Add"), "engine_add", "plus", "small")
        self.add_button.clicked.connect(self._add)
        self.note = Note(keeps_room=True)
        self.note.setObjectName("engine_note")
        self.again_button = text_button(self.tr("As&k all again"), "engine_ask", "retry")
        self.again_button.clicked.connect(self.ask_all)
        self.cancel_button = text_button(self.tr("Cancel"), "engine_cancel")
        self.cancel_button.clicked.connect(self.reject)
        self.use_button = text_button(self.tr("&Use it"), "engine_use", role="primary")
        self.use_button.clicked.connect(self._choose)
        self._judge()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(px(8))
        line.addWidget(FieldLabel(self.tr("An&other"), self.url))
        line.addWidget(self.url, 1)
        line.addWidget(self.add_button)
        foot = QHBoxLayout()
        foot.setSpacing(px(8))
        foot.addWidget(self.again_button)
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.use_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(px(14), px(12), px(14), px(12))
        whole.setSpacing(px(8))
        whole.addWidget(self.view, 1)
        whole.addLayout(line)
        whole.addWidget(self.note)
        whole.addLayout(foot)

    # --- what is shown

    def _offer(self, urls: Sequence[str]) -> None:
        bare = [f"{scheme}:" for scheme in schemes() if scheme in _BARE]
        self.model.set_urls([self._session.engine, str(self._session.settings["engine"]), *urls, *bare])
        self.view.setCurrentIndex(self.model.index(max(self.model.place_of(self._session.engine), 0), 0))
        self.ask_all()

    def ask_all(self) -> None:
        """Ask all engines how they stand; one that does not answer keeps nobody waiting."""
        for state in list(self.model.rows):
            old = self._handles.get(state.url)
            if old is not None and old.running:
                continue
            self.model.set_state(EngineState(state.url))
            self._handles[state.url] = worker.run(engine_state, state.url, done=self.model.set_state, owner=self)

    def _judge(self) -> None:
        problem = self.problem()
        self.url.set_problem(problem)
        self.note.say(problem, "failed")
        self.add_button.setEnabled(bool(self.url.text().strip()) and not problem)

    def _enable(self) -> None:
        self.use_button.setEnabled(self.view.currentIndex().isValid())

    # --- what a person does

    def _add(self) -> None:
        url = self.url.text().strip()
        if not url or self.problem():
            return
        if self.model.place_of(url) < 0:
            self.model.set_urls([url, *(state.url for state in self.model.rows)])
        self.view.setCurrentIndex(self.model.index(self.model.place_of(url), 0))
        self.url.clear()
        self.ask_all()

    def _choose(self) -> None:
        index = self.view.currentIndex()
        if index.isValid():
            self.chosen.emit(self.model.rows[index.row()].url)
            self.accept()


def _dot(state: str) -> QPixmap:
    """Return a dot in the colour of a state, in the room of an icon."""
    side = px(16)
    made = QPixmap(side, side)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(current().state_fill(state)))
    painter.drawEllipse(side // 4, side // 4, side // 2, side // 2)
    painter.end()
    return made


def capabilities_text(can: Capabilities) -> str:
    """Return in words what an engine tells and does."""
    tells = [name for name, has in (("tasks", can.tasks), ("progress", can.progress), ("logs", can.logs)) if has]
    does = [action for action in ACTIONS if action in can.actions]
    return "  ·  ".join(filter(None, (", ".join(tells), ", ".join(does))))


def _problem_of(url: str) -> str:
    if not url:
        return ""
    try:
        engine_for(url)
    except FarmsubmitError as error:
        return str(error)
    return ""
