"""A Puli server for tests: the web services of a real one, on 127.0.0.1, in a thread.

It is strict: what no client of Puli sends is noted in ``mistakes``. ``fault`` makes the next requests that match it
go wrong in one way: see FAULTS.
"""

from __future__ import annotations

import json
import re
import runpy
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

_ANSWERS = runpy.run_path(str(Path(__file__).with_name("answers.py")))
ROUTES, Refused, Farm = _ANSWERS["ROUTES"], _ANSWERS["Refused"], _ANSWERS["MODEL"]["Farm"]

FAULTS = {
    "silent": "reads the request, does it, and never answers",
    "deaf": "reads the request, does nothing with it, and hangs up",
    "lost": "does it, and hangs up",
    "half": "answers with half of what it says it will",
    "long": "says that its answer is longer than any can be, and sends without end",
    "500": "answers 500 and does nothing",
    "500-after": "does it, and answers 500 all the same",
    "empty": "answers 200 with nothing",
    "garbage": "answers with something that is no JSON",
    "html": "answers with tornado's page for an unknown address",
}


class PuliServer(ThreadingHTTPServer):
    """``farm`` is what it knows; ``ticks`` lets each question be a round, for clients that wait."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, farm):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.farm, self.ticks = farm, False
        self.fault, self.fault_path, self.fault_left = "", "", 0
        self.requests = []
        self.closing = threading.Event()
        self.answers = {}
        self.lock = threading.Lock()

    @property
    def address(self):
        return f"127.0.0.1:{self.server_address[1]}"

    def goes_wrong(self, fault, path="", times=1):
        """Let so many of the next requests whose ``METHOD /path`` begins with ``path`` go wrong in this way."""
        assert fault in FAULTS
        self.fault, self.fault_path, self.fault_left = fault, path, times

    def says(self, path, value):
        """Let a ``METHOD /path`` be answered with this value or text, whatever is true."""
        self.answers[path] = value if isinstance(value, str) else json.dumps(value)

    def taken_fault(self, line):
        if self.fault_left and line.startswith(self.fault_path):
            self.fault_left -= 1
            return self.fault
        return ""

    def handle_error(self, request, client_address):
        """A client that hangs up is no news."""


@contextmanager
def serving(farm=None):
    """Run a server until the end of the block; fail where a client sent what none should."""
    farm = Farm() if farm is None else farm
    server = PuliServer(farm)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
    assert farm.mistakes == []


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # One packet an answer: with several, each costs a delayed acknowledgement.
    wbufsize = 1 << 16
    disable_nagle_algorithm = True
    timeout = 5

    def do_GET(self):
        self._serve()

    do_POST = do_PUT = do_DELETE = do_GET

    def log_message(self, *args):
        pass

    def _serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        line = f"{self.command} {self.path}"
        self.server.requests.append((line, body))
        fault = self.server.taken_fault(line)
        if fault in ("500", "empty", "garbage", "html", "deaf", "long", "half"):
            return self._wrong(fault)
        with self.server.lock:
            status, text, headers = self._answer(body)
        if fault == "500-after":
            return self._wrong("500")
        if fault == "lost":
            return self._hang_up()
        if fault == "silent":
            self.server.closing.wait(10)
            return self._hang_up()
        return self._send(status, text, headers)

    def _answer(self, body):
        parts = urlsplit(self.path)
        farm = self.server.farm
        if self.server.ticks:
            farm.tick()
        planted = self.server.answers.get(f"{self.command} {parts.path}")
        if planted is not None:
            return 200, planted, {}
        query = parse_qs(parts.query, keep_blank_values=True)
        for method, pattern, answer in ROUTES:
            found = re.fullmatch(pattern, parts.path)
            if found and method == self.command:
                try:
                    return self._told(answer(farm, _Request(self, query, body), *found.groups()), query)
                except Refused as refused:
                    return refused.status, f"{refused.status}: {refused}", {}
                except Exception as error:
                    return 500, f"500: {_why(parts.path, error)}", {}
        farm.mistakes.append(f"{self.command} {parts.path}")
        return 404, "<html><title>404: Not Found</title><body>404: Not Found</body></html>", {}

    def _told(self, value, query):
        status, text, headers = value if isinstance(value, tuple) else (200, value, {})
        text = text if isinstance(text, str) else json.dumps(text)
        return status, f"{query['callback'][0]}({text});" if "callback" in query else text, headers

    def _send(self, status, text, headers, length=None):
        data = text.encode()
        self.send_response(status)
        self.send_header("Server", "TornadoServer/2.2.1")
        self.send_header("Content-Type", "text/html; charset=UTF-8")
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data) if length is None else length))
        self.end_headers()
        self.wfile.write(data)

    def _wrong(self, fault):
        if fault == "500":
            self._send(500, "500: Internal Server Error", {})
        elif fault == "empty":
            self._send(200, "", {})
        elif fault == "garbage":
            self._send(200, "<<not JSON>>", {})
        elif fault == "html":
            self._send(404, "<html><title>404: Not Found</title></html>", {})
        elif fault == "half":
            self._send(200, '{"items": [', {}, length=1000)
            self._hang_up()
        elif fault == "long":
            self._endless()
        else:
            self._hang_up()

    def _endless(self):
        self._send(200, "", {}, length=1 << 60)
        while not self.server.closing.is_set():
            self.wfile.write(b" " * 65536)

    def _hang_up(self):
        self.close_connection = True


class _Request:
    """What a handler may ask of a request."""

    def __init__(self, handler, query, body):
        self.host, self.query, self._body = handler.headers.get("Host", ""), query, body

    def json(self):
        """The body; like the real server, an empty one is an empty text."""
        if not self._body:
            return ""
        try:
            return json.loads(self._body)
        except ValueError:
            raise Refused(400, "The HTTP body is not a valid JSON object") from None


def _why(path, error):
    return f"Failed. {error}" if path.startswith("/graphs") else "Internal Server Error"
