"""Discovery: what counts as a plug-in, where it is looked for, and which of two wins."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from farmsubmit.errors import PluginError
from farmsubmit.plugins import before_load, load_catalogue

THREE_KINDS = """
    class Render:
        plugin_kind = "task"

    class Quiet:
        plugin_kind = "sitestatusfilter"

    class _Processor:
        plugin_kind, plugin_name = "processor", "ChunkByFour"

    chunk_by_four = _Processor()
"""


def names(kind=None):
    return [found.name for found in load_catalogue().all(kind)]


def test_objects_of_all_kinds_are_found_by_name_and_kind(studio):
    path = studio.write("a/mixed.py", THREE_KINDS)
    found = load_catalogue().find("ChunkByFour")
    assert (found.name, found.kind, found.path) == ("ChunkByFour", "processor", path)
    assert found.value is load_catalogue().get("processor", "ChunkByFour")
    assert {"ChunkByFour", "Quiet", "Render"} <= set(names())
    assert "Quiet" in names("sitestatusfilter")
    assert "Quiet" not in names("task")
    assert names() == sorted(names())
    assert studio.problems() == []


def test_private_names_imported_classes_and_instances_without_a_name_do_not_count(studio):
    studio.task("a/_base.py", "StudioTask")
    text = "from _base import StudioTask\nclass _Half(StudioTask): pass\nclass Comp(_Half): pass\nexample = Comp()\n"
    studio.write("a/tasks.py", text)
    assert {"Comp", "StudioTask", "_Half", "example"} & set(names()) == {"Comp"}
    assert studio.problems() == []


def test_a_class_does_not_inherit_the_name_of_its_base(studio):
    studio.task("a/tasks.py", "Render", "    plugin_name = 'Beauty'\nclass Fast(Render): pass\n")
    assert set(names("task")) >= {"Beauty", "Fast"}
    assert studio.problems() == []


def test_any_file_name_will_do_but_underscore_dot_and_other_endings(studio):
    for file in ("my-tasks.v2.py", "_hidden.py", ".#lock.py", "._mac.py", "notes.txt"):
        studio.task(f"a/{file}", "From" + file[-6:-3].strip(".").title())
    (studio.folder("a") / "folder.py").mkdir()
    assert [found.path.name for found in load_catalogue().all() if studio.root in found.path.parents] == [
        "my-tasks.v2.py"
    ]
    assert studio.problems() == []


def test_the_first_folder_wins_and_the_other_file_is_a_problem(studio):
    first = studio.task("b/tasks.py", "Render")
    second = studio.task("a/tasks.py", "Render")
    assert load_catalogue().find("Render").path == first
    (problem,) = studio.problems()
    assert (problem.path, problem.names) == (second, ("Render",))
    assert str(first) in problem.cause


def test_one_object_in_two_files_is_no_double(studio):
    studio.write("a/_made.py", THREE_KINDS)
    for file in ("a/a.py", "a/b.py"):
        studio.write(file, "from _made import chunk_by_four\n")
    assert load_catalogue().find("ChunkByFour").path.name == "a.py"
    assert studio.problems() == []


def test_names_are_unique_over_all_kinds(studio):
    studio.task("a/a.py", "Chunk")
    studio.write("a/b.py", "class Chunk:\n    plugin_kind = 'processor'\n")
    assert load_catalogue().find("Chunk").kind == "task"
    with pytest.raises(PluginError, match="'Chunk' is a task, not a processor"):
        load_catalogue().get("processor", "Chunk")
    assert [problem.names for problem in studio.problems()] == [("Chunk",)]


def test_one_folder_under_two_names_is_one_folder(studio):
    studio.task("a/tasks.py", "Render")
    (studio.root / "link").symlink_to(studio.folder("a"))
    places = [studio.folder("a"), studio.root / "link", studio.folder("a")]
    assert [p for p in load_catalogue(places).problems if studio.root in p.path.parents] == []


def test_folders_given_take_the_place_of_the_setting_and_may_be_single_files(studio):
    studio.task("a/tasks.py", "Render")
    one = studio.task("b/one.py", "One")
    studio.task("b/two.py", "Two")
    found = {found.name for found in load_catalogue([one]).all()}
    assert found & {"Render", "One", "Two"} == {"One"}


def test_a_blade_needs_no_settings_to_find_a_plug_in_by_its_file(studio, monkeypatch):
    path = studio.task("a/tasks.py", "Render")
    monkeypatch.setenv("FARMSUBMIT_CONFIGURATION_PATH", "/only/where/it/was/sent.py")
    assert load_catalogue([path]).get("task", "Render")


def test_a_folder_that_is_not_there_is_a_problem(studio):
    missing = studio.root / "nowhere"
    assert (missing, "there is no such folder", ()) in load_catalogue([missing]).problems


def test_entry_points_come_after_folders_and_packages_give_their_modules_too(studio, entry_points, monkeypatch):
    studio.task("a/tasks.py", "Render")
    package = studio.root / "site" / "studio_tasks"
    (package / "deep").mkdir(parents=True)
    for name, title in (("__init__", "Render"), ("comp", "Comp"), ("_base", "Base"), ("deep/__init__", "Deep")):
        (package / f"{name}.py").write_text(f"class {title}:\n    plugin_kind = 'task'\n")
    monkeypatch.syspath_prepend(package.parent)
    entry_points(studio="studio_tasks")
    catalogue = load_catalogue()
    assert catalogue.find("Render").path.name == "tasks.py"
    assert catalogue.find("Comp").path == package / "comp.py"
    assert {found.name for found in catalogue.all()} & {"Deep", "Base"} == {"Deep"}


def test_an_entry_point_that_does_not_load_is_a_problem_with_its_names(studio, entry_points, monkeypatch):
    (studio.root / "studio_broken.py").write_text("import nowhere\nclass Comp: pass\n")
    monkeypatch.syspath_prepend(studio.root)
    entry_points(a="studio_gone.tasks", b="studio_broken:Comp")
    problems = {problem.path.name: problem for problem in load_catalogue().problems}
    assert problems["studio_broken.py"].cause == "ImportError: No module named 'nowhere' (line 1)"
    assert problems["studio_broken.py"].names == ("Comp",)
    assert "studio_gone" in problems["studio_gone.tasks"].cause


def test_files_are_loaded_once_until_they_change(studio):
    studio.task("a/tasks.py", "Render", "    version = 1")
    first = load_catalogue().get("task", "Render")
    assert load_catalogue().get("task", "Render") is first
    studio.task("a/tasks.py", "Render", "    version = 2")
    assert load_catalogue().get("task", "Render").version == 2


def test_a_deleted_file_is_gone(studio):
    path = studio.task("a/tasks.py", "Render")
    assert "Render" in names()
    path.unlink()
    assert "Render" not in names()


def test_without_the_cache_files_are_loaded_each_time(studio, monkeypatch):
    studio.task("a/tasks.py", "Render")
    monkeypatch.setenv("FARMSUBMIT_ENABLE_PLUGIN_CACHE", "no")
    assert load_catalogue().get("task", "Render") is not load_catalogue().get("task", "Render")


def test_a_plug_in_is_loaded_again_when_the_module_that_it_imports_changes(studio):
    studio.write("a/_studio.py", "import _deeper\nversion = _deeper.version\n")
    studio.write("a/_deeper.py", "version = 1")
    studio.task("a/tasks.py", "Render", "    import _studio\n    version = _studio.version")
    assert load_catalogue().get("task", "Render").version == 1
    studio.write("a/_deeper.py", "version = 2")
    assert load_catalogue().get("task", "Render").version == 2


def test_each_folder_has_helpers_of_its_own_and_shares_them(studio):
    for folder in "ab":
        studio.write(f"{folder}/_helpers.py", f"name, box = {folder!r}, []")
        for number in "12":
            studio.task(f"{folder}/{number}.py", f"Task{folder}{number}", "    import _helpers as of")
    of = {found.name: found.value.of for found in load_catalogue().all("task") if found.name.startswith("Task")}
    assert [of[name].name for name in sorted(of)] == ["a", "a", "b", "b"]
    assert of["Taska1"] is of["Taska2"]


def test_loading_leaves_nothing_behind_in_the_process_or_the_folder(studio, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    studio.write("a/_helpers.py", "")
    studio.task("a/json.py", "Render", "    import _helpers, json\n    has_dumps = hasattr(json, 'dumps')")
    path = list(sys.path)
    assert load_catalogue().get("task", "Render").has_dumps
    assert sys.path == path
    assert "_helpers" not in sys.modules
    assert not sys.dont_write_bytecode
    assert sorted(file.name for file in studio.folder("a").iterdir()) == ["_helpers.py", "json.py"]


def test_what_a_plug_in_imports_from_elsewhere_stays_even_below_its_folder(studio, monkeypatch):
    library = studio.folder("a") / "lib"
    library.mkdir()
    (library / "studio_library.py").write_text("")
    monkeypatch.syspath_prepend(library)
    studio.task("a/tasks.py", "Render", "    import studio_library as library")
    assert load_catalogue().get("task", "Render").library is sys.modules["studio_library"]


def test_a_plug_in_file_may_hold_dataclasses_and_knows_its_file(studio):
    text = "from __future__ import annotations\nfrom dataclasses import dataclass\n@dataclass\nclass Render:\n"
    path = studio.write("a/tasks.py", text + "    plugin_kind = 'task'\n    frames: int = 5\n    file = __file__\n")
    render = load_catalogue().get("task", "Render")
    assert render().file == str(path)
    assert sys.modules[render.__module__].farmsubmit_plugin is True


def test_a_plug_in_that_asks_for_the_catalogue_while_it_loads_gets_the_others(studio, capsys):
    studio.task(
        "a/a.py",
        "Seen",
        "from farmsubmit.plugins import load_catalogue\nothers = load_catalogue().all()\nprint('ran')\n",
    )
    studio.task("a/b.py", "Other")
    seen = sys.modules[load_catalogue().get("task", "Seen").__module__]
    assert {found.name for found in seen.others} & {"Seen", "Other"} == {"Other"}
    assert capsys.readouterr().out == "ran\n"


def test_listeners_hear_the_source_before_the_file_runs(studio):
    heard = []
    before_load.append(heard.append)
    try:
        studio.write("a/tasks.py", "# coding: latin-1\nfrom nowhere import Task\n")
        load_catalogue()
    finally:
        before_load.remove(heard.append)
    assert heard == ["# coding: latin-1\nfrom nowhere import Task\n"]


def test_threads_get_the_same_plug_ins(studio):
    studio.task("a/tasks.py", "Render")
    got = []
    threads = [threading.Thread(target=lambda: got.append(load_catalogue().get("task", "Render"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 4
    assert len(set(got)) == 1


@pytest.mark.parametrize(
    ("kind", "name", "words"),
    [
        ("task", "Rendr", "there is no task 'Rendr'; did you mean 'Render'"),
        ("task", "ChunkByFours", "there is no task 'ChunkByFours'; farmsubmit list tells what there is$"),
        ("processor", "byfour", "did you mean 'ChunkByFour'"),
        ("processor", "ChunkByFours", "did you mean 'ChunkByFour'"),
        ("tasks", "Render", "no plug-ins of the kind 'tasks'; did you mean 'task'"),
    ],
)
def test_an_unknown_name_is_one_sentence_with_the_nearest_one(studio, kind, name, words):
    studio.write("a/mixed.py", THREE_KINDS)
    with pytest.raises(PluginError, match=words):
        load_catalogue().get(kind, name)


def test_find_knows_names_of_all_kinds(studio):
    studio.write("a/mixed.py", THREE_KINDS)
    with pytest.raises(PluginError, match="there is no plug-in 'ChunkByFive'; did you mean 'ChunkByFour'"):
        load_catalogue().find("ChunkByFive")


def test_a_tilde_in_the_plugin_path_is_the_home_folder(studio, monkeypatch):
    studio.task("a/tasks.py", "Render")
    monkeypatch.setenv("HOME", str(studio.root))
    monkeypatch.setenv("USERPROFILE", str(studio.root))
    assert load_catalogue([Path("~/a")]).find("Render").path == studio.root / "a" / "tasks.py"
