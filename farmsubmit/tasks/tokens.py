"""Tokens in the parameters of processors: ``<arg:frames.initial>`` and ``<expr:len(<arg:frames.processed>)>``.

A text that is one token becomes the value, of whatever type; in a longer text the value is put in as text. Texts in
lists, tuples and mappings are resolved alike. An argument enters an expression as a value: its text never becomes part
of the expression, and a value that looks like a token stays what it is.

An expression ends at the first ``>`` outside quotes and brackets, so a comparison with ``>`` stands in parentheses:
``<expr:(<arg:chunk.initial> > 5)>``. A ``>`` behind an expression, before any ``<``, is refused, because it may be
meant as a comparison. Source: jobtronaut, in whose expressions no ``<`` and ``>`` can stand at all.
"""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, Iterator, Mapping

from farmsubmit.errors import ArgumentError, ExpressionError
from farmsubmit.lang.expression import REFERENCE, closing_bracket, evaluate
from farmsubmit.tasks.arguments import Arguments, ArgumentValue, named

_OPENING = re.compile(r"<\s*(arg|expr):\s*")
_MAX_DEPTH = 50


def resolve(value: Any, arguments: Arguments) -> Any:
    """Return a parameter with its tokens replaced; lists and mappings in it are new ones.

    Raises ArgumentError for an argument that is not there, and ExpressionError for anything else that is wrong.
    """
    return rebuilt(value, lambda text: _resolved_text(text, arguments))


def rebuilt(value: Any, change: Callable[[str], Any], depth: int = 0) -> Any:
    """Return a copy of a value of lists, tuples and mappings, with every text in it changed, but for keys.

    Raises ArgumentError for a value nested more than 50 deep, as one is that holds itself.
    """
    if depth > _MAX_DEPTH:
        raise ArgumentError(f"a parameter is nested more than {_MAX_DEPTH} deep", "does it hold itself?")
    if isinstance(value, str):
        return change(value)
    if type(value) in (list, tuple):
        return type(value)(rebuilt(item, change, depth + 1) for item in value)
    if type(value) is dict:
        return {key: rebuilt(item, change, depth + 1) for key, item in value.items()}
    return value


def _resolved_text(text: str, arguments: Arguments) -> Any:
    if not _OPENING.search(text):
        return text
    pieces = list(_pieces(text, arguments))
    return pieces[0] if len(pieces) == 1 else "".join(map(str, pieces))


def _pieces(text: str, arguments: Arguments) -> Iterator[Any]:
    """Yield the texts between tokens, where there are any, and the values of the tokens."""
    done = 0
    while True:
        found = _OPENING.search(text, done)
        plain = text[done : found.start() if found else None]
        if plain:
            yield plain
        if not found:
            return
        if found[1] == "arg":
            value, done = _argument(text, found.start(), arguments)
        else:
            value, done = _expression(text, found, arguments)
        yield value


def _argument(text: str, start: int, arguments: Arguments) -> tuple[Any, int]:
    found = REFERENCE.match(text, start)
    if not found:
        raise ExpressionError("this is no argument", text, start, "write <arg:NAME.initial> or <arg:NAME.processed>")
    return getattr(named(arguments, found["name"]), found["state"]), found.end()


def _expression(text: str, opened: re.Match[str], arguments: Arguments) -> tuple[Any, int]:
    end = closing_bracket(text, opened.end())
    if end < 0:
        raise ExpressionError("'<expr:' is never closed", text, opened.start(), "end it with '>'")
    _refuse_comparison(text, end)
    return evaluate(text[opened.end() : end].rstrip(), _names(arguments)), end + 1


def _refuse_comparison(text: str, end: int) -> None:
    """Raise ExpressionError where the expression may have been meant to go on behind its end."""
    place = text.find(">", end + 1)
    if place >= 0 and "<" not in text[end:place]:
        hint = "put a comparison with '>' in parentheses, and other text into the expression, in quotes"
        raise ExpressionError("the expression ends here, yet another '>' follows", text, end, hint)


def _names(arguments: Mapping[str, ArgumentValue]) -> Dict[str, Any]:
    names: Dict[str, Any] = {}
    for name, value in arguments.items():
        names[f"<arg:{name}.initial>"] = value.initial
        names[f"<arg:{name}.processed>"] = value.processed
    return names
