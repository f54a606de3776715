"""How a running job grows by a graft and loses it again, in memory and in the queue on disk.

A graft is written at once, before its tasks can start; it is valid for as long as the commands that made it need not
run again. Whoever reads the job later removes those that are not, so a runner that was killed leaves nothing twice.
"""

from __future__ import annotations

import json
from collections import ChainMap
from typing import TYPE_CHECKING, Dict, List, Sequence, Set

from farmsubmit.author.planning.plan import GraftPlan, Ground
from farmsubmit.engines.base import ACTIVE, BLOCKED, READY
from farmsubmit.engines.local.grafts import Graft, Grafts
from farmsubmit.engines.local.logs import remove_logs
from farmsubmit.engines.local.wiring import nodes

if TYPE_CHECKING:
    from farmsubmit.engines.local.jobrun import JobRun

#: The state of a tid that no task has, or none any more.
GONE = ""
_TO_RUN = frozenset({BLOCKED, READY, ACTIVE})
_REMOVE_TASKS = "DELETE FROM task WHERE jid = ? AND tid BETWEEN ? AND ?"
_REMOVE_GRAFTS = "DELETE FROM graft WHERE jid = ? AND host = ?"


def ground(job: JobRun, host: int, slots: int) -> Ground:
    """Return the ground for a graft under a task.

    An Instance may name tasks of the job as it was spooled, and of the grafts around and beside it: these go only
    together with it, so nothing ever waits for a task that was removed.
    """
    if job.cid is None:
        job.cid = job.store.last_cid(job.jid, job.plan)
    serial = bool(job.store.run("SELECT serial FROM task WHERE jid = ? AND tid = ?", job.jid, host)[0][0])
    return Ground(
        slots=slots,
        host=host,
        tid=len(job.states) - 1,
        cid=job.cid,
        ids=ChainMap(*[job.grafts.ids_of(tid) for tid in job.grafts.around(host)], job.plan.ids),
        atleast=job.plan.atleast,
        values=job.plan.values,
        serial=serial,
        elders=[top for graft in job.grafts.of(host) for top in graft.tops] if serial else (),
    )


def grow(job: JobRun, plan: GraftPlan) -> None:
    """Put a graft under its host; what of it waits for nothing is ready."""
    # What the host needs already is no reason of the graft to wait.
    tops = [top for top in plan.tops if plan.host not in job.wiring.waiters(top)]
    graft = Graft(plan.host, plan.first, len(plan.tasks), tops, plan.ids)
    added = _nodes_of(graft, plan.needs)
    job.cid = plan.cid
    job.grafts.add(graft)
    job.add_tasks(graft.size)
    job.wiring.add(added)
    job.wiring.count_passed(added, job.has_passed)
    job.make_ready(tid for tid in graft.tids if job.wiring.is_free(tid))
    job.journal.flush()
    job.store.add_graft(job.jid, plan, tops, job.states)


def shrink(job: JobRun, lost: Sequence[Graft]) -> None:
    """Remove grafts whose commands run again, with all tasks and logs; the job must be rebuilt then."""
    if not lost:
        return
    tops: Dict[int, Set[int]] = {}
    for graft in lost:
        tops.setdefault(graft.host, set()).update(graft.tops)
    job.grafts = job.grafts.without(lost)
    job.wiring.remove({node for graft in lost for node in graft.nodes}, tops)
    _erase(job, lost)


def read_grafts(job: JobRun) -> None:
    """Take in the grafts of a job from the queue, but for those whose commands were cut off and run again."""
    needs: List[List[List[int]]] = []
    found: List[Graft] = []
    for row in job.store.run("SELECT * FROM graft WHERE jid = ? ORDER BY rowid", job.jid):
        found.append(Graft(row["host"], row["first"], row["size"], json.loads(row["tops"]), json.loads(row["ids"])))
        needs.append(json.loads(row["needs"]))
    hosts = {graft.host for graft in found if job.states[graft.host] in _TO_RUN} - job.spent
    job.grafts = Grafts(found)
    lost = job.grafts.under(hosts)
    job.grafts = job.grafts.without(lost)
    for graft, own in zip(found, needs):
        if job.grafts.of(graft.host):
            job.wiring.add(_nodes_of(graft, own))
    _erase(job, lost)


def _nodes_of(graft: Graft, needs: List[List[int]]) -> Dict[int, List[int]]:
    return {**nodes(needs, graft.first - 1, graft.size), graft.host: graft.tops}


def _erase(job: JobRun, lost: Sequence[Graft]) -> None:
    if not lost:
        return
    gone = {tid for graft in lost for tid in graft.tids}
    job.spent -= gone
    for tid in gone:
        job.states[tid] = GONE
    for graft in lost:
        job.journal.note(_REMOVE_TASKS, job.jid, graft.first, graft.tids.stop - 1)
        job.journal.note(_REMOVE_GRAFTS, job.jid, graft.host)
    job.journal.flush()
    remove_logs(job.store.folder / "logs" / str(job.jid), gone)
