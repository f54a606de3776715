"""The menu entries, and how what goes wrong is told."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, List

import pytest

import farmsubmit
from farmsubmit import files


@pytest.fixture
def menu(nuke: Any) -> Any:
    from farmsubmit_nuke import menu

    menu.install()
    return menu


def texts(nuke: Any, name: str) -> List[str]:
    return list(nuke.menu(name)._items)


def test_entries_stand_in_the_render_menu_and_in_that_of_the_node_graph(nuke, menu):
    render = nuke.menu("Nuke").findItem("Render")
    assert list(render._items) == ["Submit to Farm...", "Submit Selected Writes to Farm..."]
    assert texts(nuke, "Node Graph") == ["Submit Selected Writes to Farm..."]
    assert render.findItem("Submit to Farm...").shortcut() == "Ctrl+Shift+F5"


def test_installing_twice_adds_nothing_and_removing_takes_all_away(nuke, menu):
    menu.install()
    assert len(nuke.menu("Nuke").findItem("Render")._items) == 2
    menu.remove()
    menu.remove()
    assert not nuke.menu("Nuke").findItem("Render")._items
    assert not texts(nuke, "Node Graph")


def test_other_entries_stay(nuke, menu):
    nuke.menu("Nuke").addCommand("Render/Render All", print)
    menu.remove()
    assert list(nuke.menu("Nuke").findItem("Render")._items) == ["Render All"]


def test_a_terminal_has_no_menus(nuke):
    from farmsubmit_nuke import menu

    nuke.GUI = False
    menu.install()
    menu.remove()
    assert nuke._state.menus == {}


def test_a_mistake_of_the_person_is_one_sentence(nuke, menu):
    nuke.menu("Nuke").findItem("Render").findItem("Submit to Farm...").invoke()
    assert nuke._state.messages == ["the script has no file yet, and a farm renders files; save it first"]


def test_a_selection_without_writes_is_told(nuke, menu, opened):
    opened("plain.nk")
    nuke._state.selected = nuke.root()._children[:1]
    nuke.menu("Node Graph").findItem("Submit Selected Writes to Farm...").invoke()
    assert nuke._state.messages == ["no node that writes is selected; select Writes, or groups that hold some"]


def test_a_mistake_of_ours_is_told_in_a_sentence_and_its_traceback_is_in_a_file(nuke, home):
    from farmsubmit_nuke import actions

    actions._guarded(broken)
    (said,) = nuke._state.messages
    assert said.startswith("IndexError: list index out of range")
    assert "\n" not in said
    assert "Traceback" in (home / "state" / "nuke.log").read_text()


def test_a_terminal_is_told_in_text(nuke):
    from farmsubmit_nuke import actions

    nuke.GUI = False
    actions._guarded(broken)
    assert nuke._state.messages[0].startswith("IndexError")


def test_selected_writes_are_those_in_selected_groups_too(nuke, opened):
    from farmsubmit_nuke.selection import selected_writes

    opened("groups.nk")
    nuke._state.selected = [node for node in nuke.root()._children if node.name() == "Outer"]
    assert selected_writes() == ("Outer.Inner.Write2", "Outer.Write1")
    nuke._state.selected = [node for node in nuke.root()._children if node.name() == "Write1"]
    assert selected_writes() == ("Write1",)


def broken() -> None:
    raise IndexError("list index out of range")


# Starting up.

START = """
import sys
sys.path[:0] = sys.argv[1:3]
import nuke
sys.path.remove(sys.argv[2])
for name in [name for name in sys.modules if name.partition(".")[0] == "farmsubmit"]:
    del sys.modules[name]
nuke.GUI = "terminal" not in sys.argv
nuke._state.plugin_path = ["/nowhere", sys.argv[3]]
before = set(sys.modules)
for name in ("init.py", "menu.py")[: 1 + nuke.GUI]:
    path = sys.argv[3] + "/" + name
    known = {"__file__": path} if "knows" in sys.argv else {}
    exec(compile(open(path).read(), path, "exec"), {"__name__": "__main__", **known})
import farmsubmit_nuke
heavy = ("qtpy", "PySide6", "farmsubmit_ui", "farmsubmit.request", "farmsubmit.submission", "jinja2", "sqlite3")
assert not [name for name in heavy if name in set(sys.modules) - before]
menus = sorted(nuke._state.menus)
if nuke.GUI:
    nuke.menu("Nuke").findItem("Render").findItem("Submit to Farm...").invoke()
print([menus, nuke._state.messages])
"""
NO_FILE = "the script has no file yet, and a farm renders files; save it first"
MENUS = ["Node Graph", "Nuke"]


def started(folder: Path, how: str) -> Any:
    """Start with a folder as Nuke would, choose the entry, and return the menus and what was said."""
    fake, core = Path(__file__).parent / "fake", Path(farmsubmit.__file__).parents[1]
    words = [sys.executable, "-I", "-S", "-c", START, fake, core, folder, how]
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return ast.literal_eval(done.stdout)


@pytest.mark.parametrize(("how", "expected"), [("knows", [MENUS, [NO_FILE]]), ("terminal", [[], []])])
def test_nuke_starts_with_the_folder_alone_and_loads_next_to_nothing(how, expected):
    assert started(files.shipped("dcc", "nuke"), how) == expected


def test_a_folder_without_the_core_stops_nothing_and_is_told_in_a_sentence(tmp_path):
    folder = tmp_path / "nuke"
    shutil.copytree(files.shipped("dcc", "nuke"), folder, ignore=shutil.ignore_patterns("__pycache__"))
    menus, (said,) = started(folder, "neither")
    assert menus == MENUS
    assert said == "farmsubmit: ModuleNotFoundError: No module named 'farmsubmit'"
