"""A bare folder for a server: farmsubmit with its libraries, for every DCC and every Python, with nothing installed."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, Set

from farmsubmit import files
from farmsubmit._version import __version__
from farmsubmit.errors import FarmsubmitError
from farmsubmit.install.libraries import Copied, copy_libraries, installed
from farmsubmit.install.steps import Folder

_SHIPPED = ("dcc", "wrappers", "resources")
_IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")

_SCRIPT = '''#!/usr/bin/env python3
"""{name} of this folder: the Python that runs it needs nothing installed{but}."""

import sys
from pathlib import Path

root = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(root), str(root / "ui")]
sys.path.append(str(root / "libraries"))

from {module} import main  # noqa: E402

sys.exit(main())
'''
_WINDOWS_SCRIPT = '@py -3 "%~dp0{name}" %*\r\n'
_SCRIPTS = (("farmsubmit", "farmsubmit.cli.main", ""), ("farmsubmit-ui", "farmsubmit_ui", " but a Qt binding"))


class Made(NamedTuple):
    """A folder that was made, and what was copied into it."""

    path: Path
    copied: Copied


def copy_to(target: Path) -> Made:
    """Make a folder that holds farmsubmit and its libraries, or make one of ours anew.

    It appears whole. Raises FarmsubmitError for a folder that is there and not ours, for one inside this installation,
    and where it cannot be written.
    """
    path = Path(target).expanduser().absolute()
    if files.root() == path or files.root() in path.parents:
        raise FarmsubmitError(f"{path} is part of this installation", "name a folder elsewhere")
    copied: List[Copied] = []
    Folder(path, lambda made: copied.append(_fill(made)), files.FOLDER_FILE, "farmsubmit").apply()
    return Made(path, copied[0])


def _fill(made: Path) -> Copied:
    package = files.root() / "farmsubmit"
    shutil.copytree(package, made / "farmsubmit", ignore=_without_shipped(package))
    dialog = find_spec("farmsubmit_ui")
    beside = files.root() / "ui" / "farmsubmit_ui"
    ui = Path(dialog.origin).parent if dialog and dialog.origin else beside
    if ui.is_dir():
        shutil.copytree(ui, made / "ui" / "farmsubmit_ui", ignore=_IGNORED)
    for name in _SHIPPED:
        shutil.copytree(files.shipped(name), made / name, ignore=_IGNORED)
    _copy_licence(made)
    copied = _libraries(made / "libraries")
    _write_scripts(made / "bin")
    _write_mark(made, copied)
    return copied


def _libraries(target: Path) -> Copied:
    told = folder_told()
    if not told:
        return copy_libraries(target)
    # What runs here is such a folder itself, and its libraries are already as they should be.
    shutil.copytree(files.root() / "libraries", target, ignore=_IGNORED)
    return Copied(told["libraries"], told["missing"], told["python"], told["because"])


def folder_told() -> Dict[str, Any]:
    """Return what a folder of ``install --copy-to`` says of itself, where this runs from one; else nothing."""
    import json

    mark = files.root() / files.FOLDER_FILE
    try:
        found = json.loads(mark.read_text("utf-8")) if mark.is_file() else {}
    except (OSError, ValueError) as error:
        raise FarmsubmitError(f"{mark} cannot be read: {error}", "make the folder anew") from None
    return dict(found)


def _without_shipped(package: Path) -> Callable[[str, List[str]], Set[str]]:
    """Return what copytree asks: in a wheel the shipped folders stand inside the package, and here beside it."""

    def ignored(folder: str, names: List[str]) -> Set[str]:
        shipped = _SHIPPED if Path(folder) == package else ()
        return {*_IGNORED(folder, names), *shipped}

    return ignored


def _copy_licence(made: Path) -> None:
    distribution = installed("farmsubmit")
    named = [Path(str(entry.locate())) for entry in (distribution.files if distribution else None) or ()]
    candidates = [files.root() / "LICENSE", *(path for path in named if path.name == "LICENSE")]
    for path in candidates:
        if path.is_file():
            shutil.copyfile(path, made / "LICENSE")
            return


def _write_scripts(folder: Path) -> None:
    folder.mkdir()
    for name, module, but in _SCRIPTS:
        script = folder / name
        script.write_text(_SCRIPT.format(name=name, module=module, but=but), "utf-8")
        script.chmod(0o755)
        # Text mode would write the line's end of this system, and it is for Windows.
        script.with_suffix(".cmd").write_bytes(_WINDOWS_SCRIPT.format(name=name).encode("ascii"))


def _write_mark(made: Path, copied: Copied) -> None:
    import json

    of_libraries = {"libraries": copied.versions, "missing": copied.missing}
    told = {"farmsubmit": __version__, "python": copied.python, "because": copied.because, **of_libraries}
    (made / files.FOLDER_FILE).write_text(json.dumps(told, indent=2) + "\n", "utf-8")
