"""Colours of a job script: comments, elements, options, braces, substitutions, and what is searched for."""

from __future__ import annotations

import re
from typing import Any, Dict, Iterator, NamedTuple

from qtpy.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from farmsubmit_ui.style import current

#: What a piece of a line is, by the name of its group.
_PIECES = re.compile(
    r"""(?P<comment>^\s*\#.*$)
    |(?P<element>\b(?:Job|Task|Instance|Iterate|RemoteCmd|Cmd)(?=\s))
    |(?P<option>(?<![\w}])-[A-Za-z]+(?=[\s{]|$))
    |(?P<substitution>%[A-Za-z]\([^()]*\)|%[A-Za-z%])
    |(?P<number>(?<![\w.#%/-])-?\d+(?:\.\d+)?(?![\w./#%-]))
    |(?P<brace>[{}])""",
    re.VERBOSE,
)
_COLOURS = {
    "comment": "dim",
    "element": "operator",
    "option": "name",
    "substitution": "warning",
    "number": "number",
    "brace": "dim",
}
# No person reads a line to its end that is longer; a hostile one must not hold the event loop.
_MOST = 4000


class Piece(NamedTuple):
    """A coloured piece of a line: what it is, where it begins, and how long it is."""

    kind: str
    start: int
    length: int


def pieces(line: str) -> Iterator[Piece]:
    """Yield the coloured pieces of a line of a script; what is far behind in a very long one stays plain."""
    for found in _PIECES.finditer(line[:_MOST]):
        kind = str(found.lastgroup)
        yield Piece(kind, found.start(), found.end() - found.start())


class ScriptHighlighter(QSyntaxHighlighter):
    """Colours a document as a job script, in the tokens of the style that is on."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._formats: Dict[str, Any] = {}
        self._ground = ""
        self.restyle()

    def restyle(self) -> None:
        """Take the colours of the style that is on, and colour all anew where it is another one."""
        if self._ground == current().style:
            return
        self._ground = current().style
        self._formats = {kind: _format(colour, kind == "element") for kind, colour in _COLOURS.items()}
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        """Colour one line."""
        for kind, start, length in pieces(text):
            self.setFormat(start, length, self._formats[kind])


def _format(colour: str, is_bold: bool) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(getattr(current(), colour)))
    if is_bold:
        made.setFontWeight(QFont.Weight.DemiBold)
    return made
