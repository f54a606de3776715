"""Lines of a log that matter, and what some well-known ones mean.

The patterns are words that renderers, Python and operating systems write; none of them is taken as proof: an
explanation says what such a line means as a rule, and where to look.
"""

from __future__ import annotations

import re
from typing import List, NamedTuple, Optional, Pattern, Tuple

#: A line that says so of itself.
_ERROR = re.compile(
    r"\b(?:error|fatal|exception|traceback|abort(?:ed)?|segmentation fault|core dumped|cannot|could not|failed"
    r"|no such file|not found|permission denied|out of memory)\b|[A-Z]\w*Error\b",
    re.IGNORECASE,
)
_NO_ERROR = re.compile(r"\b(?:0|no) errors?\b|\berrors?:\s*0\b", re.IGNORECASE)
_WARNING = re.compile(r"\bwarn(?:ing)?\b", re.IGNORECASE)
_OWN = re.compile(r"#")
_EXIT = re.compile(r"exit (?:code|status)?\s*-?[1-9]", re.IGNORECASE)

_KNOWN: Tuple[Tuple[Pattern[str], str, str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), kind, meaning)
    for pattern, kind, meaning in (
        (
            r"licen[cs]e.*(?:fail|not|unable|denied|expired|error|timed? ?out|no more|unavailable)"
            r"|(?:fail|unable|cannot|could not|no).{0,40}licen[cs]e|flexlm|rlm_license",
            "licence",
            "The program got no licence. Retry when one is free; max active or tags limit how many run at a time.",
        ),
        (
            r"out of memory|bad_alloc|cannot allocate memory|memoryerror|oom.?kill|killed process"
            r"|exit (?:code )?137\b|signal 9\b",
            "memory",
            "The blade ran out of memory. Let the service ask for more, such as @.mem > 32, or render smaller parts.",
        ),
        (
            r"permission denied|access is denied|operation not permitted|read-only file system",
            "permission",
            "The blade's user may not read or write there. Look at the rights of the folder, as the blade sees it.",
        ),
        (
            r"no space left|disk quota exceeded|disk full",
            "disk",
            "The disk or the quota is full. Make room where the images or temporary files go, then retry.",
        ),
        (
            r"segmentation fault|signal 11\b|sigsegv|core dumped|access violation|exit (?:code )?139\b",
            "crash",
            "The program crashed. Retry once; if it crashes at the same frame, look at that frame and at plug-ins.",
        ),
        (
            r"command not found|is not recognized as an internal|no such program|executable .*not found"
            r"|exit (?:code )?127\b|modulenotfounderror|no module named",
            "program",
            "A program or module is not there on the blade. Look at its environment keys and the PATH they set.",
        ),
        (
            r"no such file or directory|file not found|filenotfounderror|could not (?:open|find|read|load)"
            r"|cannot (?:open|find|read|load)|does not exist|missing (?:file|texture)|unable to (?:open|load|find)",
            "file",
            "A file is not there on the blade. Compare its path with the directory maps of the blade's zone; retry.",
        ),
        (
            r"connection (?:refused|reset|timed out)|timed? ?out|host unreachable|name or service not known",
            "network",
            "A server did not answer. Look whether it runs, then retry.",
        ),
    )
)
# A line is looked at as far as this.
_MOST = 2000


# What renderers write before what they say: dates, times, memory, and bars between them.
_HEAD = re.compile(
    r"(?:[\s|]|[\[(]?(?:\d{4}[-/]\d\d[-/]\d\dT?|\d{1,3}:\d\d(?::\d\d)?(?:[.,]\d+)?Z?(?![\w:])"
    r"|\d+(?:\.\d+)? ?[kmgt]i?b\b)[\])]?)*",
    re.IGNORECASE,
)

_LEVEL = re.compile(r"^\[?(?:ERROR|FATAL|CRITICAL)\s*[:|\])-]+\s*", re.IGNORECASE)


class Meaning(NamedTuple):
    """What a line means: the number of the line from 0, the kind of trouble, and a sentence."""

    line: int
    kind: str
    sentence: str


def said(line: str) -> str:
    """Return a line without the time, the memory and the ``ERROR`` it begins with, and whole where nothing is left."""
    return _LEVEL.sub("", _HEAD.sub("", line[:_MOST], count=1)).strip() or line


def weight(line: str) -> str:
    """Return how a line matters: ``failed``, ``warning``, ``dim`` for what the engine wrote, or an empty text."""
    line = line[:_MOST]
    if _OWN.match(line):
        return "failed" if _EXIT.search(line) else "dim"
    if _ERROR.search(line) and not _NO_ERROR.search(line):
        return "failed"
    return "warning" if _WARNING.search(line) else ""


def explain(lines: List[str]) -> Optional[Meaning]:
    """Return what the trouble in a log means, by the last line that a known pattern explains; None where none does.

    A line counts only where it matters by itself, so that a path called ``memory`` explains nothing.
    """
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number][:_MOST]
        if weight(line) != "failed":
            continue
        for pattern, kind, sentence in _KNOWN:
            if pattern.search(line):
                return Meaning(number, kind, sentence)
    return None
