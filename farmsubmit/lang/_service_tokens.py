"""The tokens of a service-key expression, with their places in the text."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import Iterator

_NUMBER = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"

# `numbers` takes a whole run such as 8-2 at once: it is arithmetic if every part is a number, and a host name if not.
_TOKEN = re.compile(
    rf"""
      (?P<blank>\s+)
    | (?P<pattern>"[^"]+" | '[^']+')
    | (?P<metric>@\.\w+)
    | (?P<numbers>{_NUMBER}(?:-{_NUMBER})*(?![\w.]|-[\w.-]|=\w))
    | (?P<name>\w(?:[\w.] | -(?=[\w.-]) | =(?=\w))*)
    | (?P<operator>&& | \|\| | , | != | ! | <= | < | >= | > | == | [-+*/])
    | (?P<paren>[()])
    | (?P<bad>"" | '' | ["'].* | @\.?\w* | .)
    """,
    re.VERBOSE | re.DOTALL,
)
_NUMBER_OR_MINUS = re.compile(rf"(?P<number>{_NUMBER})|-")


class TokenKind(enum.Enum):
    """What a token is; ``BAD`` is a character, quote or ``@`` word that belongs to no expression."""

    NAME = "name"
    PATTERN = "pattern"
    OPERATOR = "operator"
    NUMBER = "number"
    METRIC = "metric"
    PAREN = "paren"
    BAD = "bad"


@dataclass(frozen=True)
class Token:
    """A piece of a service-key expression: ``text`` as written, from offset ``start`` up to ``end`` (from 0)."""

    kind: TokenKind
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset behind the last character."""
        return self.start + len(self.text)


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of an expression from left to right, without the blanks between them; never raises.

    For syntax colouring while somebody types, as well as for ``parse``. A metric of any name is a METRIC here; whether
    it exists is for ``parse`` to say. Source: Tractor's Process Launch page, "Service Key Expression Operators".

    Our reading where the page is silent: a name starts with a letter, a digit or ``_``, and goes on with these and
    ``.``, ``-`` and ``=``, so ``rack-15a``, ``a-b``, ``192.168.0.1`` and ``zone=NFS`` are names, and subtraction of
    names needs a blank (``a - b``). Text made of numbers alone is arithmetic: ``8-2`` is 6, ``8-core`` is a name.
    """
    for found in _TOKEN.finditer(text):
        group = str(found.lastgroup)
        if group == "numbers":
            yield from _numbers(found.group(), found.start())
        elif group != "blank":
            yield Token(TokenKind(group), found.group(), found.start())


def _numbers(run: str, start: int) -> Iterator[Token]:
    for found in _NUMBER_OR_MINUS.finditer(run):
        kind = TokenKind.NUMBER if found.lastgroup else TokenKind.OPERATOR
        yield Token(kind, found.group(), start + found.start())


def is_bare_name(text: str) -> bool:
    """Tell whether a key name can be written without quotes."""
    first = next(tokens(text), None)
    return first is not None and first.kind is TokenKind.NAME and first.text == text
