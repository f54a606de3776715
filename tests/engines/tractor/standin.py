"""A Tractor engine for tests, made from the public documents; what they do not have, it refuses.

Public requests stand at their documented URLs. What no public document shows (sending a job, lists of jobs, most
controls) stands below ``/site``, where no real engine has anything: a test that wants it names it in ``tractor_http``.
Requests are answered one after the other, in the order in which they came.
"""

from __future__ import annotations

import itertools
import json
import re
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qsl, urlsplit

from farmsubmit.errors import FarmsubmitError
from farmsubmit.formats.alf import from_tcl

#: What a site would write down.
SITE = {
    "spool": "POST /site/spool?owner={owner}&host={host}&tsid={tsid}",
    "jobs": "GET /site/jobs?where={where}&owner={owner}&tsid={tsid}",
    "tasks": "GET /site/tasks?jid={jid}",
    "commands": "GET /site/commands?jid={jid}&tid={tid}",
    "log": "GET /site/log?jid={jid}&tid={tid}",
    "delete": "GET /site/delete?jid={jid}&tsid={tsid}",
    "retry_tasks": "GET /site/retry?jid={jid}&tid={tid}&tsid={tsid}",
    "skip_tasks": "GET /site/skip?jid={jid}&tid={tid}&tsid={tsid}",
    "priority": "GET /site/priority?jid={jid}&value={value}&tsid={tsid}",
}

#: Path and q of what is documented, and its other parameters: (must be there, may be there).
DOCUMENTED = {
    ("/Tractor/monitor", "gentoken"): ((), ("fmt",)),
    ("/Tractor/monitor", "login"): (("user",), ("c", "fmt")),
    ("/Tractor/monitor", "blades"): ((), ("fmt",)),
    ("/Tractor/ctrl", "status"): ((), ("qlen", "fmt")),
    ("/Tractor/ctrl", "battribute"): (("tsid", "b", "nimby"), ("fmt",)),
    ("/Tractor/queue", "limits"): ((), ("full", "fmt")),
    ("/Tractor/queue", "jinterrupt"): (("jid", "tsid"), ("fmt",)),
    ("/Tractor/queue", "ejectall"): (("blade", "tsid"), ("fmt",)),
    ("/Tractor/config", "get"): (("file",), ("fmt",)),
}
PROFILES = [
    {"ProfileName": "Linux64", "Provides": ["PixarRender", "Linux"]},
    {"ProfileName": "Mac", "Provides": ["PixarRender", "macOS"]},
]
CHALLENGE = "salt"


