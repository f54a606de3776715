"""Speaking HTTP with an engine: requests of the table, a session that is used again, and refusals told apart.

Source: Tractor's URL API page for login and ``tsid``, and that answers are JSON; public client scripts for the
challenge and ``rc``. How an engine refuses a session is in no document, so whatever refuses a request that was made
with an old session is answered with a new login, once.
"""

from __future__ import annotations

import re
import socket
import sys
from typing import Any, Dict, List, Mapping, Optional, Tuple
from urllib.parse import urlencode

from farmsubmit.engines.http import TIMEOUT, Answer, Http
from farmsubmit.engines.tractor import sessionfile
from farmsubmit.engines.tractor.location import Location, identity, is_debug
from farmsubmit.engines.tractor.requesttable import RequestTable
from farmsubmit.errors import AnswerLost, EngineError, EngineUnreachable, SettingsError
from farmsubmit.settings.functions import Credentials

#: Seconds to connect, before a program is asked that would not tell whether there was an engine.
CONNECTING = 5.0
_SECRET = ("tsid", "c", "script")
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_SCRIPT = {"Content-Type": "text/plain; charset=utf-8"}
_PLACE = re.compile(r"\{(password|challenge)\}")
_SAYS = ("msg", "message", "error", "reason")


class Refused(EngineError):
    """An engine that read a request and did not do it."""


class Wire:
    """The HTTP side of one engine; ``table`` is what can be asked of it."""

    def __init__(self, location: Location, table: RequestTable, timeout: Optional[Tuple[float, float]] = None) -> None:
        self.location = location
        self.table = table
        self._http = Http(f"http://{location.address}", timeout or TIMEOUT)
        self._tsid = ""
        self._who: Optional[Credentials] = None

    @property
    def who(self) -> Credentials:
        """The user and the password that requests are made with."""
        if self._who is None:
            self._who = identity(self.location)
        return self._who

    def ask(self, name: str, **values: str) -> Any:
        """Send a request of the table and return the JSON value of its answer, None where it is empty.

        A request that wants a session logs in; a session of an earlier time that is refused is renewed, once. Raises
        Refused, EngineUnreachable where no useful answer comes, and AnswerLost as Http.request does.
        """
        return _json(self.answer(name, values))

    def text(self, name: str, **values: str) -> str:
        """Send a request and return the text of its answer; raises as ask()."""
        return self.answer(name, values).text

    def answer(self, name: str, values: Mapping[str, str], script: Optional[bytes] = None) -> Answer:
        """Send a request, with a job script where there is one, and return its answer as a whole."""
        known = {**values, "user": self.who.user}
        if "tsid" not in self.table[name].fields:
            return self._checked(self._sent(name, known, script), script)
        tsid, is_old = self._session()
        try:
            return self._checked(self._sent(name, {**known, "tsid": tsid}, script), script)
        except Refused:
            if not is_old:
                raise
        return self._checked(self._sent(name, {**known, "tsid": self._login()}, script), script)

    def close(self) -> None:
        """Close the connections; the session stays for the next process."""
        self._http.close()

    def _session(self) -> Tuple[str, bool]:
        """Return a session, and whether it is one of an earlier time."""
        known = self._tsid or sessionfile.read(self.location, self.who.user)
        return (known, True) if known else (self._login(), False)

    def _login(self) -> str:
        user, password = self.who
        extra = [("c", self._proof(password))] if password else []
        try:
            told = _json(self._checked(self._sent("login", {"user": user}, extra=extra)))
        except Refused as error:
            hint = "" if password else "where it wants a password, see docs/tractor.md"
            raise Refused(f"{self.location.address} does not let {user} in: {error.problem}", hint) from None
        tsid = told.get("tsid") if isinstance(told, dict) else None
        if not isinstance(tsid, str) or not tsid:
            raise EngineUnreachable(f"{self.location.address} does not answer a login as Tractor does")
        self._tsid = tsid
        sessionfile.write(self.location, user, tsid)
        return tsid

    def _proof(self, password: str) -> str:
        """Return the password as the site has it sent; raises SettingsError where nobody has written that down."""
        form = self.table.password_form
        if not form:
            hint = "write it down as password in the setting tractor_http, or use the tractor package"
            raise SettingsError("no public document shows how a password is sent to Tractor", hint)
        told = _json(self._checked(self._sent("challenge", {})))
        challenge = str(told.get("challenge", "")) if isinstance(told, dict) else ""
        values = {"password": password, "challenge": challenge}
        return _PLACE.sub(lambda found: values[found[1]], form).encode("utf-8").hex()

    def _sent(
        self,
        name: str,
        values: Mapping[str, str],
        script: Optional[bytes] = None,
        extra: Optional[List[Tuple[str, str]]] = None,
    ) -> Answer:
        request = self.table[name]
        path, query = request.filled(values)
        pairs = [*query, *(extra or [])]
        parameters: Dict[str, str] = dict(pairs)
        if request.method == "GET":
            answer = self._http.get(path, parameters)
        elif script is not None and "script" not in request.fields:
            answer = self._http.request("POST", path, parameters, script, _SCRIPT)
        else:
            answer = self._http.request("POST", path, None, urlencode(pairs).encode("ascii"), _FORM)
        if is_debug():
            _show(f"{request.method} {path}", parameters, answer.status)
        return answer

    def _checked(self, answer: Answer, script: Optional[bytes] = None) -> Answer:
        """Return an answer that says yes; raise for all others. One that broke over a job may have taken it."""
        where = self.location.address
        if answer.status >= 500:
            kind = EngineUnreachable if script is None else AnswerLost
            raise kind(f"{where} answers with status {answer.status}{_reason(answer)}")
        if not 200 <= answer.status < 300:
            raise Refused(f"{where} refuses it with status {answer.status}{_reason(answer)}")
        code = _rc(answer)
        if code not in (None, 0, "0"):
            raise Refused(f"{where} refuses it with rc {code}{_reason(answer)}")
        return answer


def refuse_unreachable(location: Location) -> None:
    """Raise EngineUnreachable where nobody listens: then nothing is sent, which a program would not tell apart."""
    try:
        socket.create_connection((location.host.strip("[]"), location.port), CONNECTING).close()
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise EngineUnreachable(f"{location.address} does not answer: {why}") from None


def _json(answer: Answer) -> Any:
    """Return the value of an answer; one that cannot be read is as good as none, whoever gave it."""
    try:
        return answer.json() if answer.text.strip() else None
    except EngineError as error:
        raise EngineUnreachable(error.problem, error.hint) from None


def _parsed(answer: Answer) -> Dict[str, Any]:
    try:
        value = answer.json()
    except EngineError:
        return {}
    return value if isinstance(value, dict) else {}


def _rc(answer: Answer) -> Any:
    return _parsed(answer).get("rc") if answer.text.lstrip().startswith("{") else None


def _reason(answer: Answer) -> str:
    told = _parsed(answer)
    text = next((str(told[name]) for name in _SAYS if told.get(name)), "")
    return f": {text[:300]}" if text else ""


def _show(what: str, parameters: Mapping[str, str], status: int) -> None:
    shown = "&".join(f"{name}={'…' if name in _SECRET else value}" for name, value in parameters.items())
    sys.stderr.write(f"tractor: {what}?{shown} -> {status}\n")
