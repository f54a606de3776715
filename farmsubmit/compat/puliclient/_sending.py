"""Sending a graph: to a Puli server as its client does, or as a job to another engine that the settings name."""

from __future__ import annotations

import json
import os
import re
import sys
from typing import TYPE_CHECKING, Any, Dict, NamedTuple, Optional, Tuple

from farmsubmit.compat.puliclient._errors import GraphAnswerLost, GraphSubmissionError, GraphUnreachable
from farmsubmit.errors import AnswerLost, EngineError, EngineUnreachable

if TYPE_CHECKING:
    from farmsubmit.engines.http import Answer, Http

_NODE = re.compile(r"/nodes/(\d{1,18})/?\Z")
HOST, PORT = "puliserver", 8004


class Target(NamedTuple):
    """Where a graph goes: a Puli server, or the engine of this URL where there is one."""

    host: str
    port: int
    engine: str = ""


def target(host: Optional[str], port: Optional[int]) -> Target:
    """Return where a graph goes.

    An engine that the settings name counts over the script's host, so that ``farmsubmit exec --engine`` sends a whole
    script elsewhere; then PULIHOST and PULIPORT count where the script gives none. Raises EngineError.
    """
    from farmsubmit.engines.puli.location import read_location
    from farmsubmit.settings import load_settings

    settings = load_settings()
    if settings.origin("engine") != "default":
        scheme, _, location = str(settings["engine"]).partition(":")
        if scheme.lower() != "puli":
            return Target("", 0, str(settings["engine"]))
        found = read_location(location)
        return Target(found.host, found.port)
    return Target(host or os.environ.get("PULIHOST") or HOST, _port(port))


def _port(port: Optional[int]) -> int:
    given = os.environ.get("PULIPORT") or PORT if port is None else port
    try:
        number = int(given)
    except (ValueError, TypeError):
        number = 0
    if not 0 < number < 65536:
        raise EngineError(f"{given!r} is no port", f"a Puli server listens on {PORT} where nothing else is said")
    return number


def send(document: Dict[str, Any], where: Target) -> Tuple[str, str]:
    """Send a document, and return the URL of the job's node and the text of the answer.

    A limit of render nodes is set afterwards, for the server ignores the one in the document. Raises
    GraphSubmissionError, GraphUnreachable where nothing was sent, and GraphAnswerLost where it may have arrived.
    """
    from farmsubmit.engines.http import Http

    http = Http(f"http://{where.host}:{where.port}")
    try:
        answer = http.request("POST", "/graphs/", body=json.dumps(document).encode("ascii"))
        if answer.status not in (200, 201):
            raise _refused(answer)
        location = answer.headers.get("location", "")
        _limit(http, location, document.get("maxRN", -1))
        return location, answer.text
    except AnswerLost as error:
        raise GraphAnswerLost(str(error), hint="look at the queue before sending it again") from None
    except EngineUnreachable as error:
        raise GraphUnreachable(str(error)) from None
    finally:
        http.close()


def _refused(answer: Answer) -> GraphSubmissionError:
    from http.client import responses

    reason = responses.get(answer.status, "")
    said = " ".join(answer.text.split())[:300] or reason
    hint = "it may have taken a part of it: look at the queue before sending it again" if answer.status >= 500 else ""
    return GraphSubmissionError(f"the server refused the graph: {said}", answer.status, reason, hint)


def _limit(http: Http, location: str, most: Any) -> None:
    """Set the most render nodes of a job that was just sent; a failure is told, for the job is there."""
    found = _NODE.search(location)
    if not isinstance(most, int) or most <= 0 or found is None:
        return
    try:
        shares = http.get(f"/nodes/{found[1]}").json()["poolShares"]
        for share, _ in shares:
            http.request("POST", f"/poolshares/{int(share)}", body=json.dumps({"maxRN": most}).encode("ascii"))
    except (EngineError, KeyError, ValueError, TypeError) as error:
        sys.stderr.write(f"the job {found[1]} was sent, but its maxRN was not set: {error}\n")
