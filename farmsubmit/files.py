"""The one door to shipped files and to the folders that farmsubmit keeps things in."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Dict, Iterable, Optional, Union

from farmsubmit.errors import FarmsubmitError, MissingLibraryError

_PACKAGE = Path(__file__).resolve().parent
#: Stands in a folder that ``farmsubmit install --copy-to`` made, beside the package.
FOLDER_FILE = "farmsubmit-folder.json"
#: Names the folder that a command of the local engine has for job scripts; its runner takes it away after the command.
EXPANSIONS = "FARMSUBMIT_EXPANSIONS"


def root() -> Path:
    """Return the folder that holds the package: a checkout, a folder of ``install --copy-to``, or site-packages."""
    return _PACKAGE.parent


def _add_libraries() -> None:
    """Let a folder that brings its libraries along be used by any Python; what that Python has itself comes first."""
    libraries = str(root() / "libraries")
    if (root() / FOLDER_FILE).is_file() and libraries not in sys.path:
        sys.path.append(libraries)


_add_libraries()


def shipped(*parts: str) -> Path:
    """Return the path of a shipped file, such as ``shipped("wrappers", "blenderscript.py")``.

    In a wheel the shipped folders stand inside the package; in a checkout or an editable install, beside it.
    Raises FarmsubmitError where the installation has lost the file.
    """
    for root in (_PACKAGE, _PACKAGE.parent):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FarmsubmitError(f"this installation has no {'/'.join(parts)}", "install farmsubmit again")


def state_dir() -> Path:
    """Return the folder for what farmsubmit remembers of runs; FARMSUBMIT_HOME moves it. It may not exist yet."""
    return _home("state", "user_state_dir")


def config_dir() -> Path:
    """Return the folder for the user's settings; FARMSUBMIT_HOME moves it. It may not exist yet."""
    return _home("config", "user_config_dir")


def data_dir() -> Path:
    """Return the folder for what a person may want to keep, such as the history; see state_dir."""
    return _home("data", "user_data_dir")


def _home(kind: str, function: str) -> Path:
    home = os.environ.get("FARMSUBMIT_HOME")
    if home:
        return Path(home).expanduser() / kind
    try:
        import platformdirs
    except ImportError:
        where = "without FARMSUBMIT_HOME, outside of a folder made by farmsubmit install --copy-to,"
        raise MissingLibraryError("platformdirs", f"finding the {kind} folder {where}") from None
    return Path(getattr(platformdirs, function)("farmsubmit", appauthor=False))


def expansion_folder() -> Path:
    """Return the folder for job scripts that a running command adds to its job. It may not exist yet.

    Where no runner of the local engine looks after it, it is the system's: only the engine knows when it has read them.
    """
    given = os.environ.get(EXPANSIONS, "")
    # A command may run where the folders of the runner are not, as in a container.
    return Path(given) if given and Path(given).parent.is_dir() else Path(tempfile.gettempdir())


def home_folder(tilde: str) -> Optional[str]:
    """Return the home folder that ``~`` or ``~user`` stands for on this machine, or None where there is none."""
    home = os.path.expanduser(tilde)  # noqa: PTH111  # Path raises where there is none
    return None if home == tilde else home


def home_folders(argv: Iterable[str]) -> Dict[str, str]:
    """Return the home folders of the users whose ``~name`` stands at the start of a word, by name."""
    names = {word[1:].split("/")[0] for word in argv if word.startswith("~")} - {""}
    homes = {name: home_folder(f"~{name}") for name in names}
    return {name: home for name, home in homes.items() if home is not None}


def why_not(error: Exception) -> str:
    """Return why a path or program could not be used, in words, and what helps where that is this process's locale.

    ``error`` is an OSError, or the ValueError that Python raises for a name; for a letter that the locale has not, a
    UnicodeEncodeError.
    """
    if not isinstance(error, UnicodeEncodeError):
        return str(getattr(error, "strerror", None) or error)
    lacks = f"the locale here has no {error.object[error.start]!r}, only {error.encoding}"
    return f"{lacks}; start farmsubmit with PYTHONUTF8=1, or with LC_ALL=C.UTF-8"


def write_atomic(path: Path, content: Union[str, bytes], private: bool = False) -> None:
    """Write a file whole or not at all; a reader never sees half of it. ``private`` keeps it to its owner.

    Raises OSError.
    """
    temporary = _write_temporary(path, content, private)
    try:
        temporary.replace(path)
    except OSError:
        temporary.unlink()
        raise


def write_new(path: Path, content: Union[str, bytes]) -> bool:
    """Write a file whole under a name that is free, and tell whether it was; never overwrites. Raises OSError."""
    temporary = _write_temporary(path, content, private=False)
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError:
        # A file system without hard links: the moment between the look and the move is the best to be had.
        if path.exists():
            return False
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return True


def _write_temporary(path: Path, content: Union[str, bytes], private: bool) -> Path:
    data = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if not private:
            Path(name).chmod(0o666 & ~_umask())
    except OSError:
        Path(name).unlink()
        raise
    return Path(name)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
