"""Asking the engine of sent jobs. Source: jobtronaut's ``query``; Tractor's own query API does not come with it."""

from __future__ import annotations

from typing import Any, Optional

from farmsubmit.author import connection
from farmsubmit.compat.jobtronaut import _configured
from farmsubmit.engines.base import Engine
from farmsubmit.engines.registry import engine_for
from farmsubmit.errors import EngineError


def initialize_engine(invalidate_session: bool = False) -> None:
    """See to it that the engine of the settings answers; raises EngineError where there is none, or it does not."""
    engine().jobs()


def engine(hostname: Optional[str] = None, port: Optional[int] = None) -> Engine:
    """Return the engine that the settings name.

    Only where they name none does a host count: the one given here, that of TRACTOR_ENGINE, or that of
    setEngineClientParam, in this order. Raises EngineError where there is no engine of that kind.
    """
    settings = _configured.settings()
    if settings.origin("engine") != "default":
        return engine_for(settings["engine"])
    named = f"{hostname}:{port}" if hostname and port else hostname
    host = named or settings["tractor_engine"] or connection.engine_host()
    return engine_for(f"tractor://{host}" if host else settings["engine"])


def __getattr__(name: str) -> Any:
    if name == "tractor_query":
        hint = "use farmsubmit.engine_for(...) with jobs(), status(), tasks() and commands()"
        raise EngineError("Tractor's own query API, tractor.api.query, is not part of farmsubmit", hint)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
