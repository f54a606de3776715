"""What an expression may use while it is worked out. Private to farmsubmit.lang.expression."""

from __future__ import annotations

from typing import Any, Callable, Dict, Mapping

from farmsubmit.errors import ExpressionError
from farmsubmit.lang._expression_limits import MAX_WORK, check_value, units, weigh

_MOST_SAID = 200


class Scope:
    """The names that an expression knows, and how much work it may still do."""

    def __init__(self, text: str, names: Mapping[str, Any]) -> None:
        self.text = text
        self.given = names
        self.assigned: Dict[str, Any] = {}
        self.left = MAX_WORK

    def error(self, problem: str, at: int, hint: str = "") -> ExpressionError:
        """Return the error for a mistake at a place in the text."""
        return ExpressionError(problem, self.text, at, hint)

    def spend(self, amount: int, at: int) -> None:
        """Count work; raise ExpressionError when it is too much."""
        self.left -= amount
        if self.left < 0:
            raise self.error("this is too much work", at, "use smaller values")

    def weigh(self, at: int, *values: Any) -> None:
        """Count the work of looking at all parts of some values."""
        for value in values:
            self.spend(self.tried(at, weigh, value, self.left), at)

    def known(self, value: Any, at: int) -> Any:
        """Return a value that was there before; raise ExpressionError where it is too large or not plain."""
        self.tried(at, check_value, value)
        return value

    def made(self, value: Any, at: int) -> Any:
        """Return a value that was made just now, and count the work."""
        self.spend(1 + units(self.known(value, at)), at)
        return value

    def tried(self, at: int, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call a function; an error of any kind becomes an ExpressionError with the place."""
        try:
            return function(*arguments)
        except Exception as error:  # values come from plug-ins, and may raise what they like
            raise self.error(_sentence(error), at) from error


def _sentence(error: Exception) -> str:
    if isinstance(error, OverflowError):
        return "the number is too large"
    text = str(error) or type(error).__name__
    return text if len(text) <= _MOST_SAID else text[: _MOST_SAID - 1] + "…"
