"""From a plug-in with its arguments to the command on the farm."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from farmsubmit.author.elements import Command
from farmsubmit.errors import ArgumentError, FarmsubmitError, PluginError
from farmsubmit.lang.dirmap import DirMap
from farmsubmit.lang.envkey import EnvkeyError, setenv_items
from farmsubmit.lang.substitution import mapped
from farmsubmit.tasks import contract
from farmsubmit.tasks.arguments import Arguments, content_name, to_data, to_json
from farmsubmit.tasks.asking import asked, asked_property, has
from farmsubmit.tasks.attributes import check_value
from farmsubmit.tasks.nodes import Node
from farmsubmit.tasks.plugin import Flags, Program, TaskPlugin, shown

if TYPE_CHECKING:
    from farmsubmit.settings import Settings

_RUNS = "farmsubmit.tasks.blade:run_script"


class CommandMaker:
    """Makes the commands of a job.

    ``files`` are the argument files that must be there when the commands run, text by path. ``notes`` are what a
    person should know. ``dirmaps`` are the maps that say where the programs are in each zone.
    """

    def __init__(self, settings: Settings, local: bool = False) -> None:
        self.settings = settings
        self.local = local
        self.files: Dict[str, str] = {}
        self.notes: Dict[str, None] = {}
        self.dirmaps: Dict[DirMap, None] = {}
        self._programs: Dict[str, str] = {}

    def program(self, word: str) -> str:
        """Return a program as the farm starts it; the executable_resolver is asked once for each."""
        if isinstance(word, Program) and word.is_found:
            return word
        if word not in self._programs:
            self._programs[word] = _resolved(self.settings["executable_resolver"], str(word))
        if not isinstance(word, Program):
            return self._programs[word]
        found = Program(self._programs[word])
        found.prefix, found.dirmaps = word.prefix, word.dirmaps
        return found

    def launched(self, words: Sequence[str]) -> List[str]:
        """Return the words of a command with those before its programs, and remember where the programs are."""
        argv: List[str] = []
        for word in words:
            if isinstance(word, Program):
                argv += word.prefix
                self.dirmaps.update(dict.fromkeys(word.dirmaps))
            argv.append(str(word))
        return argv

    def of(self, task: TaskPlugin) -> _Commands:
        """Return what makes the commands of one plug-in, for all its elements."""
        return _Commands(self, task)


def _resolved(resolver: Callable[[str], str], word: str) -> str:
    try:
        found = resolver(word)
    except FarmsubmitError:
        raise
    except Exception as error:
        text = f"executable_resolver failed for {word!r}: {type(error).__name__}: {error}"
        raise PluginError(text, "it is a function of the configuration") from error
    if not isinstance(found, str) or not found:
        raise PluginError(f"executable_resolver gave {shown(found)} for {word!r}", "it must give a program")
    return found


class _Commands:
    """The commands of one plug-in: what they share is worked out once, and when it is needed."""

    def __init__(self, maker: CommandMaker, task: TaskPlugin) -> None:
        self._maker = maker
        self._settings = maker.settings
        self._name = type(task).__name__
        self._shared = task.arguments
        self._script = has(type(task), "script")
        self._flags_name = maker.settings["commandflags_argument_name"]
        self._sent: Optional[Tuple[Optional[Any], List[Tuple[str, str]]]] = None
        if task.flags & Flags.NO_RETRY and not self._script:
            maker.notes[f"{type(task).__name__}: NO_RETRY means something only with a script()"] = None

    def fill(self, node: Node, task: TaskPlugin) -> None:
        """Give a node the command of a task; a task whose cmd() gives nothing leaves it empty."""
        argv = self._argv(task)
        if not argv:
            return
        node.command = Command(local=self._maker.local, argv=argv)
        node.title = _text(task, "leaf_title")
        node.chaser = asked(task, "view")
        self._dress(node.command, task)

    def _dress(self, command: Command, task: TaskPlugin) -> None:
        services, tags, retryrc = (_attribute(task, name) for name in ("services", "tags", "retryrc"))
        if services:
            command.service = ",".join(services)
        if tags:
            command.tags = list(tags)
        if retryrc:
            command.retryrc = list(retryrc)
        message = _text(task, "stdin")
        if message:
            command.msg = message
        envkey = _envkey(task)
        if envkey:
            command.envkey = envkey

    def _argv(self, task: TaskPlugin) -> List[str]:
        words = asked(task, "cmd")
        if not words:
            return []
        if not isinstance(words, (list, tuple)) or not all(isinstance(word, str) for word in words):
            raise PluginError(f"{type(task).__name__}.cmd() gave {shown(words)}", "give a list of strings")
        argv = [self._program(task, words[0]), *words[1:]]
        if self._flags_name in task.arguments:
            argv[1:1] = self._more_flags(task, argv)
        argv = self._maker.launched(argv)
        if self._script:
            argv.append(self._word(task))
        return argv

    def _program(self, task: TaskPlugin, word: str) -> str:
        try:
            return self._maker.program(word)
        except PluginError as error:
            raise PluginError(f"{type(task).__name__}.cmd(): {error.problem}", error.hint) from error

    def _more_flags(self, task: TaskPlugin, argv: Sequence[str]) -> List[str]:
        """Return the flags that the arguments add to any command: text, a list, or a mapping of patterns to text."""
        name = self._flags_name
        flags = task.value(name)
        if not isinstance(flags, dict):
            return _words(name, flags)
        line = " ".join(argv)
        return [word for pattern, value in flags.items() if _found(name, pattern, line) for word in _words(name, value)]

    def _word(self, task: TaskPlugin) -> str:
        """Return the last word of a command with a script: see contract."""
        plugin = type(task)
        inline, paths = self._arguments_sent()
        what: Dict[str, Any] = {"task": plugin.__name__}
        home, files = _home(plugin)
        what.update(home)
        overrides = getattr(plugin, "farmsubmit_overrides", None)
        if overrides:
            what["overrides"] = self._sendable(plugin, overrides)
        if inline is not None:
            what["arguments"] = inline
        if task.elements_id is not None and task.elements_id in task.arguments:
            what["elements_id"] = task.elements_id
            value = task.arguments[task.elements_id]
            if value is not self._shared[task.elements_id]:
                what["element"] = _checked_element(value.processed)
        places = [*files, *paths, *_path_arguments(task)]
        return contract.word(_RUNS, what, places, once=bool(task.flags & Flags.NO_RETRY))

    def _sendable(self, plugin: type, overrides: Mapping[str, Any]) -> Dict[str, Any]:
        """Return the overrides that a script can see on its blade: those that are plain data."""
        data: Dict[str, Any] = {}
        for name, value in overrides.items():
            if name in ("argument_processors", "required_tasks"):
                continue
            if callable(value):
                if name == "script":
                    raise PluginError(f"{plugin.__name__}: script cannot be overridden", "write a plug-in of its own")
                continue
            data[name] = to_data(Arguments({name: value}))["arguments"][name]["value"]
        return data

    def _arguments_sent(self) -> Tuple[Optional[Any], List[Tuple[str, str]]]:
        """Return the arguments that all elements share, None where they are in a file, and the paths that go along."""
        if self._sent is None:
            text = to_json(self._shared)
            folder = str(self._settings["arguments_storage_path"])
            # Named by the work too: the ids alone come again in another queue that shares the folder.
            work = content_name(ascii((self._name, text)))[:8]
            paths = [("result", mapped(f"{folder}/results")[:-1] + f"/%{{j}}.%{{t}}.%{{c}}.{work}.json)")]
            if len(text) <= self._settings["arguments_serialized_max_length"]:
                self._sent = to_data(self._shared), paths
            else:
                path = f"{folder}/{content_name(text)}"
                self._maker.files[path] = text
                self._sent = None, [("arguments", mapped(path)), *paths]
        return self._sent


def _attribute(task: TaskPlugin, name: str) -> Any:
    """Return an attribute of a task, which a property may work out."""
    if not isinstance(getattr(type(task), name), property):
        return getattr(task, name)
    value = asked_property(task, name)
    check_value(type(task), name, value)
    return value


def _text(task: TaskPlugin, method: str) -> str:
    text = asked(task, method)
    if not isinstance(text, str):
        raise PluginError(f"{type(task).__name__}.{method}() gave {shown(text)}", "give text")
    return text


def _envkey(task: TaskPlugin) -> List[str]:
    env = asked(task, "env")
    if not isinstance(env, dict):
        raise PluginError(f"{type(task).__name__}.env() gave {shown(env)}", "give a dict")
    try:
        return setenv_items(env)
    except EnvkeyError as error:
        raise PluginError(f"{type(task).__name__}.env(): {error.problem}", error.hint) from error


def _home(plugin: type) -> Tuple[Dict[str, str], List[Tuple[str, str]]]:
    """Return where a blade finds a plug-in: a module it can import, or the file; and farmsubmit itself."""
    import sys

    import farmsubmit

    python = ("python", mapped(str(Path(farmsubmit.__file__).resolve().parent.parent)))
    module = sys.modules.get(plugin.__module__)
    path = getattr(module, "__file__", None)
    if path is None or plugin.__module__ == "__main__":
        raise PluginError(f"{plugin.__name__} has a script and is in no file", "put it into a plug-in file")
    if getattr(module, "farmsubmit_plugin", False):
        return {}, [python, ("plugin", mapped(str(Path(path).resolve())))]
    return {"module": plugin.__module__}, [python]


def _path_arguments(task: TaskPlugin) -> List[Tuple[str, str]]:
    found: List[Tuple[str, str]] = []
    for name in task.path_arguments:
        value = task.arguments[name].processed if name in task.arguments else None
        paths = value if isinstance(value, (list, tuple)) else [value]
        for path in filter(None, paths):
            if not isinstance(path, str):
                raise ArgumentError(f"the argument {name} = {shown(path)} is no path")
            found.append((f"path-{name}", mapped(path)))
    return found


def _checked_element(value: Any) -> Any:
    to_data(Arguments(element=value))
    return value


def _words(name: str, flags: Any) -> List[str]:
    if isinstance(flags, str):
        return flags.split()
    if isinstance(flags, (list, tuple)) and all(isinstance(flag, str) for flag in flags):
        return list(flags)
    raise ArgumentError(f"{name} = {shown(flags)} is neither text, nor a list, nor a mapping of patterns to flags")


def _found(name: str, pattern: str, line: str) -> bool:
    try:
        return re.search(pattern, line) is not None
    except (re.error, TypeError):
        raise ArgumentError(f"{name}: the pattern {pattern!r} is no regular expression") from None
