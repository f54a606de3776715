"""The names of other systems' packages, answered by modules here.

Each is imported when a script asks for it, so that it costs nothing to be ready for all of them.
"""

from __future__ import annotations

import sys
from functools import partial
from importlib import import_module
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Mapping, NamedTuple, Optional

_PULI = "farmsubmit.compat.puliclient"
_PULI_MODULES = (
    *("jobs", "runner", "model", "model.command", "model.job", "model.renderNode", "model.task"),
    *("server", "server.queueHandler", "server.renderNodeHandler", "server.server"),
)
# An empty text is a package that holds nothing but the others.
_PULI_NAMES = {"puliclient": _PULI, **{f"puliclient.{name}": f"{_PULI}.{name}" for name in _PULI_MODULES}}
_PULI_ENUMS = {
    "octopus": "",
    "octopus.core": "",
    "octopus.core.enums": f"{_PULI}.enums",
    **{f"octopus.core.enums.{name}": f"{_PULI}.enums" for name in ("command", "node", "rendernode")},
}
_DRQUEUE = {
    "drqueue": "farmsubmit.compat.drqueue",
    "drqueue.base": "",
    "drqueue.base.libdrqueue": "farmsubmit.compat.drqueue",
}


def answer(names: Mapping[str, str], is_last: bool = False) -> None:
    """Answer names from now on with the modules here that they lead to, in front of installed packages.

    ``is_last`` answers behind them: only what nobody else has, and nothing inside a package of somebody else.
    """
    finder = _Finder(names, is_last)
    if finder not in sys.meta_path:
        sys.meta_path.insert(len(sys.meta_path) if is_last else 0, finder)


def replace(names: Mapping[str, str]) -> None:
    """Answer names as answer() does, also those that are imported already from elsewhere."""
    for name in names:
        sys.modules.pop(name, None)
    answer(names)


def install_puliclient() -> None:
    """Put ``puliclient`` in place for this process, in front of an installed package.

    One that is imported already stays, for its objects are in use. ``octopus.core.enums`` is answered too, where there
    is no other ``octopus``.
    """
    if "puliclient" not in sys.modules:
        answer(_PULI_NAMES)
        answer(_PULI_ENUMS, is_last=True)


def install_drqueue() -> None:
    """Put ``drqueue`` and ``drqueue.base.libdrqueue`` in place for this process, in front of an installed package."""
    replace(_DRQUEUE)


class _Finder(NamedTuple):
    """Finds the modules here under other names: the same objects, never a second copy."""

    names: Mapping[str, str]
    is_last: bool

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Optional[ModuleSpec]:
        """Return what loads a module that is answered here, and None for any other."""
        # The path of a package is empty where it is one only by the names here; that of somebody else is not.
        if name not in self.names or (self.is_last and path):
            return None
        is_package = any(each.startswith(f"{name}.") for each in self.names)
        return ModuleSpec(name, _Loader(self.names), is_package=is_package)


class _Loader(Loader):
    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        self._own: Optional[ModuleSpec] = None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        home = self._names[spec.name]
        if not home:
            self._own = spec
            return ModuleType(spec.name, "An alias that farmsubmit put in place.")
        module = import_module(home)
        self._own = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        spec = module.__spec__
        # It has run under its own name; only what importing it under the other one has changed is put back.
        module.__spec__ = self._own
        if spec is not None and spec.submodule_search_locations is not None:
            vars(module).setdefault("__getattr__", partial(_child, spec.name, self._names))


def _child(name: str, names: Mapping[str, str], attribute: str) -> Any:
    """Import what a package holds when it is asked for, as if the package had imported it itself."""
    child = f"{name}.{attribute}"
    if child not in names:
        raise AttributeError(f"module {name!r} has no attribute {attribute!r}")
    return import_module(child)
