"""Names of a package that are imported when they are first used."""

from __future__ import annotations

import sys
from typing import Any, Callable, Dict, Mapping


def names_from(package: str, names: Mapping[str, str]) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of a package whose names come from elsewhere (PEP 562).

    ``names`` has, for each module, the names that it gives, parted by spaces. Names are given in full for a type
    checker under ``TYPE_CHECKING``.
    """
    homes: Dict[str, str] = {name: home for home, given in names.items() for name in given.split()}

    def get(name: str) -> Any:
        home = homes.get(name)
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        from importlib import import_module

        # Some modules share their name with what they give, such as submit: ask the module, not the package.
        value = getattr(import_module(home), name)
        setattr(sys.modules[package], name, value)
        return value

    return get
