"""Rules for the scene that a job was built from."""

from __future__ import annotations

from typing import Callable, Iterator, List, Tuple

from farmsubmit.checks.problem import Problem, Severity
from farmsubmit.scenes.facts import SceneFacts
from farmsubmit.scenes.sequences import needed_files

_WITH_CAMERAS = ("blender", "maya")
_MOST_NAMED = 5


def all_problems(facts: SceneFacts) -> List[Problem]:
    """Return what the rules find in the facts, and on this machine's disk."""
    return [problem for rule in _RULES for problem in rule(facts)]


def _no_camera(facts: SceneFacts) -> Iterator[Problem]:
    """Katana and Nuke name their cameras elsewhere; a Maya camera may come from a reference, which was not read."""
    if facts.dcc not in _WITH_CAMERAS or any(camera.renderable for camera in facts.cameras):
        return
    severity = Severity.WARNING if facts.references else Severity.ERROR
    yield Problem(severity, facts.path, "no camera renders", "make a camera the scene's own")


def _missing_files(facts: SceneFacts) -> Iterator[Problem]:
    missing = [state.file for state in needed_files(facts) if state.exists is False]
    for needed in missing[:_MOST_NAMED]:
        yield Problem(Severity.WARNING, needed.node or facts.path, f"the file {needed.path} is not there")
    if len(missing) > _MOST_NAMED:
        yield Problem(Severity.WARNING, facts.path, f"{len(missing) - _MOST_NAMED} more files are not there")


def _unresolved_outputs(facts: SceneFacts) -> Iterator[Problem]:
    for output in facts.outputs:
        if output.enabled and not output.resolved:
            text = f"where {output.name} writes is not known without {facts.dcc}: {output.file}"
            yield Problem(Severity.WARNING, output.name, text)


def _code(facts: SceneFacts) -> Iterator[Problem]:
    if facts.code:
        first = facts.code[0]
        text = f"code runs when it is opened or rendered: {len(facts.code)}, first {first.kind} of {first.node}"
        yield Problem(Severity.NOTE, facts.path, text, "farmsubmit inspect shows all of it")


def _said_by_the_reader(facts: SceneFacts) -> Iterator[Problem]:
    for text in facts.warnings:
        if not text.startswith("missing"):
            yield Problem(Severity.WARNING, facts.path, text)


_RULES: Tuple[Callable[[SceneFacts], Iterator[Problem]], ...] = (
    _no_camera,
    _missing_files,
    _unresolved_outputs,
    _said_by_the_reader,
    _code,
)
