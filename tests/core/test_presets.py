"""Presets: what they hold, whose count, and their names."""

import os

import pytest

from farmsubmit import files
from farmsubmit.errors import SettingsError
from farmsubmit.settings import load_settings
from farmsubmit.settings.layers import settings_file
from farmsubmit.settings.presets import load_preset, presets, save_preset


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith(("FARMSUBMIT_", "JOBTRONAUT_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path / "home"))
    settings_file().parent.mkdir(parents=True)
    return tmp_path


@pytest.fixture
def site(folder, monkeypatch):
    (folder / "site").mkdir()
    (folder / "site" / "settings.toml").write_text('chunk = 2\n[environment_set]\nA = "1"\n')
    monkeypatch.setenv("FARMSUBMIT_SITE", str(folder / "site"))
    return folder / "site"


@pytest.fixture
def show(folder):
    (folder / "show").mkdir()
    (folder / "show" / "farmsubmit.toml").write_text("slots = 3\n")
    return folder / "show"


def test_a_preset_holds_only_what_differs_from_site_and_show(site, show):
    settings_file().write_text("order = 'binary'\n")
    values = {"chunk": 2, "slots": 3, "order": "binary", "tags": [], "environment_set": {"A": "1", "B": "2"}}
    path = save_preset("draft", values, scene=show / "a.ma")
    assert path == files.config_dir() / "presets" / "draft.toml"
    assert load_preset("draft") == {"order": "binary", "environment_set": {"B": "2"}}
    assert path.read_text() == 'order = "binary"\n\n[environment_set]\nB = "2"\n'


def test_a_preset_lies_between_the_scene_and_the_environment(folder, monkeypatch):
    save_preset("draft", {"chunk": 9, "slots": 9, "order": "binary", "tier": "rush"})
    (folder / "a.ma.farmsubmit.toml").write_text("chunk = 1\nslots = 1\norder = 'reverse'\n")
    monkeypatch.setenv("FARMSUBMIT_SLOTS", "7")
    settings = load_settings({"order": "forward"}, scene=folder / "a.ma", preset="draft")
    assert [settings[name] for name in ("chunk", "slots", "order", "tier")] == [9, 7, "forward", "rush"]
    assert settings.origin("chunk") == f"preset: {files.config_dir() / 'presets' / 'draft.toml'}"


def test_settings_with_a_preset_are_new_ones(folder):
    save_preset("draft", {"chunk": 9})
    settings = load_settings({"slots": 2})
    assert (settings.with_preset("draft")["chunk"], settings.with_preset("draft")["slots"]) == (9, 2)
    assert settings["chunk"] == 5


def test_a_preset_may_hold_values_for_a_dcc(folder):
    save_preset("draft", {"chunk": 9}).write_text("chunk = 9\n[dcc.maya]\nchunk = 3\n")
    assert load_preset("draft")["chunk"] == 9
    assert load_preset("draft", dcc="maya")["chunk"] == 3
    assert load_settings(scene=folder / "a.ma", preset="draft")["chunk"] == 3


def test_what_is_locked_stays_so_and_is_told(site):
    (site / "settings.toml").write_text("[policy.chunk]\nlock = 4\n")
    save_preset("draft", {"chunk": 9})
    settings = load_settings(preset="draft")
    assert settings["chunk"] == 4
    assert [each.wanted for each in settings.conflicts] == [9]


def test_a_preset_of_a_show_that_nobody_trusts_names_no_code(show, monkeypatch):
    with pytest.raises(SettingsError, match="hook_before_send may not stand in a file that is found beside a scene"):
        save_preset("a", {"hook_before_send": "a:b"}, shared=True, scene=show / "a.ma")
    monkeypatch.setenv("FARMSUBMIT_TRUSTED_FOLDERS", str(show))
    save_preset("a", {"hook_before_send": "a:b"}, shared=True, scene=show / "a.ma")
    assert load_preset("a", show / "a.ma")["hook_before_send"] == "a:b"


def test_shared_presets_go_to_the_show_else_to_the_site(site, show):
    assert save_preset("a", {"chunk": 9}, shared=True, scene=show / "a.ma").parent == show / ".farmsubmit" / "presets"
    assert save_preset("b", {"chunk": 9}, shared=True).parent == site / "presets"


def test_without_show_and_site_there_is_nobody_to_share_with():
    with pytest.raises(SettingsError, match="no show and no site to share a preset with"):
        save_preset("a", {"chunk": 9}, shared=True)


def test_of_presets_of_one_name_the_users_own_counts_then_that_of_the_show(site, show):
    scene = show / "a.ma"
    save_preset("a", {"chunk": 7})
    save_preset("a", {"chunk": 8}, shared=True, scene=scene)
    save_preset("a", {"chunk": 9}, shared=True)
    save_preset("b", {"chunk": 8}, shared=True, scene=scene)
    save_preset("c d", {"chunk": 9}, shared=True)
    found = [(each.name, each.kind) for each in presets(scene)]
    assert found == [("a", "user"), ("b", "show"), ("c d", "site")]
    assert [load_preset(name, scene)["chunk"] for name in ("a", "b", "c d")] == [7, 8, 9]


def test_a_preset_of_a_show_may_not_name_code_that_runs_here(folder, show, monkeypatch):
    path = save_preset("a", {"chunk": 9}, shared=True, scene=show / "a.ma")
    path.write_text('plugin_path = ["/x"]\n')
    with pytest.raises(SettingsError, match="may not stand in a file that is found beside a scene"):
        load_settings(scene=show / "a.ma", preset="a")
    monkeypatch.setenv("FARMSUBMIT_TRUSTED_FOLDERS", str(folder))
    assert load_settings(scene=show / "a.ma", preset="a")["plugin_path"] == ["/x"]
    assert load_preset("a", show / "a.ma") == {"plugin_path": ["/x"]}


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "a\\b", ".a", " a", "a ", "a.", "a\n", "con", "NUL.x", "a" * 65]
)
def test_a_name_that_is_no_safe_file_name_is_refused(name):
    with pytest.raises(SettingsError, match="cannot be the name of a preset"):
        save_preset(name, {"chunk": 9})
    with pytest.raises(SettingsError):
        load_settings(preset=name or "/")
    assert presets() == []


