"""Writing settings: what people wrote stays, and what is written reads back as what it was."""

import datetime
import os
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farmsubmit.errors import SettingsError
from farmsubmit.settings import load_settings
from farmsubmit.settings.save import save_layer
from farmsubmit.settings.tomltext import dumps, parse

WRITTEN = """# Our show.
chunk = 5  # the farm is small
tags = [
    "a",  # first
    "b",
]

# Where frames go.
[environment_set]
OCIO = "/show/config.ocio"

[dcc.maya]  # only Maya
chunk = 3
"""


@pytest.fixture
def path(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith(("FARMSUBMIT_", "JOBTRONAUT_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path))
    path = tmp_path / "config" / "settings.toml"
    path.parent.mkdir()
    path.write_text(WRITTEN)
    return path


def test_a_value_is_changed_in_its_place_and_all_else_stays(path):
    save_layer(path, {"chunk": 7})
    assert path.read_text() == WRITTEN.replace("chunk = 5", "chunk = 7")


def test_a_value_of_several_lines_is_changed(path):
    save_layer(path, {"tags": ["c"]})
    assert path.read_text() == WRITTEN.replace('tags = [\n    "a",  # first\n    "b",\n]', 'tags = ["c"]')


def test_a_new_value_stands_before_the_first_table(path):
    save_layer(path, {"order": "binary", "priority": 50})
    lines = path.read_text().splitlines()
    assert lines[5:9] == ["]", 'order = "binary"', "priority = 50", ""]
    assert load_settings()["order"] == "binary"


def test_none_takes_a_value_away(path):
    save_layer(path, {"chunk": None, "slots": None})
    assert path.read_text() == WRITTEN.replace("chunk = 5  # the farm is small\n", "")


def test_a_table_of_a_dcc_is_changed_and_made(path):
    save_layer(path, {"chunk": 4, "slots": 2}, "maya")
    save_layer(path, {"chunk": 9}, "nuke")
    assert path.read_text() == WRITTEN.replace("chunk = 3\n", "chunk = 4\nslots = 2\n") + "\n[dcc.nuke]\nchunk = 9\n"


def test_a_file_and_its_folder_are_made(tmp_path):
    path = tmp_path / "a" / "b" / "settings.toml"
    save_layer(path, {"chunk": 3})
    assert path.read_text() == "chunk = 3\n"
    assert [each.name for each in path.parent.iterdir()] == ["settings.toml"]


@pytest.mark.parametrize(
    "text",
    [
        "chunk = 1\n[environment_set]\nA = '1'\n",
        "dcc = {maya = {chunk = 3}}\nchunk = 1\n",
        'comment = """\nchunk = 5\n"""\n[dcc]\nmaya.chunk = 3\n',
        '[[_own]]\na = 1\n[[_own]]\na = 2\nwhen = 2020-01-01T10:00:00Z\n["_odd name".x]\n"a.b" = [[1, 2.5], ["x"]]\n',
    ],
)
def test_what_cannot_be_changed_in_the_text_is_written_anew_with_all_that_it_held(path, text):
    path.write_text(text)
    before = parse(text, path)
    save_layer(path, {"environment_set": {"B": "2"}})
    save_layer(path, {"chunk": 7}, "maya")
    after = parse(path.read_text(), path)
    expected = {**before, "environment_set": {"B": "2"}, "dcc": {"maya": {"chunk": 7}}}
    assert after == expected


def test_what_looks_like_a_statement_inside_a_text_is_left_alone(path):
    text = 'comment = """\n[dcc.maya]\nchunk = 5\n"""\nchunk = 1\n'
    path.write_text(text)
    save_layer(path, {"chunk": 7})
    assert load_settings()["chunk"] == 7
    assert load_settings()["comment"] == "[dcc.maya]\nchunk = 5\n"


def test_windows_line_ends_stay(path):
    path.write_bytes(b"# ours\r\nchunk = 5\r\n")
    save_layer(path, {"chunk": 7})
    assert path.read_bytes() == b"# ours\r\nchunk = 7\r\n"


def test_a_link_stays_a_link(path):
    real = path.with_name("dotfiles.toml")
    path.rename(real)
    path.symlink_to(real)
    save_layer(path, {"chunk": 7})
    assert path.is_symlink()
    assert "chunk = 7" in real.read_text()


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("priority", 2.5, "priority = 2.5"),
        ("priority", "50", "priority = 50"),
        ("tags", "a, b", 'tags = ["a", "b"]'),
        ("missing_only", "yes", "missing_only = true"),
        ("executable_resolver", "studio:resolve", 'executable_resolver = "studio:resolve"'),
        ("comment", 'a "b"\\\n\x7f', 'comment = "a \\"b\\"\\\\\\n\\u007f"'),
        ("dirmaps", "X:/=/x@NFS", 'dirmaps = [{src = "X:/", dst = "/x", zone = "NFS"}]'),
        ("environment_set", {"A.b": "1"}, 'environment_set = {"A.b" = "1"}'),
    ],
)
def test_a_value_is_written_as_its_kind_and_reads_back(path, name, value, text):
    path.write_text("")
    save_layer(path, {name: value})
    assert path.read_text() == text + "\n"
    assert load_settings().shown(name) == load_settings({name: value}).shown(name)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"chunck": 3}, "did you mean 'chunk'"),
        ({"chunk": 0}, "chunk = 0 is not a whole number"),
        ({"executable_resolver": len}, "executable_resolver cannot be written to a file; name its function"),
        ({"tractor_engine_credentials_resolver": "a:b"}, "is secret"),
        ({"comment": "\udcff"}, "is no text that a settings file can hold"),
    ],
)
def test_a_value_that_cannot_be_written_leaves_the_file_as_it_was(path, values, words):
    with pytest.raises(SettingsError) as caught:
        save_layer(path, {"slots": 3, **values})
    assert words in str(caught.value)
    assert path.read_text() == WRITTEN


def test_a_broken_file_is_not_written_over(path):
    path.write_text("chunk = \n")
    with pytest.raises(SettingsError, match=r"settings\.toml: .*line 1"):
        save_layer(path, {"chunk": 3})
    assert path.read_text() == "chunk = \n"


def test_an_unknown_dcc_is_refused(path):
    with pytest.raises(SettingsError, match="there is no DCC 'mya'; did you mean 'maya'"):
        save_layer(path, {"chunk": 3}, "mya")


def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match=r"file/settings\.toml cannot be (read|written): "):
        save_layer(tmp_path / "file" / "settings.toml", {"chunk": 3})


# --- the writer

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
SIMPLE = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    TEXTS,
    st.datetimes(),
    st.datetimes(timezones=st.just(datetime.timezone.utc)),
    st.dates(),
    st.times(),
)
VALUES = st.recursive(SIMPLE, lambda inner: st.one_of(st.lists(inner), st.dictionaries(TEXTS, inner)), max_leaves=12)


@given(st.dictionaries(TEXTS, VALUES))
def test_what_is_written_reads_back(data):
    assert parse(dumps(data), "text") == data


def test_what_toml_cannot_hold_is_one_sentence():
    with pytest.raises(SettingsError, match="NoneType cannot be written"):
        dumps({"a": [None]})


def test_nesting_without_end_is_one_sentence():
    deep = "x"
    for _ in range(sys.getrecursionlimit() * 2):
        deep = [deep]
    for data in ({"a": deep}, {"a": [deep]}):
        with pytest.raises(SettingsError, match="cannot nest deeper than 40"):
            dumps(data)
