"""Requests as JSON: there and back, the same bytes of the job, strict reading, and the published schema."""

import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import farmsubmit
from farmsubmit import files
from farmsubmit.errors import RequestError, SettingsError
from farmsubmit.formats.alf import to_tcl
from farmsubmit.lang.dirmap import DirMap
from farmsubmit.lang.frames import FrameSet
from farmsubmit.request import OPTIONS, EnvironmentRules, Row, SubmitRequest, request_for
from farmsubmit.request.document import DIRMAP_FIELDS, ENVIRONMENT_FIELDS, OPTION_FIELDS, ROW_FIELDS
from farmsubmit.request.shaping import SHAPING
from farmsubmit.scenes import read_scene
from farmsubmit.scenes.facts import Camera, FrameRange, Layer, Output, SceneFacts, Variable
from farmsubmit.settings import SETTINGS, load_settings
from farmsubmit.tasks.build import build_request

NUKE = """version 13.2 v4
Root { first_frame 1001 last_frame 1020 fps 25 }
Write { file /out/a.####.exr name Write1 }
Read { file /out/a.####.exr name Read1 }
Write { file /out/b.####.png name Write2 }
"""
MAYA = """//Maya ASCII 2022 scene
requires maya "2022";
createNode transform -n "shotCam";
createNode camera -n "shotCamShape" -p "shotCam";
createNode renderLayer -n "beauty";
createNode renderLayer -n "fx";
select -ne :defaultRenderGlobals;
	setAttr ".an" yes;
	setAttr ".ef" 24;
"""
BLENDER = SceneFacts(
    "blender",
    "/show/100% ü.blend",
    frames=FrameRange(1, 12),
    layers=(Layer("beauty"),),
    outputs=(Output("Scene", file="/out/b.####.png"),),
)
KATANA = SceneFacts(
    "katana",
    "/show/look.katana",
    frames=FrameRange(1, 5),
    cameras=(Camera("cam"),),
    outputs=(Output("Beauty", "Render", "/out/b.####.exr"), Output("Comp", "ImageWrite", depends=("Beauty",))),
    variables=(Variable("shot", "sh010", ("sh010", "sh020")),),
)


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path))
    monkeypatch.setenv("FARMSUBMIT_MOVIE", "yes")


@pytest.fixture(params=["blender", "katana", "maya", "nuke"])
def facts(request, tmp_path):
    if request.param in ("blender", "katana"):
        return BLENDER if request.param == "blender" else KATANA
    scene = tmp_path / ("shot.ma" if request.param == "maya" else "comp.nk")
    scene.write_text(MAYA if request.param == "maya" else NUKE)
    return read_scene(scene)


def again(request):
    return SubmitRequest.from_json(json.loads(json.dumps(request.to_json())))


def script(request):
    return to_tcl(build_request(request).job)


# --- there and back


