"""The two sides of the window: what is asked on the left, and what comes of it on the right."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, Optional

from qtpy.QtCore import QPoint, Qt, Signal
from qtpy.QtWidgets import QAbstractScrollArea, QFrame, QScrollArea, QStackedWidget, QTabWidget, QWidget

from farmsubmit.checks import Problem, Severity
from farmsubmit_ui.countbar import CountBar
from farmsubmit_ui.panels.dirmaps_panel import DirmapsPanel
from farmsubmit_ui.panels.job_panel import JobPanel
from farmsubmit_ui.panels.rows_panel import RowsPanel
from farmsubmit_ui.session import Session
from farmsubmit_ui.style import px
from farmsubmit_ui.widgets import Later
from farmsubmit_ui.widgets.cards import card_ground
from farmsubmit_ui.widgets.later import tab_after

if TYPE_CHECKING:
    from farmsubmit_ui.panels.graph_panel import GraphPanel
    from farmsubmit_ui.panels.tasks_view import TasksView

# The cards need so much; on a small screen with a large zoom they are scrolled.
_LEAST, _MOST_LEAST = 424, 560
# How a problem names a task: see Element.label.
_TITLE = re.compile("^Task ['\"](.*)['\"]", re.DOTALL)


class LeftSide(QScrollArea):
    """The cards of the job, of its layers, and of the directory maps, one below the other."""

    def __init__(self, session: Session, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("left_side")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._session = session
        self.job = JobPanel(session)
        self.rows = RowsPanel(session)
        self.dirmaps = DirmapsPanel(session)
        ground, column = card_ground()
        column.addWidget(self.job)
        column.addWidget(self.rows)
        column.addWidget(self.dirmaps, 1)
        self.setWidget(ground)
        self.style_changed()
        for panel in (self.job, self.rows, self.dirmaps):
            panel.validity_changed.connect(partial(self._note_problems, panel))
        session.facts_changed.connect(self._show_what_there_is)
        session.farm_changed.connect(self._show_farm)

    def style_changed(self) -> None:
        """Keep the room of the cards at the present zoom, up to a width that leaves some for the other side."""
        self.setMinimumWidth(min(px(_LEAST), _MOST_LEAST))

    def show_problem(self, problem: Problem) -> bool:
        """Bring the keyboard to the place of a problem, and tell whether it is on this side."""
        field = problem.field.partition(".")[2] or problem.field
        if problem.row:
            self.ensureWidgetVisible(self.rows)
            self.rows.show_row(problem.row, field)
            return True
        if field in self.job.fields:
            self.job.show_field(field)
            return True
        if field == "dirmaps":
            self.ensureWidgetVisible(self.dirmaps)
            return True
        return False

    def _show_farm(self) -> None:
        """Let services be compared with what the blades of the farm provide."""
        self.job.set_known(self._session.service_keys)
        self.job.set_blades(self._session.blades)
        self.rows.set_known(self._session.service_keys)

    def _note_problems(self, panel: Any) -> None:
        self._session.set_field_problems(panel.objectName(), panel.problems())

    def _show_what_there_is(self) -> None:
        # A finished job has no rows: what it renders is in its commands.
        self.rows.setVisible(self._session.request is not None)


class RightSide(QTabWidget):
    """The tabs; each is made when it is first opened, for a window must open at once.

    ``problem_chosen`` comes from the checks, ``resubmitted`` from the history.
    """

    problem_chosen = Signal(object)
    resubmitted = Signal(object)

    def __init__(self, session: Session, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("right_side")
        self.setAccessibleName(self.tr("What comes of it"))
        self._bar = CountBar()
        self.setTabBar(self._bar)
        self.setDocumentMode(True)
        self._session = session
        self._graph = Later(self._make_graph, is_patient=True)
        self._tasks = QStackedWidget()
        self._tasks.addWidget(self._graph)
        self._checks = Later(self._make_checks)
        self._files = Later(self._make_files)
        self._history = Later(self._make_history)
        for panel, title in (
            (self._tasks, self.tr("Task graph")),
            (self._checks, self.tr("Checks")),
            (self._files, self.tr("Files")),
            (Later(self._make_environment), self.tr("Environment")),
            (Later(self._make_script), self.tr("Script")),
            (self._history, self.tr("History")),
        ):
            self.addTab(panel, title)
        session.farm_changed.connect(self._show_farm)
        session.problems_changed.connect(self._count_problems)
        session.facts_changed.connect(self._count_files)
        self._count_problems()
        self._count_files()

    def show_problem(self, problem: Problem) -> None:
        """Show the place of a problem that is on this side: a file, or a task of the graph."""
        if problem.file and not problem.where.startswith("Task"):
            self.setCurrentWidget(self._files)
            self._files.widget.show_file(problem.file)
            return
        self.show_graph()
        title = _TITLE.search(problem.where)
        if title is not None:
            self.graph.show_task(title[1])

    @property
    def graph(self) -> GraphPanel:
        """The tab of the task graph."""
        panel: GraphPanel = self._graph.widget
        return panel

    @property
    def tasks(self) -> TasksView:
        """The tasks that the tab shows: those of the job that is asked for, or of one that runs."""
        page = self._tasks.currentWidget()
        shown: TasksView = page.widget if isinstance(page, Later) else page
        return shown

    def show_graph(self) -> None:
        """Open the tab of the task graph."""
        self.setCurrentWidget(self._tasks)

    def show_live(self, page: Optional[TasksView]) -> None:
        """Show how the tasks of a job run in the place of the graph, or the graph again."""
        if page is None:
            self._tasks.setCurrentWidget(self._graph)
            return
        if self._tasks.indexOf(page) < 0:
            self._tasks.addWidget(page)
            tab_after(self._bar, page)
        self._tasks.setCurrentWidget(page)
        self.show_graph()

    def show_checks(self) -> None:
        """Open the tab of the checks."""
        self.setCurrentWidget(self._checks)

    def show_history(self) -> None:
        """Open the tab of what was sent."""
        self.setCurrentWidget(self._history)

    def open_page(self, place: int) -> None:
        """Open a tab, and bring the keyboard to what is listed in it."""
        self.setCurrentIndex(place)
        lists = self.currentWidget().findChildren(QAbstractScrollArea)
        shown = [view for view in lists if view.isVisible() and view.focusPolicy() != Qt.FocusPolicy.NoFocus]
        highest = min(shown, key=lambda view: view.mapTo(self, QPoint()).y(), default=self._bar)
        highest.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def title(self, place: int) -> str:
        """Return the title of a tab."""
        return self._bar.title(place)

    def find(self) -> None:
        """Bring the keyboard to the search field of the open tab, where it has one."""
        page = self.currentWidget()
        shown = self.tasks if page is self._tasks else page
        panel: Any = shown.widget if isinstance(shown, Later) else shown
        if hasattr(panel, "find"):
            panel.find()

    # --- the tabs that are made later; their modules are imported then, too

    def _make_graph(self) -> QWidget:
        from farmsubmit_ui.panels.graph_panel import GraphPanel

        made = GraphPanel(self._session)
        made.set_known(self._session.service_keys)
        return made

    def _make_checks(self) -> QWidget:
        from farmsubmit_ui.panels.checks_panel import ChecksPanel

        made = ChecksPanel(self._session)
        made.go_to.connect(self.problem_chosen)
        return made

    def _make_files(self) -> QWidget:
        from farmsubmit_ui.panels.files_panel import FilesPanel

        return FilesPanel(self._session)

    def _make_environment(self) -> QWidget:
        from farmsubmit_ui.panels.environment_panel import EnvironmentPanel

        return EnvironmentPanel(self._session)

    def _make_script(self) -> QWidget:
        from farmsubmit_ui.panels.script_panel import ScriptPanel

        return ScriptPanel(self._session)

    def _make_history(self) -> QWidget:
        from farmsubmit_ui.panels.history_panel import HistoryPanel

        made = HistoryPanel(self._session)
        made.resubmitted.connect(self.resubmitted)
        return made

    # --- what tabs say

    def _show_farm(self) -> None:
        if self._graph.is_made:
            self.graph.set_known(self._session.service_keys)

    def _count_problems(self) -> None:
        problems = [found for found in self._session.problems if found.severity is not Severity.NOTE]
        is_bad = any(found.severity is Severity.ERROR for found in problems)
        self._show_count(self._checks, len(problems), "failed" if is_bad else "warning")

    def _count_files(self) -> None:
        facts = self._session.facts
        self._show_count(self._files, len(facts.files) if facts is not None else 0, "dim")

    def _show_count(self, panel: QWidget, count: int, token: str) -> None:
        self._bar.set_count(self.indexOf(panel), count, token)
