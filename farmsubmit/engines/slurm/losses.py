"""What Slurm cannot express of a job."""

from __future__ import annotations

from farmsubmit.author.elements import Element
from farmsubmit.engines.local.losses import Losses

_NOT_KEPT = "this engine does not keep it"
_NO_LOOP = "there are no checkpoint loops here: the command runs once"
_EXACTLY = "a command gets exactly as many CPUs as it asks for at least"

_REASONS = {
    "tier": "Slurm has no tiers: the partition and the priority decide",
    "crews": "who may use which nodes is settled by partitions and accounts",
    "editpolicy": "whoever may write the job's folder and cancel its Slurm jobs may change it",
    "etalevel": "the time left is not estimated here",
    "metadata": _NOT_KEPT,
    "metrics": _NOT_KEPT,
    "chaser": _NOT_KEPT,
    "preview": _NOT_KEPT,
    "atmost": _EXACTLY,
    "maxslots": _EXACTLY,
    "resumewhile": _NO_LOOP,
    "resumepin": _NO_LOOP,
    "resumeblock": _NO_LOOP,
    "if_": "conditions are not looked at: the command runs",
    "expand": "no tasks are added while a job runs: what the command prints goes into its log",
    "refersto": "no blade is checked out for several tasks: the command asks for its own service",
    "local": "the command runs on a node, not on the host that spooled",
}


class SlurmLosses(Losses):
    """Counts what is dropped, per option and reason."""

    def look(self, element: Element) -> None:
        """Count the options of an element that mean nothing to Slurm."""
        attributes = vars(element)
        for name in attributes.keys() & _REASONS.keys():
            if attributes[name]:
                self.note(element, name, _REASONS[name])