def test_the_same_bytes_of_the_job_both_ways(facts, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_MAYA_RENDER", "/opt/maya/bin/Render")
    monkeypatch.setenv("FARMSUBMIT_NUKE_COMMAND", "nice @default")
    monkeypatch.setenv("FARMSUBMIT_JOB_TITLE", "{{ user }} {{ date }} {{ scene }}")
    asked = {"job": {"priority": 5, "after": "6 23 13:45"}, "options": {"preview_first": "first-middle-last"}}
    request = request_for(facts, load_settings(dcc=facts.dcc), "1-10", 2, "reverse", **asked)
    there = script(request)
    document = json.loads(json.dumps(request.to_json()))
    for name in ("MAYA_RENDER", "NUKE_COMMAND", "JOB_TITLE"):
        monkeypatch.delenv(f"FARMSUBMIT_{name}")
    assert script(SubmitRequest.from_json(document)) == there
    assert SubmitRequest.from_json(document) == request


def test_the_settings_of_who_reads_it_change_nothing(monkeypatch):
    request = request_for(BLENDER, load_settings())
    there = script(request)
    monkeypatch.setenv("FARMSUBMIT_BLENDER", "/mine/blender")
    monkeypatch.setenv("FARMSUBMIT_SERVICE", "mine")
    monkeypatch.setenv("FARMSUBMIT_TASK_TITLE", "mine")
    assert script(again(request)) == there
    assert "/mine/blender" in script(SubmitRequest.from_json(request.to_json(), {"blender": "/mine/blender"}))


def test_a_request_brings_its_own_programs_and_prefixes_and_none_of_who_reads_it(monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_PACKAGE_PREFIX", "blender=rez-env blender --")
    monkeypatch.setenv("FARMSUBMIT_EXECUTABLES", "blender=/sw/blender,blender@UNC=S:/blender.exe")
    request = request_for(BLENDER, load_settings())
    there = script(request)
    monkeypatch.setenv("FARMSUBMIT_PACKAGE_PREFIX", "blender=mine,ffmpeg=mine")
    monkeypatch.setenv("FARMSUBMIT_EXECUTABLES", "blender@NFS=/mine,ffmpeg=/mine")
    assert script(again(request)) == there
    assert "{rez-env} {blender} {--} {%D(/sw/blender)}" in there and "mine" not in there


def test_a_request_names_no_code_that_runs_here():
    assert not {name for name in SHAPING if SETTINGS[name].is_secret or callable(SETTINGS[name].default())}
    # Blender reads scenes here, but none is read for a request.
    assert {name for name in SHAPING if SETTINGS[name].runs_here} == {"blender"}
    assert "python" not in SHAPING


TEXT = st.text(max_size=8)
NAMES = st.text(min_size=1, max_size=8)
FRAMES = st.sampled_from(["", "1-10", "1-9x4,20", "-3--1", "10-1", "1.5,2"]).map(
    lambda text: FrameSet.parse(text) if text else FrameSet()
)
ROWS = st.builds(
    Row,
    id=NAMES,
    on=st.booleans(),
    kind=TEXT,
    title=TEXT,
    layer=TEXT,
    camera=TEXT,
    node=TEXT,
    views=st.lists(TEXT, max_size=2).map(tuple),
    variables=st.dictionaries(NAMES, TEXT, max_size=2),
    frames=FRAMES,
    chunk=st.integers(0, 100),
    order=st.sampled_from(["forward", "every-3", "outer-in"]),
    priority=st.none() | st.floats(-10, 10) | st.integers(-5, 5),
    service=TEXT,
    output=TEXT,
    movie=st.booleans(),
    layers=st.lists(TEXT, max_size=2).map(tuple),
    movie_frames=FRAMES,
)
JOBS = st.fixed_dictionaries(
    {},
    optional={
        "title": TEXT,
        "priority": st.floats(0, 100),
        "tags": st.lists(TEXT, max_size=2),
        "afterjids": st.lists(st.integers(1, 99), max_size=2),
        "paused": st.booleans(),
        "after": st.sampled_from(["13:45", "6 23 13:45"]),
    },
)
CHOICES = {
    "flag": st.booleans(),
    "text": TEXT,
    "texts": st.lists(TEXT, max_size=2),
    "preview": st.sampled_from(["first-middle-last", "every-7"]),
    "count": st.integers(1, 64),
    "size": st.sampled_from(["", "1x1", "1920x1080"]),
}
OPTION_VALUES = st.fixed_dictionaries(
    {},
    optional={
        name: st.sampled_from(option.words) if option.words else CHOICES[option.kind]
        for name, option in OPTIONS.items()
    },
)


@st.composite
def requests(draw):
    rows = draw(st.lists(ROWS, max_size=4, unique_by=lambda row: row.id))
    waiting = [replace(row, after=(rows[0].id,)) for row in rows[1:]]
    return SubmitRequest(
        draw(st.sampled_from([BLENDER, KATANA])),
        (*rows[:1], *waiting),
        draw(JOBS),
        draw(st.sampled_from([(), (DirMap("/a", "X:/a", "UNC"),)])),
        EnvironmentRules(draw(st.dictionaries(NAMES, TEXT, max_size=2)), draw(st.booleans())),
        draw(TEXT),
        None,
        draw(OPTION_VALUES),
    )


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(request=requests())
def test_what_is_written_is_read_back_and_fits_the_schema(request):
    document = json.loads(json.dumps(request.to_json()))
    found = SubmitRequest.from_json(document)
    assert found == request
    assert (found.facts, found.rows) == (request.facts, request.rows)
    assert (found.dirmaps, found.environment) == (request.dirmaps, request.environment)
    assert complaints(document, SCHEMA) == []


IN_BLENDER = """
import json, sys
from pathlib import Path
import farmsubmit
request, script = map(Path, sys.argv[-2:])
made = farmsubmit.SubmitRequest.from_json(json.loads(request.read_text("utf-8")))
script.write_text(farmsubmit.to_tcl(farmsubmit.build(made)), "utf-8")
"""


@pytest.mark.skipif(shutil.which("blender") is None, reason="there is no Blender on this machine")
@pytest.mark.blender
def test_blender_builds_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(farmsubmit.__file__).parent.parent))
    request = request_for(BLENDER, load_settings(), options={"preview_first": "every-4"})
    (tmp_path / "r.json").write_text(json.dumps(request.to_json()), "utf-8")
    (tmp_path / "build.py").write_text(IN_BLENDER)
    argv = ["blender", "-b", "--factory-startup", "--python-use-system-env", "--python-exit-code", "1"]
    argv += ["-P", tmp_path / "build.py", "--", tmp_path / "r.json", tmp_path / "job.alf"]
    done = subprocess.run(argv, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "job.alf").read_text("utf-8") == script(request)


