"""From a command of a job to a Puli task with one command: its text, environment, licences and requirements."""

from __future__ import annotations

from functools import partial
from typing import Dict, Sequence, Tuple

from farmsubmit.author.elements import Command, Element, Job
from farmsubmit.author.planning.plan import CommandPlan, JobPlan
from farmsubmit.engines.puli import tags
from farmsubmit.engines.puli.document import CommandNode, TaskNode
from farmsubmit.engines.puli.losses import PuliLosses
from farmsubmit.engines.puli.services import Demand, Farm, both, demand, tag_demand
from farmsubmit.engines.puli.shell import Words, command_text
from farmsubmit.lang.dirmap import DirMap, map_path


class Maker:
    """Makes the nodes of a job's commands; ``losses`` are told what they cannot express."""

    def __init__(self, job: Job, plan: JobPlan, farm: Farm, zone: str, losses: PuliLosses) -> None:
        self.job, self.plan, self.farm, self.losses = job, plan, farm, losses
        maps = [DirMap(*each) for each in plan.dirmaps]
        self._map_path = partial(map_path, maps=maps, zone=zone)
        self._demands: Dict[Tuple[object, ...], Demand] = {}

    def node(self, command: Command, plan: CommandPlan, name: str, tid: int) -> TaskNode:
        """Return the node of a command; its tags have the command's metadata only."""
        self.losses.look(command)
        note = partial(self.losses.note, command, "argv")
        words = Words(tid, plan.cid, plan.slots, self.plan.ids, self._map_path, note)
        text = command_text(plan.argv, words, plan.msg or "", self.plan.cwd, plan.maxrunsecs)
        wanted = self._demand(command)
        node = TaskNode(name, [CommandNode(name, {"cmd": text})])
        # A group's environment would win over this one, so groups have none.
        node.environment = dict(self.plan.env if plan.env is None else plan.env)
        node.lic = "&".join(wanted.licences)
        node.requirements = {"softs": list(wanted.softs)} if wanted.softs else {}
        node.ram_use = wanted.ram
        node.min_nb_cores = max(plan.slots, wanted.cores)
        node.max_nb_cores = self._most(command)
        metadata = vars(command).get("metadata")
        if metadata:
            node.tags = {tags.METADATA: self.plain(command, "metadata", metadata)}
        return node

    def plain(self, element: Element, option: str, text: str) -> str:
        """Return a free text in ASCII, and note where that changes it."""
        if not text.isascii():
            self.losses.note(element, option, "a Puli server takes ASCII only: other characters are written as \\u20ac")
        return tags.plain(text)

    def _most(self, command: Command) -> int:
        own, job = vars(command), vars(self.job)
        most = own.get("atmost") or own.get("maxslots") or job.get("atmost") or job.get("maxslots") or 0
        return int(max(most, 0))

    def _demand(self, command: Command) -> Demand:
        service = vars(command).get("service") or ""
        limits = tuple(dict.fromkeys([*(vars(self.job).get("tags") or ()), *(vars(command).get("tags") or ())]))
        key = (service, limits)
        found = self._demands.get(key)
        if found is None:
            found = self._demands[key] = self._new_demand(service, limits, command)
        return found

    def _new_demand(self, service: str, limits: Sequence[str], command: Command) -> Demand:
        asked = both([demand(text, self.farm) for text in (self.job.service or "", service)])
        counted = both([tag_demand(tag, self.farm) for tag in limits])
        for option, each in (("service", asked), ("tags", counted)):
            owner: Element = command if vars(command).get(option) else self.job
            for problem in each.problems:
                self.losses.note(owner, option, problem)
        return both([asked, counted])
