"""A field for several words, each a chip: tags, projects, crews."""

from __future__ import annotations

from typing import Callable, Iterable, List, Optional

from qtpy.QtCore import QEvent, QObject, Qt, Signal
from qtpy.QtGui import QKeyEvent, QMouseEvent
from qtpy.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QWidget

from farmsubmit_ui.style import icon_size, px, set_flag, set_icon, set_role
from farmsubmit_ui.widgets.buttons import IconButton
from farmsubmit_ui.widgets.completion import completer
from farmsubmit_ui.widgets.layouts import FlowLayout

_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_ENDS_OF_WORDS = (*_ENDS, Qt.Key.Key_Comma, Qt.Key.Key_Space)
_LONGEST = 40


def _same(word: str) -> str:
    return word


class _Cross(IconButton):
    """A small cross, for the word matters more."""

    def style_changed(self) -> None:
        """Take the size at the present zoom."""
        self.setIconSize(icon_size(10))


class _WordChip(QFrame):
    """A word and a cross that takes it away."""

    removed = Signal(str)

    def __init__(self, word: str, shown: str, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        set_role(self, "word")
        self.word = word
        self.cross = _Cross("close", self.tr("Remove {word}").format(word=shown), "remove_word")
        set_icon(self.cross, "close", "dim")
        self.cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.cross.clicked.connect(lambda: self.removed.emit(word))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(8), 0, px(2), 0)
        row.setSpacing(px(1))
        text = QLabel(shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…")
        text.setToolTip(shown if len(shown) > _LONGEST else "")
        text.setTextFormat(Qt.TextFormat.PlainText)
        row.addWidget(text)
        row.addWidget(self.cross)


class ChipEdit(QFrame):
    """Words as chips with a place to type the next: Enter, a comma or a blank ends one, Backspace takes the last back.

    With ``has_blanks`` a chip may hold blanks and commas, and only Enter ends it; ``shown`` gives the text of a chip
    for a word. A word stands once. ``set_known`` gives words to choose from. Emits ``words_changed`` with the list when
    a person changed it. What is typed and not ended yet counts as soon as the field is left.
    """

    words_changed = Signal(list)

    def __init__(
        self,
        name: str,
        title: str = "",
        has_blanks: bool = False,
        shown: Callable[[str], str] = _same,
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        set_role(self, "input")
        self._has_blanks = has_blanks
        self._shown = shown
        self._chips: List[_WordChip] = []
        self._locked = False
        self.edit = QLineEdit()
        self.edit.setObjectName(f"{name}_new")
        self.edit.setAccessibleName(self.tr("Add to {field}").format(field=title))
        self.edit.textChanged.connect(lambda _: self._make_room())
        self.edit.installEventFilter(self)
        self.edit.editingFinished.connect(self._take)
        self.setFocusProxy(self.edit)
        self._flow = FlowLayout(self, px(4))
        self._flow.setContentsMargins(px(5), px(3), px(5), px(3))
        self._flow.addWidget(self.edit)
        self._make_room()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def words(self) -> List[str]:
        """Return the words in their order."""
        return [chip.word for chip in self._chips]

    def set_words(self, words: Iterable[str]) -> None:
        """Show other words; nothing is emitted, and what is being typed stays."""
        wanted = list(dict.fromkeys(words))
        if wanted == self.words():
            return
        for chip in self._chips:
            self._drop(chip)
        self._chips = []
        for word in wanted:
            self._add(word)
        self._resize()

    def set_known(self, words: Iterable[str]) -> None:
        """Offer words while a person types."""
        made = completer(self, words)
        made.activated[str].connect(lambda _: self._take())
        self.edit.setCompleter(made)

    def style_changed(self) -> None:
        """Take the measures of the style that is on."""
        self._resize()

    def set_locked(self, locked: bool) -> None:
        """Let the words be looked at only."""
        self._locked = locked
        self.edit.setVisible(not locked)
        set_flag(self, "locked", "true" if locked else "")
        for chip in self._chips:
            chip.cross.setVisible(not locked)

    def set_problem(self, sentence: str) -> None:
        """Draw a red border and tell why in the tooltip; an empty sentence takes both away."""
        set_flag(self, "invalid", "true" if sentence else "")
        self.setToolTip(sentence)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """End a word, or take the last one back."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            set_flag(self, "focused", "true" if event.type() == QEvent.Type.FocusIn else "")
        return bool(event.type() == QEvent.Type.KeyPress and self._key(event))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Type on, wherever the field is clicked."""
        self.edit.setFocus()

    def _key(self, event: QKeyEvent) -> bool:
        ends = _ENDS if self._has_blanks else _ENDS_OF_WORDS
        if event.key() in ends and self.edit.text().strip():
            self._take()
            return True
        if event.key() == Qt.Key.Key_Space and not self._has_blanks:
            return True
        if event.key() == Qt.Key.Key_Backspace and not self.edit.text() and self._chips:
            self._remove(self._chips[-1].word)
            return True
        return False

    def _take(self) -> None:
        """Make chips of what is typed."""
        text = self.edit.text().strip()
        typed = [text] * bool(text) if self._has_blanks else text.replace(",", " ").split()
        self.edit.clear()
        new = [word for word in dict.fromkeys(typed) if word not in self.words()]
        for word in new:
            self._add(word)
        if new:
            self._changed()

    def _add(self, word: str) -> None:
        chip = _WordChip(word, self._shown(word), self)
        chip.removed.connect(self._remove)
        chip.cross.setVisible(not self._locked)
        self._flow.insert_widget(len(self._chips), chip)
        self._chips.append(chip)
        chip.show()

    def _remove(self, word: str) -> None:
        chip = next(chip for chip in self._chips if chip.word == word)
        self._chips.remove(chip)
        self._drop(chip)
        self._changed()

    def _drop(self, chip: _WordChip) -> None:
        self._flow.removeWidget(chip)
        chip.hide()
        chip.deleteLater()

    def _changed(self) -> None:
        self._resize()
        self.words_changed.emit(self.words())

    def _make_room(self) -> None:
        """Keep room for what is typed; an empty place needs no line of its own."""
        least = self.edit.fontMetrics().horizontalAdvance(self.edit.text()) + px(12)
        if least != self.edit.minimumWidth():
            self.edit.setMinimumWidth(min(least, px(200)))
            self._resize()

    def _resize(self) -> None:
        self._flow.invalidate()
        self.updateGeometry()
