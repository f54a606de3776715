from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

from farmsubmit.compat import drqueue as bindings
from farmsubmit.compat.drqueue import errors

FARM = runpy.run_path(str(Path(__file__).parents[2] / "engines" / "drqueue" / "drqueue_farm.py"))


@pytest.fixture
def farm(tmp_path, monkeypatch):
    """A master and a slave that the bindings speak to; complaints about a client fail the test."""
    master = FARM["Master"](tmp_path / "logs")
    slave = master.slave = FARM["Slave"](master)
    monkeypatch.setenv("DRQUEUE_MASTER", master.host)
    monkeypatch.setattr(errors, "PORT", slave.port)
    monkeypatch.setattr(errors, "PAUSE", 0.0)
    yield master
    slave.close()
    master.close()
    assert not master.complaints


@pytest.fixture
def drqueue(farm, monkeypatch):
    """The module as an old script gets it."""
    for name in ("drqueue", "drqueue.base", "drqueue.base.libdrqueue"):
        monkeypatch.setitem(sys.modules, name, None)
    bindings.install()
    import drqueue as found

    return found
