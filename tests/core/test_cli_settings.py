"""The command ``farmsubmit settings``."""

import argparse
import json
import os

import pytest

from farmsubmit.cli import settings as command
from farmsubmit.errors import SettingsError
from farmsubmit.settings.layers import settings_file


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith(("FARMSUBMIT_", "JOBTRONAUT_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture
def run(capsys):
    """Return a function that runs the command and gives (output, errors)."""
    parser = argparse.ArgumentParser()
    command.add_commands(parser.add_subparsers())

    def run(*words):
        args = parser.parse_args(["settings", *map(str, words)])
        assert args.run(args) == 0
        return tuple(capsys.readouterr())

    return run


@pytest.fixture
def show(folder, monkeypatch):
    """Return a function that writes the file of the show."""

    def show(text):
        (folder / "show").mkdir(exist_ok=True)
        path = folder / "show" / "farmsubmit.toml"
        path.write_text(text)
        monkeypatch.setenv("FARMSUBMIT_SHOW", str(path.parent))
        return path

    return show


def test_all_settings_are_listed_and_the_changed_ones_marked(run):
    run("chunk=7")
    out, _ = run()
    lines = {line[3:].split()[0]: line for line in out.splitlines()[1:-1]}
    assert lines["chunk"].split() == ["*", "chunk", "7"]
    assert lines["engine"].split() == ["engine", "local:"]
    assert "hidden" in lines["tractor_engine_credentials_resolver"]


def test_origins_are_listed_when_asked_for(run):
    run("chunk=7")
    out, _ = run("--origin")
    assert f"user: {settings_file()}" in out
    assert run("chunk", "order", "--origin")[0].splitlines() == [
        f"chunk = 7  (user: {settings_file()})",
        "order = forward  (default)",
    ]


def test_one_value_is_printed_alone(run):
    assert run("chunk") == ("5\n", "")


def test_a_value_is_set_shown_and_taken_away(run):
    assert run("chunk=7", "tags=a, b") == ("chunk = 7\ntags = a, b\n", f"wrote {settings_file()}\n")
    assert settings_file().read_text() == 'chunk = 7\ntags = ["a", "b"]\n'
    assert run("chunk=")[0] == "5\n"
    assert settings_file().read_text() == 'tags = ["a", "b"]\n'


def test_a_value_is_set_for_a_dcc(run):
    assert run("chunk=7", "--dcc", "maya")[0] == "7\n"
    assert run("chunk")[0] == "5\n"
    assert run("chunk", "--scene", "a.mb")[0] == "7\n"


def test_a_value_is_set_for_the_scene_and_the_show(run, folder, show):
    path = show("")
    run("chunk=7", "--save", "show")
    run("chunk=8", "--save", "scene", "--scene", folder / "show" / "a.ma")
    assert path.read_text() == "chunk = 7\n"
    assert (folder / "show" / "a.ma.farmsubmit.toml").read_text() == "chunk = 8\n"
    assert run("chunk", "--scene", folder / "show" / "a.ma")[0] == "8\n"


def test_a_show_that_has_no_file_gets_one(run, folder, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_SHOW", str(folder))
    run("chunk=7", "--save", "show")
    assert (folder / "farmsubmit.toml").read_text() == "chunk = 7\n"


def test_locked_settings_are_listed_with_the_reason_and_cannot_be_set(run, show):
    show("[policy.chunk]\nlock = 8\nreason = 'small farm'\n[policy.slots]\nmax = 4\nreason = 'so'\n")
    out, err = run("chunk")
    assert (out, err) == ("8\n", "note: chunk is locked: small farm\n")
    assert "locked: small farm" in run()[0]
    with pytest.raises(SettingsError, match=r"chunk = 9 is locked at 8 .*: small farm"):
        run("chunk=9")
    with pytest.raises(SettingsError, match=r"slots = 9 is above 4 .*: so"):
        run("slots=9")
    assert not settings_file().exists()
    assert run("chunk=9", "--save", "show")


def test_what_a_policy_asks_is_listed(run, show):
    show("[policy.slots]\nmin = 2\nmax = 4\nreason = 'so'\n[policy.tier]\nchoices = ['a', 'b']\nrequire = true\n")
    lines = {line[3:].split()[0]: line for line in run()[0].splitlines()}
    assert lines["slots"].endswith("  min 2, max 4: so")
    assert lines["tier"].endswith("  one of a, b, required")
    assert lines["chunk"].endswith("5")


def test_what_a_lock_keeps_out_and_what_breaks_a_limit_is_told(run, show):
    show("[policy.chunk]\nlock = 8\n[policy.slots]\nmax = 4\n")
    settings_file().parent.mkdir(parents=True)
    settings_file().write_text("chunk = 1\nslots = 9\n")
    _, err = run()
    assert "note: chunk = 1 of user: " in err
    assert "note: slots = 9 is above 4" in err
    assert "slots" not in run("chunk")[1]
    data = json.loads(run("--json")[0])
    assert [each["name"] for each in data["conflicts"]] == ["chunk"]
    assert [each["field"] for each in data["problems"]] == ["slots"]


def test_hidden_settings_are_left_out_of_the_list_but_can_be_asked_for(run, show):
    show("[policy.ffmpeg]\nhide = true\n")
    out, _ = run()
    assert "the ffmpeg" not in out
    assert " ffmpeg  " not in out.replace("movie_service", "")
    assert out.endswith("1 hidden by policy\n")
    assert run("ffmpeg")[0] == "ffmpeg\n"


def test_json_has_values_origins_and_no_secrets(run):
    run("priority=50", "environment_set=A_TOKEN=hunter2, B=1")
    rows = {row["name"]: row for row in json.loads(run("--json")[0])["settings"]}
    assert (rows["priority"]["value"], rows["priority"]["changed"]) == (50, True)
    assert rows["environment_set"]["value"] == {"A_TOKEN": "hidden", "B": "1"}
    assert rows["tractor_engine_credentials_resolver"]["value"] == "hidden"
    assert rows["maxactive"]["value"] is None
    assert rows["chunk"]["origin"] == "default"


def test_a_setting_is_explained(run):
    run("chunk=7")
    lines = run("--explain", "chunk")[0].splitlines()
    assert lines[1:3] == ["  default: 5", f"  user: {settings_file()}: 7"]
    assert json.loads(run("--explain", "chunk", "--json")[0]) == lines


def test_the_template_of_outputs_is_explained_from_what_the_scene_says(run, folder):
    scene = folder / "comp.nk"
    scene.write_text("version 13.2 v4\nRoot { first_frame 1 last_frame 9 }\nWrite { file /a.####.exr name W }\n")
    run("output_name={{ row.output }}.new")
    assert run("--explain", "output_name", "--scene", scene)[0].endswith("gives '/a.####.exr.new'\n")
    run("output_name={{ row.outptu }}")
    assert "did you mean 'output'?" in run("--explain", "output_name", "--scene", scene)[0]


def test_a_preset_without_a_name_sets_nothing(run):
    with pytest.raises(SettingsError, match="cannot be the name of a preset"):
        run("--save-preset", "", "chunk=2")
    assert not settings_file().exists()


def test_presets_are_kept_listed_and_applied(run, folder):
    assert run("--presets")[0] == "there are no presets yet\n"
    run("chunk=9", "order=binary", "--save-preset", "draft")
    assert not settings_file().exists()
    assert run("--presets")[0].splitlines()[1].split()[:2] == ["draft", "user"]
    assert [each["kind"] for each in json.loads(run("--presets", "--json")[0])] == ["user"]
    assert run("chunk", "--preset", "draft")[0] == "9\n"


def test_a_preset_without_values_holds_all_that_differs(run, show, folder):
    show("chunk = 3\n")
    run("order=binary", "priority=7")
    run("--save-preset", "mine", "--shared")
    path = folder / "show" / ".farmsubmit" / "presets" / "mine.toml"
    assert sorted(path.read_text().splitlines()) == ['order = "binary"', "priority = 7"]


def test_settings_of_another_program_are_shown_and_saved_only_when_asked(run, folder):
    (folder / "rfm.json").write_text('{"tractor_cfg": {"engine": "farm", "port": 80, "user": "bob"}}')
    out, err = run("--import", folder / "rfm.json")
    assert out == "engine = tractor://farm:80\n"
    assert "tractor_cfg.user is not taken over" in err
    assert not settings_file().exists()
    run("--import", folder / "rfm.json", "--save", "user")
    assert run("engine")[0] == "tractor://farm:80\n"
    data = json.loads(run("--import", folder / "rfm.json", "--json")[0])
    assert data["values"] == {"engine": "tractor://farm:80"}


def test_maps_of_maya_get_the_zone_of_this_machine(run, folder):
    (folder / "userSetup.mel").write_text('dirmap -en true; dirmap -m "X:/" "/mnt/x";')
    run("zone=MARS")
    assert run("--import", folder / "userSetup.mel")[0] == "dirmaps = X:/=/mnt/x@MARS\n"


def test_a_file_without_anything_for_us_is_told(run, folder):
    (folder / "rfb.json").write_text('{"tractor_cfg": {}}')
    assert run("--import", folder / "rfb.json", "--save", "user") == (
        "",
        "note: there is nothing in it for farmsubmit\n",
    )
    assert not settings_file().exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["chunck"], "there is no setting 'chunck'; did you mean 'chunk'"),
        (["chunck=3"], "did you mean 'chunk'"),
        (["chunk=0"], "chunk = '0' is not a whole number of at least 1"),
        (["--explain", "chunck"], "did you mean 'chunk'"),
        (["--dcc", "mya"], "there is no DCC 'mya'; did you mean 'maya'"),
        (["chunk=3", "--save", "scene"], "a scene's settings need the scene"),
        (["chunk=3", "--save", "show"], "there is no show here"),
        (["--preset", "x"], "there is no preset 'x'"),
        (["chunk=", "--save-preset", "x"], "chunk= has no value for a preset"),
        (["--save-preset", "x"], "would hold nothing"),
        (["--import", "/nowhere/rfm.json"], "cannot be read"),
    ],
)
def test_a_mistake_is_one_sentence_and_writes_nothing(run, words, told):
    with pytest.raises(SettingsError) as caught:
        run(*words)
    assert told in str(caught.value)
    assert not settings_file().exists()


def test_what_the_files_of_a_show_may_not_hold_is_not_written_there(run, folder):
    (folder / "show").mkdir()
    (folder / "show" / "farmsubmit.toml").write_text("")
    for kind in ("show", "scene"):
        with pytest.raises(SettingsError, match="plugin_path may not stand in"):
            run("plugin_path=/x", "--save", kind, "--scene", folder / "show" / "a.ma")
    run(f"trusted_folders={folder}")
    run("plugin_path=/x", "--save", "show", "--scene", folder / "show" / "a.ma")
    assert run("plugin_path", "--scene", folder / "show" / "a.ma")[0] == "/x\n"
