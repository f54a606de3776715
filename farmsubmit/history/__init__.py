"""What was submitted: every submission is kept, whether it was sent or refused, and can be looked at and sent again."""

from __future__ import annotations

from farmsubmit.history.record import FAILED, REFUSED, SENT, UNREADABLE, WAITING, Entry
from farmsubmit.history.store import entries, entry, history_dir, keep, prune

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
]
