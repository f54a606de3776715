"""The card of the job: its title, priority, service and all else that holds for the job as a whole."""

from __future__ import annotations

from functools import partial
from typing import Any, Dict, Iterable, List, Optional

from qtpy.QtCore import QCoreApplication, Qt, Signal
from qtpy.QtWidgets import QCheckBox, QGridLayout, QToolButton, QWidget

from farmsubmit.errors import FarmsubmitError
from farmsubmit.lang.servicekey import Blade
from farmsubmit.settings import PolicyProblem, Rule
from farmsubmit_ui.panels.service_edit import ServiceEdit, ServiceEditor
from farmsubmit_ui.style import icon_size, px, set_icon, set_role
from farmsubmit_ui.widgets.cards import Card
from farmsubmit_ui.widgets.chipedit import ChipEdit
from farmsubmit_ui.widgets.editors import Editor, FlagEditor, NumberEditor, TextEditor, WordsEditor
from farmsubmit_ui.widgets.edits import MonoEdit, TextEdit
from farmsubmit_ui.widgets.fields import Field, problems_of
from farmsubmit_ui.widgets.later import Later
from farmsubmit_ui.widgets.numberedit import NumberEdit
from farmsubmit_ui.widgets.values import read_text, show_text

_LABEL, _SECOND_LABEL = 84, 72
_SETENV = "setenv "
# What stands below the fold.
_MORE = ("comment", "tier", "crews", "envkey", "metadata")


