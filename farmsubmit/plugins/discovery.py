"""Where plug-ins are looked for, and in which order."""

from __future__ import annotations

import threading
from functools import lru_cache
from pathlib import Path
from typing import Callable, Dict, Iterable, Iterator, List, Optional, Sequence, Set

from farmsubmit.plugins.catalogue import Catalogue, Loaded, PluginProblem
from farmsubmit.plugins.loading import load_file, load_package

_GROUP = "farmsubmit.plugins"
# Named as strings, for tasks/ and checks/ stand above this room.
_SHIPPED = ("farmsubmit.tasks.shipped", "farmsubmit.tasks.stock_processors", "farmsubmit.checks.rules")
# Loading changes sys.path and sys.modules; the same thread may come again from inside a plug-in.
_LOCK = threading.RLock()
_LOGGED: Set[PluginProblem] = set()


def load_catalogue(folders: Optional[Sequence[Path]] = None) -> Catalogue:
    """Return all plug-ins: of the folders, then of the entry points ``farmsubmit.plugins``, then the shipped ones.

    ``folders`` default to the setting ``plugin_path``; a file counts as a folder that holds only it. What does not
    load is in ``problems`` of the catalogue. A file is loaded again when it or a module beside it has changed, and
    always where the setting ``enable_plugin_cache`` is false. Raises SettingsError. Source: jobtronaut's discovery,
    which is like this but for the order, the entry points, and what happens to problems.
    """
    with _LOCK:
        catalogue = Catalogue(_parts(folders))
    if folders is None:
        _log(catalogue.problems)
    return catalogue


def _parts(folders: Optional[Sequence[Path]]) -> Iterator[Loaded]:
    is_cached = lru_cache(maxsize=None)(_is_cache_on)
    for place in _places(folders):
        yield from _of_place(place, is_cached)
    for name in [*_entry_points(), *_SHIPPED]:
        yield from load_package(name)


def _is_cache_on() -> bool:
    from farmsubmit.settings import load_settings

    return bool(load_settings()["enable_plugin_cache"])


def _places(folders: Optional[Sequence[Path]]) -> List[Path]:
    """Return the places without those that come a second time under another name."""
    if folders is None:
        from farmsubmit.settings import load_settings

        folders = [Path(folder) for folder in load_settings()["plugin_path"]]
    places: Dict[Path, Path] = {}
    for folder in folders:
        place = Path(folder).expanduser().absolute()
        places.setdefault(place.resolve(), place)
    return list(places.values())


def _of_place(place: Path, is_cached: Callable[[], bool]) -> Iterator[Loaded]:
    try:
        files = [place] if place.is_file() else sorted(filter(_is_plugin_file, place.iterdir()))
    except FileNotFoundError:
        yield Loaded(problems=(PluginProblem(place, "there is no such folder"),))
        return
    except OSError as error:
        yield Loaded(problems=(PluginProblem(place, f"the folder cannot be read: {error.strerror}"),))
        return
    for path in files:
        yield load_file(path, is_cached)


def _is_plugin_file(path: Path) -> bool:
    # A link to nowhere is told as a file that does not load.
    return path.suffix == ".py" and path.name[0] not in "._" and (path.is_file() or not path.exists())


def _entry_points() -> List[str]:
    """Return the modules that installed packages name, in the order of the names they give them."""
    from importlib.metadata import entry_points

    found = entry_points()
    group = found.select(group=_GROUP) if hasattr(found, "select") else found.get(_GROUP, ())
    return list(dict.fromkeys(entry.value.partition(":")[0].strip() for entry in sorted(group, key=lambda e: e.name)))


def _log(problems: Iterable[PluginProblem]) -> None:
    """Log each problem once, where somebody has set up logging; where not, Python would print it."""
    new = [problem for problem in problems if problem not in _LOGGED]
    if not new:
        return
    import logging

    from farmsubmit.settings import load_settings

    logger = logging.getLogger(f"{load_settings()['logging_namespace']}.plugins")
    if logger.hasHandlers():
        _LOGGED.update(new)
        for problem in new:
            logger.warning("%s", problem)
