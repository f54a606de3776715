"""Moving a job to another pool."""

from __future__ import annotations

from farmsubmit.engines.puli.client import Client, refusal
from farmsubmit.engines.puli.spooling import pool_names
from farmsubmit.engines.puli.tree import read_node
from farmsubmit.errors import EngineError, did_you_mean

#: What the server says, with a conflict, when it moves a job back to a pool that it was in before: it does so.
_MOVED_BACK = "already exists, re-assigning"


def move(client: Client, jid: str, pool: str) -> None:
    """Give a job a share of another pool, without a limit; raises EngineError where it cannot be moved."""
    read_node(client, jid)
    known = pool_names(client)
    if pool not in known:
        raise EngineError(f"{client.location.base} has no pool {pool!r}", did_you_mean(pool, known))
    answer = client.send("POST", "poolshares/", {"poolName": pool, "nodeId": int(jid), "maxRN": -1})
    if answer.status == 409 and _MOVED_BACK in answer.text:
        return
    if answer.status not in (200, 201) or not answer.text.strip():
        raise refusal(answer, client.location.base)
