"""Asking status filters: for each hook the first plug-in that the site's selector names, and never at any risk.

The selector is the setting ``filter_selector``, a function ``(stateDict, cmd)`` that returns a name or names. As in
jobtronaut, hooks on the state ask it with the state and None, those on a command with an empty dict and the command.
Whatever goes wrong in it or in a filter is one line in the runner's log, and what is usual is done.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Set, Tuple, TypeVar

from farmsubmit.engines.local.lock import RUNNER_LOG, RunnerStopped
from farmsubmit.engines.local.pump import LineFilter
from farmsubmit.engines.statusfilter import StatusFilter, Subprocess

RELOAD_SECONDS = 300.0
Selector = Callable[[Dict[str, Any], Optional[Subprocess]], Any]
_T = TypeVar("_T")


def selector_of_settings() -> Optional[Selector]:
    """Return the selector that somebody has set, or None; raises SettingsError."""
    from farmsubmit.settings import load_settings

    settings = load_settings()
    if settings.origin("filter_selector") == "default":
        return None
    selector: Selector = settings["filter_selector"]
    return selector


def _plugins() -> Any:
    from farmsubmit.plugins import load_catalogue

    return load_catalogue()


class Filters:
    """The filters of one runner. Selector and plug-ins are looked at anew after 300 seconds, not sooner."""

    def __init__(
        self,
        folder: Path,
        selector: Callable[[], Optional[Selector]] = selector_of_settings,
        plugins: Callable[[], Any] = _plugins,
    ) -> None:
        self._log = folder / RUNNER_LOG
        self._load_selector, self._load_plugins = selector, plugins
        self._selector: Optional[Selector] = None
        self._catalogue: Any = None
        self._instances: Dict[str, Any] = {}
        self._data: Dict[str, Any] = {}
        self._told: Set[Tuple[str, ...]] = set()
        self._reload_at = 0.0
        # Lines are filtered in other threads than the rest.
        self._lock = threading.RLock()

    @property
    def active(self) -> bool:
        """Whether there is a selector; only then is there anything to ask."""
        if time.monotonic() >= self._reload_at:
            self._reload()
        return self._selector is not None

    def _reload(self) -> None:
        with self._lock:
            self._reload_at = time.monotonic() + RELOAD_SECONDS
            self._catalogue = None
            self._instances.clear()
            self._told.clear()
            self._selector = self._guarded("the setting filter_selector", self._load_selector, None)

    # --- hooks

    def admits(self, basic: Callable[[], Dict[str, Any]], dynamic: Callable[[], Dict[str, Any]]) -> bool:
        """Ask whether a new task may start; ``dynamic`` is what is looked at only where ``basic`` is good enough."""
        now = time.time()
        state = self._filtered("FilterBasicState", basic(), now)
        if not self._passes("TestBasicState", state, now):
            return False
        state = self._filtered("FilterDynamicState", {**state, **dynamic()}, now)
        return self._passes("TestDynamicState", state, now)

    def _filtered(self, hook: str, state: Dict[str, Any], now: float) -> Dict[str, Any]:
        changed = dict(state)
        return self._ask(hook, (changed, now), lambda _: changed, state)

    def _passes(self, hook: str, state: Dict[str, Any], now: float) -> bool:
        # Nothing returned is a forgotten return, not a no.
        return self._ask(hook, (dict(state), now), lambda answer: answer is None or bool(answer), True)

    def pre_start(self, cmd: Subprocess, profile: Dict[str, Any]) -> None:
        """Tell that a command is about to start."""
        self._ask("SubprocessPreStart", (cmd, profile), lambda _: None, None)

    def failed_to_start(self, cmd: Subprocess) -> None:
        """Tell that a command did not start."""
        self._ask("SubprocessFailedToStart", (cmd,), lambda _: None, None)

    def started(self, cmd: Subprocess) -> None:
        """Tell that a command has started."""
        self._ask("SubprocessStarted", (cmd,), lambda _: None, None)

    def ended(self, cmd: Subprocess, code: int) -> int:
        """Tell that a command has ended with this code, and return the one that counts."""
        cmd.exitcode = code
        return self._ask("SubprocessEnded", (cmd,), lambda _: _whole(cmd.exitcode), code)

    def line_filter(self, cmd: Subprocess) -> Optional[LineFilter]:
        """Return what filters the lines of a command from its start to its end; None where no filter wants them."""
        hook = "FilterSubprocessOutputLine"
        with self._lock:
            name, plugin = self._chosen(({}, cmd))
            own = getattr(type(plugin), hook, None)
            if own in (None, StatusFilter.FilterSubprocessOutputLine):
                return None
            call = getattr(plugin, hook)
        where = f"the status filter {name} in {hook}"

        def keep(line: str) -> Optional[str]:
            usual: Optional[str] = line
            with self._lock:
                return self._guarded(where, lambda: _line(call(cmd, line)), usual)

        return keep

    # --- asking

    def _ask(self, hook: str, arguments: Tuple[Any, ...], read: Callable[[Any], _T], usual: _T) -> _T:
        """Call a hook of the chosen filter, and return what ``read`` makes of its answer; else what is usual."""
        with self._lock:
            asked = (arguments[0], None) if hook.endswith("State") else ({}, arguments[0])
            name, plugin = self._chosen(asked)
            call = getattr(plugin, hook, None)
            if call is None:
                return usual
            where = f"the status filter {name} in {hook}"
            return self._guarded(where, lambda: read(call(*arguments)), usual)

    def _chosen(self, asked: Tuple[Dict[str, Any], Optional[Subprocess]]) -> Tuple[str, Any]:
        """Return the first filter of those that the selector names, and its name; None where there is none."""
        selector = self._selector
        if selector is None:
            return "", None
        none: List[str] = []
        for name in self._guarded("the setting filter_selector", lambda: _names(selector(*asked)), none):
            plugin = self._instance(name)
            if plugin is not None:
                return name, plugin
        return "", None

    def _instance(self, name: str) -> Any:
        if name not in self._instances:
            self._instances[name] = self._guarded(f"the status filter {name}", lambda: self._made(name), None)
        return self._instances[name]

    def _made(self, name: str) -> Any:
        if self._catalogue is None:
            self._catalogue = self._load_plugins()
        return self._catalogue.get(StatusFilter.plugin_kind, name)(persistent_data=self._data)

    def _guarded(self, where: str, do: Callable[[], _T], usual: _T) -> _T:
        """Return what ``do`` returns or, after telling of its exception, what is usual."""
        try:
            return do()
        except RunnerStopped:
            raise
        except (Exception, SystemExit) as error:
            self._tell(where, error)
            return usual

    def _tell(self, where: str, error: BaseException) -> None:
        """Write a line into the runner's log, once for each kind of error until all is loaded anew."""
        kind = (where, type(error).__name__)
        if kind in self._told:
            return
        self._told.add(kind)
        text = " ".join(f"{where} failed, and what is usual is done: {kind[1]}: {error}".splitlines())
        try:
            with self._log.open("a", encoding="utf-8", errors="backslashreplace") as log:
                log.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {text}\n")
        except OSError:
            return


def _names(answer: Any) -> List[str]:
    if answer is None or isinstance(answer, str):
        return [answer] if answer else []
    names = list(answer)
    if not all(isinstance(name, str) for name in names):
        raise TypeError(f"it returned {answer!r}, which is neither a name nor a list of names")
    return names


def _whole(code: Any) -> int:
    if isinstance(code, bool) or not isinstance(code, int):
        raise TypeError(f"it set the exit code to {code!r}, which is no whole number")
    return code


def _line(answer: Any) -> Optional[str]:
    if answer is not None and not isinstance(answer, str):
        raise TypeError(f"it returned {answer!r}, which is neither a line nor None")
    if answer is not None:
        # What cannot be written is refused here, where that can be told.
        answer.encode("utf-8", "surrogateescape")
    return answer
