"""Tasks. Source: jobtronaut's ``author.task``; an old Task class is a task plug-in of farmsubmit's."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, ClassVar, Iterator, List, Mapping, Optional, Sequence, Tuple, Union

from farmsubmit.compat.jobtronaut import _configured
from farmsubmit.compat.jobtronaut._errors import Refused, RefusedType, RefusedValue
from farmsubmit.compat.jobtronaut.author.argument import Arguments
from farmsubmit.compat.jobtronaut.author.plugins import Plugins
from farmsubmit.compat.jobtronaut.author.processor import ProcessorDefinition
from farmsubmit.errors import PluginError
from farmsubmit.settings import Settings
from farmsubmit.tasks import arguments as core
from farmsubmit.tasks import overrides
from farmsubmit.tasks.plugin import Flags, Progress, TaskPlugin
from farmsubmit.tasks.processor import apply

__all__ = ["ArgumentProcessorOverrides", "Task", "TaskWithOverrides"]


def __getattr__(name: str) -> Any:
    return _configured.value(name, __name__)


class Task(TaskPlugin):
    """The class that old tasks derive from.

    Made with a mapping, Arguments or their text, as old scripts do, it has its arguments processed. It holds no tree:
    a Job grows that. ``MEMBERS``, ``hostmask`` and ``job`` are there because old classes name them, and mean nothing.
    """

    MEMBERS: ClassVar[List[str]] = []

    description = "No description has been set."
    required_tasks: Sequence[Any] = []
    required_arguments: Sequence[str] = []
    argument_processors: Sequence[Any] = []
    services: Sequence[str] = ["linux64"]
    tags: Sequence[str] = []
    retryrc: Sequence[int] = []
    hostmask = ""
    job: Any = None
    arguments: Any

    def __init__(
        self,
        arguments: Union[Mapping[str, Any], str],
        elements_id: Optional[str] = None,
        settings: Optional[Settings] = None,
        **_: Any,
    ) -> None:
        # The second one is a flag in old code: is_handle_task. The builder hands over arguments that are processed.
        is_built = isinstance(arguments, core.Arguments)
        own = Arguments(arguments) if is_built else self._processed(arguments)
        given = elements_id if isinstance(elements_id, str) else type(self).elements_id
        if given is None and "elements_id" in own:
            given = own["elements_id"].initial
        super().__init__(own, given, settings)  # type: ignore[arg-type]  # they read alike
        self.title = type(self).title or type(self).__name__
        if given is not None:
            own["elements_id"] = given

    @classmethod
    def _processed(cls, arguments: Union[Mapping[str, Any], str]) -> Arguments:
        processed = core.Arguments(Arguments(arguments, **cls.argument_defaults))
        for definition in cls.argument_processors:
            processed = apply(definition, processed, Plugins().processor)
        return Arguments(processed)

    @property
    def serial(self) -> bool:
        """Whether what it requires, or its elements, run one after the other."""
        return bool(self.flags & Flags.SERIAL)

    @property
    def per_element(self) -> bool:
        """Whether there is a task for each element."""
        return bool(self.flags & Flags.PER_ELEMENT)

    @property
    def no_retry(self) -> bool:
        """Whether a script that is done does not run again."""
        return bool(self.flags & Flags.NO_RETRY)

    @staticmethod
    @contextmanager
    def report_progress(final: float) -> Iterator[Progress]:
        """Report progress from script(): ``with self.report_progress(10) as p: p += 1``; ``final`` is the whole."""
        yield _Progress(final)

    @staticmethod
    def neutralize_commands() -> None:
        """Do nothing: with the flag NO_RETRY a script that is done is not run again, without asking the engine."""

    @classmethod
    def info(cls, short: bool = True) -> str:
        """Return what ``farmsubmit info`` prints: the name, or everything that a user must know."""
        return super().info(short)

    @staticmethod
    def __EXPAND__(  # noqa: N802  # the name is jobtronaut's
        root_task: Any, arguments_mapping: Mapping[str, Any], local: Optional[bool] = None
    ) -> None:
        """Let the tasks that a task requires run in the running job, each with arguments of its own; see expand."""
        from farmsubmit.compat.jobtronaut.author.expand import expand

        expand(root_task, arguments_mapping, local)


class _Progress(Progress):
    def __init__(self, final: float) -> None:
        super().__init__(final)
        self.__iadd__(0)

    def __add__(self, amount: float) -> Progress:
        return self.__iadd__(amount)

    def __sub__(self, amount: float) -> Progress:
        return self.__iadd__(-amount)


class ArgumentProcessorOverrides(overrides.ArgumentProcessorOverrides):
    """Changes to a list of processors.

    A change is ``("insert", place, one, …)``, ``("remove", place)`` or ``("replace", place, one)``; ``place`` is an
    int, to remove also a slice. Raises an AssertionError for a wrong number of items or something else than a
    ProcessorDefinition, TypeError and ValueError for what is no change at all.
    """

    def __init__(self, *changes: Tuple[Any, ...]) -> None:
        single: List[Tuple[Any, ...]] = []
        for change in changes:
            _check_change(change)
            action, place, *items = change
            # The last one goes in first, and is then pushed on by those before it.
            single += [(action, place, item) for item in reversed(items)] if items else [change]
        super().__init__(*single)


def _check_change(change: Any) -> None:
    hint = "write ('insert', place, processor), ('remove', place) or ('replace', place, processor)"
    if not isinstance(change, tuple):
        raise RefusedType(f"{change!r} is no change of processors: it is no tuple", hint)
    action, place, *items = (*change, None, None)[: max(len(change), 2)]
    if len(change) < 2 or action not in ("insert", "remove", "replace"):
        raise RefusedValue(f"{change!r} is no change of processors", hint)
    if not isinstance(place, (int, slice) if action == "remove" else int):
        raise RefusedType(f"{change!r} is no change of processors: {place!r} is no place", hint)
    if len(items) not in {"insert": range(1, len(change)), "remove": (0,), "replace": (1,)}[action]:
        raise Refused(f"{change!r} has the wrong number of items", hint)
    if not all(isinstance(item, ProcessorDefinition) for item in items):
        raise Refused(f"{change!r} holds something else than a ProcessorDefinition", hint)


class TaskWithOverrides(overrides.TaskWithOverrides):
    """A required task with some of its attributes replaced: ``TaskWithOverrides("Render", tags=["gpu"])``.

    Raises an AssertionError where there is nothing to replace.
    """

    ArgumentProcessorOverrides = ArgumentProcessorOverrides

    def __init__(self, basetask: str, **changes: Any) -> None:
        if not changes:
            raise Refused(f"there are no overrides for {basetask}", "name the attributes to replace")
        super().__init__(basetask, **changes)
        self.basetask = basetask

    def get(self) -> Any:
        """Return the class with the overrides, called ``<Name>Overriden``; raises as Plugins().task() does.

        Raises an AssertionError for an attribute that the task does not have.
        """
        base = Plugins().task(self.basename)
        try:
            made = self.applied(base)
        except PluginError as error:
            raise Refused(error.problem, error.hint) from None
        made.__name__ = f"{base.__name__}Overriden"
        return made
