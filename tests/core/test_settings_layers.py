"""Site, show, user and scene: which files count, which of them wins, and which may name code."""

import os

import pytest

from farmsubmit.errors import SettingsError
from farmsubmit.settings import SETTINGS, load_settings
from farmsubmit.settings.layers import settings_file


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith(("FARMSUBMIT_", "JOBTRONAUT_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture
def write(folder):
    """Return a function that writes a file below the folder and gives its path."""

    def write(name, text=""):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.fixture
def sites(write, monkeypatch):
    """Return a function that writes the files of a site of several folders, the first of which counts most."""

    def sites(*texts):
        paths = [write(f"site{number}/settings.toml", text) for number, text in enumerate(texts)]
        monkeypatch.setenv("FARMSUBMIT_SITE", os.pathsep.join(str(path.parent) for path in paths))
        return paths

    return sites


def user(text):
    settings_file().parent.mkdir(parents=True, exist_ok=True)
    settings_file().write_text(text, "utf-8")
    return settings_file()


def test_each_layer_lies_over_the_one_below_and_is_the_origin(write, sites, monkeypatch):
    names = ["slots", "chunk", "order", "zone", "tier", "comment", "service", "engine"]
    lines = [f"{name} = {SETTINGS[name].default()!r}" for name in names]
    studio = write("studio.toml", "\n".join(lines[1:]))
    monkeypatch.setenv("FARMSUBMIT_CONFIGURATION_PATH", str(studio))
    (site,) = sites("\n".join(lines[2:]))
    show = write("show/farmsubmit.toml", "\n".join(lines[3:]))
    own = user("\n".join(lines[4:]))
    scene = write("show/seq/a.ma.farmsubmit.toml", "\n".join(lines[5:]))
    monkeypatch.setenv("FARMSUBMIT_SERVICE", "x")
    monkeypatch.setenv("FARMSUBMIT_ENGINE", "x:")
    settings = load_settings({"engine": "y:"}, scene=scene.with_name("a.ma"))
    files = [f"site: {studio}", f"site: {site}", f"show: {show}", f"user: {own}", f"scene: {scene}"]
    expected = ["default", *files, "FARMSUBMIT_SERVICE", "this time"]
    assert [settings.origin(name) for name in names] == expected


def test_of_several_folders_of_a_site_the_earlier_counts(sites):
    first, second = sites("chunk = 1\n", "chunk = 2\nslots = 2\n")
    settings = load_settings()
    assert (settings["chunk"], settings["slots"]) == (1, 2)
    assert (settings.origin("chunk"), settings.origin("slots")) == (f"site: {first}", f"site: {second}")


def test_a_folder_of_a_site_needs_no_file(folder, sites, monkeypatch):
    (folder / "empty").mkdir()
    sites("chunk = 1\n")
    monkeypatch.setenv("FARMSUBMIT_SITE", f"{folder / 'empty'}{os.pathsep}{os.environ['FARMSUBMIT_SITE']}{os.pathsep}")
    assert load_settings()["chunk"] == 1


@pytest.mark.parametrize("variable", ["FARMSUBMIT_SITE", "FARMSUBMIT_SHOW"])
def test_a_folder_that_is_not_there_is_told_with_its_variable(monkeypatch, variable):
    monkeypatch.setenv(variable, "/nowhere/at/all")
    with pytest.raises(SettingsError, match=f"{variable} names /nowhere/at/all, which is no folder"):
        load_settings()


@pytest.mark.parametrize("name", ["farmsubmit.toml", ".farmsubmit/settings.toml"])
def test_the_show_is_the_nearest_folder_above_the_scene_that_has_a_file(folder, write, name):
    write("farmsubmit.toml", "chunk = 9\n")
    show = write(f"show/{name}", "chunk = 2\n")
    settings = load_settings(scene=folder / "show" / "seq" / ".." / "seq" / "sh010" / "a.ma")
    assert settings["chunk"] == 2
    assert settings.origin("chunk") == f"show: {show}"


def test_a_variable_names_the_show_whatever_is_above_the_scene(write, monkeypatch):
    write("show/farmsubmit.toml", "chunk = 2\n")
    other = write("other/farmsubmit.toml", "chunk = 7\n")
    monkeypatch.setenv("FARMSUBMIT_SHOW", str(other.parent))
    assert load_settings(scene=other.parent.parent / "show" / "a.ma")["chunk"] == 7
    assert load_settings()["chunk"] == 7


def test_without_a_scene_no_show_is_looked_for(write, monkeypatch):
    monkeypatch.chdir(write("show/farmsubmit.toml", "chunk = 2\n").parent)
    assert load_settings()["chunk"] == 5
    assert load_settings(scene="a.ma")["chunk"] == 2


def test_two_files_of_one_show_are_one_too_many(write):
    write("show/farmsubmit.toml")
    show = write("show/.farmsubmit/settings.toml").parent.parent
    with pytest.raises(SettingsError, match=r"has both farmsubmit.toml and .*; keep one of them"):
        load_settings(scene=show / "a.ma")


def test_a_broken_file_of_a_show_stops_that_show_and_no_other(write):
    broken = write("a/farmsubmit.toml", "chunk = \n")
    write("b/farmsubmit.toml", "chunk = 2\n")
    with pytest.raises(SettingsError, match=f"{broken}: .*line 1"):
        load_settings(scene=broken.parent / "a.ma")
    assert load_settings(scene=broken.parent.parent / "b" / "a.ma")["chunk"] == 2


@pytest.mark.parametrize("kind", ["site", "show", "user", "scene"])
def test_a_file_that_cannot_be_read_is_told_with_its_path(folder, sites, kind, monkeypatch):
    sites("")
    (folder / "show").mkdir()
    monkeypatch.setenv("FARMSUBMIT_SHOW", str(folder / "show"))
    paths = {"site": folder / "site0/settings.toml", "show": folder / "show/farmsubmit.toml", "user": settings_file()}
    path = paths.get(kind, folder / "show/a.ma.farmsubmit.toml")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(path.name)  # a link to itself: nobody can read it, not even root
    with pytest.raises(SettingsError, match=f"{path} cannot be read: "):
        load_settings(scene=folder / "show" / "a.ma")


# --- tables of a DCC


@pytest.mark.parametrize(("dcc", "chunk"), [("maya", 3), ("nuke", 4), ("", 5), ("katana", 5)])
def test_a_table_of_a_dcc_lies_over_the_top_of_its_file(dcc, chunk):
    path = user("chunk = 5\n[dcc.maya]\nchunk = 3\n[dcc.nuke]\nchunk = 4\n")
    settings = load_settings(dcc=dcc)
    assert settings["chunk"] == chunk
    assert settings.origin("chunk") == f"user: {path}"


@pytest.mark.parametrize(("name", "chunk"), [("a.ma", 3), ("a.MB", 3), ("a.nk", 4), ("a.blend", 5), ("a", 5)])
def test_the_ending_of_the_scene_tells_the_dcc(name, chunk):
    user("[dcc.maya]\nchunk = 3\n[dcc.nuke]\nchunk = 4\n")
    assert load_settings(scene=f"/nowhere/{name}")["chunk"] == chunk


def test_a_higher_layer_lies_over_the_table_of_a_dcc_below(sites):
    sites("[dcc.maya]\nchunk = 3\n")
    user("chunk = 7\n")
    assert load_settings(dcc="maya")["chunk"] == 7


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[dcc.mya]\nchunk = 3\n", "there is no DCC 'mya'; did you mean 'maya'"),
        ("[dcc.nuke]\nchunck = 3\n", "line 2: there is no setting 'chunck'; did you mean 'chunk'"),
        ("[dcc]\nmaya = 3\n", "write [dcc.maya]"),
        ("dcc = 3\n", "write [dcc.maya]"),
        ("[studio]\nroot = '/'\n", "there is no setting 'studio'"),
        ("[policy.chunk]\nlock = true\n", "policy is for the files of sites and shows, not of a user"),
    ],
)
def test_a_mistake_in_a_table_is_told_also_for_another_dcc(text, words):
    user(text)
    with pytest.raises(SettingsError) as caught:
        load_settings(dcc="maya")
    assert words in str(caught.value)
    assert str(settings_file()) in str(caught.value)


