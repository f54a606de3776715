"""What DrQueue cannot express of a job."""

from __future__ import annotations

from farmsubmit.author.elements import Element
from farmsubmit.engines.local.losses import Losses

_NOT_KEPT = "this engine does not keep it"
_NO_LOOP = "there are no checkpoint loops here: the command runs once"
_ONE = "DrQueue gives one processor to each frame"

_REASONS = {
    "tier": "DrQueue has no tiers: the priority decides",
    "crews": "DrQueue knows no users: anyone may run anything",
    "editpolicy": "DrQueue knows no users: anyone may change any job",
    "tags": "there are no limits to count against here",
    "after": "DrQueue cannot wait for a moment: the job may start at once",
    "etalevel": "the time left is not estimated here",
    "comment": _NOT_KEPT,
    "metadata": _NOT_KEPT,
    "metrics": _NOT_KEPT,
    "chaser": _NOT_KEPT,
    "preview": _NOT_KEPT,
    "atleast": _ONE,
    "minslots": _ONE,
    "atmost": _ONE,
    "maxslots": _ONE,
    "resumewhile": _NO_LOOP,
    "resumepin": _NO_LOOP,
    "resumeblock": _NO_LOOP,
    "if_": "conditions are not looked at: the command runs",
    "expand": "no tasks are added while a job runs: what the command prints goes into its log",
    "refersto": "no blade is checked out for several tasks: the command asks for its own service",
    "local": "the command runs on a slave, not on the host that spooled",
}
_LARGER_THAN_ONE = frozenset({"atleast", "minslots"})


class DrQueueLosses(Losses):
    """Counts what is dropped, per option and reason."""

    def look(self, element: Element) -> None:
        """Count the options of an element that mean nothing to DrQueue."""
        attributes = vars(element)
        for name in attributes.keys() & _REASONS.keys():
            value = attributes[name]
            if value and not (name in _LARGER_THAN_ONE and value == 1):
                self.note(element, name, _REASONS[name])
