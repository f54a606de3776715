"""The key of a submission, in the metadata of its job, where a search clause finds it.

``metadata`` is free text for programs, and studios put JSON there: an object gets one more member, other text one more
word.
"""

from __future__ import annotations

import copy
import json

from farmsubmit.author.elements import Job

_MEMBER, _WORD = "farmsubmit_key", "farmsubmit-key="


def with_key(job: Job, key: str) -> Job:
    """Return the job with a key in its metadata; the one that was given stays as it is, and shares its tree."""
    if not key:
        return job
    marked = copy.copy(job)
    marked.metadata = marked_text(job.metadata or "", key)
    return marked


def marked_text(metadata: str, key: str) -> str:
    """Return metadata with a key in it."""
    try:
        value = json.loads(metadata)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict):
        return json.dumps({**value, _MEMBER: key}, ensure_ascii=False)
    return f"{metadata} {_WORD}{key}".strip()
