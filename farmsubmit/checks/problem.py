"""A problem that a check found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """How bad it is: an error stops a submission, a warning asks for a look, a note is only told."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Problem:
    """One problem: how bad, where (``Task 'beauty'``, ``Job``, a file), what, and what would be right."""

    severity: Severity
    where: str
    text: str
    fix: str = ""

    def __str__(self) -> str:
        return f"{self.severity.value}: {self.where}: {self.text}" + (f"; {self.fix}" if self.fix else "")
