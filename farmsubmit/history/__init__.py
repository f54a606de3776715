"""What was submitted: every submission is kept, whether it was sent or refused, and can be looked at and sent again."""

from __future__ import annotations

from farmsubmit.history.pruning import prune, prune_where_due
from farmsubmit.history.record import FAILED, REFUSED, SENT, UNREADABLE, WAITING, Entry
from farmsubmit.history.store import entries, entry, history_dir, keep

__all__ = [
    "FAILED",
    "REFUSED",
    "SENT",
    "UNREADABLE",
    "WAITING",
    "Entry",
    "entries",
    "entry",
    "history_dir",
    "keep",
    "prune",
    "prune_where_due",
]
