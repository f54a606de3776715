"""What a server has to work with: render nodes, pools, licences."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Mapping, NamedTuple, Tuple

from farmsubmit.engines.puli import statuses
from farmsubmit.engines.puli.client import Client, a_dict, dicts, real, text, wrong
from farmsubmit.engines.puli.services import Farm
from farmsubmit.errors import EngineUnreachable
from farmsubmit.lang.servicekey import Blade

_MEGABYTES = 1024.0
_LONGEST_LIST = 1000


class RenderNode(NamedTuple):
    """A render node: its name ``host:port``, its state as a number, whether it is in quarantine, and its pools.

    ``cores`` is a count; ``ram`` and ``free_ram`` are in megabytes. ``softs`` are the softwares that it lists.
    """

    name: str
    host: str
    status: int
    is_excluded: bool
    pools: Tuple[str, ...]
    cores: int
    ram: int
    free_ram: int
    softs: Tuple[str, ...]
    platform: str

    @property
    def blade(self) -> Blade:
        """The node as service keys see it; it runs one command at a time, so it has one slot or none."""
        is_free = self.status == statuses.RN_IDLE and not self.is_excluded
        metrics = {"mem": self.free_ram / _MEGABYTES, "nCPUs": float(self.cores), "sa": float(is_free)}
        keys = dict.fromkeys([*self.softs, *([self.platform] if self.platform else []), *self.pools])
        return Blade(self.name, self.host, provides=tuple(keys), metrics=metrics)


class Licence(NamedTuple):
    """A licence: how many are in use, and how many there are."""

    name: str
    used: int
    most: int


def render_nodes(client: Client) -> List[RenderNode]:
    """Return the render nodes of the server, by name."""
    found = dicts(a_dict(client.get("rendernodes/"), "render nodes").get("rendernodes"), "render nodes")
    return sorted(_node(item) for item in found)


def licences(client: Client) -> List[Licence]:
    """Return the licences of the server, by name; one with none answers with a brace and nothing else."""
    said = client.get_text("licenses/").strip()
    if said == "}":
        return []
    try:
        items = a_dict(json.loads(said), "licences").items()
    except (ValueError, RecursionError):
        raise wrong("licences") from None
    return sorted(_licence(name, value) for name, value in items)


def farm(client: Client) -> Farm:
    """Return what services and limit tags may ask for; where the server does not answer, that is not known."""
    try:
        softs = {soft: None for node in render_nodes(client) for soft in node.softs}
        return Farm(tuple(each.name for each in licences(client)), tuple(softs))
    except EngineUnreachable:
        return Farm(is_known=False)


def _licence(name: str, value: Any) -> Licence:
    used, slash, most = value.partition(" / ") if isinstance(value, str) else ("", "", "")
    if not (slash and used.isdigit() and most.isdigit() and len(value) < 40):
        raise wrong("how many there are of a licence")
    return Licence(name, int(used), int(most))


def _node(item: Mapping[str, Any]) -> RenderNode:
    has: Dict[str, Any] = item["caracteristics"] if isinstance(item.get("caracteristics"), dict) else {}
    return RenderNode(
        name=text(item, "name"),
        host=text(item, "host"),
        status=int(real(item, "status")),
        is_excluded=item.get("excluded") is True,
        pools=_texts(item.get("pools")),
        cores=max(0, int(real(item, "coresNumber"))),
        ram=max(0, int(real(item, "ramSize"))),
        free_ram=max(0, int(real(item, "systemFreeRam"))),
        softs=_texts(has.get("softs")),
        platform=text(has, "os"),
    )


def _texts(value: Any) -> Tuple[str, ...]:
    found = value[:_LONGEST_LIST] if isinstance(value, list) else []
    return tuple(item for item in found if isinstance(item, str) and item)
