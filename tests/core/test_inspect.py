"""What ``farmsubmit inspect`` prints of scenes that are read without their DCC."""

import json
import subprocess
import sys

import pytest

NUKE = """version 13.2 v4
Root {
 first_frame 1001
 last_frame 1100
 fps 24
 format "1920 1080 0 0 1920 1080 1 HD_1080"
}
Read {
 inputs 0
 file %s/plate.####.exr
 name Read1
}
Group {
 name Group1
}
 Write {
  file %s/out/b.####.exr
  use_limit true
  first 1010
  last 1020
  beforeRender "print('hi')"
  name Write2
 }
end_group
"""


@pytest.fixture
def inspect(tmp_path):
    (tmp_path / "comp.nk").write_text(NUKE % (tmp_path, tmp_path))

    def inspect(*words):
        argv = [sys.executable, "-m", "farmsubmit", "inspect", str(tmp_path / "comp.nk"), *words]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    return inspect


def test_the_report_names_what_renders_and_what_would_run(inspect, tmp_path):
    report = inspect()
    for words in ("nuke 13.2v4", "1001-1100 at 24 per second", "1920 x 1080", "Group1.Write2", "1010-1020"):
        assert words in report
    assert "print('hi')" in report
    assert f"missing: {tmp_path}/plate.####.exr" in report


def test_the_json_form_is_read_back(inspect):
    from farmsubmit import SceneFacts

    facts = SceneFacts.from_json(json.loads(inspect("--json")))
    assert facts.outputs[0].name == "Group1.Write2"


def test_files_are_there_or_missing_and_go_somewhere_in_each_zone(inspect, tmp_path):
    maps = ["--dirmap", f"{tmp_path}=X:/show@UNC", "--dirmap", f"{tmp_path}=/net@NFS"]
    row = json.loads(inspect("--files", "--json", *maps))[0]
    assert (row["exists"], row["by"]) == (False, "Read1.file")
    assert row["zones"] == {"UNC": "X:/show/plate.####.exr", "NFS": "/net/plate.####.exr"}
    (tmp_path / "plate.1001.exr").touch()
    assert inspect("--files", *maps).splitlines()[1].startswith("there")


def test_frames_that_are_on_disk_are_counted(inspect, tmp_path):
    assert "0 of 11" in inspect()
    (tmp_path / "out").mkdir()
    for frame in range(1010, 1018):
        (tmp_path / "out" / f"b.{frame}.exr").write_bytes(b"x" * (10 if frame == 1013 else 1000))
    (tmp_path / "out" / "b.1018.exr").touch()
    assert "7 of 11, 1 empty, 1 cut off?" in inspect()
