"""Asking the engine of sent jobs; ``tractor_query`` is Tractor's query API. Source: jobtronaut's ``query``."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Optional

from farmsubmit.author import connection
from farmsubmit.compat.jobtronaut import _configured
from farmsubmit.engines.base import Engine
from farmsubmit.engines.registry import engine_for


def initialize_engine(invalidate_session: bool = False) -> None:
    """See to it that the engine of the settings answers; raises EngineError where there is none, or it does not."""
    engine().jobs()


def engine(hostname: Optional[str] = None, port: Optional[int] = None) -> Engine:
    """Return the engine that the settings name.

    Only where they name none does a host count: the one given here, that of TRACTOR_ENGINE, or that of
    setEngineClientParam, in this order. Raises EngineError where there is no engine of that kind.
    """
    return engine_for(engine_url(hostname, port))


def engine_url(hostname: Optional[str] = None, port: Optional[int] = None) -> str:
    """Return the URL of the engine that the settings name; see engine()."""
    settings = _configured.settings()
    if settings.origin("engine") != "default":
        return str(settings["engine"])
    named = f"{hostname}:{port}" if hostname and port else hostname
    host = named or settings["tractor_engine"] or connection.engine_host()
    return f"tractor://{host}" if host else str(settings["engine"])


def __getattr__(name: str) -> Any:
    if name == "tractor_query":
        return import_module("farmsubmit.compat.tractorquery")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
