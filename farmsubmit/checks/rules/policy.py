"""Rules for what a site or show has settled: its policy, and the values that its locks keep out."""

from __future__ import annotations

from typing import Any, Dict, Iterator

from farmsubmit.author.elements import Job
from farmsubmit.checks.context import Context, row_label
from farmsubmit.checks.plugin import rule
from farmsubmit.checks.problem import Problem, Severity
from farmsubmit.lang.frames import FrameSet
from farmsubmit.settings.policyfile import JOB_FIELDS, ROW_FIELDS, names_of


@rule("policy", severity=Severity.ERROR, description="A value is not as the policy of the site or show wants it.")
def policy(context: Context) -> Iterator[Problem]:
    """Looks at the job, each row and the other settings, and tells the reason that the policy gives.

    Conditions on the task take a scene's rows for those of the shipped recipe: MayaRender and its like.
    """
    found = getattr(context.settings, "policy", None)
    if found is None:
        return
    seen_by = found.context_of(context.facts.dcc if context.facts is not None else "")
    for name in found.fields:
        # What is a job's or a row's too is looked at there.
        if "." not in name and len(names_of(name)) == 1:
            told = found.problems({name: context.setting(name)}, seen_by)
            yield from _told(context, told, f"setting {name}")
    yield from _told(context, found.problems(_job_values(context), seen_by), "Job")
    for row in context.rows:
        values = {f"row.{name}": _plain(getattr(row, name)) for name in ROW_FIELDS}
        yield from _told(context, found.problems(values, seen_by), row_label(row), row.id)


def _job_values(context: Context) -> Dict[str, Any]:
    if context.job is not None:
        own = {name: value for name, value in vars(context.job).items() if name in Job.by_attribute}
    else:
        own = dict(context.request.job) if context.request is not None else {}
    # What a request leaves out is locked all the same; a finished job says nothing of what it never heard of.
    names = JOB_FIELDS if context.request is not None else ()
    return {f"job.{name}": own.get(name) for name in (*names, *own)}


def _plain(value: Any) -> Any:
    """Return a row's value as a policy compares it: frames as text."""
    return str(value) if isinstance(value, FrameSet) else value


def _told(context: Context, found: Any, where: str, row: str = "") -> Iterator[Problem]:
    for each in found:
        fix = f"{each.reason} ({each.origin})" if each.reason else each.origin
        yield context.problem(where, each.text, fix, row=row, field=each.field)


@rule("locked-setting", severity=Severity.NOTE, description="A setting of yours does not count, for it is locked.")
def locked_setting(context: Context) -> Iterator[Problem]:
    """Locks stand in the policy of a site or show."""
    for conflict in getattr(context.settings, "conflicts", ()):
        yield context.problem(f"setting {conflict.name}", str(conflict), field=conflict.name)
