"""Writing a job script in the documented layout: two blanks a level, an element's options on its line."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Tuple

from farmsubmit.author import options as table
from farmsubmit.author.elements import Assign, Command, Element, Instance, Iterate, Job, Task
from farmsubmit.author.options import Option
from farmsubmit.author.tree import References, walk
from farmsubmit.errors import AuthorError, JobTreeError
from farmsubmit.lang import tcl
from farmsubmit.lang.dirmap import DirMap

# Blanks mean nothing to the reader; without a bound, a chain of 5,000 tasks would be 50 MB of them.
_DEEPEST_INDENT = 40
_DEEPEST_TEMPLATE = 50
_INDENTS = tuple("  " * depth for depth in range(_DEEPEST_INDENT + 1))


def write_job(job: Job) -> str:
    """Return the job script."""
    return _Writer(job).text()


# An option as it is written: its name in the script after a blank, its attribute, and how (None for a block).
_Entry = Tuple[str, str, Optional[Callable[[Any], str]]]


class _Order(Dict[Tuple[str, ...], List[_Entry]]):
    """Which options to write, in which order, for each set of attributes that turns up: looked up, not worked out."""

    def __init__(self, options: Tuple[Option, ...], first: str = "", last: str = "") -> None:
        """Take the options between two others, both left out."""
        super().__init__()
        names = [option.attr for option in options]
        self.options = options[names.index(first) + 1 if first else 0 : names.index(last) if last else len(names)]

    def __missing__(self, names: Tuple[str, ...]) -> List[_Entry]:
        found = [option for option in self.options if option.attr in names]
        self[names] = [
            (f" {option.flag} ", option.attr, None if option.kind is table.BLOCK else option.kind.write)
            for option in found
        ]
        return self[names]


_JOB = _Order(table.JOB, last="subtasks")
_TASK_BEFORE = _Order(table.TASK, first="title", last="subtasks")
_TASK_AFTER = _Order(table.TASK, first="subtasks")
_COMMAND = _Order(table.COMMAND, first="argv")
_ITERATE = _Order(table.ITERATE, first="varname", last="template")


class _Writer:
    def __init__(self, job: Job) -> None:
        self.job = job
        self.names: Optional[References] = None
        self.out: List[str] = []
        self.met_instance = False
        self.templates = 0

    def text(self) -> str:
        self.job.required("subtasks")
        written = self._job()
        if not self.met_instance:
            return written
        # Who refers to whom is looked at only where somebody does, for it costs a walk or two.
        self.names = References(self.job)
        self.names.settle()
        return self._job()

    def _job(self) -> str:
        self.out = [f"Job{self._options(self.job, _JOB, '')} -subtasks {{\n"]
        self._tree(self.job, 1)
        self.out.append("}")
        return "".join(self.out)

    def _tree(self, job: Job, depth: int) -> None:
        out = self.out
        for element, below, leaving in walk(job):
            indent = _INDENTS[min(depth + below, _DEEPEST_INDENT)]
            has_children = "subtasks" in vars(element) and bool(element.subtasks)
            if leaving:
                after = self._options(element, _TASK_AFTER, indent) if isinstance(element, Task) else ""
                out.append(f"{indent}}}{after}\n" if has_children else after + "\n")
            else:
                out.append(self._enter(element, indent, depth + below))
                if has_children:
                    out.append(" -subtasks {\n")

    def _enter(self, element: Element, indent: str, depth: int) -> str:
        if isinstance(element, Task):
            title = vars(element).get("title")
            if title is None:
                title = element.required("title")
            made = self._made_id(element) if self.names is not None else ""
            return f"{indent}Task {tcl.quote(title)}{made}{self._options(element, _TASK_BEFORE, indent)}"
        if isinstance(element, Instance):
            self.met_instance = True
            return f"{indent}Instance {tcl.quote(self._reference(element))}"
        if isinstance(element, Iterate):
            return self._iterate(element, indent, depth)
        raise JobTreeError(f"{element!r} stands in the tree")

    def _made_id(self, task: Task) -> str:
        """The id that only an instance made necessary; an own id is printed with the other options."""
        if self.names is None or "id" in vars(task):
            return ""
        name = self.names.name(task)
        return f" -id {tcl.quote(name)}" if name is not None else ""

    def _reference(self, instance: Instance) -> str:
        if instance.target is None:
            return str(instance.required("title"))
        if self.names is None:
            return ""
        name = self.names.name(instance.target)
        if name is None:
            raise JobTreeError(f"an Instance waits for {instance.target.label}, which is not in the job")
        return name

    def _iterate(self, iterate: Iterate, indent: str, depth: int) -> str:
        """Return the whole template, read from a writer's tree of its own."""
        inner = _Writer(Job())
        inner.templates = self.templates + 1
        if inner.templates > _DEEPEST_TEMPLATE:
            raise JobTreeError(f"{iterate.label} stands more than {_DEEPEST_TEMPLATE} templates deep")
        inner.names = self.names
        inner.job.subtasks.extend(iterate.required("template"))
        inner._tree(inner.job, depth + 1)
        self.met_instance = self.met_instance or inner.met_instance
        head = f"{indent}Iterate {tcl.quote(iterate.required('varname'))}{self._options(iterate, _ITERATE, indent)}"
        return f"{head} -template {{\n{''.join(inner.out)}{indent}}}"

    def _options(self, element: Element, order: _Order, indent: str) -> str:
        values = vars(element)
        text = ""
        for flag, attr, write in order[tuple(values)]:
            value = values[attr]
            if value == []:
                continue
            try:
                text += flag + (self._block(value, attr, indent) if write is None else write(value))
            except (ValueError, TypeError):
                raise AuthorError(element.label, attr, value, element.by_attribute[attr].kind.expected) from None
        return text

    def _block(self, values: List[Any], attr: str, indent: str) -> str:
        lines = [
            f"{indent}  {self._command(value) if type(value) is Command else self._line(value, attr)}\n"
            for value in values
        ]
        return f"{{\n{''.join(lines)}{indent}}}"

    def _line(self, value: Any, attr: str) -> str:
        if isinstance(value, Command):
            return self._command(value)
        if isinstance(value, DirMap):
            zone = value.zone if value.zone.isalnum() else tcl.quote(value.zone)
            return f"{{{tcl.join([value.src, value.dst])} {zone}}}"
        if isinstance(value, Assign):
            name = value.required("name")
            return f"Assign {name if name.isidentifier() else tcl.quote(name)} {tcl.quote(value.required('value'))}"
        raise JobTreeError(f"{value!r} stands in {attr}", "it cannot be written there")

    def _command(self, command: Command) -> str:
        argv = vars(command).get("argv") or command.required("argv")
        try:
            words = tcl.quote_list(argv)
        except TypeError:
            raise AuthorError("Command", "argv", argv, table.ARGV.expected) from None
        return f"{'Cmd' if command.local else 'RemoteCmd'} {words}{self._options(command, _COMMAND, '')}"
