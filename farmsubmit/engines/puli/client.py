"""Speaking with a Puli server: requests, and answers that are told apart and checked before they are believed.

The server has no common way of refusing. Some requests answer 404, some 500 for an unknown id, and some 200 with
nothing in it: where text is due, an empty answer means that the thing is not there, or that the server refused.
"""

from __future__ import annotations

import json
import math
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from farmsubmit.engines.http import Answer, Http
from farmsubmit.engines.puli.location import Location
from farmsubmit.errors import AnswerLost, EngineError, EngineUnreachable

_LONGEST_TEXT = 300
_TYPE = {"Content-Type": "application/json"}


class NotFoundOnServer(EngineError):
    """Something that the server does not have, or does not say that it has."""


class Client:
    """A server at a location."""

    def __init__(self, location: Location, timeout: Optional[Tuple[float, float]] = None) -> None:
        self.location = location
        self.http = Http(location.base) if timeout is None else Http(location.base, timeout)

    def get(self, path: str, query: Optional[Mapping[str, Any]] = None) -> Any:
        """Return the JSON value of an answer; raises NotFoundOnServer, EngineError and EngineUnreachable."""
        return self._checked(self.http.get(path, query), path).json()

    def get_text(self, path: str) -> str:
        """Return the text of an answer, as ``get`` does the value."""
        return self._checked(self.http.get(path), path).text

    def ask(self, path: str, body: Mapping[str, Any]) -> Any:
        """Return the JSON value for a question that is sent with POST: it changes nothing, so no answer is lost."""
        try:
            answer = self.send("POST", path, body)
        except AnswerLost as error:
            raise EngineUnreachable(error.problem) from None
        return self._checked(answer, path).json()

    def change(self, method: str, path: str, body: Any, query: Optional[Mapping[str, Any]] = None) -> str:
        """Change something and return what the server says; an empty answer means that it did not."""
        return self._checked(self.send(method, path, body, query), path).text

    def changed(self, method: str, path: str, body: Any, query: Optional[Mapping[str, Any]] = None) -> Any:
        """Change something as ``change`` does, and return the JSON value of what the server says."""
        return self._checked(self.send(method, path, body, query), path).json()

    def send(self, method: str, path: str, body: Any, query: Optional[Mapping[str, Any]] = None) -> Answer:
        """Send a request with a JSON body and return the answer, whatever it is; raises as Http.request does."""
        return self.http.request(method, path, query, json.dumps(body).encode("ascii"), _TYPE)

    def _checked(self, answer: Answer, path: str) -> Answer:
        if answer.status in (200, 201) and answer.text.strip():
            return answer
        if answer.status in (200, 404):
            raise NotFoundOnServer(f"{self.location.base} does not have {path}{_said(answer)}")
        raise refusal(answer, self.location.base)


def refusal(answer: Answer, base: str) -> EngineError:
    """Return the error for an answer that is none of those that are expected."""
    return EngineError(f"{base} answers {answer.status}{_said(answer)}")


def _said(answer: Answer) -> str:
    """Return the first line of what the server says, short and printable; nothing for a page of HTML."""
    text = answer.text.strip()
    if not text or text.startswith("<"):
        return ""
    line = text[:_LONGEST_TEXT].splitlines()[0]
    line = line[len(f"{answer.status}:") :].strip() if line.startswith(f"{answer.status}:") else line
    return ": " + "".join(character if character.isprintable() else "?" for character in line)


# --- values that a server may have made up


def wrong(what: str) -> EngineError:
    """Return the error for a JSON value that is not what the server should answer with."""
    return EngineError(f"the Puli server answers with something else than {what}")


def a_dict(value: Any, what: str) -> Dict[str, Any]:
    """Return a value that must be a JSON object; raises EngineError."""
    if not isinstance(value, dict):
        raise wrong(what)
    return value


def dicts(value: Any, what: str) -> List[Dict[str, Any]]:
    """Return a value that must be a list of JSON objects; raises EngineError."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise wrong(what)
    return value


def count(item: Mapping[str, Any], name: str) -> int:
    """Return a number of 0 or more; raises EngineError for anything else."""
    value = item.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 53:
        raise wrong(f"a number of 0 or more as {name}")
    return value


def counts(value: Any, what: str) -> Sequence[int]:
    """Return a value that must be a list of numbers of 0 or more; raises EngineError."""
    if not isinstance(value, list):
        raise wrong(what)
    return [count({what: item}, what) for item in value]


def text(item: Mapping[str, Any], name: str) -> str:
    """Return a text as one that can be shown: cut to 300 characters, and "" for anything that is none."""
    value = item.get(name)
    return value[:_LONGEST_TEXT] if isinstance(value, str) else ""


def real(item: Mapping[str, Any], name: str) -> float:
    """Return a finite number, and 0 for anything else."""
    value = item.get(name)
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1 << 53
    return float(value) if is_number and value is not None and math.isfinite(value) else 0.0


def moment(item: Mapping[str, Any], name: str) -> Optional[float]:
    """Return seconds since the epoch, and None where there are none."""
    found = real(item, name)
    return found if 0 < found < 1 << 40 else None
