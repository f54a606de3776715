"""Running the rules."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Iterator, List, Mapping, Optional, Sequence

from farmsubmit.author.elements import Job
from farmsubmit.checks.context import Context
from farmsubmit.checks.knowledge import Knowledge
from farmsubmit.checks.plugin import Rule
from farmsubmit.checks.problem import Problem, Severity
from farmsubmit.checks.show import Show, show_of
from farmsubmit.errors import Stopped
from farmsubmit.pace import Cancelled, never
from farmsubmit.plugins import Catalogue, PluginProblem, load_catalogue
from farmsubmit.scenes.facts import SceneFacts

if TYPE_CHECKING:
    from farmsubmit.request import SubmitRequest

_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
#: The same mistake in ten thousand commands is told so often, and then counted.
MOST_ALIKE = 5
_HOME = "farmsubmit.checks"


def check(
    job: Optional[Job] = None,
    facts: Optional[SceneFacts] = None,
    request: Optional[SubmitRequest] = None,
    settings: Any = None,
    knowledge: Optional[Knowledge] = None,
    cancelled: Cancelled = never,
) -> List[Problem]:
    """Return the problems of a job, of the scene it was built from and of the request for it, the worst first.

    An empty list means that nothing is known to be wrong. Nothing is sent or changed; files and frames are looked up
    on this machine's disk. ``settings`` default to those of the request. Once ``cancelled`` is true, what was found
    until then is returned. What the setting check_suppress names is left out; see suppressed. A rule that fails
    becomes a note. Raises SettingsError for settings from which the plug-ins cannot be found.
    """
    return run_rules(Context(job, facts, request, settings, knowledge, cancelled))


def suppressed(
    job: Optional[Job] = None,
    facts: Optional[SceneFacts] = None,
    request: Optional[SubmitRequest] = None,
    settings: Any = None,
    knowledge: Optional[Knowledge] = None,
) -> List[Problem]:
    """Return what check leaves out because the setting check_suppress names its rule; the reason is the fix."""
    context = Context(job, facts, request, settings, knowledge)
    return run_suppressed(context)


def run_rules(
    context: Context, only: Sequence[str] = (), levels: Mapping[str, str] = {}, most: Optional[int] = MOST_ALIKE
) -> List[Problem]:
    """Return what check returns, for a context.

    ``only`` names the rules to run (default: all), ``levels`` go over the setting check_severity, and ``most`` is how
    many problems of one rule are told before the others are counted (None: all). Raises PluginError for a name in
    ``only`` or ``levels`` that no rule has, and SettingsError.
    """
    catalogue = load_catalogue()
    for name in levels:
        catalogue.get(Rule.plugin_kind, name)
    show = show_of(context, levels)
    rules = [rule for rule in _chosen(catalogue, only) if not show.is_suppressed(rule.plugin_name)]
    problems = _found(rules, context, show, most)
    if not only:
        problems += _own_problems(catalogue, show)
    return sorted(problems, key=lambda problem: _ORDER[problem.severity])


def run_suppressed(context: Context, most: Optional[int] = MOST_ALIKE) -> List[Problem]:
    """Return what suppressed returns, for a context."""
    show = show_of(context)
    if not show.reasons:
        return []
    rules = [rule for rule in _chosen(load_catalogue(), ()) if show.is_suppressed(rule.plugin_name)]
    return [replace(problem, fix=show.reasons[problem.rule]) for problem in _found(rules, context, show, most)]


def _chosen(catalogue: Catalogue, only: Sequence[str]) -> List[Rule]:
    if only:
        return [catalogue.get(Rule.plugin_kind, name) for name in dict.fromkeys(only)]
    return [found.value for found in catalogue.all(Rule.plugin_kind)]


def _found(rules: Sequence[Rule], context: Context, show: Show, most: Optional[int]) -> List[Problem]:
    problems: List[Problem] = []
    for rule in rules:
        if context.cancelled():
            break
        if not show.is_off(rule.plugin_name):
            try:
                problems += _shortened(_run(rule, context, show.severity(rule.plugin_name)), most)
            except Stopped:
                break
    return problems


def _run(rule: Rule, context: Context, severity: Optional[Severity]) -> Iterator[Problem]:
    """Yield the problems of a rule; that it fails is one more, which never stops the others."""
    try:
        for problem in rule(context):
            yield replace(problem, severity=severity or problem.severity, rule=rule.plugin_name)
    except Stopped:
        raise
    except (Exception, SystemExit) as error:
        text = f"the rule {rule.plugin_name} failed: {type(error).__name__}: {error}"
        yield Problem(Severity.NOTE, "checks", text, rule=rule.plugin_name)


def _shortened(problems: Iterator[Problem], most: Optional[int]) -> List[Problem]:
    """Return the first problems of a rule, and one that counts the others."""
    if most is None:
        return list(problems)
    told = list(islice(problems, most))
    more = sum(1 for _ in problems)
    if more:
        last = told[-1]
        told.append(Problem(last.severity, "elsewhere", f"{more} more of this kind", rule=last.rule))
    return told


def _own_problems(catalogue: Catalogue, show: Show) -> Iterator[Problem]:
    """Yield what keeps the rules from being as the studio wants them."""
    names = [found.name for found in catalogue.all(Rule.plugin_kind)]
    yield from show.problems(names)
    for problem in catalogue.problems:
        if _loses_rules(problem, catalogue):
            text = f"its rules cannot be used: {problem.cause}"
            yield Problem(Severity.WARNING, str(problem.path), text, rule="check-plugins", file=str(problem.path))


def _loses_rules(problem: PluginProblem, catalogue: Catalogue) -> bool:
    """Tell whether a plug-in file that does not load holds rules; one that another only goes before does not count."""
    known = {found.name for found in catalogue.all()}
    if problem.names and known.issuperset(problem.names):
        return False
    try:
        return _HOME in problem.path.read_text("utf-8", errors="replace")
    except OSError:
        return False
