"""A field of a form: name, mark of its origin, editor, lock and the sentence about a mistake."""

from __future__ import annotations

from typing import Any, Callable, Iterable, List, Optional

from qtpy.QtCore import QObject, Signal
from qtpy.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from farmsubmit.settings import Rule
from farmsubmit_ui.style import current, pixmap, px
from farmsubmit_ui.widgets.buttons import OriginMark
from farmsubmit_ui.widgets.editors import ChoiceEditor, Editor, WordsEditor
from farmsubmit_ui.widgets.labels import FieldLabel, Note

#: Returns the sentence about a value that a policy does not allow, or nothing.
Judge = Callable[[Any], str]


class LockMark(QLabel):
    """A small lock; its tooltip says why the field is locked."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("locked"))
        self.style_changed()
        self.hide()

    def style_changed(self) -> None:
        """Tint the lock by the style that is on."""
        self.setPixmap(pixmap("lock", px(14), current().dim, self.devicePixelRatioF()))


class Field(QObject):
    """One attribute of the job in a form.

    ``label``, ``cell`` (the editor, a lock, and below it the sentence about a mistake) and ``mark`` are what a form
    lays out. Emits ``edited`` with each value that a person gives it; what is no value stays in the field, marked, and
    is not emitted. ``validity_changed`` tells that ``problem()`` is another.
    """

    edited = Signal(object)
    validity_changed = Signal()

    def __init__(self, attribute: str, title: str, editor: Editor, parent: QWidget) -> None:
        super().__init__(parent)
        self.attribute = attribute
        self.title = title.replace("&", "")
        self.editor = editor
        self.label = FieldLabel(title, parent=parent)
        self.mark = OriginMark(self.title, parent)
        self.mark.setObjectName(f"origin_{attribute}")
        self.cell = QWidget(parent)
        self._note = Note(parent=self.cell)
        self._note.setObjectName(f"note_{attribute}")
        self._lock: Optional[LockMark] = None
        self._judge: Judge = lambda value: ""
        self._plain = editor
        self._rule = Rule()
        self._shown: Any = None
        self._is_telling = False
        self._problem = ""
        self._lay_out()
        self._use(editor)

    def problem(self) -> str:
        """Return the sentence about what is wrong with what is in the field, or nothing."""
        return self._problem

    def set_judge(self, judge: Judge) -> None:
        """Let a policy have its say about values."""
        self._judge = judge

    def show(self, value: Any, again: bool = False) -> None:
        """Show a value; one that was shown already is written over what a person types only if ``again``."""
        if value == self._shown and not again:
            return
        self._shown = value
        if self._is_telling:
            # What the session makes of it must not replace what is being typed.
            return
        self.editor.show(value)
        self._tell(self._judge(value))

    def set_rule(self, rule: Rule) -> None:
        """Lock, hide or limit the field as a policy says."""
        if rule != self._rule:
            self._rule = rule
            self._use(self._editor_for(rule))
            self.editor.show(self._shown)
        self.editor.set_locked(rule.locked)
        self._show_lock(rule)
        for widget in (self.label, self.cell, self.mark):
            widget.setVisible(not rule.hidden)
        self._tell(self._judge(self._shown))

    def _show_lock(self, rule: Rule) -> None:
        # Few fields ever have one.
        if rule.locked and self._lock is None:
            self._lock = LockMark(self.cell)
            self._line.addWidget(self._lock)
        if self._lock is not None:
            self._lock.setVisible(rule.locked)
            self._lock.setToolTip(self._why(rule))

    def _editor_for(self, rule: Rule) -> Editor:
        """Return a box of choices where a policy has them, else the field's own editor."""
        plain = self._plain
        if isinstance(plain, WordsEditor) and rule.choices:
            plain.set_known(rule.choices)
        if not rule.choices or isinstance(plain, WordsEditor):
            return plain
        return ChoiceEditor(self._box(), rule.choices)

    def _box(self) -> QComboBox:
        made = QComboBox(self.cell)
        made.setObjectName(self._plain.focus.objectName())
        made.setAccessibleName(self.title)
        return made

    def _use(self, editor: Editor) -> None:
        """Put an editor into the cell, in the place of the one there."""
        old = self.editor
        if old is not editor:
            old.edited.disconnect(self._edited)
            self._line.removeWidget(old.widget)
            old.widget.hide()
            if old is not self._plain:
                old.widget.deleteLater()
        self.editor = editor
        self._line.insertWidget(0, editor.widget, 1)
        editor.widget.show()
        editor.edited.connect(self._edited)
        self.label.setBuddy(editor.focus)
        self.mark.watch(editor.focus)

    def _edited(self) -> None:
        try:
            value = self.editor.read()
        except ValueError as error:
            self._tell(str(error))
            return
        self._tell(self._judge(value))
        if value == self._shown:
            return
        self._shown = value
        self._is_telling = True
        self.edited.emit(value)
        self._is_telling = False

    def refuse(self, sentence: str) -> None:
        """Tell that a value that was emitted could not be taken."""
        self._tell(sentence)

    def _tell(self, problem: str) -> None:
        self.editor.set_problem(problem)
        self._note.say("" if self.editor.tells_itself else problem, "failed")
        if problem != self._problem:
            self._problem = problem
            self.validity_changed.emit()

    def _why(self, rule: Rule) -> str:
        if not rule.locked:
            return ""
        reason = rule.reason or self.tr("nobody may change it")
        return self.tr("Locked by {origin}: {reason}").format(origin=rule.origin, reason=reason)

    def _lay_out(self) -> None:
        self._line = QHBoxLayout()
        self._line.setSpacing(px(6))
        whole = QVBoxLayout(self.cell)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(px(2))
        whole.addLayout(self._line)
        whole.addWidget(self._note)


def problems_of(fields: Iterable[Field]) -> List[str]:
    """Return what is wrong in a form, each with the name of its field."""
    return [f"{field.title}: {field.problem()}" for field in fields if field.problem()]
