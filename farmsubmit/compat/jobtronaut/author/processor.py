"""Processors as classes. Source: jobtronaut's ``author.processor``, whose overloads are tried in no order."""

from __future__ import annotations

from types import MethodType
from typing import Any, Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

from farmsubmit.compat.jobtronaut import _configured
from farmsubmit.compat.jobtronaut.author.argument import Arguments
from farmsubmit.compat.jobtronaut.author.schemas import FrameRange, FrameRanges, NoMatch, matched, name_of
from farmsubmit.errors import ArgumentError
from farmsubmit.tasks import arguments as core
from farmsubmit.tasks.processor import Given, Parameter, Processor, apply
from farmsubmit.tasks.values import ANY, Kind, shortened

__all__ = ["BaseProcessor", "ProcessorDefinition", "ProcessorSchemas", "supported_schemas"]


def __getattr__(name: str) -> Any:
    return _configured.value(name, __name__)


class ProcessorDefinition(Processor):
    """A processor as a task lists it: its name, its scope and its parameters; also read as a tuple of these three."""

    _fields = ("name", "scope", "parameters")

    def __init__(self, name: str, scope: Union[Sequence[str], str] = (), parameters: Mapping[str, Any] = {}) -> None:
        super().__init__(name, scope, parameters)
        object.__setattr__(self, "scope", list(self.scope))

    def __iter__(self) -> Iterator[Any]:
        return iter((self.name, self.scope, self.parameters))

    def __getitem__(self, place: int) -> Any:
        return tuple(self)[place]

    def _replace(self, **values: Any) -> ProcessorDefinition:
        return ProcessorDefinition(**{**dict(zip(self._fields, self)), **values})


class ProcessorSchemas:
    """Schemas that many processors use."""

    FRAMERANGE = FrameRange()
    FRAMERANGES = FrameRanges()


# --- several process() in one class


class _Case(NamedTuple):
    schemas: Tuple[Any, ...]
    function: Callable[..., Any]


class _Overloads:
    """A method of several functions, of which the one is called whose schema the value matches.

    They are tried in the order in which they are written, those of a base class last: all with the value itself, then
    all with the item of a list that holds only one, or with a list that holds only the value.
    """

    def __init__(self, cases: Sequence[_Case]) -> None:
        self.cases = tuple(cases)

    def __set_name__(self, owner: type, name: str) -> None:
        inherited = getattr(super(owner, owner), name, None)
        if isinstance(inherited, _Overloads):
            self.cases += inherited.cases

    def __get__(self, instance: Any, owner: Optional[type] = None) -> Any:
        return self if instance is None else MethodType(self, instance)

    def __call__(self, instance: Any, argument_name: str, argument_value: Any, parameters: Any) -> Any:
        for value in (argument_value, *_converted(argument_value)):
            for case in self.cases:
                try:
                    fitting = matched(value, case.schemas)
                except NoMatch:
                    continue
                return case.function(instance, argument_name, fitting, parameters)
        wanted = " or ".join(name_of(schema) for case in self.cases for schema in case.schemas)
        raise ArgumentError(f"{argument_name or 'the value'} = {shortened(argument_value)} is not {wanted}")


def _converted(value: Any) -> List[Any]:
    if isinstance(value, list):
        return value[:1] if len(value) == 1 else []
    is_single = isinstance(value, str) or not hasattr(value, "__iter__")
    return [[value]] if is_single else []


def supported_schemas(*schemas: Any) -> Callable[[Callable[..., Any]], Any]:
    """Make the ``process()`` below one for values that match one of the schemas; a class may have several.

    A schema is a type, ``[schema, …]`` for a list of such, ``{key: value}`` for a mapping, a function that says whether
    it likes a value, any object with a method ``validate``, or a value that must be equal.
    """

    def made(function: Callable[..., Any]) -> Any:
        return _Overloads([_Case(schemas, function)])

    return made


class _Body(Dict[str, Any]):
    """The body of a class, in which overloads of one name are put together."""

    def __setitem__(self, name: str, value: Any) -> None:
        before = self.get(name)
        if isinstance(value, _Overloads) and isinstance(before, _Overloads):
            value = _Overloads(before.cases + value.cases)
        super().__setitem__(name, value)


# --- the base class


class _AnyParameter(Mapping[str, Parameter]):
    """Parameters of any name: those that an old processor declares are only told to people."""

    def __getitem__(self, name: str) -> Parameter:
        return Parameter(ANY)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class _Processed(NamedTuple):
    """What ``self.task`` is in process(): the task, as far as a processor may look at it."""

    arguments: Arguments


class _Bound(NamedTuple):
    """An old processor as apply() asks for one: process() looks at values and parameters of any kind itself."""

    processor: BaseProcessor
    accepts: Tuple[Kind, ...] = (ANY,)
    parameters: Mapping[str, Parameter] = _AnyParameter()

    def run(self, value: Any, given: Given) -> Any:
        return self.processor.process(given.name, value, dict(given.parameters))


class _ProcessorClass(type):
    """The class of old processors: the old class itself is the plug-in, so it is what farmsubmit asks.

    Where an instance has the ``parameters`` that the old class was written with, the class has those of a plug-in.
    """

    accepts = (ANY,)

    @classmethod
    def __prepare__(cls, name: str, bases: Tuple[type, ...], /, **_: Any) -> _Body:
        return _Body()

    @property
    def parameters(cls) -> Mapping[str, Parameter]:
        return _AnyParameter()

    def run(cls, value: Any, given: Given) -> Any:
        processor = cls()
        processor.task = _Processed(Arguments(given.arguments))
        return _Bound(processor).run(value, given)


class BaseProcessor(metaclass=_ProcessorClass):
    """The class that old processors derive from: ``process()`` returns the new value of an argument.

    ``parameters`` are their parameters with the defaults, told to people; process() gets those that a task gives, with
    their tokens resolved. ``self.task.arguments`` are the task's, and changing them there changes nothing.
    """

    plugin_kind = "processor"
    description = "No description has been set."
    parameters: Mapping[str, Any] = {}

    def __init__(self) -> None:
        self.task: Any = None

    def process(self, argument_name: str, argument_value: Any, parameters: Dict[str, Any]) -> Any:
        """Return the new value; this one returns it as it is."""
        return argument_value

    def __call__(self, task: Any, scope: Union[Sequence[str], str], parameters: Mapping[str, Any]) -> None:
        """Process the arguments of a task that the scope names, as listing the processor in the task does."""
        self.task = task
        definition = Processor(type(self).__name__, scope, parameters)
        task.arguments = Arguments(apply(definition, core.Arguments(task.arguments), lambda _: _Bound(self)))

    @classmethod
    def info(cls, short: bool = True) -> str:
        """Return what ``farmsubmit info`` prints: the name, or everything that a user must know."""
        if short:
            return cls.__name__
        lines = [cls.__name__, f"  description: {' '.join(cls.description.split())}"]
        parameters = cls().parameters
        if parameters:
            lines.append("  parameters:")
            lines += [f"    {name} (default {shortened(default)})" for name, default in parameters.items()]
        return "\n".join(lines)
