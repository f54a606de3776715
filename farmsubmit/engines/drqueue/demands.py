"""What a service expression becomes in DrQueue: one pool, operating systems, and memory.

- A name that is a pool of some computer becomes the job's pool. A job has only one.
- ``linux``, ``osx``, ``irix``, ``freebsd`` and ``cygwin`` become DrQueue's operating systems.
- ``@.mem > 4`` becomes memory; a computer counts with all that it has.
- All else cannot be said.
"""

from __future__ import annotations

import re
from typing import FrozenSet, Iterable, List, NamedTuple, Optional, Tuple

from farmsubmit.engines.drqueue.records import LARGEST_U16, SYSTEMS
from farmsubmit.lang.servicekey import parse

_AND = re.compile(r"\s*(?:&&|,)\s*")
_NAME = re.compile(r"[\w.-]+\Z")
_MEMORY = re.compile(r"@\.mem\s*>=?\s*(\d{1,6}(?:\.\d{1,6})?)\Z", re.IGNORECASE)
_ALIASES = {"macos": "osx", "darwin": "osx", "mac": "osx"}


class Demand(NamedTuple):
    """What a job asks of computers; an empty pool is that of the engine's URL, ``memory`` is in MB."""

    pool: str = ""
    os_flags: int = LARGEST_U16
    memory: int = 0


def demand(texts: Iterable[str], pools: Optional[FrozenSet[str]]) -> Tuple[Demand, List[str]]:
    """Return what expressions become together, and what cannot be said, in words.

    ``pools`` are those of all computers, None where the master does not tell. Raises ServiceKeyError for an expression
    that does not parse.
    """
    maker = _Maker(pools)
    for text in texts:
        if not parse(text).text.strip():
            continue
        if set("()|!") & set(text):
            maker.problems.append(f"{text} is not looked at: DrQueue knows one pool, systems and memory, all at once")
            continue
        for part in _AND.split(text.strip()):
            maker.add(part)
    return Demand(maker.pool, maker.systems or LARGEST_U16, maker.memory), maker.problems


class _Maker:
    def __init__(self, pools: Optional[FrozenSet[str]]) -> None:
        self.pools = {pool.casefold(): pool for pool in pools or ()}
        self.is_known = pools is not None
        self.pool, self.systems, self.memory = "", 0, 0
        self.problems: List[str] = []

    def add(self, part: str) -> None:
        system = _ALIASES.get(part.casefold(), part.casefold())
        memory = _MEMORY.match(part)
        if system in SYSTEMS:
            self.systems |= SYSTEMS[system]
        elif memory:
            self.memory = max(self.memory, round(float(memory.group(1)) * 1024))
        elif _NAME.match(part):
            self._add_pool(part)
        else:
            self.problems.append(f"{part} is not looked at: DrQueue cannot say it")

    def _add_pool(self, name: str) -> None:
        pool = self.pools.get(name.casefold())
        if not self.is_known:
            self.problems.append(f"{name} is not looked at, for DrQueue does not answer")
        elif pool is None:
            self.problems.append(f"{name} is not looked at, for no computer is in a pool of that name")
        elif self.pool in ("", pool):
            self.pool = pool
        else:
            self.problems.append(f"{name} is not looked at: a job has one pool, which is {self.pool}")
