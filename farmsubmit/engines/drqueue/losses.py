"""What DrQueue cannot express of a job."""

from __future__ import annotations

from farmsubmit.author.planning.losses import NOT_ELSEWHERE, NOT_KEPT, ONLY_TRACTOR, Losses

_ONE = "DrQueue gives one processor to each frame"

_REASONS = {
    **ONLY_TRACTOR,
    **NOT_ELSEWHERE,
    "tier": "DrQueue has no tiers: the priority decides",
    "crews": "DrQueue knows no users: anyone may run anything",
    "editpolicy": "DrQueue knows no users: anyone may change any job",
    "tags": "there are no limits to count against here",
    "after": "DrQueue cannot wait for a moment: the job may start at once",
    "comment": NOT_KEPT,
    "metadata": NOT_KEPT,
    "atleast": _ONE,
    "minslots": _ONE,
    "atmost": _ONE,
    "maxslots": _ONE,
    "local": "the command runs on a slave, not on the host that spooled",
}
_LARGER_THAN_ONE = frozenset({"atleast", "minslots"})


class DrQueueLosses(Losses):
    """Counts what is dropped, per option and reason."""

    reasons = _REASONS

    def is_asked(self, name: str, value: object) -> bool:
        """Tell whether an option has a value that asks for something; one processor is what all have."""
        return bool(value) and not (name in _LARGER_THAN_ONE and value == 1)
