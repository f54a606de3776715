"""Running the rules."""

from __future__ import annotations

from typing import List, Optional

from farmsubmit.author.elements import Job
from farmsubmit.checks import job_rules, scene_rules
from farmsubmit.checks.problem import Problem, Severity
from farmsubmit.scenes.facts import SceneFacts

_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def check(job: Job, facts: Optional[SceneFacts] = None) -> List[Problem]:
    """Return the problems of a job, and of the scene it was built from, the worst first.

    An empty list means that nothing is known to be wrong. Nothing is sent or changed; only the scene rules look at
    the disk, and only for files that the scene needs.
    """
    problems = job_rules.all_problems(job)
    if facts is not None:
        problems += scene_rules.all_problems(facts)
    return sorted(problems, key=lambda problem: _ORDER[problem.severity])
