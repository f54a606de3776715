"""A studio's hooks: one before the job is built, one before it is sent.

A hook is a Python function, ``module:function``, or a program. It is given JSON, and may give back changed JSON, or
refuse with a reason; what it gives back is read as strictly as any other file.

    before_build    is given the request
    before_send     is given {"job": …, "request": … or null}, the job as formats.jobjson writes it, and may give back
                    "job", or "attributes" of the job by name, null for one to take away

A function gives back an object, or nothing where it has nothing to change or has changed what it was given. A program
has the stage as its one argument, the JSON on standard input, and writes JSON or nothing to standard output; it
refuses with an exit code that is not 0, and the last line on standard error is why. Anything refuses with
``{"refuse": "the reason"}``. No shell is ever started.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, NoReturn, Optional, Sequence, Tuple, Union

from farmsubmit.errors import FarmsubmitError, HookError, HookRefused
from farmsubmit.formats._plain import plain
from farmsubmit.settings.functions import NamedFunction

BEFORE_BUILD, BEFORE_SEND = "before_build", "before_send"
_FUNCTION = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*\Z")
_MOST_LINES = 20

#: A function, the name of one, the path of a program, or a program and its arguments.
Hook = Union[str, Sequence[str], Callable[[Dict[str, Any]], Any]]


class Answer(NamedTuple):
    """What a hook gave back, and what it wrote to standard error."""

    document: Dict[str, Any]
    said: Tuple[str, ...] = ()


def run_hook(hook: Hook, stage: str, document: Dict[str, Any], seconds: float = 30, python: str = "python3") -> Answer:
    """Return what a hook makes of a document, which it may change itself.

    ``seconds`` is how long a program may take; a function takes as long as it likes. ``python`` runs a program that
    ends in ``.py``. Raises HookRefused where it refuses and HookError where it fails.
    """
    name = hook_name(hook)
    function = _function(hook)
    if function is None:
        answer = _run_program(_argv(hook, python), stage, document, seconds, name)
    else:
        answer = Answer(_as_json(_called(function, document, name), name))
    reason = answer.document.get("refuse")
    if reason is not None:
        raise HookRefused(f"the hook {name} refused: {_line(reason) or 'it does not say why'}")
    return answer


def hook_name(hook: Hook) -> str:
    """Return what a hook is called in messages: ``module:function``, or the path of the program."""
    if isinstance(hook, str):
        return hook
    if callable(hook):
        return str(getattr(hook, "text", "") or getattr(hook, "__qualname__", type(hook).__name__))
    return str(hook[0])


def _function(hook: Hook) -> Optional[Callable[[Dict[str, Any]], Any]]:
    if isinstance(hook, str):
        return NamedFunction(hook) if _FUNCTION.match(hook) else None
    return hook if callable(hook) else None


def _argv(hook: Any, python: str) -> List[str]:
    words = [hook] if isinstance(hook, str) else [str(word) for word in hook]
    words[0] = str(Path(words[0]).expanduser())
    if not words[0].lower().endswith(".py"):
        return words
    if not Path(words[0]).is_file():
        raise HookError(f"the hook {words[0]} cannot be started: there is no such file")
    return [python, *words]


def _called(function: Callable[[Dict[str, Any]], Any], document: Dict[str, Any], name: str) -> Dict[str, Any]:
    try:
        given = function(document)
    except FarmsubmitError as error:
        if isinstance(error, HookRefused):
            raise HookRefused(f"the hook {name} refused: {error}") from error
        raise HookError(f"the hook {name} failed: {error}") from error
    except (Exception, SystemExit) as error:
        raise HookError(f"the hook {name} failed: {_cause(error)}") from error
    if given is None:
        return document
    if not isinstance(given, dict):
        raise HookError(f"the hook {name} gave back {type(given).__name__}", "it may give back an object, or None")
    return given


def _as_json(document: Dict[str, Any], name: str) -> Dict[str, Any]:
    """Return what a function gave back as a program would have written it: a tuple is a list, and so on."""
    import json

    try:
        plain_document: Dict[str, Any] = json.loads(json.dumps(document))
    except (TypeError, ValueError, RecursionError) as error:
        raise HookError(f"the hook {name} gave back what JSON cannot hold: {_line(error)}") from None
    return plain_document


def _cause(error: BaseException) -> str:
    """Return an exception in one line, with the file and line that raised it."""
    text = _line(str(error))
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" ({trace.tb_frame.f_code.co_filename}, line {trace.tb_lineno})" if trace is not None else ""
    return type(error).__name__ + (f": {text}" if text else "") + place


def _run_program(argv: List[str], stage: str, document: Dict[str, Any], seconds: float, name: str) -> Answer:
    import json
    import subprocess

    text = json.dumps(document)
    try:
        with _started([*argv, stage]) as process:
            try:
                output, errors = process.communicate(text.encode("ascii"), timeout=seconds)
            except subprocess.TimeoutExpired:
                _kill(process)
                raise HookError(f"the hook {name} took longer than {seconds:g} s", "see hook_seconds") from None
            except BaseException:
                _kill(process)
                raise
    except OSError as error:
        raise HookError(f"the hook {name} cannot be started: {error.strerror or error}") from None
    said = [_line(line) for line in errors.decode("utf-8", "replace").splitlines() if line.strip()]
    if process.returncode:
        _refuse(name, process.returncode, said)
    return Answer(_read(output, document, name), tuple(said[-_MOST_LINES:]))


def _started(argv: List[str]) -> Any:
    import subprocess

    pipe = subprocess.PIPE
    # A group of its own, so that what the program has started ends with it.
    return subprocess.Popen(argv, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True)


def _kill(process: Any) -> None:
    import signal

    if sys.platform == "win32":
        process.kill()
        return
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _refuse(name: str, code: int, said: Sequence[str]) -> NoReturn:
    if code < 0:
        raise HookError(f"the hook {name} failed: it was ended by signal {-code}")
    raise HookRefused(f"the hook {name} refused: {said[-1] if said else f'exit code {code}'}")


def _read(output: bytes, document: Dict[str, Any], name: str) -> Dict[str, Any]:
    import json

    if not output.strip():
        return document
    try:
        given = json.loads(output)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        start = _line(output[:60].decode("utf-8", "replace"))
        raise HookError(f"the hook {name} wrote no JSON object to standard output: {start}", "or it may write nothing")
    return given


def _line(text: object) -> str:
    """Return the first 300 characters of a text on one line."""
    return plain(" ".join(str(text).split()))[:300]
