# ruff: noqa: N802, N803  # the names are those of Tractor
"""Status filters: what a site does around every command that a machine runs, and whether that machine takes work.

The nine hooks have the names and arguments of Tractor's Site Status Filter page and of jobtronaut's filters, whose
plug-ins derive from a class like this one. Of the page we could read how ``FilterBasicState``, ``TestBasicState`` and
``SubprocessEnded`` work; what the other hooks get and return is ours, and not verified on a blade.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Dict, List, Optional

#: The hooks, in the order in which a machine asks them.
HOOKS = (
    "FilterBasicState",
    "TestBasicState",
    "FilterDynamicState",
    "TestDynamicState",
    "SubprocessPreStart",
    "SubprocessFailedToStart",
    "SubprocessStarted",
    "FilterSubprocessOutputLine",
    "SubprocessEnded",
)


@dataclass
class Subprocess:
    """A command as a filter sees it.

    ``jid``, ``tid`` and ``cid`` are its ids; tid 0 is the job itself. ``argv`` are its words as they are started, and
    ``logfile`` is the path of its log. ``slots`` is how many it asked for. ``pid`` is None until it runs. ``exitcode``
    is None until it has ended, negative for a signal; ``SubprocessEnded`` may set another one. ``elapsed`` is in
    seconds. ``reason`` says why it did not start, or why it was stopped. Other changes are not looked at.
    """

    jid: int
    tid: int
    cid: int
    argv: List[str]
    logfile: str
    slots: int = 1
    pid: Optional[int] = None
    exitcode: Optional[int] = None
    elapsed: float = 0.0
    reason: str = ""


class StatusFilter:
    """The class to derive from; as it stands, it changes nothing.

    ``persistent_data`` is one dict for all filters of a machine, kept while its runner lives: an instance may be
    replaced between two calls, when its file has changed. An exception is told in the runner's log, and what is usual
    is done.
    """

    plugin_kind: ClassVar[str] = "sitestatusfilter"
    description: ClassVar[str] = ""

    def __init__(self, persistent_data: Optional[Dict[str, Any]] = None) -> None:
        self.persistent_data: Dict[str, Any] = {} if persistent_data is None else persistent_data

    def FilterBasicState(self, stateDict: Dict[str, Any], now: float) -> None:
        """Change what is known of the machine before it takes a new task; ``now`` is in seconds since the epoch."""

    def TestBasicState(self, stateDict: Dict[str, Any], now: float) -> bool:
        """Return whether a new task may start, going by that."""
        return True

    def FilterDynamicState(self, stateDict: Dict[str, Any], now: float) -> None:
        """Change what is known once load, memory and disk were looked at; asked only where the first test passed."""

    def TestDynamicState(self, stateDict: Dict[str, Any], now: float) -> bool:
        """Return whether a new task may start, going by all that."""
        return True

    def SubprocessPreStart(self, cmd: Subprocess, profile: Dict[str, Any]) -> None:
        """Do something before a command starts; ``profile`` is the machine that it starts on."""

    def SubprocessFailedToStart(self, cmd: Subprocess) -> None:
        """Do something where a command could not be started."""

    def SubprocessStarted(self, cmd: Subprocess) -> None:
        """Do something when a command runs; it has a pid."""

    def FilterSubprocessOutputLine(self, cmd: Subprocess, textline: str) -> Optional[str]:
        """Return what to keep of a line of output, which comes without its line end; None drops it.

        Neither the log nor anything that looks for progress and exit status sees more than that.
        """
        return textline

    def SubprocessEnded(self, cmd: Subprocess) -> None:
        """Do something when a command has ended, before its exit code counts."""

    @classmethod
    def info(cls, short: bool = True) -> str:
        """Return the name or, in full, also the description and the hooks that it has, as plain text."""
        name = str(getattr(cls, "plugin_name", cls.__name__))
        if short:
            return name
        hooks = [hook for hook in HOOKS if getattr(cls, hook) is not getattr(StatusFilter, hook)]
        lines = [f"  description: {cls.description}"] if cls.description else []
        return "\n".join([name, *lines, f"  hooks:       {', '.join(hooks) or 'none'}"])
