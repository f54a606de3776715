"""Rules for the scene that a job was built from."""

from __future__ import annotations

import re
from typing import Iterator, List, Set

from farmsubmit.checks.context import Context
from farmsubmit.checks.existence import look_up
from farmsubmit.checks.plugin import rule
from farmsubmit.checks.problem import Problem, Severity
from farmsubmit.scenes.facts import NeededFile, SceneFacts

_WITH_CAMERAS = ("blender", "maya")
_LICENCE = re.compile(r"saved with a licence for (\w+)")
_NUKE_LICENCES = {".nknc": "Nuke Non-commercial", ".nkind": "Nuke Indie"}
# Maya keeps its windows in the scene, and opens them in no batch render.
_ONLY_WINDOWS = ("interface configuration", "demand")
# What readers say and a rule here says better.
_TOLD_BY_RULES = re.compile(r"missing|no camera of this file|the scene holds code|the scene was saved with a licence")


@rule("missing-files", description="A file that the scene needs is not there.")
def missing_files(context: Context) -> Iterator[Problem]:
    """Textures, caches, references and the like, as this machine sees them; what holds a variable is not looked up."""
    facts = context.facts
    if facts is None:
        return
    made = _made_here(context, facts)
    for state in look_up(_needed(facts), context.cancelled):
        if state.exists is False and state.file.path not in made:
            file = state.file
            text = f"the file {file.path} is not there"
            yield context.problem(file.node or facts.path, text, field=file.attribute, file=file.path)


def _made_here(context: Context, facts: SceneFacts) -> Set[str]:
    """Return what this very job writes, such as the frames of a Write that another one reads."""
    if context.rows:
        return {row.output for row in context.rows if row.output}
    return {output.file for output in facts.outputs if output.enabled and output.file}


def _needed(facts: SceneFacts) -> List[NeededFile]:
    """Return the files, and the loaded references, which not every reader counts among the files."""
    named = {file.path for file in facts.files}
    loaded = [reference for reference in facts.references if reference.loaded and reference.path not in named]
    return [*facts.files, *(NeededFile(found.path, found.namespace, "reference") for found in loaded)]


@rule("no-camera", severity=Severity.ERROR, description="No camera renders.")
def no_camera(context: Context) -> Iterator[Problem]:
    """Katana and Nuke name their cameras elsewhere; a Maya camera may come from a reference, which was not read."""
    facts = context.facts
    if facts is None or facts.dcc not in _WITH_CAMERAS or any(camera.renderable for camera in facts.cameras):
        return
    if context.rows and all(row.camera for row in context.rows):
        return
    severity = Severity.WARNING if facts.references else None
    yield context.problem(facts.path, "no camera renders", "make a camera the scene's own", severity=severity)


@rule("unsaved-scene", description="The scene in the DCC has changes that are not in its file.")
def unsaved_scene(context: Context) -> Iterator[Problem]:
    """The DCC tells, in the option ``unsaved`` of the request; a scene without a path is in no file at all."""
    if context.facts is not None and not context.facts.path:
        yield context.problem("scene", "it was never saved", "save it", field="path", severity=Severity.ERROR)
    elif context.option("unsaved"):
        where = context.facts.path if context.facts is not None else "scene"
        yield context.problem(where, "it has changes that are not saved, and the farm opens the file", "save it")


@rule("education-licence", description="The scene was saved with a licence that a farm's licences may not open.")
def education_licence(context: Context) -> Iterator[Problem]:
    """Maya writes it into its files; Nuke has file names of its own for it. Other scenes do not say."""
    if context.facts is None:
        return
    licence = _licence(context.facts)
    if licence:
        text = f"the scene was saved with a licence for {licence}"
        yield context.problem(context.facts.path, text, "save it with a licence such as the farm's")


def _licence(facts: SceneFacts) -> str:
    for text in facts.warnings:
        found = _LICENCE.search(text)
        if found:
            return found[1]
    ending = "." + facts.path.rpartition(".")[2].lower()
    return _NUKE_LICENCES.get(ending, "")


@rule("script-code", severity=Severity.NOTE, description="Code in the scene runs when it is opened or rendered.")
def script_code(context: Context) -> Iterator[Problem]:
    """Script nodes, callbacks and the like; Maya's record of its windows does not count."""
    facts = context.facts
    if facts is None:
        return
    running = [code for code in facts.code if not any(word in code.kind for word in _ONLY_WINDOWS)]
    if running:
        first = running[0]
        text = f"code runs when it is opened or rendered: {len(running)}, first {first.kind} of {first.node}"
        yield context.problem(facts.path, text, "farmsubmit inspect shows all of it", field=first.node)


@rule("scene-warning", description="What the reader of the scene has to say.")
def scene_warning(context: Context) -> Iterator[Problem]:
    """Without what another rule tells."""
    facts = context.facts
    if facts is None:
        return
    for text in facts.warnings:
        if not _TOLD_BY_RULES.match(text):
            yield context.problem(facts.path, text)
