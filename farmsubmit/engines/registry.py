"""Finding an engine by its URL, among the shipped ones and the entry points ``farmsubmit.engines``."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Dict, List, Type

from farmsubmit.engines.base import Engine
from farmsubmit.errors import EngineError, did_you_mean

# Shipped engines are named here too, so that a bare checkout, which has no entry points, finds them.
_SHIPPED = {
    "local": "farmsubmit.engines.local:LocalEngine",
    "folder": "farmsubmit.engines.folder:FolderEngine",
    "slurm": "farmsubmit.engines.slurm:SlurmEngine",
    "tractor": "farmsubmit.engines.tractor:TractorEngine",
    "drqueue": "farmsubmit.engines.drqueue:DrQueueEngine",
    "puli": "farmsubmit.engines.puli:PuliEngine",
}
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(.*)\Z", re.DOTALL)


def engine_for(url: str) -> Engine:
    """Return the engine that a URL names: ``local:``, ``folder:/path``, or one of an installed package.

    Raises EngineError for a scheme that nobody provides.
    """
    found = _URL.match(url)
    if found is None:
        raise EngineError(f"{url!r} does not name an engine", "write local: or folder:/path")
    scheme, location = found.group(1).lower(), found.group(2)
    homes = _homes()
    if scheme not in homes:
        raise _unknown(scheme, sorted(homes))
    return _load(homes[scheme], scheme)(location)


def schemes() -> List[str]:
    """Return the schemes that can be used here."""
    return sorted(_homes())


def _homes() -> Dict[str, str]:
    from importlib.metadata import entry_points

    found = entry_points()
    group = (
        found.select(group="farmsubmit.engines") if hasattr(found, "select") else found.get("farmsubmit.engines", ())
    )
    return {**{entry.name: entry.value for entry in group}, **_SHIPPED}


def _load(home: str, scheme: str) -> Type[Engine]:
    module, _, name = home.partition(":")
    try:
        engine = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise EngineError(f"the engine {scheme}: cannot be loaded from {home}: {error}") from error
    if not (isinstance(engine, type) and issubclass(engine, Engine)):
        raise EngineError(f"the engine {scheme}: is no Engine: {home}")
    return engine


def _unknown(scheme: str, known: List[str]) -> EngineError:
    hint = did_you_mean(scheme, known) or f"known are {', '.join(name + ':' for name in known)}"
    return EngineError(f"there is no engine {scheme}:", hint)
