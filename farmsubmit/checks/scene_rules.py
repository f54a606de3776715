"""Rules for the scene that a job was built from."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Iterator, List, Tuple

from farmsubmit.checks.problem import Problem, Severity
from farmsubmit.scenes.facts import SceneFacts

_MOST_NAMED = 5


def all_problems(facts: SceneFacts) -> List[Problem]:
    """Return what the rules find in the facts, and on this machine's disk."""
    return [problem for rule in _RULES for problem in rule(facts)]


def _no_camera(facts: SceneFacts) -> Iterator[Problem]:
    if not any(camera.renderable for camera in facts.cameras):
        yield Problem(Severity.ERROR, facts.path, "no camera renders", "make a camera the scene's own")


def _missing_files(facts: SceneFacts) -> Iterator[Problem]:
    missing = [needed for needed in facts.files if not _is_there(needed.path)]
    for needed in missing[:_MOST_NAMED]:
        yield Problem(Severity.WARNING, needed.node or facts.path, f"the file {needed.path} is not there")
    if len(missing) > _MOST_NAMED:
        yield Problem(Severity.WARNING, facts.path, f"{len(missing) - _MOST_NAMED} more files are not there")


def _is_there(path: str) -> bool:
    """A pattern, such as a UDIM or frame token, cannot be looked up as it stands: take it as there."""
    return any(token in path for token in ("<", "#", "%")) or Path(path).exists()


def _said_by_the_reader(facts: SceneFacts) -> Iterator[Problem]:
    for text in facts.warnings:
        if not text.startswith("missing"):
            yield Problem(Severity.WARNING, facts.path, text)


_RULES: Tuple[Callable[[SceneFacts], Iterator[Problem]], ...] = (_no_camera, _missing_files, _said_by_the_reader)
