"""The wrapper that checks what a file is made of, makes its folder, and shows it when it is whole."""

from __future__ import annotations

import importlib.util
import signal
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farmsubmit import files
from farmsubmit.lang.frames import FrameSet
from farmsubmit.tasks.shipped._patterns import frame_path

PATH = files.shipped("wrappers", "farmmake.py")
WRITE = "import sys; open(sys.argv[1], 'w').write('whole')"
FAIL = "import sys; open(sys.argv[1], 'w').write('half'); sys.exit(7)"


@pytest.fixture(scope="module")
def module():
    spec = importlib.util.spec_from_file_location("farmmake", PATH)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


@pytest.fixture
def make(module, monkeypatch, capfd):
    """Return a function that makes a file in this process, and returns the exit code and what is told."""
    monkeypatch.setattr(module.signal, "signal", lambda *_: None)

    def make(*argv):
        code = module.main([str(word) for word in argv])
        return code, capfd.readouterr().out

    return make


def python(code, *words):
    return ["--", sys.executable, "-S", "-c", code, *words]


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_and_its_folder_are_made(make, tmp_path):
    path = tmp_path / "it's 100% – é" / "new" / "b.mp4"
    assert make("--makes", path, *python(WRITE, path)) == (0, "")
    assert (names(path.parent), path.read_text()) == (["b.mp4"], "whole")


def test_what_fails_leaves_no_half_of_a_file_and_the_last_one_as_it_was(make, tmp_path):
    path = tmp_path / "b.mp4"
    assert make("--makes", path, *python(FAIL, path)) == (7, "")
    assert names(tmp_path) == []
    path.write_text("of yesterday")
    assert make("--makes", path, *python(FAIL, path))[0] == 7
    assert (names(tmp_path), path.read_text()) == (["b.mp4"], "of yesterday")


def test_the_file_is_written_under_another_name_with_the_same_ending(make, tmp_path):
    code = "import sys, pathlib; p = pathlib.Path(sys.argv[1]); print(p.name, p.parent); p.write_text('x')"
    _, told = make("--makes", tmp_path / "b.mov", *python(code, tmp_path / "b.mov"))
    name, folder = told.split()
    assert (name.endswith(".part.mov"), folder) == (True, str(tmp_path))


def test_a_command_that_writes_nothing_has_failed(make, tmp_path):
    code, told = make("--makes", tmp_path / "b.mp4", *python("", tmp_path / "b.mp4"))
    assert (code, names(tmp_path)) == (1, [])
    assert told.endswith(f"ended well, but wrote nothing into {tmp_path}/b.mp4\n")


@pytest.mark.parametrize(("frames", "count"), [("-2-6", 9), ("-2,0,3-6", 6), ("-2-6x2", 5)])
def test_frames_that_are_missing_or_empty_are_told_as_ranges_and_nothing_is_started(make, tmp_path, frames, count):
    pattern, made = tmp_path / "it's #1 100% – é.##.png", tmp_path / "b.mp4"
    wanted = FrameSet.parse(frames)
    for frame in wanted.minus(FrameSet.parse("-2,3-4,6")):
        tmp_path.joinpath(frame_path(str(pattern), frame)).write_text("x")
    tmp_path.joinpath(frame_path(str(pattern), 0)).write_text("")
    code, told = make("--of", pattern, "--frames", frames, "--makes", made, *python(WRITE, made))
    lacking = {"-2-6": "4 missing: -2, 3-4, 6", "-2,0,3-6": "4 missing: -2, 3-4, 6", "-2-6x2": "3 missing: -2, 4, 6"}
    expected = f"farmsubmit: error: of the {count} frames of {pattern} 1 empty: 0; {lacking[frames]}\n"
    assert (code, told, made.exists()) == (1, expected, False)


def test_frames_that_are_there_and_hold_something_are_enough(make, tmp_path):
    for name in ("b.-0001.exr", "b.0000.exr", "b.0002.5.exr"):
        (tmp_path / name).write_text("x")
    made = tmp_path / "b.mp4"
    assert make("--of", tmp_path / "b.####.exr", "--frames", "-1-0,2.5", "--makes", made, *python(WRITE, made))[0] == 0


@given(st.sets(st.integers(-2000, 2000), min_size=1, max_size=30), st.sampled_from(["/a#b/c#.##.x", "C:\\#\\####.x"]))
def test_frames_are_the_same_and_named_the_same_on_the_blade(module, numbers, pattern):
    frames = FrameSet.of(numbers).sorted()
    found = [module.frame_path(pattern, frame) for frame in module.frames_of(str(frames))]
    assert found == [frame_path(pattern, frame) for frame in frames]


def test_halves_of_frames_are_named_the_same_on_the_blade(module):
    frames = FrameSet.parse("-1.5-1.5x0.25,100,1000")
    found = [module.frame_path("/o/b.###.x", frame) for frame in module.frames_of(str(frames))]
    assert found == [frame_path("/o/b.###.x", frame) for frame in frames]


def test_a_long_list_of_ranges_is_cut(module):
    told = module.ranges(list(module.frames_of("1-999x2")))
    assert told.startswith("1, 3, 5") and told.endswith("39, …")


def test_a_folder_that_cannot_be_made_is_told(make, tmp_path):
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "new" / "b.mp4"
    code, told = make("--folder-of", path, *python("print('started')"))
    assert (code, told) == (1, f"farmsubmit: error: the folder {tmp_path}/file/new cannot be made: Not a directory\n")


def test_a_folder_that_cannot_be_written_into_is_told(make, tmp_path, module, monkeypatch):
    def refused(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(module, "open", refused, raising=False)
    code, told = make("--makes", tmp_path / "b.mp4", *python(WRITE, tmp_path / "b.mp4"))
    assert (code, told) == (1, f"farmsubmit: error: {tmp_path}/b.mp4 cannot be written: Permission denied\n")


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        (["--makes", "/o/b.mp4"], 2, "no command behind '--'"),
        (["--maks", "/o/b.mp4", "--", "a"], 2, "'--maks' is none of --of, --frames"),
        (["--of", "/o/b.png", "--frames", "1", "--", "a"], 2, "no #### for the frame"),
        (["--of", "/o/b.#.png", "--frames", "5-1x0", "--", "a"], 2, "'5-1x0' in the frames '5-1x0' is no frame"),
        (["--of", "/o/b.#.png", "--", "a"], 2, "'' in the frames '' is no frame"),
        (["--makes", "/tmp/b.mp4", "--", "a", "b"], 2, "does not name its output '/tmp/b.mp4'"),
        (["--", "no-such-program"], 127, "cannot start 'no-such-program': not found on PATH"),
        (["--", "/no/such"], 127, "cannot start '/no/such': there is no such file"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(make, argv, code, words):
    found, told = make(*argv)
    assert (found, told.count("\n"), words in told) == (code, 1, True), told


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_one_that_is_asked_to_end_ends_its_program_and_leaves_nothing(tmp_path):
    code = "import sys, time; open(sys.argv[1], 'w').write('half'); print('up', flush=True); time.sleep(60)"
    argv = [sys.executable, "-I", str(PATH), "--makes", str(tmp_path / "b.mp4"), *python(code, str(tmp_path / "b.mp4"))]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "up\n"
        process.send_signal(signal.SIGTERM)
        # The program holds this stream too: its end is here when it has ended.
        assert process.stdout.read() == ""
    assert (process.returncode, names(tmp_path)) == (143, [])
