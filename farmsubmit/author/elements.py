"""The elements of a job: Job, Task, Instance, Iterate, Command, Assign.

Attributes, types and shortcuts are those of the documented author API; the camelCase names are kept because old
scripts call them. A value is checked when it is assigned; a list is kept as given and checked again when the job is
written, for scripts go on appending to it. An attribute that was never set reads as None, or as an empty live list.
"""

from __future__ import annotations

from itertools import count
from typing import Any, Callable, ClassVar, Dict, List, Optional, Sequence, Tuple, Union

from farmsubmit.author import options as table
from farmsubmit.author.options import Option
from farmsubmit.errors import (
    AuthorError,
    ChildError,
    DirMapError,
    FarmsubmitError,
    RequiredValueError,
    UnknownAttributeError,
)
from farmsubmit.lang.dirmap import DirMap

_keep = object.__setattr__
_numbers = count(1)


class Element:
    """What all elements share: checked attributes from the option table."""

    options: ClassVar[Tuple[Option, ...]] = ()
    by_attribute: ClassVar[Dict[str, Option]] = {}
    own: ClassVar[Tuple[str, ...]] = ()

    _checks: ClassVar[Dict[str, Callable[[Any], Any]]] = {}

    def __init_subclass__(cls) -> None:
        cls.by_attribute = table.by_attribute(cls.options)
        cls._checks = {option.attr: option.kind.check for option in cls.options}

    def __init__(self, **attributes: Any) -> None:
        self._fill(attributes)

    def _fill(self, attributes: Dict[str, Any]) -> None:
        for name, value in attributes.items():
            self.__setattr__(name, value)

    def __setattr__(self, name: str, value: Any) -> None:
        # Jobs have a hundred thousand of these: the usual case comes first and looks nothing up twice.
        check = self._checks.get(name)
        if check is None or value is None:
            self._set_unusual(name, value)
            return
        try:
            _keep(self, name, check(value))
        except (ValueError, TypeError, NotImplementedError):
            raise AuthorError(self.label, name, value, self.by_attribute[name].kind.expected) from None

    def _set_unusual(self, name: str, value: Any) -> None:
        """Set an attribute that is no option, or take an option away with None."""
        if name in self.by_attribute:
            vars(self).pop(name, None)
        elif name in self.own:
            _keep(self, name, value)
        else:
            raise UnknownAttributeError(self.label, name, self.attributes())

    def __getattr__(self, name: str) -> Any:
        option = self.by_attribute.get(name)
        if option is None:
            raise AttributeError(f"{self.label} has no attribute {name!r}")
        if not option.kind.is_list:
            return None
        empty: List[Any] = []
        _keep(self, name, empty)
        return empty

    @classmethod
    def attributes(cls) -> List[str]:
        """Return the names that can be assigned."""
        return [*cls.by_attribute, *cls.own]

    def required(self, name: str) -> Any:
        """Return the value of an attribute; raise RequiredValueError where it is missing."""
        value = vars(self).get(name)
        if value is None or value == []:
            raise RequiredValueError(self.label, name)
        return value

    @property
    def label(self) -> str:
        """The element as an error names it: ``Task 'render'``."""
        name = vars(self).get("title") or vars(self).get("id")
        return f"{type(self).__name__} {name!r}" if name else type(self).__name__

    def __repr__(self) -> str:
        return f"<{self.label}>"


class Assign(Element):
    """A variable for launch expressions: ``$name`` in an argument becomes the value."""

    options = table.ASSIGN


class Command(Element):
    """One process on one blade, or on the spooling host where ``local`` is true (``Cmd`` in a script)."""

    options = table.COMMAND
    own = ("local",)
    local: bool

    def __init__(self, local: bool = False, **attributes: Any) -> None:
        _keep(self, "local", bool(local))
        self._fill(attributes)

    @property
    def label(self) -> str:
        """The command as an error names it: by its program."""
        argv = vars(self).get("argv")
        return f"Command {argv[0]!r}" if argv else "Command"


class Parent(Element):
    """What Job and Task share: children that run before it."""

    def newTask(self, argv: Any = None, **attributes: Any) -> Task:
        """Add a new task and return it; the arguments are those of Task."""
        task = Task(argv, **attributes)
        _keep(task, "parent", self)
        self.subtasks.append(task)
        return task

    def addChild(self, child: Child) -> None:
        """Add a task, instance or iterate.

        A Task that already has a parent becomes an Instance of it by id, so the farm runs it once.
        Raises ChildError for anything else. Source: the author API document, "Adding Tasks".
        """
        if not isinstance(child, (Task, Instance, Iterate)):
            raise ChildError(self.label, child, "a Task, an Instance or an Iterate")
        if not isinstance(child, Task):
            self.subtasks.append(child)
        elif child.parent is None:
            _keep(child, "parent", self)
            self.subtasks.append(child)
        else:
            self.subtasks.append(Instance.of(child))


