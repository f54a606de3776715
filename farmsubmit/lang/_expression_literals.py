"""Numbers, texts in quotes, and names in angle brackets, from token to node. Private to farmsubmit.lang.expression."""

from __future__ import annotations

import re
from typing import Any, Callable, List, Tuple

from farmsubmit.errors import ExpressionError
from farmsubmit.lang._expression_limits import MAX_DIGITS, MAX_NAME
from farmsubmit.lang._expression_nodes import Joined, Literal, Name, Node
from farmsubmit.lang._expression_tokens import REFERENCE, Token, reference_key

_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_ESCAPES = {"\\": "\\", "'": "'", '"': '"', "n": "\n", "t": "\t", "r": "\r", "\n": ""}
_LAST_CHARACTER = 0x10FFFF


def _hexadecimal(text: str) -> int:
    if text[:2].lower() != "0x":
        raise ValueError(text)
    return int(text, 16)


_NUMBERS: Tuple[Callable[[str], Any], ...] = (int, _hexadecimal, float)


def number(token: Token, whole: str) -> Any:
    """Return the number that a token is; raises ExpressionError, with its place in the ``whole`` text."""
    text = token.text
    if len(text) > MAX_DIGITS:
        raise ExpressionError(f"a number has at most {MAX_DIGITS} digits", whole, token.start)
    if not text.isascii():
        raise ExpressionError(f"{text!r} is no number", whole, token.start, "write the digits 0 to 9")
    if text.isdigit() and text.lstrip("0") and text[0] == "0":
        hint = f"write {text.lstrip('0')}, or quotes for text"
        raise ExpressionError(f"{text!r} begins with 0", whole, token.start, hint)
    for kind in _NUMBERS:
        try:
            return kind(text)
        except ValueError:
            continue
    raise ExpressionError(f"{text!r} is no number", whole, token.start, "put text in quotes")


def reference(text: str, at: int, whole: str) -> Node:
    """Return the node of a name in angle brackets; raises ExpressionError for one that is too long."""
    if len(text) > 2 * MAX_NAME:
        raise ExpressionError(f"a name has at most {MAX_NAME} characters", whole, at)
    return Name(at, reference_key(text))


def quoted(token: Token, whole: str) -> Node:
    """Return the node of a text in quotes; names in angle brackets in it become values."""
    body, start = token.text[1:-1], token.start + 1
    parts: List[Node] = []
    done = 0
    for found in REFERENCE.finditer(body):
        parts.append(Literal(start + done, _unescaped(body[done : found.start()], start + done, whole)))
        parts.append(reference(found.group(), start + found.start(), whole))
        done = found.end()
    rest = Literal(token.start, _unescaped(body[done:], start + done, whole))
    return Joined(token.start, [*parts, rest]) if parts else rest


def _unescaped(text: str, at: int, whole: str) -> str:
    """Return a text with its escapes replaced; it begins at ``at``."""

    def character(found: re.Match[str]) -> str:
        code = found[1] or found[2] or found[3]
        if code and int(code, 16) <= _LAST_CHARACTER:
            return chr(int(code, 16))
        if found[4] not in _ESCAPES:
            hint = r"a backslash is written \\"
            raise ExpressionError(f"{found.group()} has no meaning", whole, at + found.start(), hint)
        return _ESCAPES[found[4]]

    return _ESCAPE.sub(character, text)
