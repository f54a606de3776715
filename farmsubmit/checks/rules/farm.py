"""Rules that compare a job with what its engine has told: names and jobs that there are, and times."""

from __future__ import annotations

from typing import Any, Collection, Dict, Iterable, Iterator, Optional, Tuple

from farmsubmit.checks.context import Context
from farmsubmit.checks.plugin import rule
from farmsubmit.checks.problem import Problem
from farmsubmit.errors import did_you_mean

_MOST_NAMED = 8


@rule("unknown-tier", description="The engine has no such tier.")
def unknown_tier(context: Context) -> Iterator[Problem]:
    """A tier that the engine does not know decides nothing."""
    if context.job is not None and context.job.tier and context.knowledge is not None:
        names = [(context.job.tier, context.job.label)]
        yield from _unknown(context, "tier", names, context.knowledge.tiers)


@rule("unknown-project", description="The engine has no such project.")
def unknown_project(context: Context) -> Iterator[Problem]:
    """A project decides the job's share of the farm; on Slurm it is an account, whose capitals do not matter."""
    if context.job is not None and context.knowledge is not None:
        names = [(name, context.job.label) for name in context.job.projects]
        yield from _unknown(context, "projects", names, context.knowledge.projects)


@rule("unknown-tag", description="The engine has no limit for such a tag.")
def unknown_tag(context: Context) -> Iterator[Problem]:
    """Without its limit a tag keeps nobody from taking more licences than there are."""
    if context.job is None or context.knowledge is None:
        return
    users: Dict[str, str] = dict.fromkeys(context.job.tags, context.job.label)
    for where, command in context.tree.commands:
        for name in vars(command).get("tags", ()):
            users.setdefault(name, where)
    yield from _unknown(context, "tags", users.items(), context.knowledge.tags)


def _unknown(
    context: Context, field: str, names: Iterable[Tuple[str, str]], known: Optional[Collection[str]]
) -> Iterator[Problem]:
    if known is None:
        return
    any_case = context.knowledge is not None and context.knowledge.any_case
    folded = {name.casefold() for name in known} if any_case else set()
    for name, where in names:
        if name not in known and name.casefold() not in folded:
            text = f"the engine knows no {field.rstrip('s')} {name!r}"
            yield context.problem(where, text, did_you_mean(name, known) or _some(known), field=field)


def _some(known: Collection[str]) -> str:
    if not known:
        return "it knows none"
    more = len(known) - _MOST_NAMED
    return f"it knows {', '.join(sorted(known)[:_MOST_NAMED])}" + (f" and {more} more" if more > 0 else "")


@rule("unknown-afterjid", description="afterjids names a job that the engine does not know.")
def unknown_afterjid(context: Context) -> Iterator[Problem]:
    """It may be done and gone, or never have been."""
    known = context.knowledge.jids if context.knowledge else None
    if context.job is None or known is None:
        return
    jids = {str(jid) for jid in known}
    for jid in context.job.afterjids:
        if str(jid) not in jids:
            text = f"it waits for job {jid}, which the engine does not know"
            yield context.problem(context.job.label, text, "it may be deleted already", field="afterjids")


@rule("after", description="after is past, or its day can be read in two ways.")
def after(context: Context) -> Iterator[Problem]:
    """A job script says month, day and time, and no year. The clock is this machine's, and the engine's may differ.

    Source: the author API document, "Job", whose ``after`` is written so.
    """
    moment = context.job.after if context.job is not None else None
    if context.job is None or moment is None:
        return
    text, fix = _said_of(moment, context.now or _now(moment))
    if text:
        yield context.problem(context.job.label, text, fix, field="after")


def _now(moment: Any) -> Any:
    from datetime import datetime

    return datetime.now(getattr(moment, "tzinfo", None))


def _said_of(moment: Any, now: Any) -> Tuple[str, str]:
    """Return what is wrong with a moment, and what would be right; nothing where it is sound."""
    fix = "give a time within the months to come"
    if isinstance(moment, str):
        return _said_of_text(moment, now)
    if moment < now:
        return f"after {moment:%Y-%m-%d %H:%M} is past, so it holds nothing back", fix
    if (moment - now).days >= 365:
        return f"after {moment:%Y-%m-%d %H:%M} is sent without its year, so it means an earlier one", fix
    return "", ""


def _said_of_text(text: str, now: Any) -> Tuple[str, str]:
    """As above, for ``month day HH:MM`` and ``HH:MM``."""
    *day, clock = text.split()
    hour, minute = map(int, clock.split(":"))
    month, date = map(int, day) if day else (now.month, now.day)
    try:
        moment = now.replace(month=month, day=date, hour=hour, minute=minute, second=0, microsecond=0)
    except ValueError:
        return f"after {text!r}: there is no such day in {now.year}", "give another day"
    if moment >= now:
        return "", ""
    if day:
        return f"after {text!r} is past in {now.year}, and may mean next year or nothing", "give a later day"
    return f"after {text!r} is past today, and may mean tomorrow or nothing", "write the month and the day too"
