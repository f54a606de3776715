"""The commands of the shipped tasks, word by word as the programs get them."""

from __future__ import annotations

import json

import pytest

from farmsubmit import files
from farmsubmit.errors import ArgumentError, FarmsubmitError, SubstitutionError
from farmsubmit.lang.substitution import Context, expand, expand_argv
from farmsubmit.settings import load_settings
from farmsubmit.tasks.build import build_task

SETTINGS = load_settings({"inherit_environment": False, "python": "python3", "blade_python": "python3"})
HOSTILE = "/show/it's 100% {new} – é %04d/~a -b.x"


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path))


def commands(task, settings=SETTINGS, **arguments):
    """Return the commands of all tasks, from the top."""
    left, found = list(build_task(task, arguments, settings=settings).job.subtasks), []
    while left:
        element = left.pop(0)
        found += element.cmds
        left[:0] = element.subtasks
    return found


def launched(task, **arguments):
    """Return what the programs of all commands get, with each mapped path in angle brackets."""
    context = Context(map_path=lambda path: f"<{path}>", jid=1, tid=2, cid=3)
    return [expand_argv(command.argv, context) for command in commands(task, **arguments)]


def words(text):
    return text.split("|")


WRAPPER = f"<{files.shipped('wrappers', 'blenderscript.py')}>"
BLENDER = ["blender", "-b", "</s/a.blend>", "--python-exit-code", "1", "-P", WRAPPER, "--", "render"]
OIIO = "oiiotool|--wildcardoff|--evaloff"
BY_FARMMAKE = ["python3", "-I", f"<{files.shipped('wrappers', 'farmmake.py')}>"]
ENCODE = "-c:v|libx264|-pix_fmt|yuv420p|-crf|18|-vf|crop=trunc(iw/2)*2:trunc(ih/2)*2"