class StandIn:
    """An engine on a port of this machine.

    ``jobs`` are those it took, by jid. ``faults`` happen at the next requests for jobs or with one: ``hang``, ``500``,
    ``session`` (it has forgotten all sessions), ``half`` (of an answer), ``lost`` (it did it, and the answer is lost),
    ``500 after`` (it did it, then broke), ``garbage``. ``down()`` refuses connections until ``up()``.
    """

    def __init__(self, password=""):
        self.password = password
        self.jobs, self.faults, self.asked, self.sessions = {}, [], [], set()
        self._numbers = itertools.count(1)
        self._port = 0
        self.up()

    @property
    def address(self):
        return f"127.0.0.1:{self._port}"

    def up(self):
        self._server = HTTPServer(("127.0.0.1", self._port), type("Own", (Handler,), {"engine": self}))
        self._port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.002,))
        self._thread.start()

    def down(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def keys(self):
        found = (re.search(r"farmsubmit-key=(\w+)", job["metadata"]) for job in self.jobs.values())
        return [each[1] for each in found if each]

    def answer(self, path, query, body):
        """Return the status and the JSON value of an answer."""
        if path.startswith("/site/"):
            return getattr(self, "site_" + path[6:])(query, body)
        wanted = DOCUMENTED.get((path, query.get("q")))
        if wanted is None:
            return 404, {"rc": 1, "msg": f"no document has {path} q={query.get('q')}"}
        must, may = wanted
        given = set(query) - {"q"}
        if not set(must) <= given or given - {*must, *may}:
            return 400, {"rc": 1, "msg": f"{path} q={query['q']} does not take {sorted(given)}"}
        if "tsid" in must and query["tsid"] not in self.sessions:
            return 403, {"rc": 1, "msg": "no such session"}
        return getattr(self, "public_" + query["q"])(query)

    def public_gentoken(self, query):
        return 200, {"rc": 0, "challenge": CHALLENGE}

    def public_login(self, query):
        proof = f"{CHALLENGE}|{self.password}".encode().hex()
        if self.password and query.get("c") != proof:
            return 200, {"rc": 1, "msg": "password required"}
        tsid = f"abc{len(self.sessions)}-{next(self._numbers)}"
        self.sessions.add(tsid)
        return 200, {"rc": 0, "tsid": tsid}

    def public_blades(self, query):
        return 200, {"blades": [{"note": "", "as": 1}]}

    def public_status(self, query):
        return 200, {"rc": 0}

    def public_limits(self, query):
        return 200, {"Limits": {"nuke": {"SiteMax": 10}, "arnold": {"SiteMax": 4}}}

    def public_get(self, query):
        if query["file"] != "blade.config":
            return 404, {"rc": 1}
        return 200, {"BladeProfiles": PROFILES}

    def public_battribute(self, query):
        return 200, {"rc": 0}

    public_ejectall = public_battribute

    def public_jinterrupt(self, query):
        return self._changed(query, "paused", True)

    def site_spool(self, query, body):
        try:
            job = from_tcl(query.get("script") or body.decode("utf-8"))
        except FarmsubmitError as error:
            return 200, {"rc": 1, "msg": f"ingress: {error}"}
        jid = next(self._numbers)
        self.jobs[jid] = {
            "jid": jid,
            "title": job.title,
            "owner": query.get("owner", ""),
            "priority": job.priority or 0,
            "metadata": job.metadata or "",
            "spooltime": "2014-02-17 08:16:53-08",
            "starttime": "",
            "stoptime": None,
            "numtasks": 1,
            "numblocked": 0,
            "numready": 1,
            "numactive": 0,
            "numdone": 0,
            "numerror": 0,
        }
        return 200, {"rc": 0, "jid": jid}

    def site_jobs(self, query, body):
        return 200, {"rc": 0, "jobs": [job for job in self.jobs.values() if matches(query["where"], job)]}

    def site_tasks(self, query, body):
        row = {"jid": int(query["jid"]), "tid": 1, "title": "frame", "state": "active", "progress": 40}
        return 200, [{**row, "tid": 2, "state": "done"}, row]

    def site_commands(self, query, body):
        return 200, [{"cid": 2, "argv": "{rm} {a b}"}, {"cid": 1, "argv": ["prman", "a.rib"]}]

    def site_log(self, query, body):
        return 200, f"log of {query['jid']}/{query['tid']}\n"

    def site_delete(self, query, body):
        return (200, {"rc": 0}) if self.jobs.pop(int(query["jid"]), None) else (200, {"rc": 1, "msg": "no such job"})

    def site_retry(self, query, body):
        return self._changed(query, "retried", query["tid"])

    def site_skip(self, query, body):
        return self._changed(query, "skipped", query["tid"])

    def site_priority(self, query, body):
        return self._changed(query, "priority", float(query["value"]))

    def _changed(self, query, name, value):
        job = self.jobs.get(int(query["jid"]))
        if job is None:
            return 200, {"rc": 1, "msg": "no such job"}
        job[name] = value
        return 200, {"rc": 0}


def matches(clause, job):
    """Tell whether a job fits a search clause, of the documented operators as far as the tests need them."""
    return all(_holds(term, job) for term in clause.split(" and "))


def _holds(term, job):
    name, operator, value = re.fullmatch(r'(\w+)\s*(=|>|like)\s*"?([^"]*)"?', term).groups()
    if operator == "like":
        return bool(re.search(value, job[name]))
    # A time such as -14d is relative; every job here is new enough.
    return operator == ">" or str(job[name]) == value


class Handler(BaseHTTPRequestHandler):
    """Answers for an engine, with its next fault."""

    engine = None
    timeout = 5

    def do_GET(self):
        self._serve(b"")

    def do_POST(self):
        self._serve(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def log_message(self, *args):
        pass

    def _serve(self, body):
        engine, address = self.engine, urlsplit(self.path)
        engine.asked.append(self.path)
        query = dict(parse_qsl(address.query, keep_blank_values=True))
        if self.headers.get("Content-Type") == "application/x-www-form-urlencoded":
            query.update(parse_qsl(body.decode(), keep_blank_values=True))
        is_about_jobs = address.path in ("/site/spool", "/site/jobs")
        fault = engine.faults.pop(0) if engine.faults and is_about_jobs else ""
        if fault == "session":
            engine.sessions.clear()
        if fault == "hang":
            self._wait_until_closed()
        elif fault in ("500", "garbage"):
            self._send(500 if fault == "500" else 200, "<html>")
        elif is_about_jobs and query.get("tsid") not in engine.sessions:
            self._send(403, {"rc": 1, "msg": "no such session"})
        else:
            self._done(fault, *engine.answer(address.path, query, body))

    def _done(self, fault, status, value):
        if fault == "lost":
            return
        if fault == "500 after":
            status, value = 500, {"rc": 1}
        self._send(status, value, is_half=fault == "half")

    def _send(self, status, value, is_half=False):
        data = (value if isinstance(value, str) else json.dumps(value)).encode()
        with suppress(ConnectionError):
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data[: len(data) // 2] if is_half else data)

    def _wait_until_closed(self):
        with suppress(OSError):
            self.connection.recv(1)
