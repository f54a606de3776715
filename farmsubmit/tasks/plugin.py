"""The class that task plug-ins derive from: what a task needs, what it runs, and what runs before it.

    class Comp(TaskPlugin):
        required_tasks = (["RenderBeauty", "RenderMattes"], "Composite")
        required_arguments = ["scene"]

A list runs its tasks in parallel, a tuple one after the other; they nest. A plug-in only describes: nothing is built
when it is made, and its methods are asked once each. Source: jobtronaut, whose class attributes and methods have
the same names and meanings here.
"""

from __future__ import annotations

from contextlib import contextmanager
from enum import IntFlag
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple, Type

from farmsubmit.errors import ArgumentError, PluginError, did_you_mean
from farmsubmit.lang.dirmap import DirMap
from farmsubmit.lang.substitution import mapped
from farmsubmit.tasks.arguments import Arguments, ArgumentValue, named

if TYPE_CHECKING:
    from farmsubmit.settings import Settings
    from farmsubmit.tasks.processor import Processor


# How deep info shows lists of required tasks.
_DEEPEST = 20


class Flags(IntFlag):
    """How a plug-in's tasks are laid out; combine them with ``|``.

    SERIAL runs required tasks, and the tasks of elements, one after the other. PER_ELEMENT makes one task for each
    element. NO_RETRY lets a script that is done not run again when its task is retried. NOOP switches the plug-in
    itself off: no processors and no command; its required tasks get the arguments as they came.
    """

    SERIAL = 2
    PER_ELEMENT = 4
    NO_RETRY = 8
    NOOP = 65536


class Program(str):
    """A program as the settings name it, which needs no executable_resolver any more, unless ``is_found`` says so.

    ``prefix`` are the words that stand before it in a command, ``dirmaps`` the maps that say where it is in each zone.
    """

    prefix: Tuple[str, ...] = ()
    dirmaps: Tuple[DirMap, ...] = ()
    is_found: bool = True


class TaskPlugin:
    """What a task is, as class attributes, and what it runs, as methods.

    ``title`` defaults to the class name. ``required_tasks`` are names, TaskWithOverrides or classes, in lists and
    tuples. ``required_arguments`` must be there before the processors run; ``argument_defaults`` fill what is
    missing; ``argument_processors`` run in their order. ``elements_id`` names the argument that holds the elements,
    and is inherited from the task above. ``services`` are joined with commas. ``retryrc`` are exit codes.
    ``path_arguments`` name arguments that are paths, which script() gets as they are mapped on its blade.
    ``argument_help`` says what each argument is, for ``farmsubmit info``.
    """

    plugin_kind = "task"
    Flags = Flags

    title: str = ""
    description: str = ""
    required_tasks: Any = ()
    required_arguments: Sequence[str] = ()
    argument_defaults: Mapping[str, Any] = {}
    argument_processors: Sequence[Processor] = ()
    argument_help: Mapping[str, str] = {}
    path_arguments: Sequence[str] = ()
    elements_id: Optional[str] = None
    flags: int = 0
    services: Sequence[str] = ()
    tags: Sequence[str] = ()
    retryrc: Sequence[int] = ()
    #: What the templates of programs see; the task of a scene's row sets it.
    template_values: Mapping[str, Any] = {}

    def __init__(
        self, arguments: Arguments, elements_id: Optional[str] = None, settings: Optional[Settings] = None
    ) -> None:
        self.arguments = arguments
        self.elements_id = elements_id or type(self).elements_id
        self._settings = settings

    # --- what a plug-in may say

    def cmd(self) -> Optional[Sequence[str]]:
        """Return the command as launch expressions, the program first; None or nothing for no command.

        A literal percent sign is written ``%%``: see farmsubmit.literal and farmsubmit.mapped.
        """
        return None

    def script(self) -> Any:
        """Do the work on the blade, inside the program that cmd() starts; what it returns is the result's value."""
        return None

    def stdin(self) -> str:
        """Return what the command reads from its standard input, a launch expression as in cmd(); empty for nothing."""
        return ""

    def view(self) -> str:
        """Return the command that shows the task's result, the chaser; empty for none."""
        return ""

    def env(self) -> Mapping[str, str]:
        """Return the environment variables of the command; nothing means those of the job."""
        return {}

    def stop_traversal(self) -> bool:
        """Tell whether to leave this task out, with all that it requires; asked for each element too."""
        return False

    def leaf_title(self) -> str:
        """Return the title of a task that holds a command: the title, and the elements where there are some."""
        title = self.title or type(self).__name__
        if self.elements_id is None or self.elements_id not in self.arguments:
            return title
        return f"{title}: Elements {shown(self.elements.processed)}"

    # --- what a plug-in may ask

    @property
    def elements(self) -> ArgumentValue:
        """The argument that ``elements_id`` names; raises ArgumentError where there is none."""
        if self.elements_id is None:
            raise ArgumentError("the task has no elements", "set elements_id in it or above it")
        return named(self.arguments, self.elements_id)

    def value(self, name: str) -> Any:
        """Return the processed value of an argument; raises ArgumentError where it is not there."""
        return named(self.arguments, name).processed

    def text(self, name: str) -> str:
        """Return the processed value of an argument that must be text; raises ArgumentError for anything else."""
        value = self.value(name)
        if not isinstance(value, str):
            hint = f"in --args write {name}:\"'{value}'\"" if isinstance(value, (int, float)) else ""
            raise ArgumentError(f"{name} = {shown(value)} is not text", hint)
        return value

    @property
    def settings(self) -> Settings:
        """The settings that the job is built with."""
        if self._settings is None:
            from farmsubmit.settings import load_settings

            self._settings = load_settings()
        return self._settings

    def program(self, name: str) -> Program:
        """Return a program by the name of its setting, such as ``nuke``, mapped per zone where it is a path.

        The settings executables and package_prefix say where it is in each zone, and what stands before it. Raises
        TemplateError for one of theirs that cannot be worked out, and DirMapError.
        """
        from farmsubmit.tasks.programs import program_of

        return program_of(name, self._setting(name), self.settings, self.template_values)

    def wrapper(self, host: str = "python") -> str:
        """Return the wrapper script in which script() runs, mapped per zone; the last word is added to the command.

        ``host`` is blender, katana, maya, nuke, or python for none of them; see docs/wrappers.md.
        """
        from farmsubmit import files

        if host == "python":
            return mapped(str(files.shipped("wrappers", "farmwrapper.py")))
        return mapped(self._setting(f"{host}_script_wrapper"))

    def _setting(self, name: str) -> str:
        from farmsubmit.settings import SETTINGS

        if name not in SETTINGS:
            raise PluginError(f"there is no setting {name!r} for {type(self).__name__}", did_you_mean(name, SETTINGS))
        return str(self.settings[name])

    @staticmethod
    @contextmanager
    def report_progress(final: float) -> Iterator[Progress]:
        """Report progress from script(): ``with self.report_progress(10) as p: p += 1``; ``final`` is the whole."""
        yield Progress(final)

    # --- for people

    @classmethod
    def info(cls, short: bool = False) -> str:
        """Return what ``farmsubmit info`` prints: the name, or everything that a user must know.

        Raises PluginError for an attribute of the wrong kind.
        """
        if short:
            return cls.__name__
        from farmsubmit.tasks.attributes import check_attributes

        check_attributes(cls)
        lines = [cls.__name__]
        lines += [f"  {name + ':':<12} {text}" for name, text in _told(cls).items() if text]
        lines += _argument_lines(cls)
        if cls.argument_processors:
            lines += ["  processors:", *(f"    {processor}" for processor in cls.argument_processors)]
        return "\n".join(lines)


