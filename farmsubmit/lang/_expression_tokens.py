"""The tokens of an expression, with their places in the text. Private to farmsubmit.lang.expression."""

from __future__ import annotations

import re
from typing import Iterator, NamedTuple

#: A name in angle brackets, ``<arg:frames.initial>``; blanks may stand where jobtronaut lets them stand.
REFERENCE = re.compile(r"<\s*arg:\s*(?P<name>[A-Za-z0-9_-]+)\.(?P<state>initial|processed)\s*>")

_TOKEN = re.compile(
    rf"""
      (?P<blank>\s+)
    | (?P<reference>{REFERENCE.pattern.replace("?P<name>", "?:").replace("?P<state>", "?:")})
    | (?P<text>"[^"\\]*(?:\\.[^"\\]*)*" | '[^'\\]*(?:\\.[^'\\]*)*')
    | (?P<number>0[xX]\w* | \.?[0-9](?:[eE][+-][0-9] | [\w.])*)
    | (?P<name>[^\W\d]\w*)
    | (?P<operator>\*\*|//|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%<>=()\[\]{{}},:;.])
    | (?P<bad>["'].* | .)
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A piece of an expression: ``text`` as written, from offset ``start``.

    ``kind`` is ``reference``, ``text``, ``number``, ``name``, ``operator``, ``bad``, or ``end`` behind the last one.
    """

    kind: str
    text: str
    start: int


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """Yield the tokens of an expression from left to right, without blanks, and an ``end``; never raises.

    What belongs to no expression is ``bad``: a quote that is never closed goes on to the end of the text.
    """
    for found in _TOKEN.finditer(text, start):
        if found.lastgroup != "blank":
            yield Token(str(found.lastgroup), found.group(), found.start())
    yield Token("end", "", len(text))


def reference_key(text: str) -> str:
    """Return a name in angle brackets without its blanks, as it is looked up; any other text as it is."""
    found = REFERENCE.fullmatch(text)
    return f"<arg:{found['name']}.{found['state']}>" if found else text


def closing_bracket(text: str, start: int) -> int:
    """Return the place of the ``>`` that ends an expression which stands in angle brackets, or -1.

    It is the first ``>`` outside quotes, brackets and names in angle brackets; the expression begins at ``start``.
    """
    depth = 0
    for token in tokens(text, start):
        if token.text in ("(", "[", "{"):
            depth += 1
        elif token.text in (")", "]", "}"):
            depth -= 1
        elif token.kind == "operator" and token.text.startswith(">") and depth <= 0:
            return token.start
    return -1
