"""From rows to commands: the argument lists of each DCC, templates of the settings, waits, previews and movies."""

import json
from dataclasses import replace

import pytest

from farmsubmit.author.elements import Task, children
from farmsubmit.errors import FarmsubmitError, RequestError, SceneError, TemplateError
from farmsubmit.lang.frames import FrameSet
from farmsubmit.request import SubmitRequest, explain_setting, request_for, split_for_approval
from farmsubmit.scenes.facts import Camera, FrameRange, Layer, Output, SceneFacts, Variable
from farmsubmit.settings import SETTINGS, load_settings
from farmsubmit.settings.policyfile import Entry
from farmsubmit.tasks.build import build_request

BLENDER = SceneFacts(
    "blender", "/show/light.blend", frames=FrameRange(1, 12), outputs=(Output("S", file="/out/b.####.png"),)
)
MAYA = SceneFacts(
    "maya",
    "/show/sh 100%.ma",
    frames=FrameRange(1, 10),
    cameras=(Camera("shotCam"),),
    layers=(Layer("beauty"), Layer("fx")),
    outputs=(Output("arnold", file="/out/<RenderLayer>/sh.####.exr", resolved=False),),
)
NUKE = SceneFacts(
    "nuke",
    "/show/comp.nk",
    outputs=(
        Output("A", file="/out/a.####.exr", frames=FrameRange(1, 4), views=("left",)),
        Output("B", file="/out/b.####.exr", frames=FrameRange(1, 4), depends=("A",)),
        Output("C", "movie", "/out/c.mov", frames=FrameRange(1, 4), depends=("A",)),
    ),
)
KATANA = SceneFacts(
    "katana",
    "/show/look.katana",
    frames=FrameRange(1, 9, 2),
    outputs=(Output("Beauty", "Render", "/out/b.####.exr"),),
    variables=(Variable("shot", "sh010", ("sh010", "sh020")),),
)


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path))
    monkeypatch.setenv("FARMSUBMIT_MOVIE", "no")


def made(facts, **asked):
    return request_for(facts, load_settings(dcc=facts.dcc), **{"chunk": 10, **asked})


def job(facts, **asked):
    return build_request(made(facts, **asked)).job


def argvs(job):
    """Return the commands of a job in script order."""
    found, left = [], [job]
    while left:
        element = left.pop()
        left += reversed(list(children(element)))
        found += [command.argv for command in vars(element).get("cmds", ())] if isinstance(element, Task) else []
    return found


def tree(parent):
    """Return titles as nested tuples where children run in series, else lists, and the id of what is waited for."""
    named = []
    for child in parent.subtasks:
        if not isinstance(child, Task):
            named.append(f"={child.target.title}")
            continue
        inner = tree(child)
        named.append({child.title: inner} if inner else child.title)
    return tuple(named) if parent.serialsubtasks else named


# --- argument lists


def test_maya_renders_each_layer_through_its_camera():
    scene = "%D(/show/sh 100%%.ma)"
    common = ["Render", "-r", "file", "-s", "1", "-e", "10", "-b", "1", "-cam", "shotCam"]
    assert argvs(job(MAYA)) == [[*common, "-rl", "beauty", scene], [*common, "-rl", "fx", scene]]
    # The only layer of a scene needs no word.
    assert "-rl" not in argvs(job(replace(MAYA, layers=(Layer("defaultRenderLayer"),))))[0]


def test_maya_is_told_where_to_write_only_where_that_is_not_its_own():
    stored = argvs(job(MAYA, rows=["fx:shotCam"], edits=["fx:shotCam:output=/out/fx/sh.####.exr"]))[0]
    assert "-rd" not in stored
    other = argvs(job(MAYA, rows=["fx:shotCam"], edits=["fx:shotCam:output=/farm/fx.###.exr"]))[0]
    assert other[other.index("-rd") :][:4] == ["-rd", "%D(/farm)", "-im", "fx"]
    assert other[other.index("-pad") + 1] == "3"


