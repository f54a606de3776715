"""The tab of the checks: every problem with what would be right, and ways to mend it or to leave it out."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Optional

from qtpy.QtCore import QModelIndex, Signal
from qtpy.QtWidgets import QApplication, QInputDialog, QWidget

from farmsubmit.checks import Problem
from farmsubmit.errors import FarmsubmitError
from farmsubmit.settings.places import file_of
from farmsubmit.settings.save import save_layer
from farmsubmit.settings.tomltext import is_there, read_toml
from farmsubmit_ui import worker
from farmsubmit_ui.models.check_fixes import Fix, fix_of
from farmsubmit_ui.models.checks_model import FIX, TEXT, ChecksModel
from farmsubmit_ui.panels.tab_parts import Details, TabTree, bar, column, pages
from farmsubmit_ui.style import px
from farmsubmit_ui.widgets import EmptyState, SearchEdit, ShrinkingLabel, text_button

_SUPPRESS = "check_suppress"


class ChecksPanel(QWidget):
    """The problems of the session by severity; ``go_to`` asks to show the place of one."""

    go_to = Signal(object)

    def __init__(self, session: Any, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("checks_panel")
        self._session = session
        self._fix: Optional[Fix] = None
        self.model = ChecksModel(self)
        self._make_parts()
        self._lay_out()
        session.problems_changed.connect(self.refresh)
        session.busy_changed.connect(self._show_page)
        session.job_changed.connect(self._show_page)
        self.refresh()

    def refresh(self) -> None:
        """Show the problems of the session."""
        chosen = self.selected()
        self.model.set_entries(self._session.problems)
        self._spread()
        self._select_again(chosen)
        self._show_page()

    def selected(self) -> Optional[Problem]:
        """Return the selected problem, None where there is none."""
        return self.model.entry(self.view.currentIndex())

    def find(self) -> None:
        """Bring the keyboard to the filter."""
        self.filter.setFocus()
        self.filter.selectAll()

    # --- parts

    def _make_parts(self) -> None:
        self.filter = SearchEdit("checks_filter", self.tr("Filter problems…"))
        self.filter.textChanged.connect(self._search)
        self.summary = ShrinkingLabel("", "dim")
        self.summary.setObjectName("checks_summary")
        self.view = TabTree("checks", self.tr("Problems"))
        self.view.setModel(self.model)
        self.view.setItemsExpandable(False)
        self.view.setRootIsDecorated(False)
        self.view.setIndentation(px(14))
        self.view.set_widths((0, 150, 230))
        self.view.doubleClicked.connect(self._go)
        self.view.selectionModel().currentChanged.connect(lambda *_: self._show_details())
        self.empty = EmptyState("check", "")
        self._make_details()

    def _make_details(self) -> None:
        self.details = Details("checks_details")
        self.text = self.details.add_line(self.tr("Problem"), "check_text")
        self.hint = self.details.add_line(self.tr("To mend it"), "check_fix")
        self.rule = self.details.add_line(self.tr("Rule"), "check_rule", mono=True)
        self.go_button = text_button(self.tr("&Go there"), "check_go", role="small")
        self.fix_button = text_button(self.tr("Fix"), "check_mend", role="small")
        self.copy_button = text_button(self.tr("Copy"), "check_copy", "copy", "small")
        self.suppress_button = text_button(self.tr("&Leave out…"), "check_suppress", role="small")
        self.suppress_button.setToolTip(self.tr("Leave out what this rule finds in this scene, with the reason"))
        self.go_button.clicked.connect(lambda: self._go(self.view.currentIndex()))
        self.fix_button.clicked.connect(self._mend)
        self.copy_button.clicked.connect(self._copy)
        self.suppress_button.clicked.connect(self._ask_reason)
        for button in (self.go_button, self.fix_button, self.copy_button):
            self.details.buttons.addWidget(button)
        self.details.buttons.addStretch(1)
        self.details.buttons.addWidget(self.suppress_button)

    def _lay_out(self) -> None:
        self.filter.setMaximumWidth(px(240))
        listed = QWidget()
        column(listed, bar(self.filter, 1, self.summary), self.view, self.details)
        self.pages = pages(self, listed, self.empty)

    # --- what is shown

    def _show_page(self) -> None:
        session = self._session
        self.pages.setCurrentIndex(0 if session.problems else 1)
        self.summary.setText(self._summary())
        if session.job is None:
            self.empty.set_sentence(session.error or self.tr("Open a scene to have it checked."), "info")
        elif session.busy or session.checking:
            self.empty.set_sentence(self.tr("Checking…"), "clock")
        else:
            self.empty.set_sentence(self.tr("Nothing to complain about."), "check")
        self._show_details()

    def _summary(self) -> str:
        if self.filter.text() and self.model.count() != len(self._session.problems):
            return self.tr("{0} of {1} shown").format(self.model.count(), len(self._session.problems))
        left_out = [name for name, why in _reasons(self._session).items() if why.strip()]
        return self.tr("left out: {0}").format(", ".join(left_out)) if left_out else ""

    def _search(self, text: str) -> None:
        self.model.set_filter(text)
        self._spread()
        self._select_again(None)
        self.summary.setText(self._summary())

    def _spread(self) -> None:
        self.view.expandAll()
        for row in range(self.model.rowCount()):
            self.view.setFirstColumnSpanned(row, QModelIndex(), True)
        # Where nothing says what would be right, the problems have its room.
        self.view.setColumnHidden(FIX, not any(problem.fix for problem in self._session.problems))

    def _select_again(self, problem: Optional[Problem]) -> None:
        """Keep the selected problem where it is still there, else select the first."""
        for group in range(self.model.rowCount()):
            parent = self.model.index(group, TEXT)
            for row in range(self.model.rowCount(parent)):
                index = self.model.index(row, TEXT, parent)
                if problem is None or self.model.entry(index) == problem:
                    self.view.setCurrentIndex(index)
                    return
        if problem is not None:
            self._select_again(None)

    def _show_details(self) -> None:
        problem = self.selected()
        self.details.setVisible(problem is not None)
        if problem is None:
            return
        self._fix = fix_of(problem, self._session)
        self.text.setText(f"{problem.where}: {problem.text}")
        self.hint.setText(problem.fix)
        self.details.show_line(self.hint, bool(problem.fix))
        self.rule.setText("  ".join(filter(None, (problem.rule, problem.file))))
        self.fix_button.setVisible(self._fix is not None)
        self.fix_button.setText(self._fix.label if self._fix is not None else "")
        self.copy_button.setText(" " + (self.tr("Copy the hint") if problem.fix else self.tr("Copy")))
        self.suppress_button.setEnabled(bool(problem.rule) and self._session.facts is not None)

    # --- what a person does

    def _go(self, index: QModelIndex) -> None:
        problem = self.model.entry(index)
        if problem is not None:
            self.go_to.emit(problem)

    def _mend(self) -> None:
        if self._fix is None:
            return
        try:
            self._fix.apply()
        except FarmsubmitError as error:
            self._session.failed.emit(str(error))

    def _copy(self) -> None:
        problem = self.selected()
        if problem is not None:
            QApplication.clipboard().setText(problem.fix or str(problem))

    def _ask_reason(self) -> None:
        problem = self.selected()
        if problem is None:
            return
        rule = problem.rule
        dialog = QInputDialog(self)
        dialog.setObjectName("suppress_reason")
        dialog.setWindowTitle(self.tr("Leave out {0}").format(rule))
        dialog.setLabelText(self.tr("Why may {0} be left out for this scene? The job says so too.").format(rule))
        dialog.textValueSelected.connect(lambda text: self.suppress(rule, str(text).strip()))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def suppress(self, rule: str, reason: str) -> None:
        """Leave out what a rule finds in this scene from now on; it is written into the scene's settings file."""
        session = self._session
        if not reason:
            session.failed.emit(self.tr("{0} is not left out: write why.").format(rule))
            return

        def done(path: Any) -> None:
            session.message.emit(self.tr("{0} is left out from now on; {1} says so.").format(rule, path))
            session.reload()

        worker.run(_suppress, session.scene, rule, reason, done=done, failed=session.failed.emit, owner=self)


def _reasons(session: Any) -> Dict[str, str]:
    try:
        return dict(session.settings[_SUPPRESS] or {})
    except FarmsubmitError:
        return {}


def _suppress(scene: str, rule: str, reason: str) -> Path:
    """Write a reason beside those that the scene's settings file has, and return its path; runs in a worker."""
    path = file_of("scene", scene)
    there: Dict[str, Any] = read_toml(path).data if is_there(path) else {}
    save_layer(path, {_SUPPRESS: {**there.get(_SUPPRESS, {}), rule: reason}})
    return path
