"""Running one command here, as a worker of Puli's would: find its runner, check the arguments, run it, tell its state.

The runner works in this process, so that it sees the modules that this process sees; its environment and import path
are put back afterwards.
"""

from __future__ import annotations

import inspect
import logging
import os
import sys
import time
from contextlib import contextmanager
from typing import Any, Dict, Iterator, List, Mapping

from farmsubmit.compat.puliclient import enums
from farmsubmit.compat.puliclient._loading import load
from farmsubmit.compat.puliclient._parameters import CommandError
from farmsubmit.compat.puliclient._runners import CommandDone, CommandRunner, TimeoutError

_LAST = ("updateStats", "updateLicense")


def run_command(
    runner: str, arguments: Mapping[str, Any], environment: Mapping[str, Any], packages: str = "", label: str = ""
) -> int:
    """Run a command and return its state: CMD_DONE, CMD_ERROR or CMD_TIMEOUT; why it failed is told on standard error.

    Ctrl-C comes through as KeyboardInterrupt.
    """
    with _surroundings(environment), _runner_log():
        try:
            _execute(runner, dict(arguments), packages)
        except CommandDone as early:
            logging.getLogger("puli.runner").info("ended by the runner: %s", early)
        except TimeoutError as error:
            return _failed(label, error, enums.CMD_TIMEOUT)
        except (CommandError, ImportError) as error:
            return _failed(label, error)
        except SystemExit as stop:
            return enums.CMD_DONE if not stop.code else _failed(label, f"exit code {stop.code}")
        except Exception as error:
            import traceback

            traceback.print_exc()
            return _failed(label, f"{type(error).__name__}: {error}")
    return enums.CMD_DONE


def _execute(name: str, arguments: Dict[str, Any], packages: str) -> None:
    runner = load(name, CommandRunner)()
    runner.runnerPackages, runner.startDate = packages, time.time()
    runner.validate(arguments)
    runner.execute(*_taken(runner.execute, [arguments, _ignore, _ignore, _ignore, _ignore]))


def _taken(execute: Any, given: List[Any]) -> List[Any]:
    """Return as many of the arguments as a runner takes; the last two only where it names them, as workers do."""
    found = list(inspect.signature(execute).parameters.values())
    if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in found):
        return given
    names = [parameter.name for parameter in found]
    return [*given[: min(3, len(names))], *(_ignore for name in _LAST if name in names[3:])]


def _ignore(value: Any) -> None:
    """Nobody asks for the completion of what runs here."""


def _failed(label: str, why: object, state: int = enums.CMD_ERROR) -> int:
    sys.stderr.write(f"{label + ': ' if label else ''}{why}\n")
    return state


@contextmanager
def _surroundings(environment: Mapping[str, Any]) -> Iterator[None]:
    """Give a runner its environment, and take back what it did to that and to the import path."""
    variables, paths = dict(os.environ), list(sys.path)
    os.environ.update({name: str(value) for name, value in environment.items()})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(variables)
        sys.path[:] = paths


@contextmanager
def _runner_log() -> Iterator[None]:
    """Let the log of runners be seen on standard output while one runs."""
    log, handler = logging.getLogger("puli.runner"), logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("[%(levelname)s] %(message)s"))
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.setLevel(level)
        log.removeHandler(handler)