def test_a_name_that_begins_with_an_underscore_is_the_studios_own(sites):
    sites('_owner = "bob"\nchunk = 2\n[_studio]\nroot = "/"\n')
    assert load_settings()["chunk"] == 2


# --- lists and tables


def test_a_list_replaces_the_one_below(sites):
    sites('tags = ["a", "b"]\n')
    user('tags = ["c"]\n')
    assert load_settings()["tags"] == ["c"]
    assert load_settings({"tags": []})["tags"] == []


def test_a_table_is_laid_over_the_one_below_and_empty_text_takes_an_entry_away(sites):
    sites('[environment_set]\nOCIO = "/a"\nSHOW = "x"\nLANG = "C"\n[dcc.maya.environment_set]\nSHOW = "y"\n')
    path = user('environment_set = {OCIO = "/b", LANG = "", N = 1}\n')
    settings = load_settings(dcc="maya")
    assert settings["environment_set"] == {"OCIO": "/b", "SHOW": "y", "N": "1"}
    assert settings.origin("environment_set") == f"user: {path}"


# --- code


CODE = ['plugin_path = ["/x"]', 'executable_resolver = "os:getcwd"', 'hook_before_send = "/x"', 'blender = "/x"']


@pytest.mark.parametrize("name", ["farmsubmit.toml", "a.blend.farmsubmit.toml"])
@pytest.mark.parametrize("text", [*CODE, f"[dcc.nuke]\n{CODE[0]}"])
def test_a_file_that_is_merely_found_may_not_name_code(write, name, text):
    path = write(f"show/{name}", text)
    with pytest.raises(SettingsError, match=r"may not stand in a file that is found beside a scene; .*trusted_folders"):
        load_settings(scene=path.parent / "a.blend")


