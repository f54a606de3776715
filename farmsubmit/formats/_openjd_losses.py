"""What a template of Open Job Description cannot express of a job."""

from __future__ import annotations

from farmsubmit.author.planning.losses import Losses
from farmsubmit.formats._losses import NOWHERE

_NO_QUEUE = "a template knows no queue: say it when you submit"
_EXACTLY = "a step asks for as many CPUs as its commands want at least"

_REASONS = {
    **NOWHERE,
    "tier": _NO_QUEUE,
    "projects": _NO_QUEUE,
    "priority": _NO_QUEUE,
    "pbias": _NO_QUEUE,
    "paused": _NO_QUEUE,
    "after": _NO_QUEUE,
    "afterjids": _NO_QUEUE,
    "maxactive": _NO_QUEUE,
    "retryrc": "the farm that takes the template decides what is run again",
    "tags": "a template counts no limits",
    "atmost": _EXACTLY,
    "maxslots": _EXACTLY,
    "cleanup": "a template has no word for what runs also after a failure",
    "dirmaps": "path mapping is a matter of the workers: give these rules to the farm",
    "local": "the command runs on a worker, not on the host that spooled",
}


class OpenJdLosses(Losses):
    """Counts what is dropped, per option and reason."""

    reasons = _REASONS
