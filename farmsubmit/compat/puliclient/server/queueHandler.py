"""Asking a Puli server for its jobs."""

from __future__ import annotations

import json
from typing import Any, List, Mapping, Optional, Sequence, Tuple

from farmsubmit.compat.puliclient.enums import NODE_STATUS
from farmsubmit.compat.puliclient.model.job import Job
from farmsubmit.compat.puliclient.server.server import (
    InvalidParamError,
    RequestError,
    RequestTimeoutError,
    Server,
    checked_filters,
    items_of,
)

__all__ = ["InvalidParamError", "QueueHandler", "RequestError", "RequestTimeoutError"]

#: Jobs, and the server's summary: count, totalInDispatcher, requestTime, requestDate.
Jobs = Tuple[List[Job], Any]
_NAMES = {
    "id": "idList",
    "name": "nameList",
    "pool": "poolList",
    "status": "statusList",
    "user": "userList",
    "tags": "tagsDict",
}


class QueueHandler:
    """Asks a server (default: the one on this machine) for jobs.

    ``recursive`` asks for all that is below them too. Names are regular expressions that a name begins with; several
    values of a filter are alternatives. Methods raise InvalidParamError, RequestError and RequestTimeoutError.
    """

    def __init__(self, server: Optional[Server] = None) -> None:
        self._server = Server() if server is None else server

    def processRequest(self, body: Optional[Mapping[str, Any]] = None, url: str = "query/job") -> Jobs:
        """Send a query, and return the jobs and the summary."""
        items, summary = items_of(self._server.post(url, data=json.dumps(body)), url)
        return [Job(item) for item in items], summary

    def getAllJobs(self, recursive: bool = True) -> Jobs:
        """Return all jobs."""
        return self.processRequest({"recursive": recursive})

    def getJobs(
        self,
        idList: Optional[Sequence[int]] = None,
        nameList: Optional[Sequence[str]] = None,
        poolList: Optional[Sequence[str]] = None,
        statusList: Optional[Sequence[int]] = None,
        userList: Optional[Sequence[str]] = None,
        tagsDict: Optional[Mapping[str, Any]] = None,
    ) -> Jobs:
        """Return the jobs that all of these filters let through."""
        filters = {"id": idList, "name": nameList, "pool": poolList, "status": statusList, "user": userList}
        return self._ask({**filters, "tags": tagsDict})

    def getJobsById(self, idList: Sequence[int], recursive: bool = True) -> Jobs:
        """Return the jobs with these numbers."""
        return self._ask({"id": idList}, recursive)

    def getJobsByName(self, nameList: Sequence[str], recursive: bool = True) -> Jobs:
        """Return the jobs whose names begin with one of these regular expressions."""
        return self._ask({"name": nameList}, recursive)

    def getJobsByProd(self, prodList: Sequence[str], recursive: bool = True) -> Jobs:
        """Return the jobs whose tag ``prod`` is one of these."""
        if not prodList:
            raise InvalidParamError("prodList is empty", "leave it out to ask for all")
        return self._ask({"tags": {"prod": list(prodList)}}, recursive)

    def getJobsByPool(self, poolList: Sequence[str], recursive: bool = True) -> Jobs:
        """Return the jobs in these pools."""
        return self._ask({"pool": poolList}, recursive)

    def getJobsByStatus(self, statusList: Sequence[int], recursive: bool = True) -> Jobs:
        """Return the jobs in these states, which are those of NODE_STATUS."""
        return self._ask({"status": statusList}, recursive)

    def getJobsByTags(self, tagsDict: Mapping[str, Any], recursive: bool = True) -> Jobs:
        """Return the jobs that have any of these tags with any of its values."""
        return self._ask({"tags": tagsDict}, recursive)

    def getJobsByUser(self, userList: Sequence[str], recursive: bool = True) -> Jobs:
        """Return the jobs of these users."""
        return self._ask({"user": userList}, recursive)

    def _ask(self, filters: Mapping[str, Any], recursive: Optional[bool] = None) -> Jobs:
        body = checked_filters(filters, _NAMES, len(NODE_STATUS))
        return self.processRequest(body if recursive is None else {**body, "recursive": recursive})
