"""What all tests share."""

from __future__ import annotations

import os
from functools import partialmethod
from typing import Iterator

import pytest
from hypothesis import HealthCheck, settings

# The same examples each time, however slow the machine; ``--hypothesis-profile=search`` looks for new ones.
settings.register_profile("same", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("search", settings.get_profile("same"), derandomize=False)
settings.load_profile("same")


def pytest_configure() -> None:
    """Let tests wait for windows as long as a busy machine needs; what comes, comes as soon as before."""
    try:
        from pytestqt.qtbot import QtBot
    except ImportError:
        return
    for name in ("waitUntil", "wait_until"):
        if hasattr(QtBot, name):
            setattr(QtBot, name, partialmethod(getattr(QtBot, name), timeout=30_000))


@pytest.fixture(autouse=True)
def settings_of_before() -> Iterator[None]:
    """Take back what a command has put into the environment, for a process of its own: ``--set`` and ``--engine``."""
    before = {name: value for name, value in os.environ.items() if name.startswith("FARMSUBMIT_")}
    yield
    for name in [name for name in os.environ if name.startswith("FARMSUBMIT_")]:
        del os.environ[name]
    os.environ.update(before)
