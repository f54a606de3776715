"""Rules: small functions, one for each mistake, found by discovery as task plug-ins are.

    @rule("big-chunk", severity=Severity.NOTE, description="A chunk of more frames than a blade renders in an hour.")
    def big_chunk(context: Context) -> Iterator[Problem]:
        for row in context.rows:
            if row.chunk > 50:
                yield context.problem(row_label(row), f"a chunk of {row.chunk} frames", "give 50 or less")

A rule that needs what the context does not have says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, ClassVar, Iterator

from farmsubmit.checks.context import Context
from farmsubmit.checks.problem import Problem, Severity

Function = Callable[[Context], Iterator[Problem]]


@dataclass(frozen=True)
class Rule:
    """A rule by its name; ``rule`` makes one of a function.

    ``severity`` is that of its problems unless they say otherwise or a show does. Calling it with a Context gives the
    problems.
    """

    plugin_kind: ClassVar[str] = "check"

    plugin_name: str
    severity: Severity
    description: str
    function: Function

    def __call__(self, context: Context) -> Iterator[Problem]:
        """Return the problems that the rule finds; raises whatever its function raises."""
        return self.function(context.of(self))

    def info(self, short: bool = False) -> str:
        """Return what ``farmsubmit info`` prints: the name, or everything that a user must know."""
        if short:
            return self.plugin_name
        description = " ".join(self.description.split())
        return f"{self.plugin_name}\n  severity:    {self.severity.value}\n  description: {description}"


def rule(name: str, *, severity: Severity = Severity.WARNING, description: str = "") -> Callable[[Function], Rule]:
    """Make a rule of the function below; ``description`` defaults to the function's documentation."""

    def make(function: Function) -> Rule:
        return Rule(name, severity, description or function.__doc__ or "", function)

    return make
