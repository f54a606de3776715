"""What a shell script cannot express of a job."""

from __future__ import annotations

from farmsubmit.author.planning.losses import Losses
from farmsubmit.formats._losses import NOWHERE

_NO_QUEUE = "a script has no queue"
_NOT_WATCHED = "nobody watches how long a command takes"
_AT_ONCE = "it begins when the script is started"
_REASONS = {
    **NOWHERE,
    "priority": _NO_QUEUE,
    "pbias": _NO_QUEUE,
    "maxactive": "one command runs at a time",
    "tags": "there are no limits to count against here",
    "paused": _AT_ONCE,
    "after": _AT_ONCE,
    "afterjids": _AT_ONCE,
    "retryrc": "the script stops at the first failure",
    "maxrunsecs": _NOT_WATCHED,
    "atmost": "a command gets as many slots as it asks for at least",
    "maxslots": "a command gets as many slots as it asks for at least",
    "comment": "there is no room for it",
}


class ShellLosses(Losses):
    """Counts what is dropped, per option and reason."""

    reasons = _REASONS
