"""The tab of the task graph: the tasks of a session's job, as they will be sent."""

from __future__ import annotations

from typing import Any, Optional

from qtpy.QtCore import QCoreApplication
from qtpy.QtWidgets import QWidget

from farmsubmit_ui.models.tree_model import TreeModel
from farmsubmit_ui.models.tree_shape import Shape
from farmsubmit_ui.panels.tasks_view import TasksView
from farmsubmit_ui.widgets.fitting import ShrinkingLabel


class GraphPanel(TasksView):
    """The tree or graph of a session's job, with the details of the selected row, where the job can be changed."""

    def __init__(self, session: Any = None, parent: Optional[QWidget] = None) -> None:
        self.counts = ShrinkingLabel("", "dim")
        self.counts.setObjectName("task_counts")
        super().__init__(TreeModel(session), self.counts, session, parent)
        self.setObjectName("graph_panel")
        if session is not None:
            session.job_changed.connect(self._show_what_there_is)
        self._job_changed()

    def set_known(self, keys: Any) -> None:
        """Offer service keys that the engine's blades provide."""
        self.tree.delegate.known = tuple(keys)

    def _show_counts(self) -> None:
        super()._show_counts()
        shape = self.model.shape
        self.counts.setText(counts_text(shape, self.model) if shape is not None else "")

    def _show_what_there_is(self) -> None:
        super()._show_what_there_is()
        self.filter.setEnabled(self.model.rowCount() > 0)

    def _why_no_tasks(self) -> str:
        told = str(getattr(self._session, "error", "") or "") or self.model.problem
        return told or self.tr("Open a scene, a request or a job, and its tasks are shown here.")


def counts_text(shape: Shape, model: TreeModel) -> str:
    """Return ``37 tasks · 41 commands``, or how many of them a filter found."""
    translate = QCoreApplication.translate
    tasks = translate("GraphPanel", "1 task") if shape.tasks == 1 else translate("GraphPanel", "{0} tasks")
    commands = translate("GraphPanel", "1 command") if shape.commands == 1 else translate("GraphPanel", "{0} commands")
    tasks, commands = tasks.format(f"{shape.tasks:,}"), commands.format(f"{shape.commands:,}")
    kept = model.kept
    if kept is None:
        return f"{tasks} · {commands}"
    return translate("GraphPanel", "{0} of {1}").format(f"{len(kept.hits):,}", tasks)
