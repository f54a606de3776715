"""Sending a job to Slurm: its folder, its arrays on hold, and then the release; or none of it."""

from __future__ import annotations

import time
from typing import Any, Dict, List

from farmsubmit.engines.base import DONE, ERROR, FINAL_STATES, SKIPPED, SpoolInfo
from farmsubmit.engines.batch.jobfolder import LARGEST_ARRAY, JobFolder, existing, new_folder
from farmsubmit.engines.batch.plan import BatchPlan, at_home, has_last
from farmsubmit.engines.slurm.client import Client
from farmsubmit.engines.slurm.location import Location
from farmsubmit.engines.slurm.states import look_at
from farmsubmit.engines.slurm.submission import Spots, Submission, comment
from farmsubmit.errors import AnswerLost, EngineError, EngineUnreachable, SpoolError


def spool(client: Client, location: Location, plan: BatchPlan, info: SpoolInfo) -> JobFolder:
    """Send a job and return its folder; raises SpoolError, EngineUnreachable and AnswerLost."""
    plan = at_home(plan, info.spoolcwd)
    first = _first(client, location, plan.job.afterjids)
    size = _largest_array(client)
    folder = new_folder(location.folder)
    try:
        folder.fill(plan, info, _given(location, plan.account), size)
        sent = Submission(client, folder, location, plan.layout, Spots(()))
        sent.first = first
        _submit(sent, plan, client)
        folder.write_submitted(sent.arrays)
    except BaseException:
        folder.remove()
        raise
    if not plan.job.paused:
        _release(client, sent, folder)
    return folder


def _submit(sent: Submission, plan: BatchPlan, client: Client) -> None:
    try:
        sent.submit(plan.layout.rows)
        if has_last(plan):
            sent.submit_last(plan.last, [array.id for array in sent.arrays])
    except AnswerLost:
        # The array whose answer was lost may be there, on hold, under the comment of this job.
        sent.take_back()
        _cancel_lost(client, comment(sent.folder.jid, sent.job["key"]))
        raise
    except BaseException:
        sent.take_back()
        raise


def _cancel_lost(client: Client, words: str) -> None:
    try:
        client.cancel(client.ids_by_comment(words))
    except EngineError:
        return


def _release(client: Client, sent: Submission, folder: JobFolder) -> None:
    try:
        client.release(array.id for array in sent.arrays)
    except EngineUnreachable as error:
        problem = f"job {folder.jid} is in Slurm, but whether it was released is not known: {error.problem}"
        raise AnswerLost(problem, "look at it, and resume it") from None


def _largest_array(client: Client) -> int:
    # MaxArraySize is one more than the highest index.
    text = client.config().get("MaxArraySize", "")
    return min(LARGEST_ARRAY, int(text)) if text.isdigit() and int(text) else LARGEST_ARRAY


def _given(location: Location, account: str) -> Dict[str, Any]:
    """Return what the engine's URL and the settings give to each job; ``account`` is for an URL that names none."""
    from farmsubmit.settings import load_settings

    settings = load_settings()
    return {
        "partition": location.partition,
        "account": location.account or account,
        "qos": location.qos,
        "python": location.python or settings["python"],
        "zone": location.zone or settings["zone"],
        "spooled": time.time(),
    }


def _first(client: Client, location: Location, jids: List[int]) -> str:
    """Return the dependency on other jobs."""
    names: List[str] = []
    for jid in jids:
        look = look_at(client, _other(location, jid))
        state = look.job_status().state
        if state == DONE:
            continue
        left = [tid for tid, found in look.tasks.items() if found.state not in (DONE, SKIPPED)]
        if not look.lives or any(look.tasks[tid].state == ERROR for tid in left):
            told = state if state in FINAL_STATES else f"{state}, with tasks in error"
            raise SpoolError(f"the job waits for job {jid}, which is {told}", "retry that first")
        names.append(look.spots.waiting_for(left))
    return ",".join(name for name in names if name)


def _other(location: Location, jid: int) -> JobFolder:
    try:
        return existing(location.folder, str(jid))
    except EngineError as error:
        raise SpoolError(f"the job waits for another: {error.problem}", error.hint) from None
