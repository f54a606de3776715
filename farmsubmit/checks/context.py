"""What a rule is given: all that is known of a submission, and the means to tell a problem."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Optional, Sequence, Tuple

from farmsubmit.author.elements import Job
from farmsubmit.checks.knowledge import Knowledge
from farmsubmit.checks.problem import Problem, Severity
from farmsubmit.checks.tree import JobTree
from farmsubmit.errors import FarmsubmitError
from farmsubmit.lang.dirmap import DirMap
from farmsubmit.pace import Cancelled, never
from farmsubmit.scenes.facts import SceneFacts

if TYPE_CHECKING:
    from datetime import datetime

    from farmsubmit.checks.plugin import Rule
    from farmsubmit.request import Row, SubmitRequest


class Context:
    """A submission as rules see it; ``job``, ``facts``, ``request``, ``settings`` and ``knowledge`` may be None.

    ``facts`` and ``settings`` are those of the request where only that is given. ``settings`` is what load_settings()
    gives, or any mapping. ``cancelled`` is asked by rules that take long and by whoever goes through the tree, and
    ``now`` is the time that dates are compared with (default: this machine's). ``tree`` is the job, walked once.
    """

    def __init__(
        self,
        job: Optional[Job] = None,
        facts: Optional[SceneFacts] = None,
        request: Optional[SubmitRequest] = None,
        settings: Any = None,
        knowledge: Optional[Knowledge] = None,
        cancelled: Cancelled = never,
        now: Optional[datetime] = None,
    ) -> None:
        self.job = job
        self.request = request
        if request is not None:
            facts = request.facts if facts is None else facts
            settings = request.settings if settings is None else settings
        self.facts = facts
        self.settings = settings
        self.knowledge = knowledge
        self.cancelled = cancelled
        self.now = now
        self.tree = JobTree(job, cancelled)
        self._rule: Optional[Rule] = None

    def of(self, rule: Rule) -> Context:
        """Return this context for one rule, whose name and severity its problems get."""
        own = copy.copy(self)
        own._rule = rule
        return own

    def problem(
        self,
        where: str,
        text: str,
        fix: str = "",
        *,
        row: str = "",
        field: str = "",
        file: str = "",
        severity: Optional[Severity] = None,
    ) -> Problem:
        """Return a problem with the rule's name, and its severity unless another is given; see Problem."""
        name = self._rule.plugin_name if self._rule else ""
        usual = self._rule.severity if self._rule else Severity.WARNING
        return Problem(severity or usual, where, text, fix, name, row, field, file)

    def setting(self, name: str, default: Any = None) -> Any:
        """Return a setting, or the default where there are no settings or none of that name."""
        if self.settings is None:
            return default
        try:
            return self.settings[name]
        except (KeyError, FarmsubmitError):
            return default

    def option(self, name: str) -> Any:
        """Return an option of the request, such as ``unsaved``, or None."""
        return self.request.options.get(name) if self.request is not None else None

    @property
    def scheme(self) -> str:
        """The kind of engine that the job goes to, such as ``tractor``; empty where it is not known."""
        told = self.knowledge.scheme if self.knowledge else None
        asked = self.request.engine if self.request is not None else ""
        url = told or asked or self.setting("engine") or ""
        return str(url).partition(":")[0].lower()

    def limit(self, name: str, default: int) -> int:
        """Return a limit that the engine has told, or the default."""
        return self.knowledge.limits.get(name, default) if self.knowledge else default

    @property
    def dirmaps(self) -> Sequence[DirMap]:
        """The directory maps of the job, or of the request where there is no job."""
        if self.job is not None:
            return tuple(self.job.dirmaps)
        return self.request.dirmaps if self.request is not None else ()

    @property
    def rows(self) -> Tuple[Row, ...]:
        """The rows of the request that are switched on."""
        return self.request.rows_on if self.request is not None else ()


def row_label(row: Row) -> str:
    """Return a row as a problem names it: ``Row 'beauty'``."""
    return f"Row {row.label!r}"