@pytest.mark.parametrize("text", CODE)
def test_in_a_folder_that_a_person_trusts_it_may(folder, write, text):
    name = text.partition(" ")[0]
    path = write("show/farmsubmit.toml", text)
    user(f'trusted_folders = ["{folder}"]\n')
    assert load_settings(scene=path.parent / "a.blend").origin(name) == f"show: {path}"


def test_the_show_that_the_environment_names_is_trusted(write, monkeypatch):
    path = write("show/farmsubmit.toml", CODE[0])
    write("show/a.blend.farmsubmit.toml", CODE[3])
    monkeypatch.setenv("FARMSUBMIT_SHOW", str(path.parent))
    settings = load_settings(scene=path.parent / "a.blend")
    assert (settings["plugin_path"], settings["blender"]) == (["/x"], "/x")


def test_a_show_cannot_trust_itself(folder, write):
    path = write("show/farmsubmit.toml", f'trusted_folders = ["{folder}"]\n{CODE[0]}')
    with pytest.raises(SettingsError, match="may not stand"):
        load_settings(scene=path.parent / "a.blend")


def test_a_folder_whose_name_begins_alike_is_not_trusted(folder, write, monkeypatch):
    path = write("shows-evil/farmsubmit.toml", CODE[0])
    monkeypatch.setenv("FARMSUBMIT_TRUSTED_FOLDERS", str(folder / "shows"))
    with pytest.raises(SettingsError, match="may not stand"):
        load_settings(scene=path.parent / "a.blend")


# --- explaining


def test_each_layer_that_says_something_is_told_and_which_one_counts(sites, monkeypatch):
    (site,) = sites("chunk = 2\n[dcc.maya]\nchunk = 3\n")
    own = user("chunk = 4\n")
    monkeypatch.setenv("FARMSUBMIT_CHUNK", "6")
    assert load_settings(dcc="maya").explain("chunk") == [
        "chunk: how many frames one task renders",
        "  default: 5",
        f"  site: {site} [dcc.maya]: 3",
        f"  user: {own}: 4",
        "  FARMSUBMIT_CHUNK: 6",
        "chunk is 6, from FARMSUBMIT_CHUNK",
    ]


def test_what_nobody_says_is_the_default():
    lines = load_settings().explain("priority")
    assert lines[1:] == ["  default: nothing", "priority is nothing, from default"]


def test_what_differs_can_be_given_again(sites):
    sites('chunk = 2\ntags = ["a"]\n[environment_set]\nA = "1"\nB = "1"\n')
    user('chunk = 3\npriority = 50\nenvironment_set = {A = "2", B = ""}\nfilter_selector = "studio:select"\n')
    settings = load_settings()
    differing = settings.differing(settings.shared())
    expected = {"priority": 50, "environment_set": {"A": "2", "B": ""}, "filter_selector": "studio:select"}
    assert differing == {"chunk": 3, **expected}
    user("")
    assert load_settings(differing)["environment_set"] == settings["environment_set"]