def test_nuke_executes_one_write_for_each_row():
    found = argvs(job(NUKE, views=["left"], rows=["A"]))
    assert found == [["nuke", "-F", "1-4", "--view", "left", "-X", "A", "%D(/show/comp.nk)"]]
    # A movie file is one task.
    assert len(argvs(job(NUKE, chunk=1, rows=["C"]))) == 1


def test_katana_names_frames_one_by_one_and_its_variables():
    found = argvs(job(KATANA, variables={"shot": ["sh020"]}))
    argv = ["katana", "--batch", "--katana-file=%D(/show/look.katana)", "--render-node=Beauty", "-t", "1,3,5,7,9"]
    assert found == [[*argv, "--var", "shot=sh020"]]


def test_blender_renders_a_camera_and_a_scene_of_the_file():
    argv = argvs(job(BLENDER, edits=["scene:camera=top,variables=scene:Shot 2"]))[0]
    assert argv[-2:] == ["--camera=top", "--scene=Shot 2"]


@pytest.mark.parametrize(
    ("facts", "edit", "words"),
    [
        (NUKE, "A:camera=cam", "camera means nothing in a nuke scene"),
        (NUKE, "A:output=/else/a.####.exr", "the Write writes to '/out/a.####.exr'"),
        (KATANA, "Beauty:output=/else/a.####.exr", "the node writes to"),
        (KATANA, "Beauty:views=left", "views means nothing"),
        (MAYA, "fx:shotCam:output=a.exr", "Maya cannot be told"),
        (BLENDER, "scene:variables=shot:a", "no variable 'shot'"),
        (BLENDER, "scene:frames=1.5", "not all whole"),
        (NUKE, "A:frames=1.5", "not all whole"),
        (NUKE, "A:after=B", "in a circle: A, B"),
        (BLENDER, "scene:on=no", "no row of /show/light.blend is on"),
    ],
)
def test_what_a_row_cannot_be_is_refused_in_words(facts, edit, words):
    with pytest.raises(FarmsubmitError) as caught:
        job(facts, edits=[edit])
    assert words in str(caught.value)


def test_a_row_without_frames_is_refused_only_when_it_is_on():
    facts = replace(NUKE, outputs=(Output("A", file="/o/a.####.exr", frames=FrameRange(1, 2)), Output("B")))
    with pytest.raises(SceneError, match="does not say which frames it renders, for B"):
        job(facts)
    assert tree(job(facts, rows=["A"])) == ["A 1-2"]


# --- waits, priorities, previews


def test_rows_that_wait_stand_behind_those_they_wait_for():
    found = job(NUKE, chunk=2)
    assert found.serialsubtasks
    assert tree(found) == ({"A": ["A 1-2", "A 3-4"]}, {"B, C": [{"B": ["B 1-2", "B 3-4"]}, "C 1-4"]})


def test_what_a_row_waits_for_counts_only_where_it_is_rendered_too():
    assert tree(job(NUKE, rows=["B"])) == ["B 1-4"]
    with pytest.raises(RequestError, match="no row 'D'"):
        job(NUKE, edits=["B:after=D"])


def test_rows_with_a_higher_priority_stand_first():
    assert tree(job(MAYA, edits=["fx:shotCam:priority=5"])) == ["fx 1-10", "beauty 1-10"]


def test_previews_of_all_rows_go_before_the_rest():
    found = job(MAYA, chunk=5, options={"preview_first": "first-middle-last"})
    assert found.serialsubtasks
    first, rest = found.subtasks
    assert tree(first)[0] == {"beauty preview": ["beauty preview 1", "beauty preview 5", "beauty preview 10"]}
    # Render takes one range: the chunk 2-4,6-7 is two tasks.
    assert tree(rest)[0] == {"beauty": ["beauty 2-4", "beauty 6-7", "beauty 8-9"]}


