"""Expressions: values worked out from text that nobody reviewed, such as ``len(frames) // 2``.

    >>> evaluate("first + 10 if first > 0 else 1", {"first": 1001})
    1011
    >>> evaluate("pad = 4; 'beauty.' + str(7).zfill(pad) + '.exr'", {})
    'beauty.0007.exr'

Everything means what it means in Python:

- numbers, texts in quotes, lists, tuples, mappings, True, False, None, and the names given;
- ``+ - * / // % ** << >>``, comparisons (chained ones too), ``in``, ``and or not``, ``a if c else b``;
- ``a[0]``, ``a[-1]``, ``a[1:5:2]``, ``mapping["key"]``;
- the functions abs all any bool enumerate float int len list max min range reversed round sorted str sum zip;
- of texts the methods count endswith find index isdigit join lower lstrip replace rsplit rstrip split startswith strip
  upper zfill, of lists and tuples count and index, of mappings get items keys values;
- parts with ``;`` between them: ``x = 1; 2 * x``. The last one is the value.

What Python would hand out bit by bit comes as a list: range, zip, enumerate, reversed, keys, values, items. There are
no loops, no other attributes, no imports, no arguments by name. A name in angle brackets is looked up as
``<arg:frames.initial>``, whatever blanks it holds; in a text in quotes the value as text takes its place.

An expression is at most 100,000 characters long and 100 deep; a list has at most 1,000,000 items, a text 1,000,000
characters, a whole number 4096 bits; and the work is bounded, so that an expression ends within about a second.
Source: jobtronaut's ``<expr:…>``, which hands the text to Python itself.
"""

from __future__ import annotations

from typing import Any, Mapping

from farmsubmit.errors import ExpressionError
from farmsubmit.lang._expression_parser import Parser
from farmsubmit.lang._expression_scope import Scope
from farmsubmit.lang._expression_tokens import REFERENCE, closing_bracket, reference_key

__all__ = ["REFERENCE", "closing_bracket", "evaluate", "reference_key"]


def evaluate(text: str, names: Mapping[str, Any]) -> Any:
    """Return the value of an expression; the language is described above.

    ``names`` are the values that it may use: text, numbers, True, False, None, and lists, tuples and mappings of them.
    They are never changed. Raises ExpressionError, with the column and usually a hint, for whatever goes wrong.
    """
    try:
        statements = Parser(text).statements()
        scope = Scope(text, names)
        value = None
        for name, node in statements:
            value = node.value(scope)
            if name:
                scope.assigned[name] = value
    except RecursionError:
        # Our depth is bounded; this is a caller that stands near Python's own limit.
        raise ExpressionError("the expression is too deep to be worked out here", text, 0) from None
    scope.weigh(statements[-1].node.at, value)
    return value
