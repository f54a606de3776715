"""Running a person's own script with the aliases in place."""

from __future__ import annotations

import runpy
import sys
import traceback
from pathlib import Path
from typing import List, Optional

from farmsubmit.compat import aliases, jobtronaut, tractor
from farmsubmit.errors import FarmsubmitError, did_you_mean


class ScriptError(FarmsubmitError):
    """A script that stopped with an error of its own; exit code 1."""

    exit_code = 1


def run_script(path: Path, args: List[str], whole_traceback: bool = False) -> int:
    """Run a script as ``python path args`` would, and return its exit code.

    An error of the script is told in one sentence with its file and line; ``whole_traceback`` prints all of it first.
    Raises ScriptError, or the FarmsubmitError that the script did not catch.
    """
    _check(path)
    tractor.install()
    jobtronaut.install()
    aliases.install_puliclient()
    aliases.install_drqueue()
    sys.argv = [str(path), *args]
    sys.path.insert(0, str(path.resolve().parent))
    try:
        runpy.run_path(str(path), run_name="__main__")
    except SystemExit as stop:
        return _exit_code(stop.code)
    except SyntaxError as error:
        raise _syntax(error) from None
    except Exception as error:
        if whole_traceback:
            traceback.print_exc()
        if isinstance(error, FarmsubmitError):
            error.args = (f"{_place(error, path)}{error}",)
            raise
        raise ScriptError(f"{_place(error, path)}{type(error).__name__}: {error}", "see --traceback") from None
    return 0


def _check(path: Path) -> None:
    if path.is_dir():
        raise FarmsubmitError(f"{path} is a folder, not a script")
    if not path.is_file():
        folder = path.parent
        near = [item.name for item in folder.iterdir()] if folder.is_dir() else []
        raise FarmsubmitError(f"there is no script {path}", did_you_mean(path.name, near))


def _exit_code(code: object) -> int:
    if code is None:
        return 0
    if isinstance(code, int):
        return code
    print(code, file=sys.stderr)
    return 1


def _syntax(error: SyntaxError) -> ScriptError:
    hint = "it is written for Python 2" if "print" in (error.msg or "") else ""
    return ScriptError(f"{error.filename}, line {error.lineno}: {error.msg}", hint)


def _place(error: BaseException, path: Path) -> str:
    """Return the line of the script that the error came through last, or nothing."""
    line: Optional[int] = None
    for frame in traceback.extract_tb(error.__traceback__):
        if Path(frame.filename) == path:
            line = frame.lineno
    return f"{path}, line {line}: " if line else ""
