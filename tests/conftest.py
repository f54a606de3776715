"""What all tests share."""

from __future__ import annotations

import os
from typing import Iterator

import pytest


@pytest.fixture(autouse=True)
def settings_of_before() -> Iterator[None]:
    """Take back what a command has put into the environment, for a process of its own: ``--set`` and ``--engine``."""
    before = {name: value for name, value in os.environ.items() if name.startswith("FARMSUBMIT_")}
    yield
    for name in [name for name in os.environ if name.startswith("FARMSUBMIT_")]:
        del os.environ[name]
    os.environ.update(before)
