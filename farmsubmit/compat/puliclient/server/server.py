"""Requests to a Puli server or to one of its workers: with time limits, bounded answers, and one-sentence errors."""

from __future__ import annotations

import builtins
import json
from typing import Any, Mapping, Optional

from farmsubmit.errors import EngineError, EngineUnreachable, FarmsubmitError

_METHODS = ("get", "post", "put", "delete")
_GOOD = (200, 201, 202)


class RequestTimeoutError(EngineUnreachable, builtins.TimeoutError):
    """A server that does not answer in time."""


class RequestError(EngineError):
    """A server that does not answer at all, or refuses; ``status`` is that of HTTP, 0 where it did not answer."""

    def __init__(self, problem: str = "", hint: str = "", status: int = 0) -> None:
        super().__init__(problem, hint)
        self.status = status


class InvalidParamError(FarmsubmitError):
    """A filter without values, which would find nothing."""


def request(
    host: str,
    port: int,
    url: str,
    method: str = "get",
    data: Any = None,
    params: Optional[Mapping[str, Any]] = None,
    headers: Optional[Mapping[str, str]] = None,
) -> Any:
    """Ask a server, and return the JSON value of its answer, or the text where it is none.

    ``url`` is what follows the host, with or without a slash in front; ``data`` is the body, ``params`` the query. An
    empty answer is an empty text: some of the server's handlers say so that there is nothing of that name. Raises
    RequestTimeoutError and RequestError.
    """
    from farmsubmit.engines.http import Http

    if method not in _METHODS:
        raise RequestError(f"there is no HTTP method {method!r}", f"use one of {', '.join(_METHODS)}")
    http = Http(f"http://{host}:{port}")
    body = data.encode("utf-8") if isinstance(data, str) else data
    try:
        answer = http.request(method.upper(), str(url), query=params, body=body, headers=headers)
    except EngineError as error:
        raise _failed(error) from None
    finally:
        http.close()
    if answer.status not in _GOOD:
        said = " ".join(answer.text.split())[:300]
        problem = f"http://{host}:{port} answered {answer.status} to {method} {url}: {said}"
        raise RequestError(problem, status=answer.status)
    try:
        return json.loads(answer.text)
    except (ValueError, RecursionError):
        return answer.text


def _failed(error: EngineError) -> EngineError:
    # What requests raised stands behind the error that says it in words.
    is_timeout = isinstance(error, EngineUnreachable) and "Timeout" in type(error.__context__).__name__
    return RequestTimeoutError(str(error)) if is_timeout else RequestError(str(error))


class Server:
    """A Puli server at a host and a port."""

    def __init__(self, host: str = "localhost", port: int = 8004) -> None:
        self.setHostConnection(host, port)

    def getBaseUrl(self) -> str:
        """Return the URL that requests begin with."""
        return f"http://{self._host}:{self._port}"

    def setHostConnection(self, host: str, port: int) -> None:
        """Ask another server from now on."""
        self._host, self._port = host, port

    def request(self, url: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Ask the server in the same way as the function of this name."""
        return request(self._host, self._port, url, method, *args, **kwargs)

    def get(self, url: str, *args: Any, **kwargs: Any) -> Any:
        """Ask for something."""
        return self.request(url, "get", *args, **kwargs)

    def post(self, url: str, *args: Any, **kwargs: Any) -> Any:
        """Send something."""
        return self.request(url, "post", *args, **kwargs)

    def put(self, url: str, *args: Any, **kwargs: Any) -> Any:
        """Change something."""
        return self.request(url, "put", *args, **kwargs)

    def delete(self, url: str, *args: Any, **kwargs: Any) -> Any:
        """Take something away."""
        return self.request(url, "delete", *args, **kwargs)


def items_of(response: Any, url: str) -> Any:
    """Return the items and the summary of an answer; raises RequestError for one that has none."""
    if not isinstance(response, dict) or not isinstance(response.get("items"), list):
        raise RequestError(f"the server answered {url} with something that is no list of items")
    return response["items"], response.get("summary")


def checked_filters(filters: Mapping[str, Any], names: Mapping[str, str], states: int) -> Any:
    """Return the filters that were given; raises InvalidParamError for an empty one, RequestError for a wrong state."""
    given = {name: value for name, value in filters.items() if value is not None}
    for name, value in given.items():
        if not value:
            raise InvalidParamError(f"{names.get(name, name)} is empty", "leave it out to ask for all")
    for state in given.get("status", ()):
        if not (str(state).isdigit() and int(state) < states):
            raise InvalidParamError(f"{state!r} is no state", f"they are 0 to {states - 1}")
    return {name: list(value) if isinstance(value, (range, tuple)) else value for name, value in given.items()}
