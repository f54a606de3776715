"""From plug-ins to raw nodes: who requires whom, with which arguments, and which commands that gives.

The walk keeps its own stack, in script order, so that neither a chain of thousands of plug-ins nor a list nested as
deep is a matter of Python's recursion. All tasks share the values of their arguments.
"""

from __future__ import annotations

from typing import Any, Callable, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple, Type

from farmsubmit.errors import ArgumentError, PluginError, did_you_mean
from farmsubmit.pace import Cancelled, in_steps, never, taken
from farmsubmit.tasks.arguments import Arguments, ArgumentValue
from farmsubmit.tasks.asking import asked, has, made
from farmsubmit.tasks.attributes import check_plugin
from farmsubmit.tasks.commands import CommandMaker
from farmsubmit.tasks.nodes import Node
from farmsubmit.tasks.overrides import TaskWithOverrides
from farmsubmit.tasks.plugin import Flags, TaskPlugin, shown
from farmsubmit.tasks.processor import apply

#: Returns the plug-in of a kind and a name; raises PluginError.
Lookup = Callable[[str, str], Any]


class Part(NamedTuple):
    """A requirement with arguments of its own; ``id`` is the name by which others wait for it, if any do."""

    what: Any
    arguments: Arguments
    id: str = ""


class Again(NamedTuple):
    """Waits for the Part of an id, which stands before it."""

    id: str


class Group(NamedTuple):
    """Parts that run side by side, or one after the other."""

    parts: Sequence[Any]
    serial: bool = False
    title: str = ""


class _Chain(NamedTuple):
    """A plug-in and those that required it, the nearest first."""

    name: str
    above: Optional[_Chain]

    def names(self) -> Iterator[str]:
        link: Optional[_Chain] = self
        while link is not None:
            yield link.name
            link = link.above


class _Item(NamedTuple):
    """What is still to be grown: a requirement, the node it becomes, and what it inherits."""

    node: Node
    what: Any
    arguments: Arguments
    elements_id: Optional[str]
    chain: Optional[_Chain]


