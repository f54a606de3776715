"""What is wrong with a job before anybody sends it: one small function a rule."""

from __future__ import annotations

from farmsubmit.checks.problem import Problem, Severity
from farmsubmit.checks.run import check

__all__ = ["Problem", "Severity", "check"]