class JobPanel(Card):
    """The attributes of the session's job, each with its origin, its policy and its mistakes.

    A change goes to the session at once. Emits ``validity_changed`` when ``problems()`` are others: what is typed and
    no value stays in its field, and the job keeps the value it had.
    """

    validity_changed = Signal()

    def __init__(self, session: Any, parent: Optional[QWidget] = None) -> None:
        super().__init__(QCoreApplication.translate("JobPanel", "Job"), parent)
        self.setObjectName("job_panel")
        self._session = session
        self._fields: Dict[str, Field] = {}
        self._forms: List[QGridLayout] = []
        self._make_fields()
        self._lay_out_fields()
        session.facts_changed.connect(self._new_scene)
        session.request_changed.connect(self.refresh)
        session.job_changed.connect(self.refresh)
        self._new_scene()

    @property
    def fields(self) -> Dict[str, Field]:
        """All fields by the name of their attribute, in the order of the form."""
        self._more.make_now()
        return self._fields

    def problems(self) -> List[str]:
        """Return a sentence for each field whose content is wrong, in the order of the form."""
        return problems_of(self._fields.values())

    def set_blades(self, blades: Iterable[Blade]) -> None:
        """Tell how many of these blades match the service expression."""
        self.service.set_blades(blades)

    def set_known(self, keys: Iterable[str]) -> None:
        """Offer service keys that the engine's blades provide."""
        self.service.set_known(keys)

    def show_field(self, attribute: str) -> None:
        """Bring the keyboard to a field, folding it out where it is folded in."""
        field = self._fields.get(attribute) or self.fields[attribute]
        if self._more.isHidden() and self._more.isAncestorOf(field.cell):
            self.more_button.click()
        field.editor.focus.setFocus()

    def style_changed(self) -> None:
        """Take the measures at the present zoom."""
        self.more_button.setIconSize(icon_size())
        self._set_columns()

    def _set_columns(self) -> None:
        for form in self._forms:
            form.setColumnMinimumWidth(0, px(_LABEL))
            form.setColumnMinimumWidth(3, px(_SECOND_LABEL))

    def refresh(self) -> None:
        """Show the values of the session where they are others than those shown."""
        for name, field in self._fields.items():
            self._show(name, field)
        self._show_title()
        self._mean_priority()

    def _new_scene(self) -> None:
        self.setEnabled(self._is_open)
        for name, field in self._fields.items():
            self._begin(name, field)
        if any(self._rule(name) != Rule() for name in _MORE):
            # A policy may have something against a value that is not seen.
            self._more.make_now()
        self._show_title()
        self._mean_priority()

    def _begin(self, name: str, field: Field) -> None:
        field.set_rule(self._rule(name))
        self._show(name, field, again=True)

    def _show(self, name: str, field: Field, again: bool = False) -> None:
        session = self._session
        field.show(session.job_value(name), again)
        full = f"job.{name}"
        field.mark.set_origin(session.origin(full), session.is_changed(full))

    def _show_title(self) -> None:
        job = self._session.job
        self._title.setPlaceholderText(str(job.title or "") if job is not None else "")

    # --- policy

    @property
    def _is_open(self) -> bool:
        return self._session.request is not None or self._session.job is not None

    def _rule(self, name: str) -> Rule:
        return self._session.rule(f"job.{name}") if self._is_open else Rule()

    def _judge(self, name: str, value: Any) -> str:
        """Return what the policies of site and show have against a value, and why."""
        if not self._is_open:
            return ""
        field = f"job.{name}"
        found = self._session.settings.policy.problems({field: value})
        told = [_sentence(problem) for problem in found if problem.field == field]
        return "; ".join(told)

    # --- fields

    def _make_fields(self) -> None:
        self._title = TextEdit("job_title", self.tr("Title"))
        self._priority = NumberEdit("job_priority", self.tr("Priority"))
        empty = self.tr("empty: the expressions of the commands alone decide")
        self.service = ServiceEdit("job_service", self.tr("Service"), empty)
        self._add("title", self.tr("&Title"), self._text(self._title, "title"))
        self._add("priority", self.tr("Pri&ority"), NumberEditor(self._priority, partial(read_text, "priority")))
        self._add("projects", self.tr("Pro&ject"), self._words("projects", self.tr("Project")))
        self._add("service", self.tr("Serv&ice"), ServiceEditor(self.service))
        most = self._number("maxactive", self.tr("Max active"), self.tr("no limit"))
        self._add("maxactive", self.tr("&Max active"), most)
        self._add("afterjids", self.tr("&After jobs"), self._mono("afterjids", self.tr("After jobs"), self.tr("none")))
        self._add("tags", self.tr("Tag&s"), self._words("tags", self.tr("Tags")))
        self._add("paused", self.tr("Start"), self._flag("paused", self.tr("pause&d")))

    def _make_more_fields(self) -> None:
        self._add("comment", self.tr("&Comment"), self._text(TextEdit("job_comment", self.tr("Comment")), "comment"))
        self._add("tier", self.tr("Tie&r"), self._text(TextEdit("job_tier", self.tr("Tier")), "tier"))
        self._add("crews", self.tr("Cre&ws"), self._words("crews", self.tr("Crews")))
        self._add("envkey", self.tr("Env&keys"), self._envkeys())
        self._add("metadata", self.tr("Metadata"), self._mono("metadata", self.tr("Metadata")))

    def _add(self, name: str, title: str, editor: Editor) -> None:
        field = Field(name, title, editor, self)
        field.set_judge(partial(self._judge, name))
        field.edited.connect(partial(self._set, name))
        field.mark.reset_requested.connect(partial(self._reset, name))
        field.validity_changed.connect(self.validity_changed)
        self._fields[name] = field

    def _set(self, name: str, value: Any) -> None:
        try:
            self._session.set_job_value(name, value)
        except FarmsubmitError as error:
            self._fields[name].refuse(str(error))

    def _reset(self, name: str) -> None:
        self._session.reset(f"job.{name}")
        self._show(name, self._fields[name], again=True)

    def _text(self, edit: TextEdit, name: str) -> Editor:
        return TextEditor(edit, partial(read_text, name))

    def _mono(self, name: str, title: str, hint: str = "") -> Editor:
        edit = MonoEdit(f"job_{name}", title)
        edit.setPlaceholderText(hint)
        return self._text(edit, name)

    def _number(self, name: str, title: str, hint: str) -> Editor:
        edit = NumberEdit(f"job_{name}", title)
        edit.edit.setPlaceholderText(hint)
        return NumberEditor(edit, partial(read_text, name))

    def _words(self, name: str, title: str) -> Editor:
        return WordsEditor(ChipEdit(f"job_{name}", title))

    def _envkeys(self) -> Editor:
        return WordsEditor(ChipEdit("job_envkey", self.tr("Envkeys"), has_blanks=True, shown=_envkey_text))

    def _flag(self, name: str, text: str) -> Editor:
        box = QCheckBox(text)
        box.setObjectName(f"job_{name}")
        box.setAccessibleName(self.tr("Start paused"))
        return FlagEditor(box)

    def _mean_priority(self) -> None:
        """Say what the priority means beside that of the settings; higher goes first."""
        value = self._session.job_value("priority")
        usual = self._session.settings["priority"] if self._is_open else None
        self._priority.edit.setPlaceholderText(self.tr("the engine's own"))
        if value is None or usual is None:
            self._priority.set_meaning("" if value is None else self.tr("higher goes first"))
            return
        words = (self.tr("lower"), self.tr("normal"), self.tr("higher"))
        tip = self.tr("the settings say {usual}; higher goes first").format(usual=show_text(usual))
        self._priority.set_meaning(words[(value > usual) - (value < usual) + 1], tip)

    # --- form

    def _lay_out_fields(self) -> None:
        form = self._grid()
        self._wide(form, 0, "title")
        self._pair(form, 1, "priority", "projects")
        self._wide(form, 2, "service")
        self._pair(form, 3, "maxactive", "afterjids")
        self._pair(form, 4, "tags", "paused")
        self.body.addLayout(form)
        self._more = Later(self._made_more)
        self._more.hide()
        self.more_button = self._fold()
        self.body.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self._more)
        # The marks stand in the margin, so that the fields end where those of the other cards do.
        margins = self.layout().contentsMargins()
        self.layout().setContentsMargins(margins.left(), margins.top(), 0, margins.bottom())
        self.style_changed()

    def _made_more(self) -> QWidget:
        """Return what stands below the fold."""
        self._make_more_fields()
        made = QWidget()
        more = self._grid()
        self._wide(more, 0, "comment")
        self._pair(more, 1, "tier", "crews")
        self._wide(more, 2, "envkey")
        self._wide(more, 3, "metadata")
        made.setLayout(more)
        for name in _MORE:
            self._begin(name, self._fields[name])
        self._set_columns()
        return made

    def _fold(self) -> QToolButton:
        made = QToolButton()
        made.setObjectName("job_more")
        made.setText(self.tr("More"))
        made.setToolTip(self.tr("Comment, tier, crews, envkeys, metadata"))
        made.setAccessibleName(self.tr("More fields of the job"))
        made.setCheckable(True)
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        set_role(made, "fold")
        set_icon(made, "chevron-right", "dim")
        made.toggled.connect(self._folded)
        return made

    def _folded(self, is_open: bool) -> None:
        self._more.setVisible(is_open)
        set_icon(self.more_button, "chevron-down" if is_open else "chevron-right", "dim")

    def _grid(self) -> QGridLayout:
        """Return a form of two pairs of label, field and mark."""
        form = QGridLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(px(4))
        form.setVerticalSpacing(px(5))
        for column in (1, 4):
            form.setColumnStretch(column, 1)
        self._forms.append(form)
        return form

    def _wide(self, form: QGridLayout, row: int, name: str) -> None:
        self._put(form, row, 0, name, 4)

    def _pair(self, form: QGridLayout, row: int, first: str, second: str) -> None:
        self._put(form, row, 0, first, 1)
        self._put(form, row, 3, second, 1)

    def _put(self, form: QGridLayout, row: int, column: int, name: str, width: int) -> None:
        field = self._fields[name]
        top = Qt.AlignmentFlag.AlignTop
        form.addWidget(field.label, row, column, top)
        form.addWidget(field.cell, row, column + 1, 1, width, top)
        form.addWidget(field.mark, row, column + 1 + width, top)


def _envkey_text(key: str) -> str:
    """Return an envkey as people may see it: values of variables can be secrets, so only the names are shown."""
    if not key.startswith(_SETENV):
        return key
    names = [pair.partition("=")[0] for pair in key[len(_SETENV) :].split()]
    return f"{_SETENV}{' '.join(names)}"


def _sentence(problem: PolicyProblem) -> str:
    text = problem.text.partition(".")[2]
    return f"{text}: {problem.reason}" if problem.reason else text
