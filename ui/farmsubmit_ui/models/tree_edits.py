"""Changing a job in its tree: titles, services and the priority, each through the session, which can undo it."""

from __future__ import annotations

from typing import Any, Callable, List, Protocol, Sequence

from farmsubmit.author.elements import Command, Element, Instance, Iterate, Job
from farmsubmit.errors import AuthorError, FarmsubmitError
from farmsubmit.lang import servicekey
from farmsubmit_ui.models import tree_texts as texts
from farmsubmit_ui.models.tree_cells import Column


class Editor(Protocol):
    """The part of the session that changes elements."""

    undo_stack: Any

    def edit_element(self, element: Element, attribute: str, value: Any) -> None:
        """Change an attribute of an element of the job; None takes it away. Raises FarmsubmitError."""


def can_edit(element: Element, column: Column) -> bool:
    """Tell whether a cell can be edited: a title, the service of who has commands, the priority of the job."""
    if column is Column.TASK:
        return not isinstance(element, (Instance, Iterate))
    if column is Column.SERVICE:
        return isinstance(element, Job) or bool(texts.commands(element))
    return column is Column.STATE and isinstance(element, Job)


def value(element: Element, column: Column) -> Any:
    """Return what an editor begins with: the plain value, without the words around it."""
    if column is Column.TASK:
        return texts.title(element)
    if column is Column.SERVICE:
        return texts.own_service(element)
    return texts.priority(element) or 0.0 if isinstance(element, Job) else None


def change(editor: Editor, element: Element, column: Column, new: Any) -> None:
    """Give a cell another value; one that it has already changes nothing. Raises FarmsubmitError for a bad one."""
    if new == value(element, column):
        return
    if column is Column.TASK:
        editor.edit_element(element, "title", _title(element, new))
    elif column is Column.SERVICE:
        _set_service(editor, element, str(new).strip())
    else:
        editor.edit_element(element, "priority", _number(element, new))


def _title(element: Element, new: Any) -> str:
    text = " ".join(str(new).split())
    if not text:
        raise AuthorError(element.label, "title", new, "a title", "a row needs a name that people find it by")
    return text


def _number(element: Element, new: Any) -> float:
    try:
        return float(new)
    except (TypeError, ValueError):
        raise AuthorError(element.label, "priority", new, "a number, such as 100 or 2.5") from None


def _set_service(editor: Editor, element: Element, text: str) -> None:
    servicekey.parse(text)
    if isinstance(element, Job):
        editor.edit_element(element, "service", text or None)
        return
    # What a task runs on is what its commands say; its own service checks out a blade for others to refer to.
    _as_one_step(
        editor, "service", texts.commands(element), lambda each: editor.edit_element(each, "service", text or None)
    )


def _as_one_step(editor: Editor, label: str, commands: Sequence[Command], edit: Callable[[Command], None]) -> None:
    """Edit several commands so that one undo takes all of it back."""
    if len(commands) == 1:
        edit(commands[0])
        return
    editor.undo_stack.beginMacro(label)
    try:
        for command in commands:
            edit(command)
    finally:
        editor.undo_stack.endMacro()


def words_of(lines: str) -> List[str]:
    """Return the arguments that somebody wrote one a line; raises FarmsubmitError where there is none."""
    words = lines.split("\n")
    while words and not words[-1]:
        words.pop()
    if not words:
        raise FarmsubmitError("a command needs a program", "write it in the first line")
    return words
