"""The Python that runs outside of Blender: the one of the preferences, or the first found that has what is needed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Dict, Iterator, List

from . import core_root, outside

# Whether a Python is new enough and finds, of each group of modules, one.
_PROBE = """
import sys
from importlib.util import find_spec
sys.path += sys.argv[2:]
found = [any(find_spec(name) for name in group.split("|")) for group in sys.argv[1].split()]
sys.exit(not (sys.version_info >= (3, 9) and all(found)))
"""
_NEEDS = {
    "send": "farmsubmit platformdirs jinja2 tomllib|tomli",
    "dialog": "farmsubmit platformdirs jinja2 tomllib|tomli qtpy PySide6|PyQt5|PySide2|PyQt6",
}
_HINTS = {
    "send": "name one in the add-on's preferences, or use a folder that farmsubmit install --copy-to has made",
    "dialog": "name one in the add-on's preferences, or run: pip install 'farmsubmit[desktop]'",
}
_NAMES = ("python3", "python", "python.exe")
_PROBE_SECONDS = 10


def command(verb: str, preferred: str = "") -> List[str]:
    """Return the words that run ``dialog`` or ``send`` outside of Blender; what they work on follows.

    ``preferred`` is the Python of the preferences, empty for one that is found. Raises FarmsubmitError in one sentence
    where the core is not there, the preferred one is no file, or none is found.
    """
    root = core_root()
    if root is None:
        # The classes of errors are the core's.
        raise RuntimeError("the add-on does not find farmsubmit; install it again: farmsubmit install blender --user")
    python = _preferred(preferred) if preferred else _found(verb, root)
    return [python, str(Path(outside.__file__).resolve()), str(root), verb]


def _preferred(text: str) -> str:
    from farmsubmit.errors import FarmsubmitError

    path = Path(text).expanduser()
    if not path.is_file():
        raise FarmsubmitError(f"the add-on's preferences name {text} as the Python, and there is no such file")
    return str(path)


@cache
def _found(verb: str, root: Path) -> str:
    """Return the first Python that has what is needed; kept while Blender runs, for each look starts a program."""
    from farmsubmit.errors import FarmsubmitError

    for python in dict.fromkeys(_candidates(root)):
        if _has(python, _NEEDS[verb], root):
            return python
    what = "open the dialog" if verb == "dialog" else "send a job"
    raise FarmsubmitError(f"no Python was found that can {what}", _HINTS[verb])


def _candidates(root: Path) -> Iterator[str]:
    """Yield Pythons: that of the core's folder, that of farmsubmit-ui, Blender's own, and the usual one."""
    homes = [root / ".venv" / "bin", root / ".venv" / "Scripts"]
    # In a virtual environment the core stands in ENV/lib/pythonX.Y/site-packages.
    homes += [folder / name for folder in (root, *list(root.parents)[:3]) for name in ("bin", "Scripts")]
    script = shutil.which("farmsubmit-ui")
    if script:
        homes.append(Path(script).resolve().parent)
    yield from (str(home / name) for home in homes for name in _NAMES if (home / name).is_file())
    if Path(sys.executable or "").name.lower().startswith("python"):
        yield sys.executable
    yield from filter(None, map(shutil.which, _NAMES))


def _has(python: str, needs: str, root: Path) -> bool:
    paths: List[str] = []
    outside.add_paths(paths, root)
    try:
        done = subprocess.run(
            [python, "-c", _PROBE, needs, *paths],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PROBE_SECONDS,
            env=environment(),
            creationflags=no_window(),
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def environment() -> Dict[str, str]:
    """Return the environment for a Python that is not Blender's."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONHOME"}


def no_window() -> int:
    """Return the flags with which Windows opens no console for a program."""
    return int(getattr(subprocess, "CREATE_NO_WINDOW", 0))
