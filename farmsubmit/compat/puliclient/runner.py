"""The runner of callables, and the tools of runners, under the names of ``puliclient.runner``.

A callable travels by its module and its name, its arguments as JSON; nothing is pickled.
"""

from __future__ import annotations

import json
import shlex
import sys
from typing import Any, Callable, Dict, List, Optional

from farmsubmit.compat.puliclient._loading import JobTypeImportError, module
from farmsubmit.compat.puliclient._parameters import CommandError, StringParameter
from farmsubmit.compat.puliclient._runners import CommandRunner, TimeoutError, Update

Output = Optional[Callable[[str], Any]]


class CallableRunner(CommandRunner):
    """Imports the module of a callable, finds the callable in it by name, and calls it.

    A method is called on a new object of its class, made without arguments. Raises JobTypeImportError for what is not
    there, CommandError for what the callable raises.
    """

    execType = StringParameter(mandatory=True)

    def execute(self, arguments: Dict[str, Any], updateCompletion: Update, updateMessage: Update, *more: Any) -> None:
        """Call it."""
        sys.path += [path for path in arguments.get("sysPath") or () if path not in sys.path]
        args, kwargs = _from_json(arguments, "user_args", list), _from_json(arguments, "user_kwargs", dict)
        call = _found(arguments)
        try:
            call(*args, **kwargs)
        except Exception as error:
            import traceback

            traceback.print_exc()
            raise CommandError(f"{type(error).__name__}: {error}") from error


def _from_json(arguments: Dict[str, Any], name: str, kind: type) -> Any:
    try:
        value = json.loads(arguments.get(name) or ("[]" if kind is list else "{}"))
    except (ValueError, TypeError, RecursionError) as error:
        raise CommandError(f"{name} is no JSON: {error}") from None
    if not isinstance(value, kind):
        raise CommandError(f"{name} is no {kind.__name__}")
    return value


def _found(arguments: Dict[str, Any]) -> Callable[..., Any]:
    kind = arguments.get("execType")
    if kind == "function":
        found = _named(module(_word(arguments, "moduleName")), _word(arguments, "funcName"))
    elif kind == "method":
        owner = _named(module(_word(arguments, "moduleName")), _word(arguments, "className"))
        if not callable(owner):
            raise JobTypeImportError(f"{arguments['className']!r} in {arguments['moduleName']!r} is no class")
        found = _named(owner(), _word(arguments, "methodName"))
    else:
        raise CommandError(f"execType is {kind!r}, not function or method")
    if not callable(found):
        raise JobTypeImportError(f"{found!r} cannot be called")
    return found  # type: ignore[no-any-return]


def _word(arguments: Dict[str, Any], name: str) -> str:
    if not arguments.get(name):
        raise JobTypeImportError(f"the callable has no {name}")
    return str(arguments[name])


def _named(owner: Any, name: str) -> Any:
    try:
        return getattr(owner, name)
    except AttributeError:
        raise JobTypeImportError(f"there is no {name!r} in {owner!r}") from None


class RunnerToolkit:
    """Starts programs for a runner. Lines are cut into words as a shell would, and no shell runs them."""

    def __init__(self) -> None:
        self.process: Any = None
        self.stdout: Optional[str] = None
        self.stderr: Optional[str] = None
        self.cmdArgs: Optional[List[str]] = None

    def executeWithTimeout(self, command: str, timeout: Optional[float]) -> int:
        """Run a line through the shell and return its exit code; raises TimeoutError after so many seconds."""
        import subprocess

        from farmsubmit.compat.puliclient._processes import finish, shell_argv, start

        self.process = start(shell_argv(command), stderr=subprocess.STDOUT)
        try:
            return finish(self.process, timeout)
        except subprocess.TimeoutExpired:
            raise TimeoutError(f"it took longer than {timeout} s: {command}") from None

    def execute(
        self,
        command: str,
        timeout: float,
        outputCallback: Output = None,
        timeoutCallback: Optional[Callable[[Any], Any]] = None,
    ) -> int:
        """Run a line and return its exit code.

        Each line of its output goes to ``outputCallback`` (default: standard output); ``timeoutCallback`` gets the
        process each time that ``timeout`` seconds have passed, unless that is 0. What that raises ends the program, and
        comes out. Raises CommandError.
        """
        import threading

        from farmsubmit.compat.puliclient._processes import end, finish

        for name, callback in (("outputCallback", outputCallback), ("timeoutCallback", timeoutCallback)):
            _check_callback(name, callback)
        self.cmdArgs = shlex.split(command)
        self.process = _started(self.cmdArgs)
        reader = threading.Thread(target=_read, args=(self.process, outputCallback), daemon=True)
        reader.start()
        try:
            _wait(reader, timeout, lambda: timeoutCallback(self.process) if timeoutCallback is not None else None)
        except BaseException:
            end(self.process)
            raise
        return finish(self.process)

    @classmethod
    def executeWithOutput(cls, command: str, outputCallback: Output = None) -> int:
        """Run a line and return its exit code; each line of its output goes to the callback. Raises CommandError."""
        from farmsubmit.compat.puliclient._processes import finish

        _check_callback("outputCallback", outputCallback)
        process = _started(shlex.split(command))
        _read(process, outputCallback)
        return finish(process)


def _wait(reader: Any, timeout: float, each_time: Callable[[], Any]) -> None:
    """Wait until all of a program's output was read, with a call each time that so many seconds have passed."""
    reader.join(timeout if timeout > 0 else None)
    while reader.is_alive():
        each_time()
        reader.join(timeout)


def _check_callback(name: str, callback: Any) -> None:
    if callback is not None and not callable(callback):
        raise CommandError(f"{name} is {callback!r}, which cannot be called")


def _started(words: List[str]) -> Any:
    import subprocess

    from farmsubmit.compat.puliclient._processes import start

    try:
        return start(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    except (OSError, ValueError, IndexError) as error:
        raise CommandError(f"{' '.join(words) or 'an empty line'} cannot be started: {error}") from None


def _read(process: Any, callback: Output) -> None:
    from farmsubmit.compat.puliclient._processes import end

    try:
        with process.stdout as lines:
            for line in lines:
                (callback or sys.stdout.write)(line)
    except BaseException:
        end(process)
        raise
