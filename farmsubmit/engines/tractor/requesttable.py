"""The one table of HTTP requests: those that the public documents have, and those that a site writes down.

A request is text, ``METHOD /path?name={field}&…``. What Tractor's URL API page and public client scripts show literally
is here. What that page only describes has no default, for a guess must never reach an engine: the setting
``tractor_http`` names such a request, from the documentation of the site's own installation.
"""

from __future__ import annotations

import re
from typing import Dict, FrozenSet, List, Mapping, NamedTuple, Tuple
from urllib.parse import parse_qsl, quote

from farmsubmit.errors import EngineError, SettingsError, did_you_mean

_FIELD = re.compile(r"\{(\w*)\}")
_REQUEST = re.compile(r"(GET|POST) (/[^\s?#]*)(?:\?([^\s#]*))?\Z")

#: What the public record shows literally. Sources: the Tractor URL API page; for challenge, blades and nimby scripts
#: that studios published.
PUBLIC: Mapping[str, str] = {
    "challenge": "GET /Tractor/monitor?q=gentoken",
    "login": "GET /Tractor/monitor?q=login&user={user}",
    "status": "GET /Tractor/ctrl?q=status",
    "limits": "GET /Tractor/queue?q=limits",
    "profiles": "GET /Tractor/config?q=get&file=blade.config",
    "blades": "GET /Tractor/monitor?q=blades",
    "kill": "GET /Tractor/queue?q=jinterrupt&jid={jid}&tsid={tsid}",
    "eject": "GET /Tractor/queue?q=ejectall&blade={blade}&tsid={tsid}",
    "nimby": "GET /Tractor/ctrl?q=battribute&tsid={tsid}&b={blade}&nimby={value}",
}

_JOB, _TASK = ("jid", "tsid", "user"), ("jid", "tid", "tsid", "user")
#: The fields that a request may name. ``tid`` may be several with commas; ``where`` is a search clause.
FIELDS: Mapping[str, Tuple[str, ...]] = {
    **dict.fromkeys(PUBLIC, ("user", "tsid", "blade", "value", "jid")),
    "spool": ("script", "owner", "host", "file", "cwd", "block", "tsid", "user"),
    "jobs": ("where", "owner", "tsid", "user"),
    "tasks": _JOB,
    "commands": _TASK,
    "log": (*_TASK, "owner"),
    **dict.fromkeys(("pause", "resume", "retry", "delete"), _JOB),
    **{f"{name}_tasks": _TASK for name in ("retry", "skip", "kill")},
    "priority": (*_JOB, "value"),
}

#: Not a request: what is sent, in hexadecimal digits, as the parameter ``c`` of a login with a password.
PASSWORD = "password"  # noqa: S105  # the name of an entry


class Request(NamedTuple):
    """A request with its fields still to be filled in."""

    name: str
    method: str
    path: str
    query: Tuple[Tuple[str, str], ...]

    @property
    def fields(self) -> FrozenSet[str]:
        """The names of the fields that it has."""
        texts = [self.path, *(value for _, value in self.query)]
        return frozenset(field for text in texts for field in _FIELD.findall(text))

    def filled(self, values: Mapping[str, str]) -> Tuple[str, List[Tuple[str, str]]]:
        """Return the path and the parameters with these values; they are quoted where they stand in the path.

        A parameter whose fields are all empty is left out: ``owner={owner}`` asks for every owner then.
        """
        path = _FIELD.sub(lambda found: quote(values.get(found[1], ""), safe=""), self.path)
        return path, [(name, _fill(text, values)) for name, text in self.query if _is_filled(text, values)]


class RequestTable:
    """The public requests and those of the setting ``tractor_http``; raises SettingsError for one that is wrong."""

    def __init__(self, written: Mapping[str, str]) -> None:
        self.password_form = written.get(PASSWORD, "")
        self._requests: Dict[str, Request] = {}
        for name, text in {**PUBLIC, **written}.items():
            if name != PASSWORD and text:
                self._requests[name] = read_request(name, text)
        if "spool" in self._requests and self._requests["spool"].method != "POST":
            raise SettingsError(
                "tractor_http: spool makes a job, so it is a POST", "such as 'POST /path?owner={owner}'"
            )

    def __contains__(self, name: str) -> bool:
        return name in self._requests

    def __getitem__(self, name: str) -> Request:
        """Return a request; raises EngineError for one that nobody has written down."""
        if name not in self._requests:
            hint = f"write it down as {name} in the setting tractor_http; see docs/tractor.md"
            raise EngineError(f"no public document shows Tractor's request for {name.replace('_', ' of ')}", hint)
        return self._requests[name]


def read_request(name: str, text: str) -> Request:
    """Return the request that a text stands for; raises SettingsError that says what is wrong with it."""
    if name not in FIELDS:
        known = [*FIELDS, PASSWORD]
        raise SettingsError(
            f"tractor_http: there is no request {name!r}", did_you_mean(name, known) or ", ".join(known)
        )
    found = _REQUEST.match(text)
    if found is None:
        raise SettingsError(f"tractor_http: {name} is no request", "write 'GET /path?name={field}' or 'POST /path'")
    request = Request(name, found[1], found[2], tuple(parse_qsl(found[3] or "", keep_blank_values=True)))
    for field in sorted(request.fields - set(FIELDS[name])):
        hint = did_you_mean(field, FIELDS[name]) or f"it has {', '.join(FIELDS[name])}"
        raise SettingsError(f"tractor_http: {name} has no field {{{field}}}", hint)
    return request


def _fill(text: str, values: Mapping[str, str]) -> str:
    return _FIELD.sub(lambda found: values.get(found[1], ""), text)


def _is_filled(text: str, values: Mapping[str, str]) -> bool:
    fields = _FIELD.findall(text)
    return not fields or any(values.get(field) for field in fields)
