"""Dated copies of scenes."""

import hashlib
import os
from datetime import datetime

import pytest

from farmsubmit import scenecopy
from farmsubmit.errors import SceneError
from farmsubmit.scenecopy import copy_scene, digest, free_name, scene_of, write_sidecar

NOON = datetime(2026, 11, 21, 11, 45, 0)


@pytest.fixture
def scene(tmp_path):
    path = tmp_path / "shots" / "light v3.ma"
    path.parent.mkdir()
    path.write_bytes(b"//Maya ASCII\n")
    return path


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_copy_stands_beside_its_scene_with_its_date_and_mode(scene):
    scene.chmod(0o640)
    os.utime(scene, (1, 1_000_000_000))
    copy = copy_scene(scene, NOON)
    assert copy.path == scene.with_name("light v3.farm-20261121-114500.ma")
    assert copy.path.read_bytes() == scene.read_bytes()
    assert copy.sha256 == hashlib.sha256(scene.read_bytes()).hexdigest() == digest(scene)
    assert (copy.path.stat().st_mtime, copy.path.stat().st_mode) == (1_000_000_000, scene.stat().st_mode)
    assert copy.was_there is False
    assert names(scene.parent) == ["light v3.farm-20261121-114500.ma", "light v3.ma"]


def test_the_same_content_is_copied_once(scene):
    first = copy_scene(scene, NOON)
    assert copy_scene(scene, datetime(2027, 1, 1)) == first._replace(was_there=True)
    assert len(names(scene.parent)) == 2


def test_other_content_of_the_same_size_is_another_copy_even_in_the_same_second(scene):
    copy_scene(scene, NOON)
    scene.write_bytes(b"//Maya binary")
    assert copy_scene(scene, NOON).path.name == "light v3.farm-20261121-114500-2.ma"
    assert len(names(scene.parent)) == 3


def test_a_copy_that_somebody_changed_is_not_used_again(scene):
    copy_scene(scene, NOON).path.write_bytes(b"//Maya ascii\n")
    assert copy_scene(scene, NOON).was_there is False


def test_a_copy_of_a_copy_is_named_after_the_scene(scene):
    copy = copy_scene(scene, NOON).path
    copy.write_bytes(b"changed")
    assert copy_scene(copy, datetime(2027, 1, 1)).path.name == "light v3.farm-20270101-000000.ma"


def test_copies_of_another_scene_are_not_looked_at(scene):
    other = scene.with_name("light v3.farm.ma")
    other.write_bytes(scene.read_bytes())
    copy_scene(other, NOON)
    assert copy_scene(scene, NOON).path.name == "light v3.farm-20261121-114500.ma"


def test_a_folder_for_copies_is_made(scene, tmp_path):
    copy = copy_scene(scene, NOON, str(tmp_path / "a" / "b"))
    assert copy.path == tmp_path / "a" / "b" / "light v3.farm-20261121-114500.ma"


def test_a_scene_without_an_ending_keeps_none(tmp_path):
    (tmp_path / "scene").write_text("x")
    copy = copy_scene(tmp_path / "scene", NOON)
    assert copy.path.name == "scene.farm-20261121-114500"
    assert scene_of(copy.path) == tmp_path / "scene"


def change_while_copying(monkeypatch, scene, times):
    """Let somebody save the scene each time that it has been read, so often."""
    read, left = scenecopy._digest, [times]

    def reading(*args):
        found = read(*args)
        if left[0]:
            left[0] -= 1
            scene.write_bytes(b"saved again, %d times to come" % left[0])
        return found

    monkeypatch.setattr(scenecopy, "_digest", reading)


def test_a_scene_that_is_saved_meanwhile_is_copied_once_more(scene, monkeypatch):
    change_while_copying(monkeypatch, scene, 1)
    copy = copy_scene(scene, NOON)
    assert copy.path.read_bytes() == scene.read_bytes() == b"saved again, 0 times to come"
    assert len(names(scene.parent)) == 2


def test_a_scene_that_goes_on_changing_is_refused_and_leaves_nothing(scene, monkeypatch):
    change_while_copying(monkeypatch, scene, 5)
    with pytest.raises(SceneError, match=r"light v3.ma changes while it is copied; save it"):
        copy_scene(scene, NOON)
    assert names(scene.parent) == ["light v3.ma"]


def test_a_scene_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(SceneError, match=r"gone.ma cannot be copied: it is no file on this machine"):
        copy_scene(tmp_path / "gone.ma", NOON)
    assert digest(tmp_path / "gone.ma") == ""
    with pytest.raises(SceneError, match="it is no file"):
        copy_scene(tmp_path, NOON)


def test_a_folder_that_cannot_be_written_is_one_sentence(scene):
    with pytest.raises(SceneError, match=r"light v3.ma cannot be copied to .*: (Not a directory|File exists)"):
        copy_scene(scene, NOON, str(scene / "copies"))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
def test_a_pipe_is_never_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.ma")
    assert digest(tmp_path / "pipe.ma") == ""
    with pytest.raises(SceneError, match="it is no file"):
        copy_scene(tmp_path / "pipe.ma", NOON)


def test_the_request_stands_beside_the_copy_and_the_last_one_wins(scene):
    copy = copy_scene(scene, NOON).path
    write_sidecar(copy, "{}")
    assert write_sidecar(copy, '{"a": 1}').read_text() == '{"a": 1}'
    assert copy_scene(scene, NOON).path == copy
    assert len(names(scene.parent)) == 3


def test_a_file_system_without_links_gets_its_copy_too(scene, monkeypatch):
    def no_links(*args):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", no_links)
    assert copy_scene(scene, NOON).path.read_bytes() == scene.read_bytes()
    assert len(names(scene.parent)) == 2


def test_a_copy_that_a_dcc_writes_gets_a_free_name_after_the_scene(scene):
    first = free_name(scene, NOON)
    first.touch()
    assert first.name == "light v3.farm-20261121-114500.ma"
    assert free_name(first, NOON).name == "light v3.farm-20261121-114500-2.ma"
