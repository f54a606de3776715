"""Loading one file or one module, and picking the plug-ins in it. Nothing that it does wrong gets out of here."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Set, Tuple

from farmsubmit.errors import did_you_mean
from farmsubmit.plugins.catalogue import KINDS, Found, Loaded, PluginProblem
from farmsubmit.plugins.names import names_in
from farmsubmit.plugins.neighbours import MARK, importable, is_fresh
from farmsubmit.settings.pythonfile import Stamp, cause_of, load_module, stamp

# Named as a string, for compat/ stands above this room: a file of old names loads wherever it is found, on blades too.
_OLD_NAMES = "farmsubmit.compat.jobtronaut"

#: Called with the source text of each plug-in file before it is loaded.
before_load: List[Callable[[str], None]] = []


class _Entry(NamedTuple):
    loaded: Loaded
    stamps: Dict[Path, Stamp]


_CACHE: Dict[Path, _Entry] = {}
_LOADING: Set[Path] = set()


def load_file(path: Path, is_cached: Callable[[], bool]) -> Loaded:
    """Return what a plug-in file gives: from the cache where it and its neighbours are unchanged and ``is_cached()``.

    A broken file is tried again each time, for what it lacks may be there the next time.
    """
    entry = _CACHE.get(path)
    if entry is not None and is_fresh(entry.stamps) and is_cached():
        return entry.loaded
    if path in _LOADING:  # it asks for the catalogue while it loads
        return Loaded()
    _CACHE.pop(path, None)
    _LOADING.add(path)
    try:
        return _load_anew(path)
    finally:
        _LOADING.discard(path)


def _load_anew(path: Path) -> Loaded:
    stamps = {path: stamp(path)}
    try:
        with importable(path.parent) as used:
            loaded = _picked(load_module(path, MARK, {MARK: True}, _tell), path)
    except (Exception, SystemExit) as error:
        return _broken(path, error)
    _CACHE[path] = _Entry(loaded, {**stamps, **used})
    return loaded


def _tell(text: str) -> None:
    from importlib import import_module

    for listener in (import_module(_OLD_NAMES).install_if_wanted, *before_load):
        listener(text)


def load_package(name: str) -> Iterator[Loaded]:
    """Give what an importable module holds; of a package also its modules whose names do not start with ``_``."""
    pending = [name]
    while pending:
        name = pending.pop(0)
        loaded, more = _load_named(name)
        pending += more
        yield loaded


def _load_named(name: str) -> Tuple[Loaded, List[str]]:
    from importlib import import_module

    try:
        module = import_module(name)
        return _picked(module, Path(module.__file__ or name)), _modules_in(module)
    except (Exception, SystemExit) as error:
        return _broken(_file_of(name) or Path(name), error), []


def _modules_in(package: ModuleType) -> List[str]:
    import pkgutil

    places = getattr(package, "__path__", None) or ()
    names = sorted(found.name for found in pkgutil.iter_modules(places))
    return [f"{package.__name__}.{name}" for name in names if not name.startswith("_")]


def _file_of(name: str) -> Optional[Path]:
    from importlib.util import find_spec

    try:
        spec = find_spec(name)
    except (Exception, SystemExit):  # it imports the packages above
        return None
    return Path(spec.origin) if spec is not None and spec.origin else None


def _broken(path: Path, error: BaseException) -> Loaded:
    return Loaded(problems=(PluginProblem(path, cause_of(error, path), names_in(path)),))


def _picked(module: ModuleType, path: Path) -> Loaded:
    found = tuple(_plugins(module, path))
    strange = [plugin for plugin in found if plugin.kind not in KINDS]
    problems = tuple(PluginProblem(path, _no_such_kind(plugin), (plugin.name,)) for plugin in strange)
    return Loaded(tuple(plugin for plugin in found if plugin.kind in KINDS), problems)


def _plugins(module: ModuleType, path: Path) -> Iterator[Found]:
    for value in list(vars(module).values()):
        kind = getattr(value, "plugin_kind", None)
        if not isinstance(kind, str) or _is_imported(value, module):
            continue
        name = _name(value)
        if name:
            yield Found(name, kind, value, path)


def _is_imported(value: Any, module: ModuleType) -> bool:
    return isinstance(value, type) and value.__module__ != module.__name__


def _name(value: Any) -> str:
    """Return the name of a plug-in, or nothing; a class does not inherit the one that its base was given."""
    own = getattr(value, "__name__", "")
    named = vars(value).get("plugin_name") if isinstance(value, type) else getattr(value, "plugin_name", None)
    name = named or own
    is_private = str(own).startswith("_") or str(name).startswith("_")
    return name if isinstance(name, str) and not is_private else ""


def _no_such_kind(plugin: Found) -> str:
    hint = did_you_mean(plugin.kind, KINDS) or f"it is one of {', '.join(KINDS)}"
    return f"{plugin.name} has the plugin_kind {plugin.kind!r}, which there is not; {hint}"
