"""What is wrong with a submission before anybody sends it: one small function a rule.

    problems = check(job, facts, settings=settings)

Rules are plug-ins of the kind ``check``: those in ``farmsubmit.checks.rules``, and those of a studio's plugin_path.
They are imported when something is checked: who shows problems needs none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from farmsubmit._lazy import names_from
from farmsubmit.checks.knowledge import Knowledge
from farmsubmit.checks.problem import Problem, Severity

if TYPE_CHECKING:
    from farmsubmit.checks.context import Context
    from farmsubmit.checks.plugin import Rule, rule
    from farmsubmit.checks.run import check, suppressed
    from farmsubmit.checks.show import suppression_metadata

__all__ = [
    "Context",
    "Knowledge",
    "Problem",
    "Rule",
    "Severity",
    "check",
    "rule",
    "suppressed",
    "suppression_metadata",
]

__getattr__ = names_from(
    __name__,
    {
        "farmsubmit.checks.context": "Context",
        "farmsubmit.checks.plugin": "Rule rule",
        "farmsubmit.checks.run": "check suppressed",
        "farmsubmit.checks.show": "suppression_metadata",
    },
)
