"""What is found on this machine and what is missing, each with how to mend it: ``farmsubmit doctor``."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from typing import Any, Callable, Dict, Iterator, List, Tuple

from farmsubmit import files
from farmsubmit._version import __version__
from farmsubmit.errors import FarmsubmitError, MissingLibraryError, SettingsError
from farmsubmit.install.engines import engine_rows
from farmsubmit.install.find import Found, find
from farmsubmit.install.folder import folder_told
from farmsubmit.install.hosts import OLDEST_PYTHON, host_of
from farmsubmit.install.libraries import installed, needed_by
from farmsubmit.install.machine import DCCS, Machine
from farmsubmit.install.plans import plan_for
from farmsubmit.install.row import BAD, FINE, NOTE, WARNING, Row

_BINDINGS = ("PySide6", "PyQt5", "PySide2", "PyQt6")
_OPTIONAL = (("rich", "coloured tables"), ("shtab", "shell completion"))


def examine(machine: Machine) -> List[Row]:
    """Return everything that is found and missing; nothing is changed, and nothing takes longer than some seconds."""
    parts: Tuple[Tuple[str, Callable[[], Iterator[Row]]], ...] = (
        ("farmsubmit", _program),
        ("libraries", _libraries),
        ("Qt", _binding),
        ("folders", _folders),
        ("settings", _settings),
        ("engines", engine_rows),
        ("plug-ins", _plugins),
        ("DCCs", lambda: _dccs(machine)),
    )
    rows = [row for area, part in parts for row in _safely(area, part)]
    # What stops several parts is told once, by the first of them.
    first = {row.text: row for row in reversed(rows) if row.state == BAD}
    return [row for row in rows if row.state != BAD or first[row.text] is row]


def is_sound(rows: List[Row]) -> bool:
    """Tell whether nothing that is needed is missing; warnings do not count."""
    return not any(row.state == BAD for row in rows)


def as_data(rows: List[Row]) -> List[Dict[str, Any]]:
    """Return the rows as plain JSON values."""
    return [asdict(row) for row in rows]


def _safely(area: str, part: Callable[[], Iterator[Row]]) -> Iterator[Row]:
    """Give the rows of one part; one that fails is a row itself, for the others are wanted all the more."""
    try:
        yield from part()
    except FarmsubmitError as error:
        yield Row(area, "", BAD, error.problem, error.hint)
    except OSError as error:
        yield Row(area, "", BAD, str(error), "see that it can be read")


def _program() -> Iterator[Row]:
    yield Row("farmsubmit", __version__, FINE, f"in {files.root()}")
    version = ".".join(map(str, sys.version_info[:3]))
    oldest = _oldest_of_folder()
    if sys.version_info[:2] < oldest:
        needed = ".".join(map(str, oldest))
        text = f"{sys.executable}; the libraries of this folder are for {needed} and newer"
        fix = f"make the folder anew with Python {version}: farmsubmit install --copy-to {files.root()}"
        yield Row("Python", version, WARNING, text, fix)
        return
    yield Row("Python", version, FINE, sys.executable)


def _libraries() -> Iterator[Row]:
    for library in needed_by(sys.version_info[:2]):
        found = installed(library.name)
        if found is not None:
            yield Row(library.name, found.version, FINE, f"for {library.purpose}")
            continue
        is_needed = library.needed and not (library.name == "platformdirs" and os.environ.get("FARMSUBMIT_HOME"))
        if library.part_of and installed(library.part_of) is None:
            continue
        state = BAD if is_needed else WARNING
        yield Row(library.name, "", state, f"missing, for {library.purpose}", _pip(library.name))
    for name, purpose in _OPTIONAL:
        optional = installed(name)
        version, text = (optional.version, f"for {purpose}") if optional else ("", f"not installed, for {purpose}")
        yield Row(name, version, FINE if optional else NOTE, text)


def _pip(name: str) -> str:
    return f"{sys.executable} -m pip install {name}"


def _binding() -> Iterator[Row]:
    from importlib.util import find_spec

    found = [name for name in _BINDINGS if find_spec(name) is not None]
    for name in found:
        package = installed(name) or installed(f"{name}-Essentials")
        yield Row("Qt", package.version if package else "", FINE, f"{name}, for the dialog")
    if not found:
        text = "no Qt binding; inside a DCC the dialog has the DCC's own"
        yield Row("Qt", "", WARNING, text, _pip("PySide6-Essentials"))


def _settings() -> Iterator[Row]:
    from farmsubmit.settings import load_settings
    from farmsubmit.settings.places import settings_file, show_folder, site_files

    try:
        settings = load_settings()
    except SettingsError as error:
        yield Row("settings", "", BAD, error.problem, error.hint or "mend the file")
        return
    paths = [("the site's", path) for path in site_files()]
    show = show_folder()
    paths += [("the show's folder", show)] if show else []
    paths.append(("the user's", settings_file()))
    for whose, path in paths:
        text = f"{whose}: {path}" + ("" if path.exists() else ", not there yet")
        yield Row("settings", "", FINE, text)
    for conflict in settings.conflicts:
        yield Row("settings", "", NOTE, str(conflict))


def _folders() -> Iterator[Row]:
    for name, place in (("config", files.config_dir), ("state", files.state_dir), ("data", files.data_dir)):
        try:
            path = place()
        except MissingLibraryError as error:
            hint = "set FARMSUBMIT_HOME to a folder of yours, or use a folder made by farmsubmit install --copy-to"
            yield Row(f"{name} folder", "", BAD, error.problem, hint)
            return
        yield _writable(f"{name} folder", path)


def _writable(name: str, path: Any) -> Row:
    """Return whether files can be made in a folder, or in the nearest one above where it is not there yet."""
    import tempfile

    there = next((folder for folder in (path, *path.parents) if folder.exists()), path)
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        fix = f"make {path} a folder that you may write to, or set FARMSUBMIT_HOME to another"
        return Row(name, "", BAD, f"{there} cannot be written to: {error.strerror or error}", fix)
    return Row(name, "", FINE, str(path) + ("" if there == path else ", not there yet"))


def _plugins() -> Iterator[Row]:
    from farmsubmit.plugins import load_catalogue

    catalogue = load_catalogue()
    for problem in catalogue.problems:
        yield Row("plug-in", "", WARNING, f"{problem.path}: {problem.cause}", "mend the file, or take it away")
    if not catalogue.problems:
        yield Row("plug-ins", "", FINE, f"{len(catalogue.all('task'))} tasks, {len(catalogue.all('check'))} checks")


def _dccs(machine: Machine) -> Iterator[Row]:
    for dcc in DCCS:
        places = find(dcc, machine)
        plan = plan_for(dcc, machine)
        done = plan.is_done(machine)
        for found in places:
            yield _host_row(found)
        if done:
            yield Row(dcc, "", FINE, "finds farmsubmit")
        elif places:
            way = "--user" if plan.steps else "--print"
            yield Row(dcc, "", WARNING, "does not find farmsubmit", f"farmsubmit install {dcc} {way}")
        else:
            yield Row(dcc, "", NOTE, "not found on this machine")


def _host_row(found: Found) -> Row:
    """Return where a DCC is and what it brings, and whether its Python is new enough for farmsubmit and its folder."""
    host = host_of(found.dcc, found.version)
    brings = f" with {host}" if str(host) else ""
    text = f"{found.program} (by {found.where}){brings}"
    folder = _oldest_of_folder()
    if host.python and host.python < OLDEST_PYTHON:
        return Row(found.dcc, found.version, WARNING, f"{text}, which is too old for farmsubmit", "take a newer one")
    if host.python and host.python < folder:
        fix = f"make the folder anew with that Python: farmsubmit install --copy-to {files.root()}"
        return Row(found.dcc, found.version, WARNING, f"{text}, which is too old for the libraries of this folder", fix)
    return Row(found.dcc, found.version, FINE, text)


def _oldest_of_folder() -> Tuple[int, ...]:
    return tuple(map(int, str(folder_told().get("python", "3.9")).split(".")))
