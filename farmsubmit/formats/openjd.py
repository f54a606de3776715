"""A job as an Open Job Description job bundle: a folder with a template and the values of its parameters.

- A task with commands is a step, and waits for the steps of all that it waits for in the tree. Siblings that differ in
  some words only are one step with a task parameter for each of these words.
- ``%D(path)`` is a parameter of type PATH, so that the worker's own path mapping applies.
- Several commands of a task, a working directory and standard input are seen to by ``sh`` on the worker.
- What a template cannot say is listed. It says nothing of queues, priorities, limits, retries and cleanup.

JSON is YAML, so whatever reads templates in YAML reads these too. Sources: Open Job Description, "Template Schemas
2023-09" for ``template.json``; AWS Deadline Cloud, "Job bundles", for ``parameter_values.json``.
"""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Tuple

from farmsubmit.author.elements import Job
from farmsubmit.author.planning.losses import Dropped, Losses
from farmsubmit.author.planning.plan import JobPlan
from farmsubmit.errors import JobTreeError
from farmsubmit.formats._openjd_steps import Group

_LONGEST_TITLE = 128
# A plan is made for one machine; here hosts differ, and the farm knows what they have.
_ANY_SLOTS = 1 << 30


class Bundle(NamedTuple):
    """A template, the values of those of its parameters that have no default, and what it does not say of the job."""

    template: Dict[str, Any]
    values: Dict[str, str]
    dropped: Tuple[Dropped, ...]

    @property
    def text(self) -> str:
        """The template as JSON."""
        return _text(self.template)

    def files(self) -> Dict[str, str]:
        """Return the files of the bundle by name.

        ``parameter_values.json`` is what a bundle has; ``parameters.json`` says the same for ``openjd run -p file://``.
        """
        listed = [{"name": name, "value": value} for name, value in self.values.items()]
        found = {"parameter_values.json": _text({"parameterValues": listed})}
        if self.values:
            found["parameters.json"] = _text(self.values)
        return {**found, "template.json": self.text}


def _text(document: Any) -> str:
    import json

    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def to_openjd(job: Job) -> str:
    """Return the template of a job, as JSON; see ``bundle``."""
    return bundle(job).text


def bundle(job: Job) -> Bundle:
    """Return the bundle of a job, and what it drops.

    Raises JobTreeError for a job that cannot run, and FarmsubmitError for one that passes a limit of the specification
    or has a command that only a farm can run.
    """
    from farmsubmit.author.planning.planner import build_plan
    from farmsubmit.author.planning.unroll import unrolled
    from farmsubmit.formats._losses import in_order, look_at_all
    from farmsubmit.formats._openjd_losses import OpenJdLosses

    job = unrolled(job)
    plan, found = build_plan(job, _ANY_SLOTS)
    losses = OpenJdLosses()
    look_at_all(losses, job)
    template, values = _template(job, plan, losses)
    dropped = in_order(tuple(each for each in found if each.option == "envkey"), losses.report())
    return Bundle(template, values, dropped)


def _template(job: Job, plan: JobPlan, losses: Losses) -> Tuple[Dict[str, Any], Dict[str, str]]:
    from farmsubmit.formats._openjd_script import LONGEST_DESCRIPTION, StepWriter, environment, named
    from farmsubmit.formats._openjd_steps import grouped
    from farmsubmit.formats._openjd_words import Parameters
    from farmsubmit.formats._openjd_work import work_of

    work = work_of(job, plan, losses)
    if not work:
        raise JobTreeError(f"{job.label} has no command to run", "a template needs one at least")
    groups, paths = grouped(work)
    parameters = Parameters(paths, plan.cwd)
    env = plan.env if all(dict(action.env) == plan.env for each in work for action in each.actions) else {}
    writer = StepWriter(parameters, env, plan.cwd)
    template: Dict[str, Any] = {
        "specificationVersion": "jobtemplate-2023-09",
        "name": parameters.text(named(plan.title, _LONGEST_TITLE)),
    }
    comment = (job.comment or "").strip()[:LONGEST_DESCRIPTION]
    if comment:
        template["description"] = comment
    environments = [environment("Variables", env, parameters)] if env else []
    steps = [writer.step(group) for group in groups]
    _note(job, groups, writer, losses)
    definitions = parameters.definitions()
    if definitions:
        template["parameterDefinitions"] = definitions
    if environments:
        template["jobEnvironments"] = environments
    return {**template, "steps": steps}, parameters.values()


def _note(job: Job, groups: List[Group], writer: Any, losses: Losses) -> None:
    """Note what steps do otherwise than the tasks of a tree."""
    more = sum(map(writer.waits_for_more, groups))
    if more:
        reason = f"a step waits for whole steps, so {more} of {len(groups)} wait for more tasks than they need"
        losses.note(job, "subtasks", reason)
    if writer.folder:
        losses.note(job, "spoolcwd", "sh goes there before a command, so a worker must have one")
        return
    several = sum(len(each.members[0].actions) > 1 or bool(each.members[0].actions[0].message) for each in groups)
    if several:
        reason = f"sh runs the commands of {several} of {len(groups)} steps, so a worker must have one"
        losses.note(job, "cmds", reason)
