"""A Maya scene and its job with twelve planted mistakes: the checks find all twelve, and nothing else."""

import tempfile

import pytest

from farmsubmit import author
from farmsubmit.checks import Knowledge, check
from farmsubmit.lang.servicekey import Blade
from farmsubmit.scenes import read_scene

SCENE = """//Maya ASCII 2024 scene
//Codeset: UTF-8
requires maya "2024";
currentUnit -l centimeter -a degree -t film;
fileInfo "license" "{licence}";
createNode transform -n "shotCam";
createNode camera -n "shotCamShape" -p "shotCam";
\tsetAttr ".rnd" {renderable};
createNode file -n "wall";
\tsetAttr ".ftn" -type "string" "{folder}/{texture}";
{nodes}
select -ne :defaultRenderGlobals;
\tsetAttr ".an" yes;
\tsetAttr ".fs" 1001;
\tsetAttr ".ef" 1010;
\tsetAttr ".outf" 32;
\tsetAttr ".pff" yes;
\tsetAttr ".ep" 4;
\tsetAttr ".ifp" -type "string" "{images}/beauty";
select -ne :defaultResolution;
\tsetAttr ".w" 1920;
\tsetAttr ".h" 1080;
{connections}
// End of shot.ma
"""
SOUND = {
    "licence": "",
    "renderable": "yes",
    "texture": "wall.tx",
    "images": "/show/v002",
    "nodes": "",
    "connections": "",
}
MISTAKEN = {
    "licence": "education",
    "renderable": "no",
    "texture": "gone.tx",
    "images": "{folder}/v001",
    "nodes": 'createNode script -n "greet";\n\tsetAttr ".b" -type "string" "print(1)";\n\tsetAttr ".st" 1;',
    "connections": 'connectAttr "lengthOfShot.o" ":defaultRenderGlobals.ef";',
}
PLANTED = {
    "bad-substitution",
    "education-licence",
    "literal-variable",
    "local-output",
    "missing-files",
    "no-camera",
    "overwrite",
    "script-code",
    "unknown-reference",
    "unknown-tier",
    "unmatched-service",
    "unresolved-range",
}
FARM = Knowledge(blades=[Blade("rack-1", provides=("MayaRender", "Linux"))], tiers=["admin", "rush"])


@pytest.fixture
def facts(tmp_path, monkeypatch):
    """Return a function that writes the scene with some words and reads it."""
    (tmp_path / "wall.tx").write_text("x")
    (tmp_path / "v001").mkdir()
    for frame in (1001, 1002, 1003):
        (tmp_path / "v001" / f"beauty.{frame}.png").write_text("x")

    def read(words):
        scene = tmp_path / "shot.ma"
        images = words["images"].format(folder=tmp_path.as_posix())
        scene.write_text(SCENE.format(folder=tmp_path.as_posix(), **{**words, "images": images}))
        return read_scene(scene)

    monkeypatch.setattr(tempfile, "tempdir", tmp_path.as_posix())
    return read


def job(facts, service="MayaRender", tier="rush", project="/show/project", pattern="beauty.%%04d.png", refersto="sim"):
    made = author.Job(title="shot", tier=tier, service=service)
    made.newTask(title="simulate", id="sim", argv=["sim"], service="Linux")
    render = made.newTask(title="beauty")
    render.newCommand(argv=["Render", "-proj", project, f"%D({facts.path})"], service="Linux")
    render.newCommand(argv=["look", pattern], refersto=refersto)
    return made


def problems(facts, job):
    return check(job, facts, settings={"engine": "tractor://farm"}, knowledge=FARM)


def test_all_twelve_are_found_and_nothing_else(facts):
    scene = facts(MISTAKEN)
    mistaken = job(scene, "MayaRendr", "rusch", "$SHOW/project", "beauty.%04d.png", "simulate")
    found = problems(scene, mistaken)
    assert len(PLANTED) == 12
    assert sorted(problem.rule for problem in found) == sorted(PLANTED), "\n".join(map(str, found))


def test_the_same_scene_and_job_without_them_are_sound(facts):
    scene = facts(SOUND)
    assert problems(scene, job(scene)) == []


def test_each_of_them_says_what_would_be_right(facts):
    scene = facts(MISTAKEN)
    mistaken = job(scene, "MayaRendr", "rusch", "$SHOW/project", "beauty.%04d.png", "simulate")
    fixes = {problem.rule: problem.fix for problem in problems(scene, mistaken)}
    assert fixes["unmatched-service"] == "did you mean 'MayaRender'?"
    assert fixes["unknown-tier"] == "did you mean 'rush'?"
    assert all(fix for rule, fix in fixes.items() if rule != "missing-files")