class Grower:
    """Grows the nodes of requirements.

    ``made`` are all of them, each before those below it; ``declared`` the arguments that their plug-ins speak of,
    ``names`` the plug-ins that were looked up.
    """

    def __init__(self, lookup: Lookup, commands: CommandMaker, cancelled: Cancelled = never) -> None:
        self.made: List[Node] = []
        self.declared: Set[str] = set()
        self.names: Set[str] = set()
        self._lookup = lookup
        self._commands = commands
        self._cancelled = cancelled
        self._checked: Set[type] = set()

    def grow(self, requirements: Sequence[Tuple[Any, Arguments]]) -> Node:
        """Return the root node over some requirements, each with its arguments, that run side by side.

        A requirement is a name, a class, TaskWithOverrides, or a list or tuple of them; a Part, Again or Group may
        stand for any. Raises PluginError for an unknown plug-in, a circle, or one that says what it cannot mean,
        ArgumentError for an argument that is missing or of the wrong kind, and Stopped.
        """
        root = self._new(Node())
        left = [_Item(self._new(root.new_child()), what, own, None, None) for what, own in requirements][::-1]
        for item in in_steps(taken(left), self._cancelled):
            left += reversed(self._expand(item))
        return root

    def _new(self, node: Node) -> Node:
        self.made.append(node)
        return node

    def _expand(self, item: _Item) -> List[_Item]:
        """Fill in the node of an item and return the items below it."""
        if isinstance(item.what, Again):
            item.node.again = item.what.id
            return []
        if isinstance(item.what, Group):
            item.node.serial, item.node.title = item.what.serial, item.what.title
            return self._parts(item, item.what.parts)
        if isinstance(item.what, Part):
            item.node.id = item.what.id
            return [item._replace(what=item.what.what, arguments=item.what.arguments)]
        if isinstance(item.what, (list, tuple)):
            item.node.serial = isinstance(item.what, tuple)
            return self._parts(item, item.what)
        plugin = self._plugin(item.what, item.chain)
        chain = _linked(plugin.__name__, item.chain)
        try:
            return self._expand_plugin(item._replace(chain=chain), plugin)
        except ArgumentError as error:
            raise ArgumentError(f"task {plugin.__name__}: {error.problem}", error.hint) from error

    def _parts(self, item: _Item, parts: Sequence[Any]) -> List[_Item]:
        return [item._replace(node=self._new(item.node.new_child()), what=part) for part in parts]

    def _plugin(self, what: Any, chain: Optional[_Chain]) -> Type[TaskPlugin]:
        overrides = what if isinstance(what, TaskWithOverrides) else None
        name = overrides.basename if overrides else what
        plugin = self._found("task", name, f"{chain.name} requires" if chain else "") if isinstance(name, str) else name
        if not (isinstance(plugin, type) and issubclass(plugin, TaskPlugin)):
            where = f" among the required tasks of {chain.name}" if chain else ""
            raise PluginError(f"{shown(what)}{where} is no task", "write a name, TaskWithOverrides, a list or a tuple")
        if plugin not in self._checked:
            check_plugin(plugin)
            self._checked.add(plugin)
            self.declared.update(plugin.required_arguments, plugin.argument_defaults, plugin.argument_help)
        if not overrides:
            return plugin
        changed = overrides.applied(plugin)
        check_plugin(changed)
        return changed

    def _found(self, kind: str, name: str, wanted: str) -> Any:
        """Return a plug-in; where there is none, the error says who wanted it."""
        self.names.add(name)
        try:
            return self._lookup(kind, name)
        except PluginError as error:
            if not wanted:
                raise
            raise PluginError(f"{error.problem}, which {wanted}", error.hint) from None

    def _expand_plugin(self, item: _Item, plugin: Type[TaskPlugin]) -> List[_Item]:
        node, is_noop = item.node, bool(plugin.flags & Flags.NOOP)
        node.title, node.named = plugin.title or plugin.__name__, True
        node.serial = bool(plugin.flags & Flags.SERIAL)
        arguments = item.arguments if is_noop else self._processed(item.arguments, plugin)
        task = made(plugin, arguments, plugin.elements_id or item.elements_id, self._commands.settings)
        if asked(task, "stop_traversal"):
            node.dropped = True
            return []
        item = item._replace(arguments=arguments, elements_id=task.elements_id)
        elements = _elements(task)
        if has(plugin, "cmd") and not is_noop:
            self._add_commands(node, task, elements)
            return []
        return self._required(item, plugin, elements)

    def _processed(self, arguments: Arguments, plugin: Type[TaskPlugin]) -> Arguments:
        arguments = arguments.with_defaults(plugin.argument_defaults)
        for name in plugin.required_arguments:
            if name not in arguments:
                near = did_you_mean(name, [known for known in arguments if known not in plugin.required_arguments])
                what = plugin.argument_help.get(name)
                problem = f"the argument {name!r} is missing" + (f" ({what})" if what else "")
                raise ArgumentError(problem, near or f"farmsubmit info {plugin.__name__} tells what it needs")
        wanted = f"{plugin.__name__} uses"
        for processor in plugin.argument_processors:
            arguments = apply(processor, arguments, lambda name: self._found("processor", name, wanted))
        return arguments

    def _required(self, item: _Item, plugin: Type[TaskPlugin], elements: Optional[Sequence[Any]]) -> List[_Item]:
        required = plugin.required_tasks
        if not required:
            return []
        parts = required if isinstance(required, (list, tuple)) else (required,)
        if elements is None:
            item.node.serial = item.node.serial or isinstance(required, tuple)
            return self._parts(item, parts)
        item.node.serial = bool(plugin.flags & Flags.SERIAL)
        inside = tuple(parts) if item.node.serial else required
        initial = item.arguments[item.elements_id or ""].initial
        items: List[_Item] = []
        for element in in_steps(elements, self._cancelled):
            own = item.arguments.replaced({item.elements_id or "": ArgumentValue(initial, element)})
            node = self._new(item.node.new_child(f"{item.node.title}: Elements {shown(element)}"))
            items.append(_Item(node, inside, own, item.elements_id, item.chain))
        return items

    def _add_commands(self, node: Node, task: TaskPlugin, elements: Optional[Sequence[Any]]) -> None:
        commands = self._commands.of(task)
        if elements is None:
            commands.fill(node, task)
            return
        plugin, name, initial = type(task), task.elements_id or "", task.elements.initial
        for element in in_steps(elements, self._cancelled):
            own = task.arguments.replaced({name: ArgumentValue(initial, element)})
            one = made(plugin, own, name, self._commands.settings)
            if not asked(one, "stop_traversal"):
                commands.fill(self._new(node.new_child(named=True)), one)


def _linked(name: str, above: Optional[_Chain]) -> _Chain:
    """Return the chain with one more plug-in; raise PluginError where it is in it already."""
    names = list(above.names()) if above else []
    if name in names:
        circle = [name, *reversed(names[: names.index(name)]), name]
        shortened = circle if len(circle) < 8 else [*circle[:4], "…", *circle[-2:]]
        raise PluginError(f"the required tasks go in a circle: {' needs '.join(shortened)}")
    return _Chain(name, above)


def _elements(task: TaskPlugin) -> Optional[Sequence[Any]]:
    """Return the elements that a PER_ELEMENT plug-in is to be made for; None where it is made once.

    A mapping gives ``[key, value]`` for each item. Text is one element.
    """
    if not task.flags & Flags.PER_ELEMENT or task.elements_id is None:
        return None
    elements = task.elements.processed
    if isinstance(elements, dict):
        return [[key, value] for key, value in elements.items()]
    return elements if isinstance(elements, (list, tuple, range)) else None
