"""The window: header, two sides, footer, menus; what it does with a job is the session's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, List, Optional, Tuple

from qtpy.QtCore import QEvent, QSize, Qt
from qtpy.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QShowEvent
from qtpy.QtWidgets import (
    QApplication,
    QFileDialog,
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from farmsubmit.checks import Problem
from farmsubmit_ui import worker
from farmsubmit_ui.engines import Engines
from farmsubmit_ui.exports import Exports
from farmsubmit_ui.footer import Footer
from farmsubmit_ui.header import Header
from farmsubmit_ui.help import show_about, show_shortcuts
from farmsubmit_ui.leaving import Leaving
from farmsubmit_ui.menus import Menus
from farmsubmit_ui.notice import Notice
from farmsubmit_ui.options_menu import OptionsMenu
from farmsubmit_ui.outbox_desk import OutboxDesk
from farmsubmit_ui.preferences import Preferences
from farmsubmit_ui.presets import Presets
from farmsubmit_ui.session import Session
from farmsubmit_ui.sides import LeftSide, RightSide
from farmsubmit_ui.style import apply_style, begin_style, set_role
from farmsubmit_ui.way import Way
from farmsubmit_ui.widgets import Later
from farmsubmit_ui.widgets.filedialog import file_dialog
from farmsubmit_ui.widgets.tall import Tall

if TYPE_CHECKING:
    from farmsubmit_ui.start import StartPage

_PATTERNS = "*.ma *.mb *.nk *.gizmo *.katana *.macro *.livegroup *.blend *.usd *.usda *.usdc *.usdz *.json *.alf *.tcl"
_SIZE = (1440, 900)
_LEAST = (900, 520)
# What a window manager puts around a window takes at most so much.
_FRAME = (12, 40)
# The left side of a first window: so many pixels, and of a narrow window such a share.
_LEFT, _LEFT_SHARE = 650, 0.47
# What is read sooner is shown at once, and no page that says so flickers before it.
_PATIENCE_MS = 250
# What is there even sooner is painted with the window; without it the window would be painted twice.
_UNPAINTED_MS = 60


class Submitter(QMainWindow):
    """The submitter on one scene, request or job.

    ``style`` is that of this time; the one that was chosen last is the default. It is put on this window, which leaves
    the widgets of a host alone. ``is_standalone`` says that the application is our own, which can be quit.
    """

    def __init__(self, parent: Optional[QWidget] = None, style: str = "", is_standalone: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName("submitter")
        self.setAcceptDrops(True)
        self.setMinimumSize(*_LEAST)
        self.is_standalone = is_standalone
        self._style = style
        self.preferences = Preferences()
        begin_style(*self._look())
        self.session = Session(self)
        self._make_parts()
        self._lay_out()
        self.menus = Menus(self)
        self.header.preset.set_menu(self.menus.preset)
        self.header.engine.set_menu(self.menus.engine)
        self._connect()
        self._show_title()
        # Only now: whatever gets another parent under a style sheet is polished again, with all that is in it.
        self.put_style()
        if not self.preferences.restore_window(self, self.splitter):
            self.resize(QSize(*_SIZE).boundedTo(self.screen_room()))
            self.divide()
        self.session.watch_engine()

    # --- parts

    def _make_parts(self) -> None:
        session = self.session
        self.exports = Exports(session, self)
        self.presets = Presets(session, self)
        self.leaving = Leaving(session, self.exports, self)
        session.leave = self.leaving.before_opening
        self.outbox = OutboxDesk(session, self)
        self.engines = Engines(session, self.preferences, self.outbox, self)
        self.options = OptionsMenu(session, self)
        self.left = LeftSide(session)
        self.right = RightSide(session)
        self.way = Way(session, self.left, self.right)
        self._start = Later(self._make_start)
        self._patience = worker.once(self, _PATIENCE_MS, self._show_start)
        self._unpainted = worker.once(self, _UNPAINTED_MS, self._paint)
        self.header = Header(session)
        self.header.outbox.clicked.connect(self._show_outbox)
        self.outbox.changed.connect(self._show_waiting)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.pages = QStackedWidget()

    def _lay_out(self) -> None:
        self.splitter.setObjectName("sides")
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.way.left_pages)
        self.splitter.addWidget(Tall(self.way.right_pages))
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 2)
        self.pages.addWidget(QWidget())
        self.pages.addWidget(self._start)
        self.pages.addWidget(self.splitter)
        ground = QWidget()
        ground.setObjectName("ground")
        set_role(ground, "window")
        column = QVBoxLayout(ground)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.pages, 1)
        self.setCentralWidget(ground)
        self.notice = Notice(self.pages)

    def screen_room(self) -> QSize:
        """Return the room that the screen has for a window in its frame."""
        screen = QGuiApplication.primaryScreen()
        return screen.availableSize() - QSize(*_FRAME) if screen is not None else QSize(*_SIZE)

    def divide(self) -> None:
        """Give the sides their shares of the window."""
        left = min(_LEFT, round(self.width() * _LEFT_SHARE))
        self.splitter.setSizes([left, self.width() - left])

    def _connect(self) -> None:
        session = self.session
        self.footer = Footer(session, self.menus.export)
        self.centralWidget().layout().addWidget(self.footer)
        self.footer.save_preset.connect(self.presets.ask_name)
        self.footer.submit.connect(self.submit)
        self.footer.run_here.connect(self.run_here)
        self.footer.checks_wanted.connect(self.right.show_checks)
        self.way.following.connect(self._show_foot)
        self.right.problem_chosen.connect(self.show_problem)
        session.facts_changed.connect(self._show_opened)
        session.busy_changed.connect(self._show_busy)
        session.undo_stack.cleanChanged.connect(self._show_clean)
        session.failed.connect(self.notice.warn)
        session.message.connect(self.notice.tell)

    def event(self, event: QEvent) -> bool:
        """Let work wait while this window is painted."""
        if event.type() != QEvent.Type.UpdateRequest:
            return super().event(event)
        with worker.held():
            return super().event(event)

    # --- opening

    @property
    def start(self) -> StartPage:
        """The page of a window in which nothing is open."""
        page: StartPage = self._start.widget
        return page

    def _make_start(self) -> StartPage:
        from farmsubmit_ui.start import StartPage

        made = StartPage(self.preferences)
        made.open_wanted.connect(self.ask_open)
        made.path_chosen.connect(self.open)
        made.set_busy(self.session.busy)
        return made

    def showEvent(self, event: QShowEvent) -> None:
        """Show where to begin, unless what is to be shown is being read."""
        super().showEvent(event)
        if self.session.busy and self.session.source is None:
            self.setUpdatesEnabled(False)
            self._unpainted.start()
            self._patience.start()
        else:
            self._show_start()

    def _paint(self) -> None:
        self._unpainted.stop()
        self.setUpdatesEnabled(True)

    def _show_start(self) -> None:
        if self.session.source is None:
            self.pages.setCurrentWidget(self._start)
            self.start.empty.button.setFocus()

    def _show_busy(self, busy: bool) -> None:
        if self._start.is_made:
            self.start.set_busy(busy)
        if not busy and self.isVisible():
            self._paint()
            self._show_start()

    def open(self, path: Any) -> None:
        """Open a scene, a request or a job; a person is asked first where changes would be lost."""
        self.session.leave(lambda: self._open(Path(path)))

    def _open(self, path: Path) -> None:
        self.notice.hide()
        self.session.open(path)

    def ask_open(self) -> None:
        """Ask for a file to open."""
        start = str(self.session.path.parent) if self.session.path is not None else ""
        patterns = self.tr("Scenes, requests and jobs ({0});;All files (*)").format(_PATTERNS)
        dialog = file_dialog(self, "open_dialog", self.tr("Open"), start, patterns)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.open)
        dialog.open()

    def forget_recent(self) -> None:
        """Forget what was opened."""
        self.preferences.forget_recent()
        if self._start.is_made:
            self.start.refresh()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files of this machine."""
        if _dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the first of the files here, and the others in windows of their own, where these are ours to open."""
        paths = _dropped(event)
        if not paths:
            return
        event.acceptProposedAction()
        self.open(paths[0])
        if self.is_standalone:
            from farmsubmit_ui.app import open_windows

            open_windows([Path(path) for path in paths[1:]], self._style)

    def _show_opened(self) -> None:
        if self.session.path is not None:
            self.preferences.add_recent(self.session.path)
        self.pages.setCurrentWidget(self.splitter)
        self._paint()
        self.way.edit()
        self.left.job.show_field("title")
        self._show_title()

    def _show_outbox(self) -> None:
        self.outbox.open()

    def _show_waiting(self) -> None:
        self.header.show_waiting(self.outbox.count)

    def _show_clean(self, clean: bool) -> None:
        self.setWindowModified(not clean)

    def _show_title(self) -> None:
        path = self.session.path
        name = path.name if path is not None else ""
        self.setWindowTitle(self.tr("{0}[*] – Submit to farm").format(name) if name else self.tr("Submit to farm[*]"))

    def _show_foot(self, is_following: bool) -> None:
        """Show the foot of the job that is followed in the place of our own."""
        foot = self.way.foot
        if foot is not None:
            self.centralWidget().layout().addWidget(foot)
            foot.setVisible(is_following)
        self.footer.setHidden(is_following)

    # --- sending

    def submit(self) -> None:
        """Send the job, or say all that is against it."""
        if not self._tell_reasons():
            self.session.submit()

    def run_here(self) -> None:
        """Run the job on this machine, or say all that is against it."""
        if not self._tell_reasons():
            self.session.run_here()

    def _tell_reasons(self) -> bool:
        reasons = self.session.reasons_against()
        if reasons:
            self.notice.warn("\n".join(reasons[:6]))
        return bool(reasons)

    # --- the sides

    def show_problem(self, problem: Problem) -> None:
        """Show the place of a problem."""
        self.way.edit()
        if not self.left.show_problem(problem):
            self.right.show_problem(problem)

    def show_page(self, place: int) -> None:
        """Open a page of the right side, and bring the keyboard there."""
        if not self.right.isVisible():
            self.way.edit()
        self.right.open_page(place)

    def find(self) -> None:
        """Search in what is open on the right."""
        self.right.find()

    def toggle_graph(self) -> None:
        """Show the job as a graph instead of a tree, or back."""
        if not self.right.isVisible():
            self.way.edit()
        self.right.show_graph()
        self.right.tasks.toggle_graph()

    def copy_command(self) -> None:
        """Put the command of the selected task on the clipboard."""
        text = self.right.tasks.command_text()
        if text:
            QApplication.clipboard().setText(text)
            self.notice.tell(self.tr("The command is on the clipboard."))

    # --- the look

    def set_style(self, name: str) -> None:
        """Change to ``dark``, ``light`` or ``system``, and remember it."""
        self.preferences.style = name
        for window in _open_windows():
            window._style = name
            window.put_style()

    def change_zoom(self, step: int) -> None:
        """Zoom in or out by steps; 0 is back to 100 %."""
        self.preferences.zoom = self.preferences.next_zoom(step) if step else 1.0
        for window in _open_windows():
            window.put_style()

    def put_style(self) -> None:
        """Put the style on."""
        apply_style(self, *self._look())

    def _look(self) -> Tuple[str, float]:
        return self._style or self.preferences.style, self.preferences.zoom

    # --- the rest

    def show_shortcuts(self) -> None:
        """Show what the keys do."""
        show_shortcuts(self, self.menus.shortcuts())

    def show_about(self) -> None:
        """Show what this is."""
        show_about(self)

    def come_to_front(self) -> None:
        """Show the window that is there already, out of its icon too."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def quit(self) -> None:
        """Close all windows of our own application."""
        QApplication.closeAllWindows()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the window; one that is sending stays until that has ended, and so does one with unkept changes."""
        if self.session.is_sending:
            self.notice.warn(self.tr("The job is being sent just now; cancel that, or wait until it has arrived."))
            event.ignore()
            return
        if not self.leaving.may_close():
            event.ignore()
            return
        self.preferences.keep_window(self, self.splitter)
        self.way.close()
        self.outbox.close()
        self.session.close()
        super().closeEvent(event)


def _open_windows() -> List[Submitter]:
    return [window for window in QApplication.topLevelWidgets() if isinstance(window, Submitter)]


def _dropped(event: Any) -> List[str]:
    return [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
