"""What runs a command: the base class of runners, and the default one, which runs a line of shell for each frame.

Source: Puli's client 1.7. There the default runner takes ``timeout`` and never looks at it; here it does what its
documentation says.
"""

from __future__ import annotations

import logging
import time
from typing import Any, Callable, ClassVar, Dict, List, Optional

from farmsubmit.compat.puliclient._parameters import (
    CommandError,
    CommandRunnerParameter,
    IntegerParameter,
    StringParameter,
)

Update = Callable[[Any], Any]


class TimeoutError(Exception):
    """A command that took longer than it may."""


class CommandDone(Exception):
    """What a runner raises to end its command early, as done."""


class CommandRunner:
    """What a task names as its ``runner``: derive from it, in a module that the render nodes can import.

    ``parameters`` are the parameters that the class and its bases declare as attributes.
    """

    log = logging.getLogger("puli.runner")
    scriptTimeOut: Optional[float] = None
    parameters: ClassVar[List[CommandRunnerParameter]] = []
    runnerPackages = ""
    startDate = 0.0

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        found: Dict[str, CommandRunnerParameter] = {}
        for base in reversed(cls.__mro__):
            own = [value for value in vars(base).values() if isinstance(value, CommandRunnerParameter)]
            found.update((parameter.name, parameter) for parameter in own)
        cls.parameters = list(found.values())

    def execute(
        self,
        arguments: Dict[str, Any],
        updateCompletion: Update,
        updateMessage: Update,
        updateStats: Update,
        updateLicense: Update,
    ) -> None:
        """Do the work. A runner takes as many of these as it wants, at least the arguments.

        Completion is 0 to 1. Raise CommandError for a failure and CommandDone to end early.
        """
        raise NotImplementedError(f"the runner {type(self).__name__} has no execute()")

    def validate(self, arguments: Dict[str, Any]) -> None:
        """Check the arguments and convert them in place; raises ValidationError."""
        for parameter in self.parameters:
            parameter.validate(arguments)


class DefaultCommandRunner(CommandRunner):
    """Runs ``cmd`` through the shell, once for each frame from ``start`` to ``end``.

    ``%%MI_FRAME%%`` becomes the frame, ``%%MI_START%%`` and ``%%MI_END%%`` the first and last of the command.
    ``timeout`` is in seconds for the whole command, 0 for none. Raises CommandError where the line does not end with 0.
    """

    cmd = StringParameter(mandatory=True)
    start = IntegerParameter(default=1)
    end = IntegerParameter(default=1)
    timeout = IntegerParameter(default=0, min=0)

    def execute(self, arguments: Dict[str, Any], updateCompletion: Update, updateMessage: Update, *more: Any) -> None:
        """Run the lines one after another."""
        lines = frame_lines(arguments)
        until = time.monotonic() + arguments["timeout"] if arguments["timeout"] else None
        updateCompletion(0)
        for done, line in enumerate(lines, 1):
            self.log.info("Command: %s", line)
            _run_line(line, until)
            updateCompletion(done / len(lines))


def frame_lines(arguments: Dict[str, Any]) -> List[str]:
    """Return the lines of shell that the default runner runs for a command, one a frame."""
    first, last = int(arguments.get("start") or 0), int(arguments.get("end") or 0)
    whole = str(arguments["cmd"]).replace("%%MI_START%%", str(first)).replace("%%MI_END%%", str(last))
    return [whole.replace("%%MI_FRAME%%", str(frame)) for frame in range(first, last + 1)]


def _run_line(line: str, until: Optional[float]) -> None:
    import subprocess

    from farmsubmit.compat.puliclient._processes import finish, shell_argv, start

    left = None if until is None else max(0.0, until - time.monotonic())
    try:
        code = finish(start(shell_argv(line)), left)
    except subprocess.TimeoutExpired:
        raise TimeoutError(f"it took longer than its timeout: {line}") from None
    if code:
        raise CommandError(f"exit code {code}: {line}")
