"""Settings: the layers, their origins, and what a mistake gets."""

import pytest

from farmsubmit.errors import SettingsError
from farmsubmit.settings import SETTINGS, load_settings
from farmsubmit.settings.layers import settings_file


@pytest.fixture
def user_file(tmp_path, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path))
    for name in SETTINGS:
        monkeypatch.delenv(f"FARMSUBMIT_{name.upper()}", raising=False)
    settings_file().parent.mkdir()
    return settings_file()


def test_defaults_are_of_their_own_kind(user_file):
    settings = load_settings()
    assert settings["engine"] == "local:"
    assert settings["slots"] >= 1
    assert {settings.origin(name) for name in SETTINGS} == {"default"}


def test_each_layer_lies_over_the_one_before_and_is_its_origin(user_file, monkeypatch):
    user_file.write_text('chunk = 3\nslots = 2\nzone = "UNC"\n')
    monkeypatch.setenv("FARMSUBMIT_SLOTS", "7")
    monkeypatch.setenv("FARMSUBMIT_ZONE", "NFS")
    settings = load_settings({"zone": "MARS"})
    assert (settings["chunk"], settings["slots"], settings["zone"]) == (3, 7, "MARS")
    origins = [settings.origin(name) for name in ("chunk", "slots", "zone", "movie")]
    assert origins == [str(user_file), "FARMSUBMIT_SLOTS", "this time", "default"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("chunck = 3", "did you mean 'chunk'"),
        ('chunk = "many"', "chunk = 'many' is not a whole number"),
        ("chunk = 0", "at least 1"),
        ("chunk = true", "whole number"),
        ("engine = 3", "engine = 3 is not a string"),
        ('movie = "maybe"', "one of auto, yes, no"),
        ("chunk = ", "settings.toml"),
    ],
)
def test_a_mistake_names_the_file_and_what_would_be_right(user_file, text, words):
    user_file.write_text(text)
    with pytest.raises(SettingsError, match=words) as caught:
        load_settings()
    assert str(user_file) in str(caught.value)


def test_a_mistake_in_the_environment_names_the_variable(user_file, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_SLOTS", "all")
    with pytest.raises(SettingsError, match="FARMSUBMIT_SLOTS: slots = 'all'"):
        load_settings()
