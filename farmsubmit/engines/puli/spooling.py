"""Sending a graph, so that one submission makes one job, whatever the server answers.

- A server that answers 500 may have the job all the same: it is looked for by its tag. One that is there whole is
  taken, half a one is cancelled.
- The limit of render nodes in a submission is ignored by the server; it is set on the job's pool share afterwards.
- A pool that is not there would be made up by the server, and the job wait in it for ever; so it is looked for before.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from farmsubmit.engines.base import Dropped, SpoolInfo
from farmsubmit.engines.http import Answer
from farmsubmit.engines.puli import tags
from farmsubmit.engines.puli.client import Client, a_dict, count, dicts, refusal
from farmsubmit.engines.puli.plaintext import refuse_other_than_ascii
from farmsubmit.engines.puli.planner import PuliPlan
from farmsubmit.engines.puli.statuses import CANCELED
from farmsubmit.errors import AnswerLost, EngineError, SpoolError, did_you_mean

_NODE = re.compile(r"/nodes/(\d{1,15})/?\Z")
_CREATED = re.compile(r"Created nodes: (\d{1,15})(?:,|\s|\Z)")


class Sent(NamedTuple):
    """What became of a submission: the job's id, and what did not work afterwards."""

    jid: str
    dropped: Tuple[Dropped, ...] = ()


def spool(client: Client, plan: PuliPlan, info: SpoolInfo) -> Sent:
    """Send a graph and return what became of it.

    Raises SpoolError where the server refuses it or has no such pool, EngineUnreachable where nothing arrived, and
    AnswerLost where it may have.
    """
    document = _addressed(plan.document, info)
    _refuse_unknown_pool(client, document["poolName"])
    answer = client.send("POST", "graphs/", document)
    jid = _accepted(answer) or _arrived_all_the_same(client, answer, document, info.key)
    return Sent(jid, _limited(client, jid, plan.limit))


def find(client: Client, key: str) -> Optional[str]:
    """Return the id of the job with this key, the first one where there are several; None where there is none."""
    found = _with_key(client, key) if key else []
    return str(min(count(job, "id") for job in found)) if found else None


def set_limit(client: Client, jid: str, most: int) -> None:
    """Let a job have so many render nodes at a time, -1 for as many as there are.

    It is set on the pool share: what a job itself says of it is only shown. Raises EngineError.
    """
    shares = a_dict(client.get(f"nodes/{jid}"), "a node").get("poolShares")
    if not isinstance(shares, list) or not shares:
        raise EngineError(f"job {jid} has no share of a pool")
    for share in shares:
        number = count({"id": share[0] if isinstance(share, list) and share else None}, "id")
        client.change("POST", f"poolshares/{number}", {"maxRN": most})


def pool_names(client: Client) -> List[str]:
    """Return the pools of the server."""
    return sorted(a_dict(a_dict(client.get("pools/"), "pools").get("pools"), "pools"))


def _addressed(document: Dict[str, Any], info: SpoolInfo) -> Dict[str, Any]:
    """Return the document with its user, and with the key on its root; the one that was translated stays as it is."""
    root = {**document["tasks"][0], "tags": {tags.KEY: info.key, **document["tasks"][0]["tags"]}}
    addressed = {**document, "user": info.owner, "tasks": [root, *document["tasks"][1:]]}
    refuse_other_than_ascii({**addressed, "tasks": [root]})
    return addressed


def _refuse_unknown_pool(client: Client, pool: str) -> None:
    known = pool_names(client)
    if pool not in known:
        hint = did_you_mean(pool, known) or f"there are {', '.join(known[:10]) or 'none'}"
        raise SpoolError(f"{client.location.base} has no pool {pool!r}", hint)


def _accepted(answer: Answer) -> str:
    """Return the id of the job that the server made, or "" where it does not say so.

    Of the address only the end counts: behind a proxy its host is made up.
    """
    if answer.status not in (200, 201):
        return ""
    found = _NODE.search(answer.headers.get("location", "")) or _CREATED.search(answer.text)
    return found[1] if found else ""


def _arrived_all_the_same(client: Client, answer: Answer, document: Dict[str, Any], key: str) -> str:
    """Look for the job of an answer that names none; raises SpoolError where it is not there, or not whole."""
    problem = refusal(answer, client.location.base).problem
    if 400 <= answer.status < 500:
        raise SpoolError(problem)
    if not key:
        raise AnswerLost(f"{problem}; it may have the job all the same", "look at its jobs before you send it again")
    try:
        found = _with_key(client, key)
    except EngineError as error:
        raise AnswerLost(f"{problem}; whether it has the job cannot be asked: {error}") from None
    if not found:
        raise SpoolError(problem)
    job = min(found, key=lambda each: count(each, "id"))
    sent = sum(len(node.get("commands", ())) for node in document["tasks"])
    if job.get("commandCount") == sent:
        return str(count(job, "id"))
    return _taken_back(client, count(job, "id"), problem)


def _taken_back(client: Client, number: int, problem: str) -> str:
    problem = f"{problem}; it kept a part of the job as {number}"
    try:
        client.change("PUT", f"nodes/{number}/status", {"status": CANCELED})
    except EngineError as error:
        raise SpoolError(f"{problem}, which cannot be cancelled: {error}", "cancel it by hand") from None
    raise SpoolError(f"{problem}, which was cancelled")


def _with_key(client: Client, key: str) -> List[Dict[str, Any]]:
    found = client.ask("query/job", {"recursive": False, "tags": {tags.KEY: [key]}})
    jobs = dicts(a_dict(found, "jobs").get("items"), "jobs")
    # A server that knows nothing of tags gives all of its jobs.
    return [job for job in jobs if isinstance(job.get("tags"), dict) and job["tags"].get(tags.KEY) == key]


def _limited(client: Client, jid: str, most: int) -> Tuple[Dropped, ...]:
    """Limit a job that was sent; a failure is told and no more, for the job is there."""
    if not most:
        return ()
    try:
        set_limit(client, jid, most)
    except EngineError as error:
        return (Dropped(f"job {jid}", "maxactive", f"it was sent, but its limit could not be set: {error}"),)
    return ()
