"""What a wrangler does to a farm: render nodes out of service and back, licences, pools.

The server takes names that it does not know without a word, so that they are looked up before anything is changed; and
where it answers with nothing, whatever it did, what has become of it is looked up afterwards.
"""

from __future__ import annotations

import re
from typing import Dict, List, Sequence

from farmsubmit.engines.puli import statuses
from farmsubmit.engines.puli.client import Client, NotFoundOnServer, a_dict, refusal
from farmsubmit.engines.puli.farm import RenderNode, licences, render_nodes
from farmsubmit.engines.puli.spooling import pool_names
from farmsubmit.errors import EngineError, did_you_mean

_BUSY = (statuses.RN_ASSIGNED, statuses.RN_WORKING, statuses.RN_FINISHING)
_NAME = re.compile(r"[A-Za-z0-9_.-]+\Z")


def pause(client: Client, names: Sequence[str], is_killing: bool) -> None:
    """Take render nodes out of service; raises EngineError where the server would forget it in its next round."""
    found = _named(client, names)
    for node in found:
        _refuse_short_pause(node, is_killing)
    for node in found:
        _put_pause(client, node, {"paused": True, "killproc": is_killing})
    now = _by_name(client)
    left = [node.name for node in found if _status(now, node) not in (statuses.RN_PAUSED, statuses.RN_UNKNOWN)]
    if left:
        raise EngineError(f"the server did not pause {', '.join(left)}", "look at them again in a while")


def resume(client: Client, names: Sequence[str]) -> None:
    """Take render nodes into service again, from a pause and from quarantine; others stay as they are."""
    found = _named(client, names)
    # Taken out of a pause that it is not in, a node that works would count as idle.
    for node in found:
        if node.status == statuses.RN_PAUSED:
            _put_pause(client, node, {"paused": False, "killproc": False})
    _put_quarantine(client, [node for node in found if node.is_excluded], False)


def quarantine(client: Client, names: Sequence[str], is_in: bool) -> None:
    """Let render nodes get no more commands, or get them again; one that works ends what it has."""
    _put_quarantine(client, _named(client, names), is_in)


def set_licence(client: Client, name: str, most: int, is_new: bool) -> None:
    """Set how many there are of a licence; ``is_new`` makes one that the server does not have."""
    known = [each.name for each in licences(client)]
    if name not in known and not is_new:
        raise EngineError(f"{client.location.base} has no licence {name!r}", did_you_mean(name, known))
    if isinstance(most, bool) or not isinstance(most, int) or most < 0:
        raise EngineError(f"{most!r} is no number of licences", "0 or more")
    client.change("PUT", f"licenses/{_in_url('licence', name)}", {"maxlic": most})


def add_pool(client: Client, name: str) -> None:
    """Make an empty pool."""
    if name in pool_names(client):
        raise EngineError(f"{client.location.base} has the pool {name!r} already")
    client.change("POST", f"pools/{_in_url('pool', name)}", {})


def set_pool(client: Client, name: str, names: Sequence[str]) -> None:
    """Let a pool have these render nodes and no others; a node may be in several pools."""
    _refuse_unknown_pool(client, name)
    members = [node.name for node in _named(client, names)] if names else []
    client.change("PUT", f"pools/{_in_url('pool', name)}/rendernodes", {"renderNodes": members})


def remove_pool(client: Client, name: str) -> None:
    """Take a pool away that no job is in."""
    _refuse_unknown_pool(client, name)
    asked = a_dict(client.get("query", {"attr": ["id", "pool"]}), "jobs").get("items")
    within = [item for item in asked if isinstance(item, dict) and item.get("pool") == name] if asked else []
    if within:
        raise EngineError(f"{len(within)} jobs are in the pool {name!r}", "move or delete them first")
    answer = client.send("DELETE", f"pools/{_in_url('pool', name)}", {})
    # It answers that there is no such pool when it has taken it away.
    if answer.status not in (200, 404) or name in pool_names(client):
        raise refusal(answer, client.location.base)


def _named(client: Client, names: Sequence[str]) -> List[RenderNode]:
    """Return the render nodes of these names, each once; raises EngineError for one that is not there."""
    if isinstance(names, str) or not names:
        raise EngineError("no render node is named", "give a list of names such as host:8000")
    known = _by_name(client)
    # The server has all names in small letters, and finds others in some requests only.
    wanted = list(dict.fromkeys(name.lower() for name in names))
    for name in wanted:
        if name not in known:
            raise EngineError(f"{client.location.base} has no render node {name!r}", did_you_mean(name, known))
    return [known[name] for name in wanted]


def _by_name(client: Client) -> Dict[str, RenderNode]:
    return {node.name: node for node in render_nodes(client)}


def _status(now: Dict[str, RenderNode], node: RenderNode) -> int:
    return now[node.name].status if node.name in now else statuses.RN_UNKNOWN


def _refuse_short_pause(node: RenderNode, is_killing: bool) -> None:
    if node.status in _BUSY and not is_killing:
        hint = "put it in quarantine, which lets its command end, or let the command be killed"
        raise EngineError(f"render node {node.name} works, and would go on as if it were not paused", hint)
    if node.status == statuses.RN_UNKNOWN:
        hint = "put it in quarantine, which lasts"
        raise EngineError(f"render node {node.name} does not answer the server, which would forget its pause", hint)


def _put_pause(client: Client, node: RenderNode, body: Dict[str, bool]) -> None:
    answer = client.send("PUT", f"rendernodes/{node.name}/paused", body)
    if answer.status == 404:
        raise NotFoundOnServer(f"{client.location.base} has no render node {node.name}")
    if answer.status != 200:
        raise refusal(answer, client.location.base)


def _put_quarantine(client: Client, nodes: Sequence[RenderNode], is_in: bool) -> None:
    if nodes:
        body = {"quarantine": is_in, "rns": [node.name for node in nodes]}
        client.change("PUT", "rendernodes/quarantine/", body)


def _refuse_unknown_pool(client: Client, name: str) -> None:
    known = pool_names(client)
    if name not in known:
        raise EngineError(f"{client.location.base} has no pool {name!r}", did_you_mean(name, known))


def _in_url(what: str, name: str) -> str:
    if not _NAME.match(name):
        raise EngineError(f"{name!r} is no name of a {what}", "letters, digits, '_', '.' and '-'")
    return name
