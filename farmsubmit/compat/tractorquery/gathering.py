"""Walking an engine for what a search means: jobs first, and only into those that it may mean."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Sequence, Tuple

from farmsubmit.compat.tractorquery.columns import CHAINS, Entity, Item, Row
from farmsubmit.engines.base import Engine
from farmsubmit.lang.search import Kind, Search, parse
from farmsubmit.submission.sending import user

Values = Dict[str, Any]


class Walk:
    """One query of an engine: ``what`` is jobs, tasks, commands, invocations or blades."""

    def __init__(self, engine: Engine, what: str, clause: str) -> None:
        self.engine, self.what = engine, what
        self.chain = CHAINS[what]
        self.entity = self.chain[-1]
        self.search = read_clause(clause, self.chain)

    def rows(self, columns: Any = None) -> Iterator[Row]:
        """Yield the rows of what is meant; raises what the engine raises."""
        names = self.entity.checked(columns)
        for values in self._blades() if self.what == "blades" else self._of_jobs():
            yield self.entity.row(values, names)

    def _may_be(self, *known: Values) -> bool:
        """Tell whether the search may mean something below the items whose values are known."""
        return self.search.matches(_scope(self.chain, known)) is not False

    def _blades(self) -> Iterator[Values]:
        for blade in self.engine.blades():
            values = self.entity.values(blade)
            if self._may_be(values):
                yield values

    def _of_jobs(self) -> Iterator[Values]:
        for status in self.engine.jobs():
            job = self.chain[0].values(status)
            if not self._may_be(job):
                continue
            if self.what == "jobs":
                yield job
            else:
                yield from self._of_tasks(status.jid, job)

    def _of_tasks(self, jid: str, job: Values) -> Iterator[Values]:
        for status in self.engine.tasks(jid):
            item = Item(jid, status)
            task = self.chain[1].values(item)
            if not self._may_be(job, task):
                continue
            if self.what == "tasks":
                yield task
                continue
            for each in self._below(item):
                values = self.entity.values(each)
                if self._may_be(job, task, values):
                    yield values

    def _below(self, item: Item) -> List[Item]:
        if self.what == "commands":
            return [item._replace(argv=argv) for argv in self.engine.commands(item.jid, item.status.tid)]
        # The last run of a task is the one that engines tell of.
        return [item] if item.status.started is not None else []


def read_clause(clause: str, chain: Sequence[Entity]) -> Search:
    """Return the search of a clause about the last of a chain; raises SearchError.

    An outer entity's attributes are named ``Job.owner``, and ``owner`` where the inner ones have none of that name.
    """
    kinds: Dict[str, Kind] = {}
    untold: Dict[str, str] = {}
    for entity in chain:
        for prefix in ("", f"{entity.name.capitalize()}."):
            kinds.update({f"{prefix}{name}": kind for name, kind in entity.kinds.items()})
            untold.update(entity.why_untold(prefix))
    aliases: Dict[str, Tuple[str, str]] = {}
    if "owner" in kinds:
        aliases["mine"] = ("owner", user())
    if "state" in kinds:
        states = next(entity.states for entity in reversed(chain) if entity.states)
        aliases.update({state: ("state", state) for state in states})
    return parse(clause, kinds, aliases, {name: why for name, why in untold.items() if name not in kinds})


def _scope(chain: Sequence[Entity], known: Sequence[Values]) -> Values:
    """Return the values that are known so far by their names; a name of an inner item hides that of an outer one."""
    found: Values = {}
    for place, entity in enumerate(chain):
        for name in entity.kinds:
            found.pop(name, None)
        if place < len(known):
            values = known[place]
            found.update(values)
            found.update({f"{entity.name.capitalize()}.{name}": value for name, value in values.items()})
    return found
