"""farmsubmit: scenes into render-farm jobs.

    import farmsubmit as fs
    facts = fs.read_scene("shot.blend")
    job = fs.build(facts, chunk=5)
    print(fs.preview(job))
    ticket = fs.submit(job, engine="local:")

Every public name is imported when it is first used, so that ``import farmsubmit`` costs next to nothing.
"""

from __future__ import annotations

from typing import Any, Dict, List

from farmsubmit._version import __version__

_HOMES: Dict[str, str] = {
    "to_tcl": "farmsubmit.formats.alf",
    "from_tcl": "farmsubmit.formats.alf",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'farmsubmit' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> List[str]:
    return sorted([*globals(), *_HOMES])
