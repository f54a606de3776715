"""The arguments of sent tasks. Source: jobtronaut's ``query.arguments``."""

from __future__ import annotations

from typing import List

from farmsubmit.compat.jobtronaut.author.argument import Arguments
from farmsubmit.compat.jobtronaut.query import engine
from farmsubmit.errors import EngineError
from farmsubmit.tasks.blade import arguments_of
from farmsubmit.tasks.contract import read_word


def get_arguments_objects(task_id: str) -> List[Arguments]:
    """Return the arguments of each command with a script() of a task; ``task_id`` is ``jid:tid``, blanks do not matter.

    Raises EngineError for an id of another form, and what the engine raises.
    """
    jid, _, tid = "".join(task_id.split()).rpartition(":")
    if not jid or not (tid.isascii() and tid.isdigit()):
        raise EngineError(f"{task_id!r} names no task", "write jid:tid, such as 12:3")
    words = [read_word(argv[-1]) for argv in engine().commands(jid, int(tid)) if argv]
    return [Arguments(arguments_of(*word)) for word in words if word is not None]
