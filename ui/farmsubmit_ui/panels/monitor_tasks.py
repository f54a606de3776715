"""The right side of a job that runs: its tasks with their states, their logs, and what one can do."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from qtpy.QtCore import QModelIndex, QSize, Qt
from qtpy.QtGui import QKeySequence, QResizeEvent, QShortcut
from qtpy.QtWidgets import QFrame, QHBoxLayout, QInputDialog, QWidget

from farmsubmit.engines.base import DONE, ERROR, KILLED, PAUSED, SKIPPED, TaskStatus
from farmsubmit_ui.models.jobs_model import JobWatch
from farmsubmit_ui.models.tree_cells import Column
from farmsubmit_ui.models.tree_model import TreeModel
from farmsubmit_ui.models.tree_states import job_of
from farmsubmit_ui.panels.log_view import LogView
from farmsubmit_ui.panels.monitor_parts import duration
from farmsubmit_ui.panels.tasks_view import TasksView
from farmsubmit_ui.style import px, set_role
from farmsubmit_ui.widgets import (
    ElidedLabel,
    FittingRow,
    IconButton,
    ShortText,
    label,
    text_button,
)

#: A view narrower than this has no room for these columns.
_ROOM = ((Column.SERVICE, 720), (Column.FRAMES, 640))
_FAILED = (ERROR, KILLED)


class _Corner(QFrame):
    """What stands at the right end of a bar of tabs: in its colour, and as high."""

    def __init__(self, tabs: QWidget, part: QWidget) -> None:
        super().__init__()
        set_role(self, "bar")
        self._tabs = tabs
        row = QHBoxLayout(self)
        row.setContentsMargins(px(12), 0, px(12), 0)
        row.addWidget(part)

    def sizeHint(self) -> QSize:
        """As high as the tabs."""
        return QSize(super().sizeHint().width(), self._tabs.sizeHint().height())


class TasksSide(TasksView):
    """The tasks with their states, and below them the log and the details of the selected one.

    ``foot`` is the line of what is wrong and of the buttons; whoever shows this places it.
    """

    def __init__(self, session: Any, watch: JobWatch, parent: Optional[QWidget] = None) -> None:
        self._watch = watch
        self._told = -1
        self._is_wanted = False
        self.age = label("", "dim")
        self.age.setObjectName("monitor_age")
        # What was sent is only looked at.
        super().__init__(TreeModel(None), self.age, None, parent)
        self.setObjectName("tasks_side")
        self.log = LogView()
        self._add_log()
        self._make_buttons()
        self.foot = self._made_foot()
        # Of the foot, which stays beside all tabs; the button's own would go with a shorter text in a narrow window.
        QShortcut(QKeySequence("Ctrl+R"), self.foot).activated.connect(self.buttons["retry"].click)
        watch.changed.connect(self.refresh)
        watch.aged.connect(self._show_age)
        watch.log_changed.connect(self._show_log)
        watch.refused.connect(session.failed)
        self.model.counted.connect(self._put_states)
        self.row_changed.connect(self._select)
        self.refresh()

    def restart(self) -> None:
        """Forget the tasks of the job before."""
        self._told = -1
        self.model.set_job(None)
        self.show_all()
        self.refresh()

    # --- parts

    def _add_log(self) -> None:
        details = self.details
        details.setObjectName("monitor_details")
        details.insertTab(0, self.log, self.tr("Log"))
        details.setCornerWidget(_Corner(details.tabBar(), self.log.follow))
        details.setCurrentWidget(self.log)
        details.currentChanged.connect(self._show_follow)

    def _make_buttons(self) -> None:
        self.failed_count = label("", "failed")
        self.failed_count.setObjectName("monitor_failed")
        self.trouble = ElidedLabel("", "dim", Qt.TextElideMode.ElideRight)
        self.trouble.setObjectName("monitor_trouble")
        texts = {
            "pause": (self.tr("Pa&use"), "pause"),
            "resume": (self.tr("&Resume"), "resume"),
            "kill": (self.tr("&Kill"), "kill"),
            "skip": (self.tr("&Skip"), "skip"),
            "retry": (self.tr("Retry failed  Ctrl R"), "retry"),
        }
        self.buttons: Dict[str, Any] = {"priority": IconButton("up", self.tr("Priority…"), "job_priority")}
        for name, (text, icon) in texts.items():
            self.buttons[name] = text_button(text, f"job_{name}", icon, "primary" if name == "retry" else "")
        for name, button in self.buttons.items():
            button.clicked.connect(lambda checked=False, name=name: self.act(name))
        self._tips = {
            "priority": self.tr("Priority…"),
            "pause": self.tr("Pause"),
            "resume": self.tr("Resume"),
            "kill": self.tr("Kill"),
            "skip": self.tr("Skip the selected tasks that are not done"),
            "retry": self.tr("Retry the selected tasks that failed, or all (Ctrl+R)"),
        }

    def _made_foot(self) -> QFrame:
        """Return the line of what is wrong and of the buttons, with the measures of the footer that it stands for."""
        foot = QFrame()
        foot.setObjectName("monitor_foot")
        set_role(foot, "footer")
        row = FittingRow(foot)
        row.setContentsMargins(px(16), px(10), px(16), px(10))
        row.setSpacing(px(9))
        row.addWidget(self.failed_count)
        row.addWidget(self.trouble, 1)
        for name in ("priority", "pause", "resume", "kill", "skip", "retry"):
            row.addWidget(self.buttons[name])
        row.set_steps(
            ShortText(self.buttons["retry"], f" {self.tr('Retry')}"),
            *(ShortText(self.buttons[name]) for name in ("skip", "kill", "resume", "pause")),
        )
        return foot

    # --- what is shown

    def take_keyboard(self) -> None:
        """Bring the keyboard to the tasks, as soon as there are some."""
        self._is_wanted = not self._watch.tasks
        if self._is_wanted:
            self.filter.setFocus()
        else:
            super().take_keyboard()

    def refresh(self) -> None:
        """Show how the tasks stand."""
        self._build()
        self._put_states()
        self._fit_columns()
        self._show_what_there_is()
        # Of a job that is not in memory the engine tells only what is in the columns.
        for page in (self.details.task, self.details.command, self.details.blade):
            self.details.setTabVisible(self.details.indexOf(page), self._watch.job is not None)
        if self._watch.tasks and self._is_wanted and self.filter.hasFocus() and not self.filter.text():
            self.take_keyboard()
        self._show_buttons()
        self._show_age()
        self._show_log()

    def _build(self) -> None:
        """Show the job in memory where its tasks are those of the engine, else one made of what the engine tells."""
        watch = self._watch
        if watch.job is not None and self.model.job is not watch.job:
            self.model.set_job(watch.job)
        elif watch.job is None and watch.tasks and self._told != len(watch.tasks):
            told = job_of(watch.tasks.values(), watch.status.title if watch.status is not None else "")
            self._told = len(watch.tasks)
            self.model.set_job(told.job, told.tasks)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide columns for which there is no room, too."""
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Hide what a narrow view has no room for, and what is not known of a job that is only told of."""
        is_told = self._watch.job is None
        wanted = {column: is_told or self.width() < px(room) for column, room in _ROOM}
        for section in range(self.model.columnCount()):
            is_hidden = wanted.get(self.model.column(section), False)
            if self.tree.isColumnHidden(section) != is_hidden:
                self.tree.setColumnHidden(section, is_hidden)

    def _put_states(self) -> None:
        if self._watch.tasks:
            status = self._watch.status
            job_state = PAUSED if status is not None and status.state == PAUSED else ""
            self.model.set_states(self._watch.tasks, job_state)

    def _why_no_tasks(self) -> str:
        watch = self._watch
        if watch.ticket is None:
            return self.tr("Nothing was sent from here yet.")
        if watch.problem:
            return watch.problem
        if watch.status is None:
            return self.tr("Asking {0}…").format(watch.ticket.engine)
        return self.tr("{0} does not tell how tasks stand.").format(watch.ticket.engine)

    def _show_age(self) -> None:
        watch = self._watch
        age = watch.age()
        if watch.problem:
            self.age.setText(self.tr("no answer"))
        elif age is None:
            self.age.setText("…")
        elif watch.is_over:
            self.age.setText(self.tr("over"))
        else:
            self.age.setText(self.tr("live · {0} ago").format(duration(age)) if age >= 2 else self.tr("live"))
        set_role(self.age, "warning" if watch.problem else "dim")
        self.age.setToolTip(watch.problem)

    def _show_log(self) -> None:
        task = self.selected()
        if task is None:
            self.log.show_log("", self.tr("Select a task to read its log."))
        else:
            self.log.show_log(self._watch.log, self._why_no_log(task))
        self._show_trouble()

    def _show_follow(self) -> None:
        self.log.follow.setVisible(self.details.currentWidget() is self.log)

    def _why_no_log(self, task: TaskStatus) -> str:
        if not self._watch.capabilities.logs:
            return self.tr("This engine gives no logs.")
        if task.reason:
            return task.reason
        if not self._watch.is_log_read:
            return self.tr("Reading the log…")
        return self.tr("It has written nothing.") if task.started else self.tr("It has not started yet.")

    def _show_trouble(self) -> None:
        failed = self._watch.tids_in(*_FAILED)
        self.failed_count.setVisible(bool(failed))
        if not failed:
            self.trouble.set_text("")
            return
        task = self.selected()
        told = self.log.last_trouble() if task is not None and task.state in _FAILED else ""
        first = task if told and task is not None else self._watch.tasks[failed[0]]
        count = self.tr("1 failed") if len(failed) == 1 else self.tr("{0} failed").format(len(failed))
        self.failed_count.setText(count)
        self.trouble.set_text(f"{first.title}: {told or first.reason or self._exit_of(first)}")

    def _exit_of(self, task: TaskStatus) -> str:
        return self.tr("exit {0}").format(task.exit_code) if task.exit_code is not None else task.state

    def _show_buttons(self) -> None:
        watch = self._watch
        can = watch.capabilities.actions
        is_paused = watch.status is not None and watch.status.state == PAUSED
        is_known = watch.status is not None
        failed = len(watch.tids_in(*_FAILED))
        enabled = {
            "pause": is_known and not watch.is_over and not is_paused,
            "resume": is_paused,
            "kill": is_known and not watch.is_over,
            "skip": bool(self._selected_to_skip()),
            "retry": failed > 0,
            "priority": is_known and not watch.is_over,
        }
        for name, button in self.buttons.items():
            button.setEnabled(name in can and enabled[name])
            tip = self._tips.get(name, "")
            button.setToolTip(tip if name in can or not is_known else self.tr("This engine cannot do that."))
        self.buttons["pause"].setVisible(not is_paused)
        self.buttons["resume"].setVisible(is_paused)

    # --- what a person does

    def selected_tids(self) -> List[int]:
        """Return the tasks that are selected, by their tid."""
        rows = self.tree.selectionModel().selectedRows()
        found = [self._status_of(index) for index in rows]
        return [status.tid for status in found if status is not None]

    def selected(self) -> Optional[TaskStatus]:
        """Return how the current task stands, None where none is selected."""
        status = self._status_of(self.tree.currentIndex())
        return self._watch.tasks.get(status.tid) if status is not None else None

    def act(self, action: str) -> None:
        """Do an action: retry takes the selected tasks that failed, or all of them; skip and kill the selected ones."""
        if action == "priority":
            self._ask_priority()
            return
        tids: List[int] = []
        if action == "skip":
            tids = self._selected_to_skip()
        elif action == "retry":
            failed = self._watch.tids_in(*_FAILED)
            tids = [tid for tid in self.selected_tids() if tid in failed] or failed
        self._watch.act(action, tids)

    def _selected_to_skip(self) -> List[int]:
        found = [self._watch.tasks.get(tid) for tid in self.selected_tids()]
        return [task.tid for task in found if task is not None and task.state not in (DONE, SKIPPED)]

    def _ask_priority(self) -> None:
        dialog = QInputDialog(self)
        dialog.setObjectName("job_priority_dialog")
        dialog.setWindowTitle(self.tr("Priority"))
        dialog.setLabelText(self.tr("Priority of the job; higher goes first"))
        dialog.setInputMode(QInputDialog.InputMode.DoubleInput)
        dialog.setDoubleRange(-1e9, 1e9)
        dialog.setDoubleValue(self._watch.status.priority if self._watch.status is not None else 0.0)
        dialog.doubleValueSelected.connect(lambda value: self._watch.act("priority", (), float(value)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _select(self, index: QModelIndex) -> None:
        status = self._status_of(index)
        self._watch.select(status.tid if status is not None else None)
        self._show_buttons()
        self._show_log()

    def _status_of(self, index: QModelIndex) -> Optional[TaskStatus]:
        place = self.model.place(index) if index.isValid() else None
        states = self.model.cells.states
        if place is None or states is None:
            return None
        return states.standing(place).status
