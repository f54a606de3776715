"""What a studio's hooks make of a request and of a job, and telling what they changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

from farmsubmit.author.elements import Job
from farmsubmit.errors import FarmsubmitError, HookError, did_you_mean
from farmsubmit.formats.jobjson import from_document, to_document
from farmsubmit.history.differences import differences, told
from farmsubmit.history.treediff import job_differences
from farmsubmit.hooks import BEFORE_BUILD, BEFORE_SEND, Answer, Hook, hook_name, run_hook
from farmsubmit.request import SubmitRequest

_MOST_TOLD = 10
_SEND_KEYS = ("job", "attributes", "request")


class Hooked(NamedTuple):
    """What a hook left: the request or the job, whether it is another one, and what a person should know."""

    value: Any
    changed: bool
    notes: Tuple[str, ...] = ()


def before_build(request: SubmitRequest, settings: Any) -> Hooked:
    """Return the request that the setting hook_before_build makes of one; raises HookError and HookRefused."""
    hook: Hook = settings["hook_before_build"]
    if not hook:
        return Hooked(request, False)
    before = request.to_json()
    answer = _run(hook, BEFORE_BUILD, request.to_json(), settings)
    changes = differences(before, answer.document)
    if not changes:
        return Hooked(request, False, _said(hook, answer))
    try:
        changed = SubmitRequest.from_json(answer.document)
    except FarmsubmitError as error:
        raise _unusable(hook, "request", error) from error
    if answer.document.get("settings") == before["settings"]:
        # Settings that only this process knows, such as functions, are in no JSON.
        changed = replace(changed, settings=request.settings)
    return Hooked(changed, True, (*_said(hook, answer), *_told(hook, told(changes, _MOST_TOLD))))


def before_send(job: Job, request: Optional[SubmitRequest], settings: Any) -> Hooked:
    """Return the job that the setting hook_before_send makes of one; raises HookError and HookRefused."""
    hook: Hook = settings["hook_before_send"]
    if not hook:
        return Hooked(job, False)
    given = {"job": to_document(job), "request": request.to_json() if request is not None else None}
    answer = _run(hook, BEFORE_SEND, given, settings)
    _check_keys(hook, answer.document)
    document = _with_attributes(hook, answer.document, to_document(job))
    try:
        changed = from_document(document)
        changes = job_differences(job, changed)
    except FarmsubmitError as error:
        raise _unusable(hook, "job", error) from error
    notes = _said(hook, answer)
    if not changes:
        return Hooked(job, False, notes)
    return Hooked(changed, True, (*notes, *_told(hook, changes.lines(_MOST_TOLD))))


def _run(hook: Hook, stage: str, document: Dict[str, Any], settings: Any) -> Answer:
    return run_hook(hook, stage, document, settings["hook_seconds"], settings["python"])


def _check_keys(hook: Hook, document: Dict[str, Any]) -> None:
    for name in document:
        if name not in _SEND_KEYS:
            hint = did_you_mean(name, _SEND_KEYS) or "it may give back job and attributes"
            raise HookError(f"the hook {hook_name(hook)} gave back {name!r}, which is not known", hint)


def _with_attributes(hook: Hook, given: Dict[str, Any], own: Dict[str, Any]) -> Any:
    """Return the document of the job that a hook gave back, with the attributes it gave back laid over."""
    document, attributes = given.get("job", own), given.get("attributes", {})
    if not isinstance(attributes, dict):
        raise HookError(f"the hook {hook_name(hook)} gave back attributes that are no object")
    if not attributes or not isinstance(document, dict) or not isinstance(document.get("job"), dict):
        return document
    values = {**document["job"], **attributes}
    return {**document, "job": {name: value for name, value in values.items() if value is not None}}


def _unusable(hook: Hook, what: str, error: FarmsubmitError) -> HookError:
    return HookError(f"the hook {hook_name(hook)} gave back a {what} that cannot be used: {error.problem}", error.hint)


def _said(hook: Hook, answer: Answer) -> Tuple[str, ...]:
    return tuple(f"hook {hook_name(hook)}: {line}" for line in answer.said)


def _told(hook: Hook, lines: Sequence[str]) -> List[str]:
    return [f"hook {hook_name(hook)} {line}" for line in lines]
