"""What waits to be sent: each submission is written down before it leaves, and stays until its engine has it.

A letter is one submission on its way. This room keeps letters and nothing more; submission/outbox.py carries them.
"""

from __future__ import annotations

from farmsubmit.outbox.claims import claimed, release
from farmsubmit.outbox.letter import REFUSED, SENDING, UNSURE, WAITING, Letter
from farmsubmit.outbox.store import change, content, digest, letter, letters, outbox_dir, post, remove

__all__ = [
    "REFUSED",
    "SENDING",
    "UNSURE",
    "WAITING",
    "Letter",
    "change",
    "claimed",
    "content",
    "digest",
    "letter",
    "letters",
    "outbox_dir",
    "post",
    "release",
    "remove",
]
