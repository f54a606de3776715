"""Processors: small functions that make a new value of an argument before a task is built.

    @processor("DoubleProcessor", accepts=(WHOLE,), parameters={"times": Parameter(WHOLE, 2, "how often")})
    def double(value: int, given: Given) -> int:
        \"\"\"Multiply a number.\"\"\"
        return value * given.parameters["times"]

A task lists ``Processor("DoubleProcessor", ["chunk.initial"], {"times": 3})``, and ``apply`` carries that out. The
value that an argument came with is kept beside the processed one. A processor gets the value itself, not a copy of it,
and never changes it. Source: jobtronaut's processors, where they are classes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, ClassVar, Dict, List, Mapping, Protocol, Sequence, Tuple, Union

from farmsubmit.errors import ArgumentError, FarmsubmitError, did_you_mean
from farmsubmit.tasks.arguments import Arguments, ArgumentValue
from farmsubmit.tasks.tokens import rebuilt, resolve
from farmsubmit.tasks.values import ANY, Kind, accepted, names_of, shortened


@dataclass(frozen=True)
class Parameter:
    """A parameter that a processor declares: what it takes, what it is when not given, and one line of help."""

    kind: Kind
    default: Any = None
    help: str = ""


@dataclass(frozen=True)
class Given:
    """What a processor is given beside the value: the argument's name, its parameters, and all arguments.

    Every declared parameter is there. The arguments are those from before this processor.
    """

    name: str
    parameters: Mapping[str, Any]
    arguments: Arguments


class ProcessorLike(Protocol):
    """What apply() needs of a processor plug-in; its ``plugin_kind`` is ``processor`` for discovery."""

    @property
    def accepts(self) -> Sequence[Any]:
        """The kinds of values that it takes, those tried first in front."""

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """What it declares, by name."""

    def run(self, value: Any, given: Given) -> Any:
        """Return the new value."""


Function = Callable[[Any, Given], Any]


@dataclass(frozen=True)
class ProcessorPlugin:
    """A processor by its name; ``processor`` makes one of a function."""

    plugin_kind: ClassVar[str] = "processor"

    plugin_name: str
    description: str
    accepts: Tuple[Kind, ...]
    parameters: Mapping[str, Parameter]
    function: Function

    def run(self, value: Any, given: Given) -> Any:
        """Return the new value of one that is known to fit."""
        return self.function(value, given)

    def __call__(self, value: Any, arguments: Mapping[str, Any] = {}, /, **parameters: Any) -> Any:
        """Return the new value of any one, for scripts and tests: ``chunk([1, 10], {"chunksize": 5})``.

        Raises ArgumentError as apply does.
        """
        definition, others = Processor(self.plugin_name, (), parameters), Arguments(arguments)
        given = Given("value", _checked_parameters(definition, self, others), others)
        return _processed(definition, self, value, given)

    def info(self, short: bool = True) -> str:
        """Return what ``farmsubmit info`` prints: the name, or everything that a user must know."""
        if short:
            return self.plugin_name
        lines = [self.plugin_name, f"  description: {' '.join(self.description.split())}"]
        lines.append(f"  takes:       {names_of(self.accepts)}")
        if self.parameters:
            lines += ["  parameters:", *(_parameter_line(*item) for item in self.parameters.items())]
        return "\n".join(lines)


def _parameter_line(name: str, parameter: Parameter) -> str:
    default = getattr(parameter.default, "__name__", None) or repr(parameter.default)
    text = f"    {name} ({parameter.kind.name}, default {default})"
    return f"{text}: {parameter.help}" if parameter.help else text


def processor(
    name: str,
    *,
    accepts: Sequence[Kind] = (ANY,),
    parameters: Mapping[str, Parameter] = {},
    description: str = "",
) -> Callable[[Function], ProcessorPlugin]:
    """Make a processor of the function below, which takes the value and a Given and returns the new value.

    ``accepts`` are the kinds of values, tried in their order; the description is the function's docstring unless given.
    """

    def made(function: Function) -> ProcessorPlugin:
        text = description or function.__doc__ or ""
        return ProcessorPlugin(name, text.strip(), tuple(accepts), dict(parameters), function)

    return made


@dataclass(frozen=True)
class Processor:
    """A processor as a task lists it: which one, for which arguments, with which parameters.

    ``scope`` names arguments, ``frames.initial`` for the value that it came with, ``frames.processed`` or ``frames``
    for what the processors before this one left. ``parameters`` may hold tokens. Both are copied. Raises ArgumentError
    for a name, a scope or parameters of another kind. Source: jobtronaut's ProcessorDefinition.
    """

    name: str
    scope: Union[Sequence[str], str] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.name, str):
            raise ArgumentError(f"{shortened(self.name)} is no name of a processor", "write it as text")
        scope = (self.scope,) if isinstance(self.scope, str) else self.scope
        if not isinstance(scope, (list, tuple)) or not all(isinstance(item, str) for item in scope):
            raise ArgumentError(f"{self.name}: the scope {shortened(scope)} is no list of arguments")
        if not isinstance(self.parameters, Mapping):
            raise ArgumentError(f"{self.name}: the parameters {shortened(self.parameters)} are no mapping")
        for item in scope:
            _split_scope(item)
        object.__setattr__(self, "scope", tuple(scope))
        object.__setattr__(self, "parameters", rebuilt(dict(self.parameters), lambda text: text))

    def __str__(self) -> str:
        words = "".join(f", {name}={shortened(value)}" for name, value in self.parameters.items())
        return f"{self.name}({', '.join(self.scope)}{words})"


def apply(definition: Processor, arguments: Arguments, lookup: Callable[[str], ProcessorLike]) -> Arguments:
    """Return the arguments with new processed values for those in the scope; nothing is changed in place.

    ``lookup`` gives the plug-in of a name, and may raise what it likes. Parameters that are not given, or given as
    None, have their defaults. All values are read before the first is replaced. Raises ArgumentError where an argument
    or a parameter is missing, unknown or of the wrong kind, and where the processor fails, with the error as its
    ``__cause__``.
    """
    if not isinstance(definition, Processor):
        raise ArgumentError(f"{shortened(definition)} is no processor", "write Processor(name, scope, parameters)")
    plugin = lookup(definition.name)
    parameters = _checked_parameters(definition, plugin, arguments)
    made: Dict[str, ArgumentValue] = {}
    for item in definition.scope:
        name, state = _split_scope(item)
        if name not in arguments:
            hint = did_you_mean(name, arguments)
            raise ArgumentError(f"processor {definition.name}: there is no argument {name!r}", hint)
        value = arguments[name]
        given = Given(name, parameters, arguments)
        made[name] = ArgumentValue(value.initial, _processed(definition, plugin, getattr(value, state), given))
    return arguments.replaced(made) if made else arguments


def _processed(definition: Processor, plugin: ProcessorLike, value: Any, given: Given) -> Any:
    try:
        fitting = accepted(value, plugin.accepts)
    except ValueError:
        expected = f"argument {given.name} = {shortened(value)} is not {names_of(plugin.accepts)}"
        raise ArgumentError(f"processor {definition.name}: {expected}") from None
    try:
        return plugin.run(fitting, given)
    except (Exception, SystemExit) as error:  # a processor is a studio's own code
        sentence = str(error) if isinstance(error, FarmsubmitError) else f"{type(error).__name__}: {error}"
        raise ArgumentError(f"processor {definition.name} failed on argument {given.name!r}: {sentence}") from error


def _checked_parameters(definition: Processor, plugin: ProcessorLike, arguments: Arguments) -> Dict[str, Any]:
    checked = {name: parameter.default for name, parameter in plugin.parameters.items()}
    for name, text in definition.parameters.items():
        # Not `in`: a mapping may make up what old plug-ins never declared.
        declared = plugin.parameters.get(name)
        if declared is None:
            hint = did_you_mean(name, plugin.parameters) or _known(plugin)
            raise ArgumentError(f"processor {definition.name} has no parameter {name!r}", hint)
        value = _resolved(definition, name, text, arguments)
        if value is not None:
            checked[name] = _checked(definition, name, value, declared)
    return checked


def _known(plugin: ProcessorLike) -> str:
    names: List[str] = list(plugin.parameters)
    return f"it has {', '.join(names)}" if names else "it has none"


def _resolved(definition: Processor, name: str, value: Any, arguments: Arguments) -> Any:
    try:
        return resolve(value, arguments)
    except (FarmsubmitError, RecursionError) as error:
        raise ArgumentError(f"processor {definition.name}, parameter {name}: {error}") from error


def _checked(definition: Processor, name: str, value: Any, declared: Parameter) -> Any:
    try:
        return accepted(value, (declared.kind,))
    except ValueError as error:
        raise ArgumentError(f"processor {definition.name}: parameter {name} = {error}") from None


def _split_scope(item: str) -> tuple[str, str]:
    """Return the name and the state of an item of a scope, such as ``frames.initial``."""
    name, dot, state = item.partition(".")
    if dot and state not in ArgumentValue._fields:
        hint = did_you_mean(state, ArgumentValue._fields) or "write .initial or .processed"
        raise ArgumentError(f"an argument has no {state!r} (in {item!r})", hint)
    return name, state or "processed"
