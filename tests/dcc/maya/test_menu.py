"""The plug-in, the menus and the shelf: they come and go with it, and never stop Maya from starting."""

from __future__ import annotations

import pytest

from farmsubmit import files

PLUGIN = "farmsubmit_plugin"


@pytest.fixture
def started(fake, monkeypatch):
    """Maya with its windows, started with the module."""
    monkeypatch.setenv("MAYA_MODULE_PATH", str(files.shipped("dcc", "maya")))
    monkeypatch.setattr("sys.path", list(__import__("sys").path))
    fake.start()
    return fake


def kinds(fake):
    return sorted(one["kind"] for one in fake.state.ui.values())


def test_the_module_loads_the_plug_in_that_makes_menus_and_a_shelf(started):
    assert list(started.state.plugins) == [PLUGIN]
    assert kinds(started) == ["menu", "menuItem", "menuItem", "menuItem", "menuItem", "shelfButton", "shelfLayout"]
    assert started.state.ui["farmsubmitMenu"]["label"] == "Farm Submit"


def test_unloading_takes_everything_away_and_loading_brings_it_back(started):
    before = sorted(started.state.ui)
    started.unload_plugin(PLUGIN)
    assert started.state.ui == {}
    started.load_plugin(PLUGIN)
    assert len(started.state.ui) == len(before)


def test_what_an_earlier_load_left_is_replaced(started):
    count = len(started.state.ui)
    del started.state.plugins[PLUGIN]
    started.load_plugin(PLUGIN)
    assert len(started.state.ui) == count
    assert started.state.told == []


def test_maya_fills_its_render_menu_before_our_item_is_added(started):
    assert started.state.render_menu_filled


def test_the_open_shelf_stays_open_and_the_button_has_a_picture(started):
    assert started.state.selected_tab == "Polygons"
    (button,) = [one for one in started.state.ui.values() if one["kind"] == "shelfButton"]
    assert files.shipped("dcc", "maya", "icons", button["image"]).read_bytes().startswith(b"\x89PNG")


def test_batch_mode_has_no_menu_and_loads_nothing(fake, monkeypatch):
    monkeypatch.setenv("MAYA_MODULE_PATH", str(files.shipped("dcc", "maya")))
    monkeypatch.setattr("sys.path", list(__import__("sys").path))
    fake.start(batch=True)
    assert fake.state.plugins == {} and fake.state.deferred == []
    fake.load_plugin(PLUGIN)
    fake.unload_plugin(PLUGIN)
    assert fake.state.ui == {}


def test_a_plug_in_that_cannot_be_loaded_does_not_stop_the_start(fake, monkeypatch):
    from maya import cmds

    def fail(*_, **__):
        raise RuntimeError("not found")

    monkeypatch.setattr(cmds, "loadPlugin", fail)
    fake.start()
    assert fake.state.told[0] == "farmsubmit: the menu could not be made: not found"


@pytest.mark.parametrize("broken", ["menu", "menuItem", "shelfLayout"])
def test_a_command_that_fails_at_the_start_is_a_warning(fake, monkeypatch, broken):
    from maya import cmds

    from farmsubmit_maya import menu

    def fail(*_, exists=False, **__):
        if not exists:
            raise RuntimeError("no such thing")
        return False

    monkeypatch.setattr(cmds, broken, fail)
    menu.install()
    assert any("no such thing" in text for text in fake.state.told)


# --- what an action tells


def test_an_error_of_ours_is_its_own_sentence(fake, opened):
    from farmsubmit_maya import menu, telling

    opened("plain")
    fake.state.path = ""
    telling.told(menu.submit_now)()
    assert fake.state.told == ["the scene was never saved, and the farm renders files; save it, then submit it"]


def test_any_other_error_is_one_sentence_and_the_story_is_in_the_log(fake, tmp_path, caplog):
    from farmsubmit_maya.telling import told

    def wrong():
        raise KeyError("secret place")

    told(wrong)(True)
    (text,) = fake.state.told
    assert "nothing was sent (KeyError)" in text and "\n" not in text
    log = tmp_path / "home" / "state" / "maya.log"
    assert str(log) in text and "secret place" in log.read_text()
    # Maya shows what arrives at the root logger in its script editor.
    assert caplog.records == []


def test_without_windows_the_sentence_is_a_warning(fake):
    from farmsubmit_maya.telling import told

    fake.state.batch = True

    def missing():
        raise ImportError("No module named 'jinja2'")

    told(missing)()
    assert fake.state.told == [
        "farmsubmit: farmsubmit is not whole here: No module named 'jinja2'; run farmsubmit doctor"
    ]


def test_submit_now_sends_the_scene_and_tells_where_it_is(fake, opened, tmp_path, monkeypatch):
    from farmsubmit_maya import menu

    (tmp_path / "jobs").mkdir()
    monkeypatch.setenv("FARMSUBMIT_ENGINE", f"folder:{tmp_path / 'jobs'}")
    opened("plain")
    menu.submit_now()
    assert len(list((tmp_path / "jobs").iterdir())) == 1
    assert fake.state.told[-1].startswith("Job ")


def test_submit_now_asks_about_changes_and_may_be_left(fake, opened, tmp_path, monkeypatch):
    from farmsubmit_maya import menu

    monkeypatch.setenv("FARMSUBMIT_ENGINE", f"folder:{tmp_path}/jobs")
    opened("plain")
    fake.state.modified, fake.state.answers = True, ["Cancel"]
    menu.submit_now()
    assert not (tmp_path / "jobs").exists() and fake.state.modified