# --- strict reading


def document(**changes):
    row = {"id": "scene", "frames": "1-5", "output": "/out/b.####.png"}
    plain = {"request_version": 1, "facts": {"facts_version": 1, "dcc": "blender", "path": "/a.blend"}, "rows": [row]}
    return {**plain, **changes}


def test_a_request_of_a_few_lines_is_enough():
    request = SubmitRequest.from_json(document())
    assert request.rows == (Row("scene", frames=FrameSet.parse("1-5"), output="/out/b.####.png"),)
    assert [task.title for task in build_request(request).job.subtasks] == ["scene 1-5"]


ROW_MISTAKES = [
    ({"id": ""}, "rows[0].id is ''"),
    ({"id": "a", "frmaes": "1"}, "rows[0] has an unknown key 'frmaes'; did you mean 'frames'"),
    ({"id": "a", "frames": "1-"}, "rows[0].frames: the last frame is missing"),
    ({"id": "a", "frames": 5}, "rows[0].frames is 5"),
    ({"id": "a", "chunk": -1}, "rows[0].chunk is -1"),
    ({"id": "a", "chunk": True}, "rows[0].chunk is True"),
    ({"id": "a", "chunk": 10**9}, "rows[0].chunk is 1000000000; expected a whole number from 0 to 999,999,999"),
    ({"id": "a", "order": "forwrad"}, "rows[0]: there is no such order of frames; did you mean 'forward'"),
    ({"id": "a", "views": ["x", 1]}, "rows[0].views[1] is 1"),
    ({"id": "a", "variables": {"x": 1}}, "rows[0].variables.x is 1"),
    ({"id": "a", "after": ["b"]}, "rows[0].after: there is no row 'b'"),
    ({"id": "a", "priority": float("inf")}, "rows[0].priority is inf"),
    ({"frames": "1"}, "rows[0].id is missing"),
    ("a", "rows[0] is 'a'"),
]
MISTAKES = [
    *[({"rows": [row]}, words) for row, words in ROW_MISTAKES],
    ({"rows": [{"id": "a"}, {"id": "a"}]}, "rows[1].id = 'a' is that of rows[0] too"),
    ({"rows": {}}, "rows is an object"),
    ({"request_version": 2}, "version 2 is newer than 1; install a newer farmsubmit"),
    ({"request_version": "1"}, "request_version is '1'"),
    ({"request_version": True}, "request_version is True"),
    ({"facts": {"facts_version": 1, "dcc": "maya"}}, "request: facts: scene facts: path is missing"),
    ({"facts": None}, "facts is None"),
    ({"job": {"priorty": 5}}, "job has no attribute 'priorty'; did you mean 'priority'"),
    ({"job": {"priority": "5"}}, "job.priority is '5'; expected a number"),
    ({"job": {"subtasks": []}}, "job has no attribute 'subtasks'"),
    ({"dirmaps": [{"src": "/a", "dst": "/b"}]}, "dirmaps[0].zone is missing"),
    ({"dirmaps": [{"src": "/a", "dst": "/b", "zone": "a b"}]}, "dirmaps[0]: the zone 'a b' is not one word"),
    ({"environment": {"sett": {}}}, "environment has an unknown key 'sett'; did you mean 'set'"),
    ({"engine": 5}, "engine is 5"),
    ({"settings": {"nuek": "x"}}, "did you mean 'nuke'"),
    ({"settings": {"executable_resolver": "os:system"}}, "no setting that shapes a job"),
    ({"options": {"mising_only": True}}, "options has an unknown key 'mising_only'; did you mean 'missing_only'"),
    ({"options": {"preview_first": "every-0"}}, "options.preview_first is 'every-0'"),
    ({"options": {"preview_rest": "later"}}, "expected one of behind, paused"),
    ({"options": {"threads": "8"}}, "options.threads is '8'; expected a whole number"),
    ({"options": {"resolution": "1920"}}, "options.resolution is '1920'; expected a size such as 1920x1080"),
    ({"options": {"arnold_verbosity": 2}}, "options.arnold_verbosity is 2; expected one of 0, 1, 2, 3"),
    ({"nonsense": 1}, "the document has an unknown key 'nonsense'"),
]


