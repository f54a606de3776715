"""A problem that a check found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Dict


class Severity(Enum):
    """How bad it is: an error stops a submission, a warning asks for a look, a note is only told."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Problem:
    """One problem: how bad, where (``Task 'beauty'``, ``Job``, a file), what, and what would be right.

    ``rule`` is the name of the rule that found it. ``row`` is the id of a row of the request, ``field`` the attribute,
    setting or node that holds the mistake, ``file`` a path; each is empty where there is none. ``str()`` is one line.
    """

    severity: Severity
    where: str
    text: str
    fix: str = ""
    rule: str = ""
    row: str = ""
    field: str = ""
    file: str = ""

    def __str__(self) -> str:
        text = f"{self.severity.value}: {self.where}: {self.text}" + (f"; {self.fix}" if self.fix else "")
        return " ".join(text.split()) + (f" [{self.rule}]" if self.rule else "")

    def to_json(self) -> Dict[str, str]:
        """Return all fields as text by name."""
        return {**vars(self), "severity": self.severity.value}
