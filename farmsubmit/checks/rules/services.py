"""Rules for service keys: which blades may take the commands."""

from __future__ import annotations

from typing import Dict, Iterator, Sequence

from farmsubmit.author.elements import Command
from farmsubmit.checks.context import Context
from farmsubmit.checks.plugin import rule
from farmsubmit.checks.problem import Problem, Severity
from farmsubmit.errors import ParseError, did_you_mean
from farmsubmit.lang import servicekey
from farmsubmit.lang.servicekey import Blade, ServiceKey

# Engines that may give a command without a service to no blade; others take it for one that runs anywhere.
_BY_SERVICE = ("", "folder", "tractor")


@rule("bad-service", severity=Severity.ERROR, description="A service is no service-key expression.")
def bad_service(context: Context) -> Iterator[Problem]:
    """Source: Tractor's Process Launch page, "Service Key Expressions"."""
    for text, where in context.tree.services.items():
        try:
            servicekey.parse(text)
        except ParseError as error:
            told = f"service {text!r}, column {error.column}: {error.problem}"
            yield context.problem(where, told, error.hint, field="service")


@rule("ambiguous-service", description="A service mixes ',' and '||' without parentheses.")
def ambiguous_service(context: Context) -> Iterator[Problem]:
    """No document says which of the two binds tighter."""
    for text, where in context.tree.services.items():
        try:
            key = servicekey.parse(text)
        except ParseError:
            continue
        if key.ambiguous:
            told = f"service {text!r} mixes ',' and '||', which engines may read apart"
            yield context.problem(where, told, f"put parentheses: {key}", field="service")


@rule("no-service", description="A command has no service, and neither has the job.")
def no_service(context: Context) -> Iterator[Problem]:
    """Tractor's blades take commands by their services; a local command needs none."""
    if context.job is None or context.job.service or context.scheme not in _BY_SERVICE:
        return
    without = [where for where, command in context.tree.commands if _needs_service(command)]
    if without:
        text = f"commands without a service: {len(without)}, so no blade may take them"
        yield context.problem(without[0], text, "give the job or the command a service", field="service")


def _needs_service(command: Command) -> bool:
    return not command.local and not vars(command).get("service") and not vars(command).get("refersto")


@rule("unmatched-service", description="No blade that the engine has told of has what a service asks for.")
def unmatched_service(context: Context) -> Iterator[Problem]:
    """The service of the job is ANDed with that of each command. Source: the author API document, "Job"."""
    blades = context.knowledge.blades if context.knowledge else None
    if blades is None or context.job is None:
        return
    for text, where in _asked(context).items():
        try:
            key = servicekey.parse(text)
        except ParseError:
            continue
        if not any(key.matches(blade) for blade in blades):
            told = f"no known blade has what {text!r} asks for; {_nearest(key, blades)}"
            yield context.problem(where, told, _spelling(key, blades), field="service")


def _asked(context: Context) -> Dict[str, str]:
    """Return each service that blades are asked for, the job's own joined to it, with who asks first."""
    job_service = str(context.job.service or "") if context.job else ""
    users: Dict[str, str] = {}
    for where, command in context.tree.commands:
        if not command.local and not vars(command).get("refersto"):
            users.setdefault(vars(command).get("service") or "", where)
    for task in context.tree.tasks:
        text = vars(task).get("service")
        if text and text not in users:
            users[text] = task.label
    joined: Dict[str, str] = {}
    for text, where in users.items():
        try:
            joined.setdefault(servicekey.both(job_service, text), where)
        except ParseError:
            continue
    joined.pop("", None)
    return joined


def _nearest(key: ServiceKey, blades: Sequence[Blade]) -> str:
    """Say what the blade lacks that lacks least."""
    lacking = [(key.explain(blade).reasons, blade) for blade in blades]
    if not lacking:
        return "the engine knows no blade at all"
    reasons, blade = min(lacking, key=lambda found: len(found[0]))
    return f"the nearest, {blade.name}: {'; '.join(reasons)}"


def _spelling(key: ServiceKey, blades: Sequence[Blade]) -> str:
    known = {spelling for blade in blades for spelling in blade.keys.values()}
    provided = {name.casefold() for name in known}
    hints = [did_you_mean(name, known) for name in key.names if name.casefold() not in provided]
    return next((hint for hint in hints if hint), "")