class Progress:
    """Counts up to ``final`` and prints a percentage each time, as engines read it."""

    def __init__(self, final: float) -> None:
        self.final = final
        self.done = 0.0

    def __iadd__(self, amount: float) -> Progress:
        self.done += amount
        percent = 100 if self.final <= 0 else min(int(100 * self.done / self.final), 100)
        print(f"TR_PROGRESS {percent}%", flush=True)  # noqa: T201  # this is how a command speaks to its engine
        return self


def _told(cls: Type[TaskPlugin]) -> Dict[str, str]:
    return {
        "title": cls.title or cls.__name__,
        "description": " ".join(cls.description.split()),
        "requires": _required(cls.required_tasks) if cls.required_tasks else "",
        "elements": cls.elements_id or "",
        "flags": ", ".join(flag.name or "" for flag in Flags if cls.flags & flag),
        "services": _listed(cls.services),
        "tags": _listed(cls.tags),
        "retryrc": _listed(cls.retryrc),
    }


def _listed(values: Any) -> str:
    return "" if isinstance(values, property) else ", ".join(map(str, values))


def _required(what: Any, depth: int = 0) -> str:
    """Return required tasks as they are written, a class by its name."""
    if depth > _DEEPEST:
        return "…"
    if isinstance(what, (list, tuple)):
        inside = ", ".join(_required(part, depth + 1) for part in what)
        comma = "," if isinstance(what, tuple) and len(what) == 1 else ""
        return f"[{inside}]" if isinstance(what, list) else f"({inside}{comma})"
    return what.__name__ if isinstance(what, type) else repr(what)


def _argument_lines(cls: Type[TaskPlugin]) -> List[str]:
    names: Dict[str, None] = dict.fromkeys([*cls.required_arguments, *cls.argument_defaults, *cls.argument_help])
    if not names:
        return []
    lines = ["  arguments:"]
    for name in names:
        text = cls.argument_help.get(name, "")
        lines.append(f"    {name} ({_need(cls, name)})" + (f": {text}" if text else ""))
    return lines


def _need(cls: Type[TaskPlugin], name: str) -> str:
    if name in cls.required_arguments:
        return "required"
    return f"default {cls.argument_defaults[name]!r}" if name in cls.argument_defaults else "optional"


def shown(value: Any) -> str:
    """Return a value for a title or a message; of a long list only the ends: ``[1, 2, 3, … 10000]``."""
    if isinstance(value, (list, tuple, range)) and len(value) > 8:
        value = f"[{', '.join(map(repr, value[:3]))}, … {value[-1]!r}]"
    text = str(value)
    return text if len(text) <= 100 else text[:97] + "…"
