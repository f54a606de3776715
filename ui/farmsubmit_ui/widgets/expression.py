"""A line for a service-key expression: coloured while it is typed, completed, its mistake underlined."""

from __future__ import annotations

from typing import Dict, Iterable, List, Optional, Tuple

from qtpy.QtCore import QEvent, QMimeData, QSize, Qt, Signal
from qtpy.QtGui import QColor, QKeyEvent, QSyntaxHighlighter, QTextCharFormat, QTextCursor, QTextDocument, QTextOption
from qtpy.QtWidgets import QCompleter, QPlainTextEdit, QSizePolicy, QWidget

from farmsubmit.errors import ServiceKeyError
from farmsubmit.lang import servicekey
from farmsubmit.lang.servicekey import METRICS, TokenKind
from farmsubmit_ui.style import current, px, set_flag, set_role
from farmsubmit_ui.widgets.completion import completer

_COLOURS: Dict[TokenKind, str] = {
    TokenKind.NAME: "name",
    TokenKind.PATTERN: "name",
    TokenKind.METRIC: "name",
    TokenKind.OPERATOR: "operator",
    TokenKind.NUMBER: "number",
    TokenKind.BAD: "failed",
}
_TAKES = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
_MOST_KNOWN = 2_000


def mistake(text: str) -> Optional[ServiceKeyError]:
    """Return the first mistake of an expression, with its place, or None."""
    try:
        servicekey.parse(text)
    except ServiceKeyError as error:
        return error
    return None


def underlined(text: str, position: int) -> Tuple[int, int]:
    """Return start and length of what to underline for a mistake: the token there, or the last letter of the text."""
    at = min(position, max(len(text.rstrip()) - 1, 0))
    for token in servicekey.tokens(text):
        if token.start <= at < token.end:
            return token.start, len(token.text)
    return at, 1


class ExpressionHighlighter(QSyntaxHighlighter):
    """Colours names, operators and numbers, and underlines the first mistake."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self.is_off = False

    def highlightBlock(self, text: str) -> None:
        """Colour a line; each line is an expression."""
        if self.is_off:
            return
        for token in servicekey.tokens(text):
            if token.kind in _COLOURS:
                self.setFormat(token.start, len(token.text), _format(_COLOURS[token.kind]))
        error = mistake(text)
        if error is not None:
            self._underline(*underlined(text, error.position))

    def _underline(self, start: int, length: int) -> None:
        for place in range(start, start + length):
            form = QTextCharFormat(self.format(place))
            form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            form.setUnderlineColor(QColor(current().failed_fill))
            self.setFormat(place, 1, form)


def _format(token: str) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(getattr(current(), token)))
    return made


class ExpressionEdit(QPlainTextEdit):
    """One line for an expression; Tab leaves it, pasted lines become blanks.

    Emits ``text_edited`` when a person changes the text, and ``entered`` at Enter. ``set_known`` gives the keys to
    offer besides the metrics.
    """

    text_edited = Signal(str)
    entered = Signal()

    def __init__(self, name: str, title: str = "", parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        set_role(self, "line")
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setWordWrapMode(QTextOption.WrapMode.NoWrap)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._last = ""
        self._highlighter = ExpressionHighlighter(self.document())
        self._completer = self._made_completer(())
        self.textChanged.connect(self._changed)

    def text(self) -> str:
        """Return the expression as it is written."""
        return str(self.toPlainText())

    def set_text(self, text: str) -> None:
        """Write an expression; nothing is emitted."""
        line = " ".join(text.splitlines())
        if line != self._last:
            self._last = line
            self.setPlainText(line)

    def set_known(self, keys: Iterable[str]) -> None:
        """Offer keys while a person types."""
        self._completer.deleteLater()
        self._completer = self._made_completer(keys)

    def set_problem(self, sentence: str) -> None:
        """Draw a red border and tell why in the tooltip; an empty sentence takes both away."""
        set_flag(self, "invalid", "true" if sentence else "")
        self.setAccessibleDescription(sentence)
        self.setToolTip(sentence)

    def style_changed(self) -> None:
        """Take colours and measures of the style that is on."""
        self._highlighter.rehighlight()
        self._centre()

    def sizeHint(self) -> QSize:
        """As high as the other fields."""
        return QSize(px(200), px(26))

    def minimumSizeHint(self) -> QSize:
        """As high as the other fields."""
        return QSize(px(80), px(26))

    def changeEvent(self, event: QEvent) -> None:
        """Keep the line in the middle when the font is another."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._centre()

    def resizeEvent(self, event: QEvent) -> None:
        """Keep the line in the middle."""
        super().resizeEvent(event)
        self._centre()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste as one line."""
        self.insertPlainText(" ".join(source.text().split()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take a word of the list, or type on and open the list."""
        popup = self._completer.popup()
        if popup.isVisible() and event.key() in (*_TAKES, Qt.Key.Key_Escape):
            event.ignore()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter(event)
            return
        wants_list = event.key() == Qt.Key.Key_Space and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if not wants_list:
            super().keyPressEvent(event)
        if wants_list or event.text().strip() or popup.isVisible():
            self._offer(wants_list)

    def word_before_cursor(self) -> Tuple[int, str]:
        """Return where the word that is being typed starts, and the word up to the cursor."""
        place = self.textCursor().position()
        for token in servicekey.tokens(self.text()):
            if token.start < place <= token.end and token.kind in (TokenKind.NAME, TokenKind.METRIC, TokenKind.BAD):
                return token.start, token.text[: place - token.start]
        return place, ""

    def complete(self, word: str) -> None:
        """Put a word in the place of the one that is being typed."""
        start, _ = self.word_before_cursor()
        cursor = self.textCursor()
        cursor.setPosition(start, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(word)
        self.setTextCursor(cursor)

    def offered(self) -> List[str]:
        """Return the words that the list has for what is being typed."""
        self._completer.setCompletionPrefix(self.word_before_cursor()[1])
        model = self._completer.completionModel()
        return [str(model.index(row, 0).data()) for row in range(model.rowCount())]

    def _enter(self, event: QKeyEvent) -> None:
        # Ctrl+Enter belongs to the window; a plain Enter never sends anything.
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        else:
            self.entered.emit()

    def _offer(self, always: bool) -> None:
        _, word = self.word_before_cursor()
        popup = self._completer.popup()
        words = self.offered()
        if self.isReadOnly() or (len(word) < 2 and not always) or not words or words == [word]:
            popup.hide()
            return
        place = self.cursorRect()
        place.setWidth(px(240))
        popup.setCurrentIndex(self._completer.completionModel().index(0, 0))
        self._completer.complete(place)

    def _made_completer(self, keys: Iterable[str]) -> QCompleter:
        metrics = [f"@.{name}" for name in METRICS]
        made = completer(self, [*list(keys)[:_MOST_KNOWN], *metrics])
        made.setWidget(self)
        made.activated[str].connect(self.complete)
        return made

    def _changed(self) -> None:
        # Colouring tells a change too.
        text = self.text()
        if text != self._last:
            self._last = text
            self.text_edited.emit(text)

    def _centre(self) -> None:
        margin = max((self.viewport().height() - self.fontMetrics().lineSpacing()) / 2, 0.0)
        if self.document().documentMargin() != margin:
            self.document().setDocumentMargin(margin)
