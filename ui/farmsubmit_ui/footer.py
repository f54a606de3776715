"""The footer: how many mistakes there are and the first in words; on the right, what can be done with the job."""

from __future__ import annotations

from typing import Optional

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QFrame, QMenu, QPushButton, QWidget

from farmsubmit.checks import Severity
from farmsubmit_ui.session import Session
from farmsubmit_ui.style import current, px, set_icon, set_role
from farmsubmit_ui.widgets import ElidedLabel, FittingRow, Omitted, ShortText, set_menu, text_button

_ICONS = {"done": "check", "warning": "warning", "failed": "error"}


class Footer(QFrame):
    """Counts, and the buttons; what they do is the dialog's. A click on the counts asks for the checks."""

    save_preset = Signal()
    run_here = Signal()
    submit = Signal()
    checks_wanted = Signal()

    def __init__(self, session: Session, export: QMenu, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("footer")
        set_role(self, "footer")
        self.session = session
        self.errors = self._count("errors_button")
        self.warnings = self._count("warnings_button")
        self.first = ElidedLabel(role="dim", mode=Qt.TextElideMode.ElideRight)
        self.first.setObjectName("first_problem")
        self.preset_button = text_button(self.tr("Save preset"), "save_preset_button")
        self.export_button = text_button(self.tr("E&xport"), "export_button")
        set_menu(self.export_button, export)
        self.run_button = text_button(self.tr("R&un here"), "run_here_button")
        self.submit_button = text_button(self.tr("Submit  Ctrl ⏎"), "submit_button", role="primary")
        self._counts = (ShortText(self.errors), ShortText(self.warnings))
        self._lay_out()
        self._connect()
        self.refresh()

    def style_changed(self) -> None:
        """Take the colours of the counts from the style that is on."""
        self._show_counts()

    def _count(self, name: str) -> QPushButton:
        made = text_button("", name, role="link")
        made.setToolTip(self.tr("Show the checks"))
        made.clicked.connect(self.checks_wanted)
        return made

    def _lay_out(self) -> None:
        row = FittingRow(self)
        row.setContentsMargins(px(16), px(10), px(16), px(10))
        row.setSpacing(px(9))
        row.addWidget(self.errors)
        row.addWidget(self.warnings)
        row.addWidget(self.first, 1)
        for button in (self.preset_button, self.export_button, self.run_button, self.submit_button):
            row.addWidget(button)
        # Presets and exports are in the menus too.
        left_out = (Omitted(self.preset_button), Omitted(self.export_button))
        row.set_steps(ShortText(self.submit_button, self.tr("Submit")), *left_out, *self._counts)

    def _connect(self) -> None:
        session = self.session
        for signal in (session.problems_changed, session.job_changed, session.busy_changed, session.submit_failed):
            signal.connect(self.refresh)
        session.readiness_changed.connect(self.refresh)
        for signal in (session.submit_step, session.submitted, session.engine_changed):
            signal.connect(self._show_buttons)
        self.preset_button.clicked.connect(self.save_preset)
        self.run_button.clicked.connect(self.run_here)
        self.submit_button.clicked.connect(self.submit)

    def refresh(self) -> None:
        """Show counts and buttons anew."""
        self._show_counts()
        self._show_buttons()

    def _show_counts(self) -> None:
        session = self.session
        errors = [found for found in session.problems if found.severity is Severity.ERROR]
        warnings = [found for found in session.problems if found.severity is Severity.WARNING]
        own = [text for text in (session.error, *session.field_problems()) if text]
        count = len(errors) + len(own)
        texts = [*own, *(f"{found.where}: {found.text}" for found in (*errors, *warnings))]
        self.first.set_text(texts[0] if texts else "")
        self._say(0, count, self._counted(count, self.tr("error"), self.tr("errors")), "failed" if count else "done")
        self.errors.setVisible(session.job is not None or bool(count))
        told = self._counted(len(warnings), self.tr("warning"), self.tr("warnings"))
        self._say(1, len(warnings), told, "warning")
        self.warnings.setVisible(bool(warnings))

    def _counted(self, count: int, one: str, more: str) -> str:
        return f"{count or self.tr('No')} {one if count == 1 else more}"

    def _say(self, place: int, count: int, text: str, role: str) -> None:
        button = (self.errors, self.warnings)[place]
        self._counts[place].set_texts(f" {text}", f" {count}")
        button.setAccessibleName(text)
        look = f"color: {getattr(current(), role)};"
        if button.styleSheet() != look:
            # Whatever gets a style sheet is laid out anew.
            button.setStyleSheet(look)
        set_icon(button, _ICONS[role], role)

    def _show_buttons(self) -> None:
        session = self.session
        reasons = session.reasons_against()
        why = "\n".join(reasons)
        for button in (self.run_button, self.submit_button):
            button.setEnabled(not reasons)
        self.submit_button.setToolTip(why or self.tr("Send the job to {0}").format(session.engine_state.url))
        self.run_button.setToolTip(why or self.tr("Run the job on this machine"))
        self.export_button.setEnabled(session.job is not None)
        self.preset_button.setEnabled(session.request is not None)