@pytest.mark.parametrize(("change", "words"), MISTAKES)
def test_a_mistake_is_told_with_its_place(change, words):
    with pytest.raises(RequestError) as caught:
        SubmitRequest.from_json(document(**change))
    assert words in str(caught.value)
    assert str(caught.value).startswith("request: ")


def test_a_bad_value_of_a_setting_is_told():
    with pytest.raises(SettingsError, match="the request: nuke = 5 is not a string"):
        SubmitRequest.from_json(document(settings={"nuke": 5}))


@pytest.mark.parametrize("value", [None, 1, "x", [], [[]], {}])
def test_what_is_no_request_is_refused(value):
    with pytest.raises(RequestError):
        SubmitRequest.from_json(value)


def test_an_attribute_that_json_cannot_hold_is_refused_when_it_is_written():
    with pytest.raises(RequestError, match="did you mean 'priority'"):
        replace(SubmitRequest(BLENDER, ()), job={"priorty": 5}).to_json()
    with pytest.raises(RequestError, match=r"job\.priority"):
        replace(SubmitRequest(BLENDER, ()), job={"priority": "high"}).to_json()


# --- the schema

SCHEMA = json.loads(files.shipped("resources", "schemas", "request-1.json").read_text("utf-8"))
TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}
KNOWN = {
    *("$schema", "$defs", "$ref", "title", "description", "type", "properties", "required", "additionalProperties"),
    *("items", "minItems", "maxItems", "enum", "const", "minimum", "maximum", "minLength", "pattern", "anyOf"),
}


def complaints(value, schema, where=""):
    """Return what is wrong with a value by the few words of JSON Schema that ours uses."""
    assert set(schema) <= KNOWN
    if "$ref" in schema:
        return complaints(value, SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], where)
    if "anyOf" in schema:
        return [] if any(not complaints(value, one, where) for one in schema["anyOf"]) else [where]
    if "const" in schema or "enum" in schema:
        allowed = [schema.get("const"), *schema.get("enum", ())]
        return [] if any(value == one and type(value) is type(one) for one in allowed) else [where]
    kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    if not any(isinstance(value, TYPES[kind]) and (kind == "boolean" or value is not True) for kind in kinds):
        return [where]
    return [*_sizes(value, schema, where), *_inside(value, schema, where)]


