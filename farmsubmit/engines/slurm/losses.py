"""What Slurm cannot express of a job."""

from __future__ import annotations

from farmsubmit.author.planning.losses import NOT_ELSEWHERE, NOT_KEPT, ONLY_TRACTOR, Losses

_EXACTLY = "a command gets exactly as many CPUs as it asks for at least"

_REASONS = {
    **ONLY_TRACTOR,
    **NOT_ELSEWHERE,
    "tier": "Slurm has no tiers: the partition and the priority decide",
    "crews": "who may use which nodes is settled by partitions and accounts",
    "editpolicy": "whoever may write the job's folder and cancel its Slurm jobs may change it",
    "metadata": NOT_KEPT,
    "atmost": _EXACTLY,
    "maxslots": _EXACTLY,
    "local": "the command runs on a node, not on the host that spooled",
}


class SlurmLosses(Losses):
    """Counts what is dropped, per option and reason."""

    reasons = _REASONS