class Task(Parent):
    """A node of the tree: children first, then its commands in order.

    ``argv`` is the shortcut for one Command, which then gets ``service`` too.
    Source: the author API document, "Adding Commands".
    """

    options = table.TASK
    own = ("parent",)
    parent: Optional[Parent] = None

    def __init__(self, argv: Any = None, **attributes: Any) -> None:
        if not argv:
            self._fill(attributes)
            return
        service = attributes.pop("service", None)
        self._fill(attributes)
        self.newCommand(argv=argv, service=service)

    def newCommand(self, **attributes: Any) -> Command:
        """Add a new command after the others and return it; the arguments are those of Command."""
        command = Command(**attributes)
        self.cmds.append(command)
        return command

    def addCommand(self, command: Command) -> None:
        """Add a command after the others; raises ChildError, a TypeError, for anything else."""
        _hold_command(self, self.cmds, command)

    def addCleanup(self, command: Command) -> None:
        """Add a command that runs after the others, also when they failed or the task is deleted."""
        _hold_command(self, self.cleanup, command)

    def reference(self) -> str:
        """Return the id by which an Instance names this task, making one up where none was set."""
        own = vars(self).get("id")
        if own is None:
            own = f"task.{next(_numbers)}"
            _keep(self, "id", own)
        return str(own)


class Instance(Element):
    """Waits for a task that stands elsewhere in the tree; ``title`` is its id or its title.

    One made by addChild keeps the task itself in ``target``, and its id is settled when it is first asked for or,
    deterministically, when the job is written.
    """

    options = table.INSTANCE
    own = ("target",)
    target: Optional[Task] = None

    @classmethod
    def of(cls, task: Task) -> Instance:
        """Return an instance of this very task."""
        instance = cls()
        _keep(instance, "target", task)
        return instance

    def __getattr__(self, name: str) -> Any:
        if name == "title" and self.target is not None:
            return self.target.reference()
        return super().__getattr__(name)

    @property
    def subtasks(self) -> None:
        """Always None: an Instance holds no children."""
        return None


class Iterate(Element):
    """Makes its template once for each value of ``varname`` from ``frm`` to ``to`` by ``by``.

    The public documents show only the script form, ``Iterate var -from n -to m -by i -template {…}``; the attribute
    names follow it, with ``frm`` because ``from`` is a word of Python.
    """

    options = table.ITERATE

    def addTemplate(self, task: Child) -> None:
        """Add a task to the template, in which ``$varname`` stands for the value."""
        if not isinstance(task, (Task, Instance, Iterate)):
            raise ChildError(self.label, task, "a Task, an Instance or an Iterate")
        self.template.append(task)

    @property
    def label(self) -> str:
        """The iterate as an error names it: by its variable."""
        return f"Iterate {vars(self).get('varname') or '?'!r}"


class Job(Parent):
    """A job: its settings and its tree.

    Two jobs are equal when they are written alike; one that cannot be written yet equals only itself.
    """

    options = table.JOB

    def newDirMap(self, src: str, dst: str, zone: str) -> DirMap:
        """Add a directory map: paths in ``%D()`` that start with src start with dst on blades of this zone."""
        try:
            dirmap = DirMap(src, dst, zone)
        except (DirMapError, TypeError) as error:
            raise AuthorError(
                self.label, "dirmap", (src, dst, zone), "a source, a destination and a zone", str(error)
            ) from None
        self.dirmaps.append(dirmap)
        return dirmap

    def addCleanup(self, command: Command) -> None:
        """Add a command for when the job is done or deleted."""
        _hold_command(self, self.cleanup, command)

    def newCleanup(self, **attributes: Any) -> Command:
        """Add a new cleanup command and return it."""
        command = Command(**attributes)
        self.cleanup.append(command)
        return command

    def addPostscript(self, command: Command) -> None:
        """Add a command for when nothing more of the tree can run; its ``when`` is done, error or always."""
        _hold_command(self, self.postscript, command)

    def newPostscript(self, **attributes: Any) -> Command:
        """Add a new postscript command and return it."""
        command = Command(**attributes)
        self.postscript.append(command)
        return command

    def newAssign(self, name: str, value: str) -> Assign:
        """Add a variable for launch expressions and return it."""
        assign = Assign(name=name, value=value)
        self.init.append(assign)
        return assign

    def asTcl(self) -> str:
        """Return the job script.

        Raises RequiredValueError for what is missing, AuthorError for a list that went bad, JobTreeError for a cycle.
        """
        import farmsubmit

        return str(farmsubmit.to_tcl(self))

    def spool(
        self,
        block: bool = False,
        owner: Optional[str] = None,
        spoolfile: Optional[str] = None,
        spoolhost: Optional[str] = None,
        hostname: Optional[str] = None,
        port: Optional[int] = None,
    ) -> Any:
        """Send the job to the engine and return its job id.

        The id is an int where the engine counts its jobs. ``block`` waits until the engine has taken the job apart,
        so that its diagnostics arrive here. ``owner`` defaults to the process owner; ``spoolfile`` and ``spoolhost``
        are recorded with the job; ``hostname`` and ``port`` name another engine for this call. Raises SpoolError,
        EngineUnreachable, and what asTcl raises.
        Source: the author API document, "Spooling a Job".
        """
        import farmsubmit

        return farmsubmit.spool(
            self, block=block, owner=owner, spoolfile=spoolfile, spoolhost=spoolhost, hostname=hostname, port=port
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Job):
            return NotImplemented
        if self is other:
            return True
        try:
            return bool(self.asTcl() == other.asTcl())
        except FarmsubmitError:
            return False

    # Scripts keep jobs in sets and as keys, each for itself: the hash is the object's, whatever the job holds.
    __hash__ = object.__hash__


Child = Union[Task, Instance, Iterate]


def _hold_command(element: Element, commands: List[Command], command: Command) -> None:
    if not isinstance(command, Command):
        raise ChildError(element.label, command, "a Command")
    commands.append(command)


def children(element: Element) -> Sequence[Any]:
    """Return the children of an element without making a list for a leaf."""
    below: Sequence[Any] = vars(element).get("subtasks", ())
    return below