def _sizes(value, schema, where):
    if isinstance(value, str):
        fits = len(value) >= schema.get("minLength", 0) and re.search(schema.get("pattern", ""), value)
    elif isinstance(value, list):
        fits = schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value))
    else:
        is_number = not isinstance(value, dict) and value is not None
        fits = not is_number or schema.get("minimum", value) <= value <= schema.get("maximum", value)
    return [] if fits else [where]


def _inside(value, schema, where):
    if isinstance(value, list):
        return [
            text for place, item in enumerate(value) for text in complaints(item, schema["items"], f"{where}[{place}]")
        ]
    if not isinstance(value, dict):
        return []
    known, other = schema.get("properties", {}), schema.get("additionalProperties", True)
    found = [f"{where}.{name}" for name in schema.get("required", ()) if name not in value]
    for name, item in value.items():
        inner = known.get(name, other)
        found += [f"{where}.{name}"] if inner is False else complaints(item, inner, f"{where}.{name}")
    return found


@pytest.mark.parametrize(("change", "words"), MISTAKES)
def test_the_schema_refuses_what_the_reader_refuses(change, words):
    # What only the values tell, such as frames that do not parse, no schema can say.
    beyond = ("last frame", "no such order", "no row", "that of rows[0]", "shapes a job", "is inf")
    if not any(word in words for word in beyond):
        assert complaints(document(**change), SCHEMA)


def test_the_schema_knows_the_keys_of_the_reader_and_no_others():
    defs = SCHEMA["$defs"]
    assert set(defs["row"]["properties"]) == set(ROW_FIELDS)
    assert set(defs["settings"]["properties"]) - {"movie_name"} == set(SHAPING) - {"movie_name"}
    assert set(defs["options"]["properties"]) == set(OPTION_FIELDS)
    assert set(SCHEMA["properties"]) == set(SubmitRequest(BLENDER, ()).to_json())
    assert set(SCHEMA["properties"]["environment"]["properties"]) == set(ENVIRONMENT_FIELDS)
    assert set(SCHEMA["properties"]["dirmaps"]["items"]["required"]) == set(DIRMAP_FIELDS)
    assert set(defs["facts"]["properties"]) == set(BLENDER.to_json())


SAMPLES = {"string": "x", "boolean": True, "integer": 1, "number": 1.5, "array": [], "object": {}}
SPECIAL = {
    "facts": {"facts_version": 1, "frames": None, "resolution": None},
    "row": {"order": "reverse", "frames": "1-2", "movie_frames": "1"},
    "job": {"after": "13:45", "paused": True, "serialsubtasks": 0},
}


@pytest.mark.parametrize("kind", ["facts", "row", "job"])
def test_each_key_of_the_schema_is_read(kind):
    required = {"facts": document()["facts"], "row": {"id": "a"}, "job": {}}[kind]
    for name, schema in SCHEMA["$defs"][kind]["properties"].items():
        kinds = [schema.get("type", "")] if isinstance(schema.get("type", ""), str) else schema["type"]
        value = SPECIAL[kind].get(name, SAMPLES.get(kinds[0]))
        changed = {**required, name: value}
        place = {"facts": {"facts": changed}, "row": {"rows": [changed]}, "job": {"job": changed}}[kind]
        SubmitRequest.from_json(document(**place))
        assert complaints(document(**place), SCHEMA) == []


def test_the_settings_of_the_schema_are_of_the_kinds_of_the_settings():
    for name in SHAPING:
        schema = SCHEMA["$defs"]["settings"]["properties"][name]
        assert complaints(SETTINGS[name].default(), schema) == []
        assert complaints(object(), schema)


def test_the_example_of_the_document_is_a_request():
    text = Path(__file__, "../../../docs/requests.md").resolve().read_text("utf-8")
    example = json.loads(re.search("```json\n(.*?)```", text, re.DOTALL)[1])
    assert complaints(example, SCHEMA) == []
    assert script(SubmitRequest.from_json(example)).count("RemoteCmd") == 11
    for name in ROW_FIELDS:
        assert re.search(rf"[`\s]{name}[`\s]", text), name
