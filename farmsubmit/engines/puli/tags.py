"""The tags by which nodes on a server are known to be ours, and how their texts are written.

A tag is the one free place that a node has, and the server can look jobs up by it.
"""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional

#: On a job: the key it was sent with, and that it is ours.
KEY = "farmsubmit"
#: On a node: the number of its task, and that of the task above it.
TASK, PARENT = "farmsubmit_task", "farmsubmit_parent"
#: On a node that runs after others: done, error, always, or cleanup (that of one task).
WHEN = "farmsubmit_when"
CLEANUP = "cleanup"
#: Tags that Puli's own tools know.
PROJECT, COMMENT, METADATA, PAUSED = "prod", "comment", "metadata", "paused"


def task_tags(tid: int, parent: Optional[int], when: str = "") -> Dict[str, Any]:
    """Return the tags of a node that belongs to a task."""
    own: Dict[str, Any] = {TASK: tid}
    if parent is not None:
        own[PARENT] = parent
    if when:
        own[WHEN] = when
    return own


def number_of(tags: Mapping[str, Any], name: str) -> Optional[int]:
    """Return a tag that is a number above 0, or None."""
    value = tags.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def plain(text: str) -> str:
    """Return a free text in ASCII: other characters are written as ``\\xe9`` or ``\\u20ac``."""
    return text.encode("ascii", "backslashreplace").decode("ascii")
