"""What is wrong with a submission before anybody sends it: one small function a rule.

    problems = check(job, facts, settings=settings)

Rules are plug-ins of the kind ``check``: those in ``farmsubmit.checks.rules``, and those of a studio's plugin_path.
"""

from __future__ import annotations

from farmsubmit.checks.context import Context
from farmsubmit.checks.knowledge import Knowledge
from farmsubmit.checks.plugin import Rule, rule
from farmsubmit.checks.problem import Problem, Severity
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
