"""Between the value of a job's attribute and the text of its field.

What a value may be is said by the table of options of the author API, and where there is a setting of the same name,
by the table of settings.
"""

from __future__ import annotations

import re
from typing import Any, List

from farmsubmit.author.kinds import Number, Whole, WholeList
from farmsubmit.author.options import JOB, by_attribute
from farmsubmit.settings import SETTINGS

_OPTIONS = by_attribute(JOB)
_BETWEEN = re.compile(r"[\s,;]+")


def read_text(attribute: str, text: str) -> Any:
    """Return the value that a text gives an attribute of a job, None for an empty one.

    Raises ValueError with a sentence that says what would be right.
    """
    plain = text.strip()
    if not plain:
        return None
    kind = _OPTIONS[attribute].kind
    try:
        value = kind.check(_raw(kind, plain))
        return SETTINGS[attribute].kind.read(value) if attribute in SETTINGS else value
    except (ValueError, TypeError):
        raise ValueError(f"{plain!r} is not {_expected(attribute)}") from None


def show_text(value: Any) -> str:
    """Return the text of a value: numbers without a needless point, lists with blanks between, None as nothing."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, (list, tuple)):
        return " ".join(map(str, value))
    return str(value)


def _raw(kind: Any, text: str) -> Any:
    if isinstance(kind, WholeList):
        return _wholes(text)
    if isinstance(kind, Whole):
        return int(text)
    return float(text) if isinstance(kind, Number) else text


def _wholes(text: str) -> List[int]:
    return [int(word) for word in _BETWEEN.split(text) if word]


def _expected(attribute: str) -> str:
    if attribute == "afterjids":
        return "a list of job ids, such as 18231 18240"
    if attribute in SETTINGS:
        return str(SETTINGS[attribute].kind.expected)
    return str(_OPTIONS[attribute].kind.expected)
