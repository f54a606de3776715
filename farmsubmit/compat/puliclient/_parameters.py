"""The parameters that a runner declares as attributes of its class, checked before a command runs.

Source: Puli's client 1.7, ``puliclient.jobs``.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, Optional


class CommandError(Exception):
    """What a runner raises to say that its command failed. Plain, for runners raise it with whatever they like."""


class ValidationError(CommandError):
    """An argument of a command that is missing or of the wrong kind."""


class RangeError(CommandError):
    """An argument of a command that is too small or too large."""


class CommandRunnerParameter:
    """An argument that a runner knows; ``default`` is put in where it is missing, unless it is None.

    ``mandatory`` refuses a command without it, ``min`` and ``max`` one whose number lies outside.
    """

    name = ""
    minValue: Optional[float] = None
    maxValue: Optional[float] = None

    def __init__(self, default: Any = None, mandatory: Optional[bool] = None, **limits: Any) -> None:
        self.defaultValue = default
        self.hasDefault = default is not None
        # Puli's client takes any value but None for a yes.
        self.isMandatory = mandatory is not None
        self.minValue = limits.get("min")
        self.maxValue = limits.get("max")

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def validate(self, arguments: Dict[str, Any]) -> None:
        """Check and convert the argument in place; raises ValidationError and RangeError."""
        if self.name not in arguments:
            if self.isMandatory:
                raise ValidationError(f'the argument "{self.name}" is missing')
            if not self.hasDefault:
                return
            arguments[self.name] = self.defaultValue
        arguments[self.name] = self.converted(arguments[self.name])

    def converted(self, value: Any) -> Any:
        """Return the value as the runner gets it."""
        return value

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(name={self.name!r}, default={self.defaultValue!r}, mandatory={self.isMandatory!r})"
        )


class StringParameter(CommandRunnerParameter):
    """An argument that becomes text."""

    def converted(self, value: Any) -> str:
        """Return the value as text."""
        return str(value)


class StringListParameter(CommandRunnerParameter):
    """An argument that becomes a list of texts."""

    def converted(self, value: Any) -> Any:
        """Return each part as text."""
        return [str(part) for part in value]


class BooleanParameter(CommandRunnerParameter):
    """An argument that becomes True or False."""

    def converted(self, value: Any) -> bool:
        """Return whether the value counts as true."""
        return bool(value)


class _NumberParameter(CommandRunnerParameter):
    kind: Callable[[Any], Any] = float
    expected = "a number"

    def converted(self, value: Any) -> Any:
        # Nothing, such as an empty text, stays what it is.
        if not value:
            return value
        try:
            number = type(self).kind(value)
        except (ValueError, TypeError, OverflowError):
            raise ValidationError(f'the argument "{self.name}" is {value!r}, not {self.expected}') from None
        if self.minValue is not None and number < self.minValue:
            raise RangeError(f'the argument "{self.name}" is {number}, less than {self.minValue}')
        if self.maxValue is not None and number > self.maxValue:
            raise RangeError(f'the argument "{self.name}" is {number}, more than {self.maxValue}')
        return number


class IntegerParameter(_NumberParameter):
    """An argument that becomes a whole number."""

    kind = int
    expected = "a whole number"


class FloatParameter(_NumberParameter):
    """An argument that becomes a number."""