@pytest.mark.parametrize("name", ["draft", "Entwurf früh", "final (v2) 4.1", "console"])
def test_other_names_are_fine(name):
    save_preset(name, {"chunk": 9})
    assert [each.name for each in presets()] == [name]
    assert load_preset(name) == {"chunk": 9}


def test_an_unknown_preset_is_told_with_the_nearest():
    with pytest.raises(SettingsError, match="there is no preset 'draft'; there are none yet"):
        load_preset("draft")
    save_preset("draft", {"chunk": 9})
    with pytest.raises(SettingsError, match="there is no preset 'drafft'; did you mean 'draft'"):
        load_settings(preset="drafft")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"chunk": 5}, "would hold nothing"),
        ({}, "would hold nothing"),
        ({"chunck": 5}, "did you mean 'chunk'"),
        ({"chunk": 0}, "chunk = 0 is not a whole number"),
        ({"tractor_engine_credentials_resolver": "a:b"}, "is secret"),
    ],
)
def test_values_that_make_no_preset(values, words):
    with pytest.raises(SettingsError, match=words):
        save_preset("draft", values)
    assert presets() == []


def test_a_broken_preset_is_in_the_list_and_stops_only_who_takes_it():
    save_preset("a", {"chunk": 9}).write_text("chunk = \n")
    assert [each.name for each in presets()] == ["a"]
    assert load_settings()["chunk"] == 5
    with pytest.raises(SettingsError, match=r"a\.toml: .*line 1"):
        load_settings(preset="a")
