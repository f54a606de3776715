"""The tab of the environment: which variables travel with the job, why, and which stay behind."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, Optional

from qtpy.QtCore import QModelIndex
from qtpy.QtGui import QShowEvent
from qtpy.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from farmsubmit.errors import FarmsubmitError
from farmsubmit.lang.envkey import setenv_items
from farmsubmit.request import EnvironmentRules
from farmsubmit_ui import worker
from farmsubmit_ui.models.environment_model import (
    COULD,
    SET,
    EnvironmentModel,
    Preview,
    Variable,
    is_secret_name,
    preview,
    size_of,
)
from farmsubmit_ui.panels.tab_parts import Foot, TabTree, bar, column, pages
from farmsubmit_ui.style import px
from farmsubmit_ui.widgets import (
    EmptyState,
    IconButton,
    MonoEdit,
    Note,
    OriginMark,
    SearchEdit,
    ShortText,
    ShrinkingLabel,
    text_button,
)

_NOTHING = Preview({}, {}, {}, 0)


class EnvironmentPanel(QWidget):
    """The environment of the session's request; what this session would give is looked up in the background."""

    def __init__(self, session: Any, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("environment_panel")
        self._session = session
        self._settings: Any = None
        self._preview = _NOTHING
        self._works = worker.Latest(self)
        self.model = EnvironmentModel(self)
        self._make_parts()
        self._make_editor()
        self._lay_out()
        session.facts_changed.connect(self.refresh)
        session.request_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the environment of the request."""
        request = self._session.request
        self.pages.setCurrentIndex(0 if request is not None else 1)
        if request is None:
            self._settings = None
            self.empty.set_sentence(self._why_empty())
            return
        if self._settings is not self._session.settings and self.isVisible():
            self._look()
        self._show_variables()

    def find(self) -> None:
        """Bring the keyboard to the filter."""
        self.filter.setFocus()
        self.filter.selectAll()

    def showEvent(self, event: QShowEvent) -> None:
        """Look up what this session would give, when somebody wants to know."""
        super().showEvent(event)
        if self._session.request is not None and self._settings is not self._session.settings:
            self._look()

    # --- parts

    def _make_parts(self) -> None:
        self.filter = SearchEdit("environment_filter", self.tr("Filter variables…"))
        self.filter.textChanged.connect(self._filter)
        self.capture = QCheckBox(self.tr("Ta&ke allowed variables along"))
        self.capture.setObjectName("environment_capture")
        self.capture.setAccessibleName(self.tr("Take allowed variables of this session along"))
        self.capture.toggled.connect(self._set_capture)
        self.mark = OriginMark(self.tr("Environment"))
        self.mark.setObjectName("origin_environment")
        self.mark.reset_requested.connect(lambda: self._session.reset("environment"))
        self.size = ShrinkingLabel("", "dim")
        self.size.setObjectName("environment_size")
        self.view = TabTree("environment", self.tr("Variables"))
        self.view.setModel(self.model)
        self.view.setItemsExpandable(False)
        self.view.setRootIsDecorated(False)
        self.view.setIndentation(px(14))
        self.view.set_widths((220, 0, 270))
        self.view.selectionModel().currentChanged.connect(lambda *_: self._show_selected())
        self.empty = EmptyState("environment", "")

    def _make_editor(self) -> None:
        self.name = MonoEdit("environment_name", self.tr("Name of a variable"))
        self.name.setPlaceholderText(self.tr("NAME"))
        self.value = MonoEdit("environment_value", self.tr("Value of the variable"))
        self.value.setPlaceholderText(self.tr("value"))
        self.add_button = text_button(self.tr("Set"), "environment_set", role="small")
        self.remove_button = IconButton("minus", self.tr("Do not set the selected variable"), "environment_remove")
        self.note = Note()
        self.note.setObjectName("environment_note")
        self.name.textChanged.connect(lambda _: self._judge())
        self.value.textChanged.connect(lambda _: self._judge())
        self.name.returnPressed.connect(self.value.setFocus)
        self.value.returnPressed.connect(self._set)
        self.add_button.clicked.connect(self._set)
        self.remove_button.clicked.connect(self._remove)

    def _lay_out(self) -> None:
        self.filter.setMaximumWidth(px(200))
        self.name.setMaximumWidth(px(210))
        listed = QWidget()
        editor = bar(self.name, self.value, self.add_button, self.remove_button)
        editor.setStretch(1, 1)
        below = QVBoxLayout()
        below.setContentsMargins(px(12), 0, px(12), px(10))
        below.addWidget(self.note)
        head = bar(self.filter, self.capture, self.mark, 1, self.size)
        head.set_steps(ShortText(self.capture, self.tr("Ta&ke along")))
        column(listed, head, self.view, Foot(editor, below))
        self.pages = pages(self, listed, self.empty)

    # --- what is shown

    def _look(self) -> None:
        self._settings = self._session.settings
        self._works.run(preview, self._settings, done=self._take, failed=self._session.failed.emit)

    def _take(self, found: Preview) -> None:
        self._preview = found
        self._show_variables()

    def _show_variables(self) -> None:
        rules = self._session.request.environment
        chosen = self.model.entry(self.view.currentIndex())
        self.capture.blockSignals(True)
        self.capture.setChecked(rules.capture)
        self.capture.blockSignals(False)
        self.capture.setEnabled(bool(self._session.settings["inherit_environment"]))
        why = self.tr(
            "Of this session, those go along that the settings environment_allow and environment_deny let pass."
        )
        off = self.tr("The setting inherit_environment is off.")
        self.capture.setToolTip(why if self.capture.isEnabled() else off)
        self.model.set_variables(rules.set, self._origins(), self._preview, rules.capture)
        self._spread()
        if chosen is not None:
            self.view.setCurrentIndex(self.model.index_of(chosen.name))
        self.mark.set_origin(self._session.origin("environment"), self._session.is_changed("environment"))
        self._show_size(rules)
        self._judge()

    def _origins(self) -> Dict[str, str]:
        session = self._session
        given = dict(session.settings["environment_set"])
        where = str(session.settings.origin("environment_set"))
        rules = session.request.environment.set
        return {name: where if given.get(name) == value else self.tr("set this time") for name, value in rules.items()}

    def _show_size(self, rules: EnvironmentRules) -> None:
        values = {**(self._preview.values if rules.capture else {}), **rules.set}
        text = self.tr("{0} travel · {1} characters").format(len(values), f"{size_of(values):,}")
        self.size.setText(text if values else self.tr("nothing travels"))

    def _why_empty(self) -> str:
        if self._session.job is not None:
            return self.tr("A finished job has its environment in its commands.")
        return self.tr("Open a scene to see which variables travel with its job.")

    def _spread(self) -> None:
        self.view.expandAll()
        for row in range(self.model.rowCount()):
            self.view.setFirstColumnSpanned(row, QModelIndex(), True)

    def _filter(self, text: str) -> None:
        self.model.set_filter(text)
        self._spread()

    def _show_selected(self) -> None:
        variable = self.model.entry(self.view.currentIndex())
        self.remove_button.setEnabled(variable is not None and variable.kind == SET)
        if variable is None or variable.kind not in (SET, COULD):
            return
        self.name.setText(variable.name)
        self.value.setText("" if variable.is_secret else variable.value)

    def _judge(self) -> None:
        """Say what keeps the variable from being set, or what a person should know of it."""
        name = self.name.text().strip()
        self.value.setEchoMode(QLineEdit.EchoMode.Password if is_secret_name(name) else QLineEdit.EchoMode.Normal)
        problem = self._problem(name)
        self.name.set_problem(problem)
        self.add_button.setEnabled(bool(name) and not problem)
        variable = self.model.entry(self.view.currentIndex())
        self.remove_button.setEnabled(variable is not None and variable.kind == SET)
        secret = self.tr("The name is that of a secret: whoever may read the job may read its value.")
        told = problem or (secret if is_secret_name(name) else self._preview.problem)
        self.note.say(told, "failed" if problem else "warning")

    def _problem(self, name: str) -> str:
        if not name:
            return ""
        try:
            setenv_items({name: self.value.text()})
        except FarmsubmitError as error:
            return str(error)
        return ""

    # --- what a person does

    def _set(self) -> None:
        name = self.name.text().strip()
        if not name or self._problem(name):
            return
        rules = self._session.request.environment
        self._session.set_environment(replace(rules, set={**rules.set, name: self.value.text()}))
        self.name.clear()
        self.value.clear()
        self.name.setFocus()

    def _remove(self) -> None:
        variable: Optional[Variable] = self.model.entry(self.view.currentIndex())
        if variable is None or variable.kind != SET:
            return
        rules = self._session.request.environment
        kept = {name: value for name, value in rules.set.items() if name != variable.name}
        self._session.set_environment(replace(rules, set=kept))

    def _set_capture(self, is_on: bool) -> None:
        rules = self._session.request.environment
        self._session.set_environment(replace(rules, capture=is_on))
