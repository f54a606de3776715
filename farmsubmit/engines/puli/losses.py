"""What Puli cannot express of a job."""

from __future__ import annotations

from farmsubmit.author.planning.losses import NOT_ELSEWHERE, ONLY_TRACTOR, Losses

_REASONS = {
    **ONLY_TRACTOR,
    **NOT_ELSEWHERE,
    "tier": "Puli has no tiers: the pool and the priority decide",
    "crews": "which render nodes take the job is settled by its pool",
    "editpolicy": "a Puli server lets everybody change every job",
    "afterjids": "a Puli job cannot wait for another one: it starts at once",
    "local": "the command runs on a render node, not on the host that spooled",
    "retryrc": "Puli knows no retry by exit code: the task fails",
    "minrunsecs": "a command that ends too soon is not noticed",
}


class PuliLosses(Losses):
    """Counts what is dropped, per option and reason."""

    reasons = _REASONS
