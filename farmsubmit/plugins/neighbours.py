"""Modules beside a plug-in, which it may import by their plain names while it loads.

Two folders may both have a ``helpers.py``, and neither may hide a module of that name from anybody else. So a folder
is the last on sys.path while one of its files loads, and its modules leave sys.modules afterwards.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from importlib import invalidate_caches
from pathlib import Path
from types import ModuleType
from typing import Dict, Iterator, List, NamedTuple, Set

from farmsubmit.settings.pythonfile import Stamp, no_bytecode, stamp

#: In the namespace of every module that is a plug-in file.
MARK = "farmsubmit_plugin"


class _Kept(NamedTuple):
    modules: Dict[str, ModuleType]
    stamps: Dict[Path, Stamp]


_KEPT: Dict[Path, _Kept] = {}


@contextmanager
def importable(folder: Path) -> Iterator[Dict[Path, Stamp]]:
    """Let a folder's modules be imported; what is given holds the stamps of those that were, when this is over.

    A folder that is on sys.path anyway is left alone.
    """
    used: Dict[Path, Stamp] = {}
    if str(folder) in sys.path:
        with no_bytecode():
            yield used
        return
    before = set(sys.modules)
    _restore(folder)
    sys.path.append(str(folder))
    invalidate_caches()
    try:
        with no_bytecode():
            yield used
    finally:
        with suppress(ValueError):  # a plug-in may have changed sys.path itself
            sys.path.remove(str(folder))
        used.update(_take_out(folder, before))


def is_fresh(stamps: Dict[Path, Stamp]) -> bool:
    """Tell whether all files are as they were."""
    return all(stamp(path) == known for path, known in stamps.items())


def _restore(folder: Path) -> None:
    kept = _KEPT.get(folder)
    if kept is None or not is_fresh(kept.stamps):
        return
    for name, module in kept.modules.items():
        sys.modules.setdefault(name, module)


def _take_out(folder: Path, before: Set[str]) -> Dict[Path, Stamp]:
    new = {name: module for name, module in list(sys.modules.items()) if name not in before}
    # What a plug-in imported from elsewhere stays, even where that is a folder below this one.
    here = {name for name, module in new.items() if "." not in name and _stands_in(folder, module)}
    modules = {name: module for name, module in new.items() if name.partition(".")[0] in here}
    for name in modules:
        del sys.modules[name]
    files = [Path(path) for module in modules.values() for path in _places(module, "__file__")]
    _KEPT[folder] = _Kept(modules, {path: stamp(path) for path in files})
    return dict(_KEPT[folder].stamps)


def _stands_in(folder: Path, module: ModuleType) -> bool:
    if module.__name__.startswith(MARK):
        return False
    places = _places(module, "__path__") or _places(module, "__file__")
    return any(Path(place).parent == folder for place in places)


def _places(module: ModuleType, attribute: str) -> List[str]:
    found = getattr(module, "__dict__", {}).get(attribute) or ()
    return [place for place in ([found] if isinstance(found, str) else found) if isinstance(place, str)]
