"""HTTP to an engine: through requests, with time limits, bounded answers, and errors that say what became of it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any, Dict, Iterator, Mapping, Optional, Tuple, Type

from farmsubmit.errors import AnswerLost, EngineError, EngineUnreachable, MissingLibraryError

#: Seconds to connect, and seconds without a byte of the answer.
TIMEOUT: Tuple[float, float] = (5.0, 30.0)
#: Bytes of an answer, and seconds until it is there as a whole, at most.
LARGEST, LONGEST = 256 << 20, 300.0
_PIECE, _SMALL_PIECE = 1 << 16, 64


@dataclass(frozen=True)
class Answer:
    """What an engine answered: its status, its headers (names in lower case), and its text."""

    status: int
    headers: Mapping[str, str]
    text: str
    url: str = ""

    def json(self) -> Any:
        """Return the JSON value of the text; raises EngineError where it is none."""
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError) as error:
            raise EngineError(f"{self.url} answered with something that is no JSON: {error}") from None


class Http:
    """A connection to an engine at a base URL such as ``http://host:80``.

    The environment's proxies and certificates count, as requests has it; ``verify`` is True, or the path of a CA
    bundle. No redirect is followed. ``timeout`` is in seconds, see TIMEOUT.
    """

    def __init__(self, base: str, timeout: Tuple[float, float] = TIMEOUT, verify: Any = True) -> None:
        self.base = base.rstrip("/")
        self.timeout = timeout
        self.verify = verify
        self._session: Any = None

    def get(self, path: str, query: Optional[Mapping[str, Any]] = None) -> Answer:
        """Ask for something, and return the answer; raises EngineUnreachable."""
        return self.request("GET", path, query=query)

    def request(
        self,
        method: str,
        path: str,
        query: Optional[Mapping[str, Any]] = None,
        body: Optional[bytes] = None,
        headers: Optional[Mapping[str, str]] = None,
    ) -> Answer:
        """Send a request and return the answer, whatever its status.

        Raises EngineUnreachable where nothing can have arrived, and AnswerLost where a request that changes something
        was sent and its answer did not come, or not whole. A GET changes nothing, so it never raises AnswerLost.
        """
        requests = _requests()
        url = f"{self.base}/{path.lstrip('/')}"
        try:
            with self._open().request(
                method,
                url,
                params=query,
                data=body,
                headers=headers,
                timeout=self.timeout,
                verify=self.verify,
                stream=True,
                allow_redirects=False,
            ) as response:
                return _answer(response, url)
        except (requests.exceptions.ConnectTimeout, requests.exceptions.ProxyError) as error:
            raise self._unreachable(error) from None
        except requests.exceptions.SSLError as error:
            raise EngineUnreachable(f"{self.base} has no certificate that is trusted here: {_reason(error)}") from None
        except requests.exceptions.ConnectionError as error:
            if method == "GET" or _is_before_sending(error):
                raise self._unreachable(error) from None
            raise self._lost(error) from None
        except (requests.exceptions.RequestException, _urllib3_error()) as error:
            if method == "GET":
                raise self._unreachable(error) from None
            raise self._lost(error) from None

    def close(self) -> None:
        """Close the connections that are kept open."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _open(self) -> Any:
        if self._session is None:
            self._session = _requests().Session()
        return self._session

    def _unreachable(self, error: Exception) -> EngineUnreachable:
        return EngineUnreachable(f"{self.base} does not answer: {_reason(error)}")

    def _lost(self, error: Exception) -> AnswerLost:
        return AnswerLost(f"{self.base} was sent the request, and did not answer: {_reason(error)}")


def _requests() -> Any:
    try:
        import requests
    except ImportError:
        raise MissingLibraryError("requests", "engines that speak HTTP") from None
    return requests


def _answer(response: Any, url: str) -> Answer:
    pieces, size, end = [], 0, time.monotonic() + LONGEST
    for piece in _pieces(response):
        size += len(piece)
        if size > LARGEST:
            raise EngineError(f"{url} answers with more than {LARGEST >> 20} MB")
        if time.monotonic() > end:
            raise _requests().exceptions.ReadTimeout(f"the answer takes more than {LONGEST:.0f} s")
        pieces.append(piece)
    headers: Dict[str, str] = {name.lower(): value for name, value in response.headers.items()}
    text = b"".join(pieces).decode("utf-8", "replace")
    return Answer(response.status_code, headers, text, url)


def _pieces(response: Any) -> Iterator[bytes]:
    """Yield what has come of an answer as it comes, so that one that trickles is noticed."""
    read1 = getattr(response.raw, "read1", None)
    if read1 is None:
        # An older urllib3 waits until a piece is whole.
        yield from response.iter_content(_SMALL_PIECE)
        return
    while True:
        piece = read1(_PIECE, decode_content=True)
        if not piece:
            return
        yield piece


def _urllib3_error() -> Type[Exception]:
    from urllib3.exceptions import HTTPError

    return HTTPError


def _is_before_sending(error: Exception) -> bool:
    """Tell whether a connection never came to be; requests keeps the cause of that as urllib3's own error."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return type(reason).__name__ in ("NewConnectionError", "ConnectTimeoutError", "NameResolutionError")


def _reason(error: Exception) -> str:
    """Return the last part of what requests says, which is nested and names objects."""
    cause: Any = error
    while getattr(cause, "reason", None) is not None and isinstance(cause.reason, Exception):
        cause = cause.reason
    if cause.args and isinstance(cause.args[0], Exception):
        return _reason(cause.args[0])
    text = str(cause.args[-1] if cause.args else cause) or type(cause).__name__
    last = text.rpartition(": ")[2].strip("'\"() ") or text
    # A parenthesis that was opened inside was closed at the end.
    return last + ")" * (last.count("(") - last.count(")"))
