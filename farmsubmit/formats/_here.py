"""The words of commands as the local engine would start them on this machine."""

from __future__ import annotations

from functools import partial
from typing import List, NamedTuple, Optional, Tuple

from farmsubmit import files
from farmsubmit.author.planning.plan import CommandPlan, JobPlan
from farmsubmit.formats._blade import program
from farmsubmit.lang import dirmap, substitution


class Machine(NamedTuple):
    """What a machine is called, how many slots it has, and the zone that its paths are mapped for."""

    name: str
    slots: int
    zone: str


class Here:
    """Expands the words of a job's commands; only the number of the job is not known here."""

    def __init__(self, plan: JobPlan, machine: Machine) -> None:
        self._slots = machine.slots
        maps = [dirmap.DirMap(*parts) for parts in plan.dirmaps]
        self._context = partial(
            substitution.Context,
            hosts=(machine.name,),
            recover=0,
            loop=0,
            quality=1.0,
            hosts_by_id=dict.fromkeys(plan.ids, (machine.name,)),
            map_path=partial(dirmap.map_path, maps=maps, zone=machine.zone),
        )

    def words(self, command: CommandPlan, tid: int) -> Tuple[List[str], Optional[str]]:
        """Return the words of a command and its standard input; raises SubstitutionError for what has no value here."""
        argv = program(command.argv)
        if not any("%" in word or word.startswith("~") for word in (*argv, command.msg or "")):
            return argv, command.msg
        context = self._context(
            slots=min(command.slots, self._slots),
            tid=tid,
            cid=command.cid,
            home=files.home_folder("~"),
            homes=files.home_folders(argv),
        )
        message = None if command.msg is None else substitution.expand(command.msg, context)
        return substitution.expand_argv(argv, context), message
