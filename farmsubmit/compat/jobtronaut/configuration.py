"""The defaults of the configuration values as attributes. Source: jobtronaut's ``configuration``."""

from __future__ import annotations

from typing import Any

from farmsubmit.compat.jobtronaut import _configured
from farmsubmit.settings import SETTINGS


def __getattr__(name: str) -> Any:
    if name not in _configured.NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return SETTINGS[name.lower()].default()