CASES = {
    "Blender, the scene as it is": (
        "BlenderRender",
        {"scene": "/s/a.blend", "frames": "1-3,7"},
        [[*BLENDER, "--frames", "1..3,7"]],
    ),
    "Blender, all of it": (
        "BlenderRender",
        {
            "scene": "/s/a.blend",
            "frames": "-3--1",
            "output": "/o/b.####.png",
            "layers": ["a b", "~c", "-d", "e%"],
            "camera": "-cam",
            "blender_scene": "~Scene",
        },
        [
            BLENDER
            + words("--frames|-3..-1|--output|</o/b.####.png>|--layer=a b|--layer=~c|--layer=-d|--layer=e%")
            + words("--camera=-cam|--scene=~Scene")
        ],
    ),
    "Maya, the scene as it is": (
        "MayaRender",
        {"scene": "/s/a.ma", "frames": "1-10", "chunk": 0},
        [["Render", "-r", "file", "-s", "1", "-e", "10", "-b", "1", "</s/a.ma>"]],
    ),
    "Maya, all of it": (
        "MayaRender",
        {
            "scene": "/s/a.ma",
            "frames": "1-9x4",
            "renderer": "vray",
            "project": "/s/pro ject",
            "folder": "/o",
            "image": "b%",
            "padding": 4,
            "camera": "rig:cam",
            "layer": "beauty",
        },
        [
            words("Render|-r|vray|-proj|</s/pro ject>|-rd|</o>|-im|b%|-pad|4|-s|1|-e|9|-b|4")
            + words("-cam|rig:cam|-rl|beauty|</s/a.ma>")
        ],
    ),
    "Maya, frames that are no one range": (
        "MayaRender",
        {"scene": "/s/a.ma", "frames": "1-3,10,20,5", "chunk": 0},
        [
            ["Render", "-r", "file", "-s", first, "-e", last, "-b", step, "</s/a.ma>"]
            for first, last, step in [("1", "3", "1"), ("5", "10", "5"), ("20", "20", "1")]
        ],
    ),
    "Nuke, all writes": (
        "NukeRender",
        {"scene": "/s/a.nk", "frames": "1-10x2,20,30-31", "chunk": 0},
        [["nuke", "-F", "1-9x2", "-F", "20-30x10", "-F", "31", "-x", "</s/a.nk>"]],
    ),
    "Nuke, all of it": (
        "NukeRender",
        {
            "scene": "/s/a.nk",
            "frames": 7,
            "writes": ["Write1", "Group1.Write2"],
            "views": ["left", "right"],
            "continue_on_error": True,
            "render_order": True,
        },
        [["nuke", "-F", "7", "--cont", "--sro", "--view", "left,right", "-X", "Write1,Group1.Write2", "</s/a.nk>"]],
    ),
    "Katana, the node with the flag": (
        "KatanaRender",
        {"scene": "/s/a.katana", "frames": "1-9x4,20-22", "chunk": 0},
        [["katana", "--batch", "--katana-file=</s/a.katana>", "-t", "1,5,9,20-22"]],
    ),
    "Katana, all of it": (
        "KatanaRender",
        {
            "scene": "/s/a.katana",
            "frames": "1,2",
            "render_node": "-Beauty %",
            "variables": {"shot": "~sh 1", "v": "-2%"},
        },
        [
            words("katana|--batch|--katana-file=</s/a.katana>|--render-node=-Beauty %|-t|1-2")
            + words("--var|shot=~sh 1|--var|v=-2%")
        ],
    ),
    "prman": (
        "PrmanRender",
        {"exported": "/r/a.####.rib", "frames": "7", "project": "/s"},
        [["prman", "-Progress", "-t:0", "-cwd", "</s>", "</r/a.0007.rib>"]],
    ),
    "a movie of one range": (
        "Movie",
        {"output": "/o/50%/b.####.png", "frames": "3-5", "fps": 23.976},
        [
            BY_FARMMAKE
            + words("--of|</o/50%/b.####.png>|--frames|3-5|--makes|</o/50%/b.mp4>|--")
            + words("ffmpeg|-y|-loglevel|warning|-xerror|-framerate|23.976|-start_number|3|-i|</o/50%%/b.%04d.png>")
            + words(f"{ENCODE}|-r|23.976|-frames:v|3|</o/50%/b.mp4>")
        ],
    ),
    "a movie of frames with gaps": (
        "Movie",
        {"output": "/o/b.##.exr", "frames": "5,1", "movie_file": "/m/-x.mov"},
        [
            BY_FARMMAKE
            + words("--of|</o/b.##.exr>|--frames|1,5|--makes|</m/-x.mov>|--")
            + words("ffmpeg|-y|-loglevel|warning|-xerror|-apply_trc|iec61966_2_1|-f|concat|-safe|0")
            + words(f"-protocol_whitelist|file,pipe|-i|pipe:0|{ENCODE}|-r|24|-frames:v|2|</m/-x.mov>")
        ],
    ),
    "a contact sheet": (
        "ContactSheet",
        {"output": "/o/b.##.png", "frames": "1-9", "sheet_pictures": 3},
        [
            BY_FARMMAKE
            + words("--of|</o/b.##.png>|--frames|1-9x4|--makes|</o/b.contact.jpg>|--")
            + words(f"{OIIO}|</o/b.01.png>|</o/b.05.png>|</o/b.09.png>|--mosaic:pad=4:fit=320x180|2x2")
            + words("-o|</o/b.contact.jpg>")
        ],
    ),
    "tiles into a frame": (
        "TileAssembly",
        {"output": "/o/b.####.exr", "frames": "7", "tiles": "1x2"},
        [
            words(f"{OIIO}|--iconfig|oiio:UnassociatedAlpha|1|</o/b.0007.tiles/0001.exr>|--evalon|--crop")
            + words("{0*TOP.width//1},{TOP.height-1*TOP.height//2},{1*TOP.width//1-1},{TOP.height-0*TOP.height//2-1}")
            + words("--evaloff|--iconfig|oiio:UnassociatedAlpha|1|</o/b.0007.tiles/0002.exr>|--evalon|--crop")
            + words("{0*TOP.width//1},{TOP.height-2*TOP.height//2},{1*TOP.width//1-1},{TOP.height-1*TOP.height//2-1}")
            + words("--evaloff|--add|-o|</o/b.0007.exr>")
        ],
    ),
    "any command": ("Command", {"argv": ["ffmpeg", "100%", "%D(/a)", "-x"]}, [["ffmpeg", "100%", "%D(/a)", "-x"]]),
    "any launch expression": (
        "Command",
        {"argv": ["ffmpeg", "%D(/a)", "%j"], "expressions": True},
        [["ffmpeg", "</a>", "1"]],
    ),
    "a command for each frame": (
        "FollowUp",
        {"output": "/o/b.##.exr", "frames": "1-2", "follow_argv": ["oiiotool", "i={in}~{out}%", "{frame}{x}"]},
        [["oiiotool", f"i=</o/b.0{n}.exr>~</o/b.followed.0{n}.exr>%", f"{n}{{x}}"] for n in (1, 2)],
    ),
    "kick that writes elsewhere than the scene says": (
        "ArnoldKick",
        {"exported": "/e/a.#.ass", "frames": "7", "output": "/o/b.#.exr"},
        [BY_FARMMAKE + words("--folder-of|</o/b.7.exr>|--|kick|-i|</e/a.7.ass>|-dw|-v|2|-o|</o/b.7.exr>")],
    ),
    "a denoiser": (
        "Denoise",
        {
            "output": "/o/b.####.exr",
            "frames": "1",
            "denoised": "/c/b.####.exr",
            "denoise_argv": ["oiiotool", "{in}", "{out}"],
        },
        [BY_FARMMAKE + words("--folder-of|</c/b.0001.exr>|--|oiiotool|</o/b.0001.exr>|</c/b.0001.exr>")],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_programs_get_exactly_these_words(case):
    task, arguments, expected = CASES[case]
    assert launched(task, **arguments) == expected


@pytest.mark.parametrize("scene", [HOSTILE, "-a.blend", "C:\\s\\a.ma", "//srv/share/a (1).nk"])
@pytest.mark.parametrize("task", ["BlenderRender", "MayaRender", "NukeRender", "KatanaRender"])
def test_a_hostile_path_is_one_mapped_word_and_never_an_option(task, scene):
    (argv,) = launched(task, scene=scene, frames="1")
    plain = f"./{scene}" if scene.startswith("-") and task != "KatanaRender" else scene
    plain = "C:/s/a.ma" if plain == "C:\\s\\a.ma" and task != "BlenderRender" else plain
    assert f"<{plain}>" in [word.partition("=")[2] or word for word in argv]


@pytest.mark.parametrize(
    ("task", "arguments", "error", "words"),
    [
        ("MayaRender", {"camera": "-x"}, ArgumentError, "would be taken for an option"),
        ("MayaRender", {"layer": "~x"}, SubstitutionError, "cannot be kept"),
        ("MayaRender", {"layer": ["a", "b"]}, ArgumentError, "is not text"),
        ("MayaRender", {"layer": 1}, ArgumentError, "write layer:\"'1'\""),
        ("BlenderRender", {"scene": " "}, ArgumentError, "scene is empty"),
        ("MayaRender", {"padding": "4"}, ArgumentError, "no whole number"),
        ("NukeRender", {"writes": ["a,b"]}, ArgumentError, "'a,b' cannot be said"),
        ("NukeRender", {"views": ["-a"]}, ArgumentError, "'-a' cannot be said"),
        ("NukeRender", {"writes": [7]}, ArgumentError, "list of texts"),
        ("NukeRender", {"continue_on_error": "yes"}, ArgumentError, "neither True nor False"),
        ("NukeRender", {"frames": "-3-3"}, ArgumentError, "below 0"),
        ("KatanaRender", {"frames": "-3-3"}, ArgumentError, "below 0"),
        ("KatanaRender", {"variables": {"a=b": "c"}}, ArgumentError, "'a=b'"),
        ("KatanaRender", {"variables": {"a": 7}}, ArgumentError, "names to texts"),
        ("BlenderRender", {"frames": "1-2x0.5"}, ArgumentError, "not all whole"),
        ("BlenderRender", {"frames": "1-"}, ArgumentError, "column 3"),
        ("BlenderRender", {"frames": 1.5}, ArgumentError, "frames = 1.5 is not text"),
        ("BlenderRender", {"chunk": -1}, ArgumentError, "chunk = -1"),
        ("BlenderRender", {"order": "outer"}, ArgumentError, "did you mean 'outer-in'"),
        ("Movie", {"output": "/o/b.png"}, ArgumentError, "no #### for the frame"),
        ("Movie", {"output": "/o/b.####.mov"}, ArgumentError, "a movie already"),
        ("Movie", {"output": "/o/b.#.png", "fps": 0}, ArgumentError, "fps = 0"),
        ("ContactSheet", {"output": "/o/b.#.png", "sheet_cell": "0x1"}, ArgumentError, "no size"),
        ("ContactSheet", {"output": "/50%/b.#.png"}, ArgumentError, "a folder with '%'"),
        ("Denoise", {"output": "/50%/b.#.png"}, ArgumentError, "a folder with '%'"),
        ("TileAssembly", {"output": "/o/b.#.png", "tiles": "99x99"}, ArgumentError, "at most 1024 tiles"),
        ("Command", {"argv": []}, ArgumentError, "argv is empty"),
        ("FollowUp", {"output": "/o/b.#.png"}, ArgumentError, "follow_argv"),
        ("PublishHook", {"hook": "a.b"}, ArgumentError, "package.module:function"),
        ("Cleanup", {"paths": ["frames/a"]}, ArgumentError, "no absolute path"),
        ("Cleanup", {"paths": "/show"}, ArgumentError, "too much to remove"),
        ("Cleanup", {"paths": "/show/a/../.."}, ArgumentError, "too much to remove"),
        ("Cleanup", {"paths": "C:/show"}, ArgumentError, "too much to remove"),
        ("Cleanup", {"paths": "//srv/share/a"}, ArgumentError, "too much to remove"),
    ],
)
def test_what_cannot_be_said_is_refused_in_words(task, arguments, error, words):
    with pytest.raises(error, match=words):
        commands(task, **{"scene": "/s/a.x", "frames": "1", **arguments})


def test_a_cleanup_of_frames_that_nobody_gave_is_refused():
    with pytest.raises(ArgumentError, match="no frames are given"):
        commands("Cleanup", paths="/show/a/b.####.exr")


@pytest.mark.parametrize("task", ["BlenderRender", "MayaRender", "NukeRender", "KatanaRender", "Movie", "Cleanup"])
def test_what_is_required_is_asked_for(task):
    with pytest.raises(FarmsubmitError, match="is missing"):
        commands(task)


def test_a_movie_of_frames_with_gaps_reads_their_names_from_stdin():
    (command,) = commands("Movie", output="/o/it's %/b.##.png", frames="9,2", fps=25)
    assert expand(command.msg, Context(map_path=lambda path: f"/mnt{path}")).splitlines() == [
        "ffconcat version 1.0",
        "file 'file:/mnt/o/it'\\''s %/b.02.png'",
        "duration 0.040000",
        "file 'file:/mnt/o/it'\\''s %/b.09.png'",
        "duration 0.040000",
    ]


@pytest.mark.parametrize(
    ("task", "service"),
    [
        ("BlenderRender", "BlenderRender"),
        ("MayaRender", "MayaRender"),
        ("NukeRender", "NukeRender"),
        ("KatanaRender", "KatanaRender"),
        ("MayaExportAss", "MayaRender"),
        ("ArnoldKick", "MayaRender"),
        ("PrmanRender", "PixarRender"),
        ("Denoise", '"*"'),
    ],
)
def test_services_come_from_the_settings(task, service):
    arguments = {"scene": "/s/a.x", "frames": "1", "exported": "/e/a.#.x", "output": "/o/b.#.exr"}
    assert commands(task, **arguments)[0].service == service


def test_the_argument_service_is_for_renders_and_movie_service_for_what_follows():
    arguments = {"scene": "/s/a.nk", "frames": "1", "output": "/o/b.#.exr", "service": "a", "movie_service": "b"}
    assert [command.service for command in commands("NukeRenderMovie", **arguments)] == ["a", "b"]


def test_programs_come_from_the_settings_and_are_mapped_where_they_are_paths():
    settings = load_settings({"nuke": "/opt/100%/nuke", "inherit_environment": False})
    (command,) = commands("NukeRender", settings, scene="/s/a.nk", frames="1")
    assert command.argv[0] == "%D(/opt/100%%/nuke)"


def program_words(argv):
    """Return the words of the program that farmmake starts."""
    return argv[argv.index("--") + 1 :]


def test_what_the_settings_say_of_programs_is_said_of_those_that_farmmake_starts_and_of_its_python():
    values = {
        "executables": {"ffmpeg": "/sw/ffmpeg", "ffmpeg@UNC": "F:/ffmpeg.exe", "blade_python@UNC": "python"},
        "package_prefix": {"ffmpeg": ["rez-env", "ffmpeg", "--"], "blade_python": ["nice"]},
    }
    settings = load_settings({"inherit_environment": False, "blade_python": "python3", **values})
    built = build_task("Movie", {"output": "/o/b.#.png", "frames": "1-2"}, settings=settings)
    argv = built.job.subtasks[0].cmds[0].argv
    assert argv[:3] == ["nice", "%D(python3)", "-I"]
    assert program_words(argv)[:5] == ["rez-env", "ffmpeg", "--", "%D(/sw/ffmpeg)", "-y"]
    maps = [(entry.src, entry.dst, entry.zone) for entry in built.job.dirmaps]
    assert maps == [("python3", "python", "UNC"), ("/sw/ffmpeg", "F:/ffmpeg.exe", "UNC")]


def test_flags_that_are_added_stand_behind_the_program_that_farmmake_starts():
    flags = {"additional_command_flags": {"ffmpeg": "-hide_banner"}}
    (command,) = commands("Movie", output="/o/b.#.png", frames="1-2", **flags)
    assert program_words(command.argv)[:3] == ["ffmpeg", "-hide_banner", "-y"]


def test_a_program_of_a_follow_up_is_looked_for_though_farmmake_starts_it():
    settings = load_settings({"inherit_environment": False, "executable_resolver": lambda word: f"/sw/{word}"})
    arguments = {"output": "/o/b.#.exr", "frames": "1", "follow_argv": ["clean", "{out}"]}
    (beside,) = commands("FollowUp", settings, **arguments)
    (elsewhere,) = commands("FollowUp", settings, **arguments, follow_output="/c/b.#.exr")
    assert beside.argv[0] == program_words(elsewhere.argv)[0] == "/sw/clean"


def word_of(command):
    head, _ = json.JSONDecoder().raw_decode(expand(command.argv[-1], Context(jid=1, tid=2, cid=3)))
    return head


@pytest.mark.parametrize(
    ("wrapper", "start"),
    [
        ("/w/my.mel", ["maya", "-batch", "-proj", "</s>", "-file", "</s/a.ma>", "-script", "</w/my.mel>"]),
        ("/w/my.py", ["mayapy", "</w/my.py>"]),
    ],
)
def test_maya_exports_by_the_wrapper_of_the_settings(wrapper, start):
    settings = load_settings({"maya_script_wrapper": wrapper, "inherit_environment": False})
    arguments = {"scene": "/s/a.ma", "frames": "1-2", "exported": "/e/a.#.ass", "project": "/s", "camera": "cam"}
    (command,) = commands("MayaExportAss", settings, **arguments)
    context = Context(map_path=lambda path: f"<{path}>", jid=1, tid=2, cid=3)
    *argv, word = expand_argv(command.argv, context)
    assert argv == start
    assert word_of(command)["with"]["task"] == "MayaExportAss"
    assert "|path-scene=</s/a.ma>|path-project=</s>|path-exported=</e/a.#.ass>" in word
    assert command.retryrc == [75]


def test_a_published_hook_is_not_run_twice():
    (command,) = commands("PublishHook", hook="studio.publish:version", output="/o/b.####.exr")
    assert word_of(command)["once"] is True
    assert "|path-output=%D(/o/b.####.exr)" in command.argv[-1]
