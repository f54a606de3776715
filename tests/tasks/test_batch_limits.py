"""The limits of each program's command line, and the options of each renderer."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies

from farmsubmit.errors import ArgumentError
from farmsubmit.lang.frames import FrameSet
from farmsubmit.lang.substitution import Context, expand_argv
from farmsubmit.settings import load_settings
from farmsubmit.tasks.build import build_task
from farmsubmit.tasks.shipped._base import forward
from farmsubmit.tasks.shipped.katana import katana_frames


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path))


def launched(task, **arguments):
    """Return the words of each command, paths as they are."""
    plain = load_settings({"inherit_environment": False})
    left, found = list(build_task(task, {"scene": "/s/a.x", **arguments}, settings=plain).job.subtasks), []
    while left:
        element = left.pop(0)
        found += [expand_argv(command.argv, Context(jid=1, tid=2, cid=3)) for command in element.cmds]
        left[:0] = element.subtasks
    return found


def between(argv, first, last):
    return argv[argv.index(first) : argv.index(last) + 1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"renderer": "arnold"}, "-r arnold -ai:lve 2 -ai:alf true -s"),
        ({"renderer": "arnold", "threads": 8, "arnold_device": "gpu", "abort_on_license_fail": False},
         "-r arnold -ai:threads 8 -ai:lve 2 -ai:device 1 -s"),
        ({"renderer": "renderman", "threads": 4, "renderman_jobid": "7"}, "-r renderman -t 4 -jobid 7 -s"),
        ({"renderer": "sw", "threads": 2}, "-r sw -n 2 -s"),
        ({"renderer": "vray"}, "-r vray -s"),
        ({"renderer": "redshift", "image": "b", "padding": 4}, "-r redshift -im b -pad 4 -s"),
        ({}, "-r file -s"),
    ],
)  # fmt: skip
def test_each_renderer_of_maya_gets_its_own_options(arguments, words):
    (argv,) = launched("MayaRender", frames="1", **arguments)
    assert between(argv, "-r", "-s") == words.split()


@pytest.mark.parametrize(
    ("renderer", "words"), [("arnold", "-x 1920 -y 1080"), ("renderman", "-res 1920 1080"), ("file", "-x 1920 -y 1080")]
)
def test_a_size_is_said_in_the_renderers_own_way(renderer, words):
    (argv,) = launched("MayaRender", frames="1", renderer=renderer, resolution="1920x1080")
    assert " ".join(argv).endswith(f"-b 1 {words} /s/a.x")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"renderer": "renderman", "image": "b"}, "image = 'b': Render has no such option for renderer:renderman"),
        ({"renderer": "renderman", "padding": 4}, "padding = 4"),
        ({"renderer": "vray", "threads": 4}, "it is for arnold, renderman, sw"),
        ({"renderer": "file", "threads": 4}, "no option"),
        ({"renderer": "arnold", "arnold_device": "tpu"}, "it is cpu or gpu"),
        ({"resolution": "big"}, "write for example 1920x1080"),
        ({"resolution": "0x10"}, "is no size"),
        ({"image": 'b"; quit; "'}, "holds a quote"),
        ({"camera": "cam\n"}, "a line's end"),
        ({"layer": "a\\b"}, "a backslash"),
        ({"output": "/o/m.mov", "frames": "1-3,10"}, "no two commands can write"),
    ],
)
def test_what_render_cannot_be_told_is_refused(arguments, words):
    with pytest.raises(ArgumentError, match="(?s).*" + words.replace("(", r"\(")):
        launched("MayaRender", **{"frames": "1", **arguments})


@pytest.mark.parametrize("task", ["BlenderRender", "MayaRender", "NukeRender", "KatanaRender"])
def test_a_movie_is_one_task_whatever_the_chunk(task):
    assert len(launched(task, frames="1-100", chunk=5, output="/o/m.mov")) == 1


@pytest.mark.parametrize("task", ["BlenderRender", "MayaRender", "NukeRender", "KatanaRender"])
def test_spaces_quotes_and_unicode_stay_in_one_word(task):
    scene = "/sh ow/it's – 東京 ü/a b.x"
    (argv,) = launched(task, frames="1", scene=scene)
    assert [word for word in argv if scene in word] in ([scene], [f"--katana-file={scene}"])


@given(strategies.sets(strategies.integers(0, 3000), min_size=1, max_size=60))
@settings(max_examples=60)
def test_katanas_frames_have_no_step_and_lose_none(frames):
    text = katana_frames(FrameSet.of(sorted(frames)))
    assert "x" not in text
    read = [range(int(a), int(b or a) + 1) for a, _, b in (part.partition("-") for part in text.split(","))]
    assert sorted(frame for part in read for frame in part) == sorted(frames)


def test_nukes_last_word_is_the_script_and_never_a_number():
    for argv in launched("NukeRender", frames="1-20", chunk=5):
        assert argv[-1] == "/s/a.x"
        assert argv[-2] == "-x"


@pytest.mark.parametrize(
    ("path", "plain"),
    [
        ("C:\\a\\new.ma", "C:/a/new.ma"),
        ("\\\\srv\\share\\a.ma", "//srv/share/a.ma"),
        ("/a\\b.ma", "/a\\b.ma"),
        ("a\\b.ma", "a\\b.ma"),
        ("C:a\\b", "C:a\\b"),
    ],
)
def test_only_windows_paths_get_forward_slashes(path, plain):
    assert forward(path) == plain
