"""What Puli cannot express of a job."""

from __future__ import annotations

from farmsubmit.author.elements import Element
from farmsubmit.engines.local.losses import Losses

_NO_LOOP = "there are no checkpoint loops here: the command runs once"
_NOT_KEPT = "this engine does not keep it"

_REASONS = {
    "tier": "Puli has no tiers: the pool and the priority decide",
    "crews": "which render nodes take the job is settled by its pool",
    "editpolicy": "a Puli server lets everybody change every job",
    "etalevel": "the time left is not estimated here",
    "afterjids": "a Puli job cannot wait for another one: it starts at once",
    "metrics": _NOT_KEPT,
    "chaser": _NOT_KEPT,
    "preview": _NOT_KEPT,
    "resumewhile": _NO_LOOP,
    "resumepin": _NO_LOOP,
    "resumeblock": _NO_LOOP,
    "if_": "conditions are not looked at: the command runs",
    "expand": "no tasks are added while a job runs: what the command prints goes into its log",
    "refersto": "no blade is checked out for several tasks: the command asks for its own service",
    "local": "the command runs on a render node, not on the host that spooled",
    "retryrc": "Puli knows no retry by exit code: the task fails",
    "minrunsecs": "a command that ends too soon is not noticed",
}


class PuliLosses(Losses):
    """Counts what is dropped, per option and reason."""

    def look(self, element: Element) -> None:
        """Count the options of an element that mean nothing to Puli."""
        attributes = vars(element)
        for name in attributes.keys() & _REASONS.keys():
            if attributes[name]:
                self.note(element, name, _REASONS[name])
