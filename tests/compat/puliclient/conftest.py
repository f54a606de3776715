from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from farmsubmit.compat import puliclient
from farmsubmit.engines import http

# The server that Puli's engine is tested with too: it takes what the real one takes, and notes what it would not.
SERVER = runpy.run_path(str(Path(__file__).parents[2] / "engines" / "puli" / "server.py"))


@pytest.fixture
def server(monkeypatch):
    """A server at PULIHOST and PULIPORT."""
    with SERVER["serving"]() as server:
        monkeypatch.setenv("PULIHOST", "127.0.0.1")
        monkeypatch.setenv("PULIPORT", str(server.server_address[1]))
        monkeypatch.setattr(http.Http.__init__, "__defaults__", ((1.0, 0.3), True))
        yield server
        # Its threads wait for requests on connections that are kept.
        server.closing.set()


@pytest.fixture(autouse=True)
def puli_names(monkeypatch):
    """The old names in place, and nothing of this user's."""
    for name in ("PULIHOST", "PULIPORT", "REZ_USED_RESOLVE", "FARMSUBMIT_ENGINE"):
        monkeypatch.delenv(name, raising=False)
    puliclient.install()


@pytest.fixture
def graph():
    return puliclient.Graph("film", user="ann")


@pytest.fixture
def order(graph, tmp_path):
    """Adds tasks that write their names, and tells in which order they did."""
    marks = tmp_path / "marks"

    class Order:
        def task(self, name, then="true", parent=graph, **more):
            return parent.addNewTask(name, arguments={"cmd": f"echo {name} >> {marks}; {then}"}, **more)

        @property
        def marked(self):
            return marks.read_text().split() if marks.exists() else []

    return Order()
