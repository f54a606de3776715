"""Rules for the scene that a job was built from."""

from __future__ import annotations

import os
import re
from typing import Iterator, List, Set

from farmsubmit.checks.context import Context
from farmsubmit.checks.existence import answers, look_up
from farmsubmit.checks.plugin import rule
from farmsubmit.checks.problem import Problem, Severity
from farmsubmit.scenes.facts import NeededFile, SceneFacts

_WITH_CAMERAS = ("blender", "maya")
_LICENCE = re.compile(r"saved with a licence for (\w+)")
_NUKE_LICENCES = {".nknc": "Nuke Non-commercial", ".nkind": "Nuke Indie"}
# Maya keeps its windows in the scene, and opens them in no batch render.
_ONLY_WINDOWS = ("interface configuration", "demand")
# What readers say and a rule here says better.
_TOLD_BY_RULES = re.compile(
    r"missing|.+ is missing: |no camera of this file|the scene has no camera|the scene holds code"
    r"|the scene was saved with a licence|the scene has never been saved"
)


@rule("missing-files", description="A file that the scene needs is not there.")
def missing_files(context: Context) -> Iterator[Problem]:
    """Textures, caches, references and the like, as this machine sees them; what holds a variable is not looked up.

    The scene itself counts where its folder shows that it is looked for on the right disk; without it nothing renders.
    """
    facts = context.facts
    if facts is None:
        return
    if _is_gone(facts.path, context):
        text, fix = "the scene is not in its folder", "save it, or name it where it is now"
        yield context.problem(facts.path, text, fix, field="path", file=facts.path, severity=Severity.ERROR)
    made = _made_here(context, facts)
    for state in look_up(_needed(facts), context.cancelled):
        if state.exists is False and state.file.path not in made:
            file = state.file
            text = f"the file {file.path} is not there"
            yield context.problem(file.node or facts.path, text, field=file.attribute, file=file.path)


def _is_gone(scene: str, context: Context) -> bool:
    """Tell whether a scene is gone from a folder of this machine; one whose folder is not here may be elsewhere."""
    is_there, has_folder = answers(os.path.exists, [scene, os.path.split(scene)[0]], context.cancelled)
    return is_there is False and has_folder is True


def _made_here(context: Context, facts: SceneFacts) -> Set[str]:
    """Return what this very job writes, such as the frames of a Write that another one reads."""
    if context.rows:
        return {row.output for row in context.rows if row.output}
    return {output.file for output in facts.outputs if output.enabled and output.file}


def _needed(facts: SceneFacts) -> List[NeededFile]:
    """Return the files, and the references in use, which not every reader counts among the files.

    Blender cannot switch a library off: one that is not loaded is missing.
    """
    named = {file.path for file in facts.files}
    used = [found for found in facts.references if found.loaded or facts.dcc == "blender"]
    return [*facts.files, *(NeededFile(one.path, one.namespace, "reference") for one in used if one.path not in named)]


@rule("no-camera", severity=Severity.ERROR, description="No camera renders.")
def no_camera(context: Context) -> Iterator[Problem]:
    """Katana and Nuke name their cameras elsewhere; a Maya camera may come from a reference, which was not read."""
    facts = context.facts
    if facts is None or facts.dcc not in _WITH_CAMERAS or any(camera.renderable for camera in facts.cameras):
        return
    if context.rows and all(row.camera for row in context.rows):
        return
    severity = Severity.WARNING if facts.references else None
    fix = "make one renderable" if facts.dcc == "maya" else "make one the scene's own"
    yield context.problem(facts.path, "no camera renders", fix, severity=severity)


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
        first, more = running[0], len(running) - 1
        others = f", and {more:,} more" if more else ""
        text = f"code runs when it is opened or rendered: {first.node} ({first.kind}){others}"
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
