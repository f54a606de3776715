"""Asking a Puli server for its render nodes."""

from __future__ import annotations

import json
import re
from typing import Any, List, Mapping, Optional, Pattern, Sequence, Tuple

from farmsubmit.compat.puliclient.enums import RN_STATUS
from farmsubmit.compat.puliclient.model.renderNode import RenderNode
from farmsubmit.compat.puliclient.server.server import (
    InvalidParamError,
    RequestError,
    RequestTimeoutError,
    Server,
    checked_filters,
    items_of,
)

__all__ = ["InvalidParamError", "RenderNodeHandler", "RequestError", "RequestTimeoutError"]

#: Render nodes, and the server's summary.
RenderNodes = Tuple[List[RenderNode], Any]
_ALL = "rendernodes/"
_EXACT = {"id": "id", "status": "status", "version": "puliversion"}
_NAMES = {
    "host": "hostnameList",
    "id": "idList",
    "name": "nameList",
    "pool": "poolList",
    "status": "statusList",
    "version": "versionList",
}


class RenderNodeHandler:
    """Asks a server (default: the one on this machine) for render nodes.

    Hosts and names are regular expressions that a name begins with, the rest must be equal; several values of a filter
    are alternatives. A server of release 1.7 answers these queries with an error while any render node has a command;
    then all render nodes are asked for, and the filters looked at here.
    Methods raise InvalidParamError, RequestError and RequestTimeoutError.
    """

    def __init__(self, server: Optional[Server] = None) -> None:
        self._server = Server() if server is None else server

    def processRequest(self, body: Optional[Mapping[str, Any]] = None, url: str = "query/rendernode") -> RenderNodes:
        """Send a query, and return the render nodes and the summary."""
        try:
            answer = self._server.post(url, data=json.dumps(body))
        except RequestError as error:
            if error.status != 500:
                raise
            answer = _chosen_here(self._server.get(_ALL), body or {})
        items, summary = items_of(answer, url)
        return [RenderNode(item) for item in items], summary

    def getAllRenderNodes(self) -> RenderNodes:
        """Return all render nodes."""
        return self.processRequest({})

    def getRenderNodes(
        self,
        hostList: Optional[Sequence[str]] = None,
        idList: Optional[Sequence[int]] = None,
        nameList: Optional[Sequence[str]] = None,
        poolList: Optional[Sequence[str]] = None,
        statusList: Optional[Sequence[int]] = None,
        versionList: Optional[Sequence[str]] = None,
    ) -> RenderNodes:
        """Return the render nodes that all of these filters let through."""
        filters = {"host": hostList, "id": idList, "name": nameList, "pool": poolList}
        return self._ask({**filters, "status": statusList, "version": versionList})

    def getRenderNodesByHost(self, hostnameList: Sequence[str]) -> RenderNodes:
        """Return the render nodes whose host names begin with one of these regular expressions."""
        return self._one("host", hostnameList)

    def getRenderNodesById(self, idList: Sequence[int]) -> RenderNodes:
        """Return the render nodes with these numbers."""
        return self._one("id", idList)

    def getRenderNodesByName(self, nameList: Sequence[str]) -> RenderNodes:
        """Return the render nodes whose names, ``host:port``, begin with one of these regular expressions."""
        return self._one("name", nameList)

    def getRenderNodesByPool(self, poolList: Sequence[str]) -> RenderNodes:
        """Return the render nodes in these pools."""
        return self._one("pool", poolList)

    def getRenderNodesByStatus(self, statusList: Sequence[int]) -> RenderNodes:
        """Return the render nodes in these states, which are those of RN_STATUS."""
        return self._one("status", statusList)

    def getRenderNodesByVersion(self, versionList: Sequence[str]) -> RenderNodes:
        """Return the render nodes whose workers have one of these versions."""
        return self._one("version", versionList)

    def _one(self, name: str, values: Any) -> RenderNodes:
        return self._ask({name: [] if values is None else values})

    def _ask(self, filters: Mapping[str, Any]) -> RenderNodes:
        return self.processRequest(checked_filters(filters, _NAMES, len(RN_STATUS)))


def _chosen_here(answer: Any, filters: Mapping[str, Any]) -> Any:
    """Return what the server would answer to these filters, from its list of all render nodes."""
    if not isinstance(answer, dict) or not isinstance(answer.get("rendernodes"), list):
        raise RequestError(f"the server answered {_ALL} with something that is no list of render nodes")
    nodes = [node for node in answer["rendernodes"] if isinstance(node, dict)]
    patterns = {name: _pattern(filters[name]) for name in ("host", "name") if name in filters}
    chosen = [node for node in nodes if _is_chosen(node, filters, patterns)]
    return {"items": chosen, "summary": {"count": len(chosen), "totalInDispatcher": len(nodes)}}


def _pattern(expressions: Sequence[str]) -> Pattern[str]:
    try:
        return re.compile("|".join(expressions))
    except (re.error, TypeError) as error:
        raise InvalidParamError(f"{list(expressions)!r} are no regular expressions: {error}") from None


def _is_chosen(node: Mapping[str, Any], filters: Mapping[str, Any], patterns: Mapping[str, Pattern[str]]) -> bool:
    exact = all(node.get(key) in filters[name] for name, key in _EXACT.items() if name in filters)
    pools = "pool" not in filters or bool(set(filters["pool"]).intersection(node.get("pools") or ()))
    return exact and pools and all(pattern.match(str(node.get(name))) for name, pattern in patterns.items())