def test_a_movie_after_previews_has_all_frames(monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_MOVIE", "yes")
    (argv,) = [argv for argv in argvs(job(BLENDER, options={"preview_first": "every-6"})) if "ffmpeg" in argv]
    assert argv[argv.index("--frames") + 1] == "1-12"
    assert argv[argv.index("-frames:v") + 1] == "12"


def test_previews_that_wait_for_approval_are_a_request_of_their_own():
    request = made(MAYA, job={"priority": 3}, options={"preview_first": "every-5", "preview_rest": "paused"})
    with pytest.raises(RequestError, match="are two jobs"):
        build_request(request)
    first, rest = split_for_approval(request)
    assert (first.job["title"], first.job["priority"]) == ("sh 100% previews", 4.0)
    assert [str(row.frames) for row in first.rows] == ["1,6", "1,6"]
    assert (rest.job["title"], rest.job["priority"], rest.job["paused"]) == ("sh 100%", 3, True)
    assert [str(row.frames) for row in rest.rows] == ["2-5,7-10", "2-5,7-10"]
    assert split_for_approval(rest) == (rest,)
    assert tree(build_request(first).job)[0] == {"beauty preview": ["beauty preview 1", "beauty preview 6"]}


@pytest.mark.parametrize(
    ("limit", "given", "raised"),
    [
        ({"locks": True, "value": 50}, 50, 50),
        ({"maximum": 50}, 50, 50),
        ({"maximum": 50}, 49, 50.0),
        ({"minimum": 10}, None, None),
    ],
)
def test_previews_stay_within_what_a_policy_allows_and_say_so(limit, given, raised):
    job = {} if given is None else {"priority": given}
    request = made(MAYA, job=job, options={"preview_first": "every-5", "preview_rest": "paused"})
    request.settings.policy.add([Entry("priority", "site: /site", **limit)])
    first, _ = split_for_approval(request)
    assert first.job.get("priority") == raised
    notes = " ".join(first.options.get("notes", ()))
    assert ("the previews have the priority of the rest" in notes) == (given == raised)


def test_what_is_all_preview_or_cannot_be_cut_is_one_request():
    options = {"preview_first": "first-middle-last", "preview_rest": "paused"}
    assert len(split_for_approval(made(MAYA, frames="1-3", options=options))) == 1
    assert len(split_for_approval(made(NUKE, rows=["C"], options=options))) == 1
    # What waits for another row has nothing to show early, and goes with the rest.
    first, rest = split_for_approval(made(NUKE, options=options))
    assert [row.id for row in first.rows] == ["A~preview"]
    assert [(row.id, row.after) for row in rest.rows] == [("A", ()), ("B", ("A",)), ("C", ("A",))]


# --- templates and the rest of a request


@pytest.fixture
def settings(monkeypatch):
    def put(**values):
        for name, value in values.items():
            monkeypatch.setenv(f"FARMSUBMIT_{name.upper()}", value)

    return put


def test_a_movie_is_named_by_a_template(settings, monkeypatch):
    setting = SETTINGS["job_title"]._replace(name="movie_name", default=lambda: "/farm/{{ scene }}_{{ row.id }}.mp4")
    monkeypatch.setitem(SETTINGS, "movie_name", setting)
    settings(movie="yes")
    assert argvs(job(BLENDER))[0][-1] == "%D(/farm/light_scene.mp4)"


def test_titles_come_from_templates(settings):
    settings(job_title="{{ scene | upper }} x{{ rows | length }}", task_title="{{ row.title }} #{{ first_frame }}")
    found = job(MAYA, chunk=5)
    assert found.title == "SH 100% x2"
    assert tree(found)[0] == {"beauty": ["beauty #1", "beauty #6"]}
    assert job(MAYA, job={"title": "mine"}).title == "mine"


def test_the_words_of_a_command_come_from_templates(settings):
    words = ["rez", "env", "{{ facts.path | mapped }}", "--", "@default", "-x={{ scene }}", "{{ user and '' }}"]
    settings(maya_command=json.dumps(words))
    argv = argvs(job(MAYA))[0]
    assert argv[:5] == ["rez", "env", "%D(/show/sh 100%%.ma)", "--", "Render"]
    assert argv[-1] == "-x=sh 100%%"


def test_chunks_see_their_own_frames(settings):
    settings(nuke_command='["wrap", "{{ frames }}/{{ frame_count }}", "@default"]')
    assert [argv[1] for argv in argvs(job(NUKE, rows=["A"], frames="1-5", chunk=3))] == ["1-3/3", "4-5/2"]


def test_a_mistake_in_a_template_names_its_setting(settings):
    settings(blender_command='["nice", "{{ row.layr }}", "@default"]')
    with pytest.raises(TemplateError, match=r"^blender_command, word 2: line 1, column 8: .*'layer'"):
        job(BLENDER)


def test_a_title_or_name_that_gives_nothing_is_the_recipe_s_own(settings):
    settings(job_title="{{ row.layer }} ", task_title="{{ row.layer }}", movie_name="{{ row.layer }}", movie="yes")
    built = job(BLENDER)
    assert [built.title, built.subtasks[0].title] == ["light", "light movie"]
    assert [task.title for task in built.subtasks[0].subtasks] == ["light 1-10", "light 11-12"]


def test_what_is_made_for_each_chunk_is_explained_for_the_first(settings):
    settings(task_title="{{ frames }}", nuke_command="{{ frame_count }}")
    request = made(NUKE, chunk=3, order="reverse")
    assert explain_setting("task_title", request)[-1] == "  gives '4'"
    assert explain_setting("nuke_command", request)[-1] == "  gives '1'"


def test_programs_and_their_prefixes_are_explained(settings):
    settings(executables="nuke@NFS=/sw/{{ scene }}", package_prefix='{"nuke": ["rez-env", "{{ scen }}"]}')
    request = made(NUKE)
    assert explain_setting("executables", request)[0] == "executables, nuke@NFS = '/sw/{{ scene }}'"
    assert explain_setting("executables", request)[-1] == "  gives '/sw/comp'"
    assert "did you mean 'scene'?" in explain_setting("package_prefix", request)[3]


def test_a_setting_that_is_a_template_is_explained(settings):
    settings(job_title="{{ scene }}", blender_command="nice @default")
    request = made(BLENDER)
    assert explain_setting("job_title", request)[-1] == "  gives 'light'"
    assert "  the words of the recipe" in explain_setting("blender_command", request)
    assert explain_setting("chunk", request) == []


def test_secrets_and_functions_are_no_values_of_templates(settings):
    settings(job_title="{{ settings.tractor_engine_credentials_resolver }}")
    with pytest.raises(TemplateError, match="there is no 'tractor_engine_credentials_resolver'"):
        job(BLENDER)


def test_the_environment_of_a_request_reaches_the_job(monkeypatch):
    monkeypatch.setenv("OCIO", "/show/config.ocio")
    request = made(BLENDER, environment={"A": "1"}, job={"envkey": ["maya-2025"]})
    assert build_request(request).job.envkey == ["maya-2025", "setenv A=1"]
    built = build_request(replace(request, environment=replace(request.environment, capture=True)))
    assert "OCIO=/show/config.ocio" in built.job.envkey[1]
    assert any("OCIO" in note for note in built.notes)


def test_a_local_request_has_local_commands():
    found = build_request(made(BLENDER, options={"local": True}))
    assert found.job.subtasks[0].cmds[0].local


def test_a_request_without_settings_is_built_with_those_of_the_user():
    request = SubmitRequest(BLENDER, made(BLENDER).rows)
    assert tree(build_request(request).job) == ["light 1-10", "light 11-12"]


def test_frames_that_were_there_before_are_part_of_the_movie(monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_MOVIE", "yes")
    request = made(BLENDER)
    row = replace(request.rows[0], frames=FrameSet.parse("2"), movie_frames=FrameSet.parse("1-12"))
    argv = argvs(build_request(replace(request, rows=(row,))).job)[0]
    assert argv[argv.index("-frames:v") + 1] == "12"
