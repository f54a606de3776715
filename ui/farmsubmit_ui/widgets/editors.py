"""Editors of one value: what a field needs of a widget, the same for all kinds.

An editor emits ``edited`` when a person changed something; ``read`` returns the value or raises ValueError with a
sentence; ``show`` writes a value without emitting.
"""

from __future__ import annotations

from typing import Any, Callable, List, Optional, Sequence

from qtpy.QtCore import QObject, Signal
from qtpy.QtWidgets import QCheckBox, QComboBox, QWidget

from farmsubmit_ui.style import set_flag
from farmsubmit_ui.widgets.chipedit import ChipEdit
from farmsubmit_ui.widgets.edits import TextEdit
from farmsubmit_ui.widgets.numberedit import NumberEdit
from farmsubmit_ui.widgets.values import show_text

Reader = Callable[[str], Any]


class Editor(QObject):
    """What all editors have in common: ``widget`` stands in the form, one that ``tells_itself`` shows its mistakes."""

    edited = Signal()
    tells_itself = False

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.widget = widget

    @property
    def focus(self) -> QWidget:
        """The widget that has the keyboard."""
        proxy = self.widget.focusProxy()
        return self.widget if proxy is None else proxy

    def read(self) -> Any:
        """Return the value; raises ValueError with a sentence."""
        raise NotImplementedError

    def show(self, value: Any) -> None:
        """Show a value."""
        raise NotImplementedError

    def set_locked(self, locked: bool) -> None:
        """Let the value be looked at only."""
        self.widget.setEnabled(not locked)

    def set_problem(self, sentence: str) -> None:
        """Mark the value as wrong, or with an empty sentence as right."""
        set_flag(self.widget, "invalid", "true" if sentence else "")
        self.widget.setToolTip(sentence)


class TextEditor(Editor):
    """A line of text."""

    def __init__(self, edit: TextEdit, reader: Reader) -> None:
        super().__init__(edit)
        self._edit = edit
        self._reader = reader
        edit.textEdited.connect(lambda _: self.edited.emit())

    def read(self) -> Any:
        """Return what the reader makes of the text."""
        return self._reader(self._edit.text())

    def show(self, value: Any) -> None:
        """Show a value, the cursor staying where it is if the text is the same."""
        text = show_text(value)
        if text != self._edit.text():
            self._edit.setText(text)
            self._edit.setCursorPosition(0)

    def set_locked(self, locked: bool) -> None:
        """Let the text be looked at and copied only."""
        self._edit.setReadOnly(locked)

    def set_problem(self, sentence: str) -> None:
        """Mark the text as wrong, or with an empty sentence as right."""
        self._edit.set_problem(sentence)


class NumberEditor(Editor):
    """A number with arrows."""

    def __init__(self, edit: NumberEdit, reader: Reader) -> None:
        super().__init__(edit)
        self.edit = edit
        self._reader = reader
        edit.edited.connect(self.edited)

    def read(self) -> Any:
        """Return what the reader makes of the text."""
        return self._reader(self.edit.text())

    def show(self, value: Any) -> None:
        """Show a number, or nothing."""
        self.edit.set_text(show_text(value))

    def set_locked(self, locked: bool) -> None:
        """Let the number be looked at and copied only."""
        self.edit.set_locked(locked)

    def set_problem(self, sentence: str) -> None:
        """Mark the number as wrong, or with an empty sentence as right."""
        self.edit.set_problem(sentence)


class WordsEditor(Editor):
    """Several words; none of them is None."""

    def __init__(self, edit: ChipEdit) -> None:
        super().__init__(edit)
        self._edit = edit
        edit.words_changed.connect(lambda _: self.edited.emit())

    def read(self) -> Optional[List[str]]:
        """Return the words, None where there are none."""
        return self._edit.words() or None

    def show(self, value: Any) -> None:
        """Show words."""
        self._edit.set_words(value or ())

    def set_locked(self, locked: bool) -> None:
        """Let the words be looked at only."""
        self._edit.set_locked(locked)

    def set_problem(self, sentence: str) -> None:
        """Mark the words as wrong, or with an empty sentence as right."""
        self._edit.set_problem(sentence)

    def set_known(self, words: Sequence[Any]) -> None:
        """Offer words while a person types."""
        self._edit.set_known(map(str, words))


class FlagEditor(Editor):
    """A check box; off is None, for what nobody says is off."""

    def __init__(self, box: QCheckBox) -> None:
        super().__init__(box)
        self._box = box
        box.clicked.connect(lambda _: self.edited.emit())

    def read(self) -> Optional[bool]:
        """Return True, or None for off."""
        return True if self._box.isChecked() else None

    def show(self, value: Any) -> None:
        """Check the box or not."""
        self._box.setChecked(bool(value))


class ChoiceEditor(Editor):
    """One of a few values, or none; a value that is not among them is shown all the same, and can be left."""

    def __init__(self, box: QComboBox, choices: Sequence[Any], is_list: bool = False) -> None:
        super().__init__(box)
        self._box = box
        self._is_list = is_list
        box.addItem(self.tr("(none)"), None)
        for choice in choices:
            box.addItem(show_text(choice), choice)
        box.activated.connect(lambda _: self.edited.emit())

    def read(self) -> Any:
        """Return the chosen value, in a list where the attribute is one; None for none."""
        value = self._box.currentData()
        if value is None:
            return None
        return [value] if self._is_list and not isinstance(value, list) else value

    def show(self, value: Any) -> None:
        """Choose a value, which is added where it is not among the choices."""
        if isinstance(value, (list, tuple)):
            value = value[0] if len(value) == 1 else list(value) or None
        places = [place for place in range(self._box.count()) if self._box.itemData(place) == value]
        if not places:
            self._box.addItem(show_text(value), value)
        self._box.setCurrentIndex(places[0] if places else self._box.count() - 1)
