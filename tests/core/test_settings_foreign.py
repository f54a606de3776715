"""Settings of other programs: RenderMan's JSON files and Maya's directory maps."""

import json

import pytest

from farmsubmit.errors import SettingsError
from farmsubmit.settings.foreign import read_foreign, read_maya_dirmap, read_renderman


@pytest.fixture
def renderman(tmp_path):
    """Return a function that reads what a file of RenderMan's gives."""

    def renderman(data):
        path = tmp_path / "rfm.json"
        path.write_text(data if isinstance(data, str) else json.dumps(data), "utf-8")
        return read_renderman(path)

    return renderman


def as_map(src, dst, zone="NFS"):
    return {"src": src, "dst": dst, "zone": zone}


def test_the_engine_and_the_maps_of_renderman_are_taken_over(renderman):
    maps = {"x": {"from": "X:/", "to": "/mnt/x", "zone": "NFS"}, "y": {"from": "Y:/a=b", "to": "//s/y", "zone": "UNC"}}
    found = renderman({"tractor_cfg": {"engine": "farm", "port": 8080, "user": "bob"}, "dirmaps": maps, "woffs": []})
    assert found.values == {
        "engine": "tractor://farm:8080",
        "dirmaps": [as_map("X:/", "/mnt/x"), as_map("Y:/a=b", "//s/y", "UNC")],
    }
    assert found.notes == (
        "tractor_cfg.user is not taken over: the owner of a job is who sends it; --owner names another",
    )


@pytest.mark.parametrize(
    ("config", "engine"),
    [
        ({"engine": "farm"}, "tractor://farm"),
        ({"engine": "farm:8080"}, "tractor://farm:8080"),
        ({"engine": "farm:8080", "port": 80}, "tractor://farm:80"),
        ({"engine": "10.0.0.1", "port": 80.0}, "tractor://10.0.0.1:80"),
        ({"engine": "farm", "port": "80"}, "tractor://farm:80"),
    ],
)
def test_the_engine_is_a_url(renderman, config, engine):
    assert renderman({"tractor_cfg": config}).values == {"engine": engine}


def test_defaults_of_jobs_are_taken_over_and_the_others_told(renderman):
    config = {"priority": 50, "tier": "rush", "crews": "a b", "projects": "", "envkeys": "k1 k2", "whendone": "x y"}
    found = renderman({"tractor_cfg": config})
    assert found.values == {"priority": 50.0, "tier": "rush", "crews": ["a", "b"], "envkey": ["k1", "k2"]}
    assert found.notes == ("tractor_cfg.whendone is not taken over",)


def test_a_file_as_it_is_shipped_gives_nothing(renderman):
    assert renderman({"$schema": "x", "tractor_cfg": {}, "dirmaps": {}}) == ({}, ())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ([], "has neither tractor_cfg nor dirmaps"),
        ({"woffs": []}, "has neither tractor_cfg nor dirmaps"),
        ({"tractor_cfg": 3}, "tractor_cfg is not an object"),
        ({"tractor_cfg": {"engine": "http://farm"}}, "tractor_cfg.engine = 'http://farm' is not the name of a host"),
        ({"tractor_cfg": {"engine": "farm", "port": 70000}}, "tractor_cfg.port = 70000 is not a port"),
        ({"tractor_cfg": {"engine": "farm", "port": True}}, "is not a port"),
        ({"tractor_cfg": {"engine": "farm", "port": 80.5}}, "is not a port"),
        ({"tractor_cfg": {"priority": "high"}}, "tractor_cfg: priority = 'high' is not a number"),
        ({"tractor_cfg": {"crews": ["a"]}}, "tractor_cfg.crews = ['a'] is not text"),
        (
            {"dirmaps": {"x": {"from": "X:/", "to": "/x"}}},
            "dirmaps.x is not an object with the texts from, to and zone",
        ),
        ({"dirmaps": {"x": {"from": "X:/", "to": "/x", "zone": "N F"}}}, "dirmaps.x: dirmaps = "),
    ],
)
def test_a_mistake_of_renderman_is_one_sentence_with_the_file(renderman, data, words):
    with pytest.raises(SettingsError) as caught:
        renderman(data)
    assert words in str(caught.value)
    assert "rfm.json" in str(caught.value)


MEL = r"""
// dirmap -m "no" "no";
dirmap -en true;
dirmap -m "C:/proj" "/mnt/proj";
dirmap  -mapDirectory "D:\\tex" "/mnt/a \"b\"" ;
string $root = "/x"; dirmap -m $root "/mnt/x";
"""
PYTHON = """
# cmds.dirmap(m=("no", "no"))
import maya.cmds as cmds
cmds.dirmap(en=True)
cmds.dirmap(mapDirectory=["C:/proj", '/mnt/proj'])
cmds.dirmap( m = ( r"D:\\tex", "/mnt/tex", ) )
cmds.dirmap(m=(ROOT, "/mnt/x"))
"""


@pytest.mark.parametrize(
    ("text", "second"),
    [(MEL, as_map("D:\\tex", '/mnt/a "b"')), (PYTHON, as_map("D:\\tex", "/mnt/tex"))],
    ids=["mel", "python"],
)
def test_maps_that_a_script_of_maya_writes_out_are_taken_over_and_nothing_runs(text, second):
    found = read_maya_dirmap(text, "NFS")
    assert found.values == {"dirmaps": [as_map("C:/proj", "/mnt/proj"), second]}
    assert found.notes == ("1 of Maya's maps is not written as plain text, and left out",)


@pytest.mark.parametrize(
    "remark",
    [
        '/* dirmap -m "no" "no"; */',
        '// dirmap -m "no" "no";',
        '# "" dirmap -m "no" "no";',
        "'''\ncmds.dirmap(m=(\"no\", \"no\"))\n'''",
        '/* dirmap -m "no" "no";',
    ],
)
def test_maps_in_comments_and_long_texts_are_none(remark):
    text = f'dirmap -en true; dirmap -m "/a/*" "//b/#"; {remark}'
    assert read_maya_dirmap(text, "NFS").values == {"dirmaps": [as_map("/a/*", "//b/#")]}


def test_a_map_that_is_no_utf_8_is_left_out_and_told(tmp_path):
    path = tmp_path / "userSetup.mel"
    path.write_bytes(b'// \xfc\ndirmap -en true;\ndirmap -m "X:/\xfc" "/a";\ndirmap -m "b" "c";\n')
    found = read_foreign(path, "NFS")
    assert found.values == {"dirmaps": [as_map("b", "c")]}
    assert found.notes == ("1 of Maya's maps is not written as plain text, and left out",)


def test_a_json_file_may_begin_with_a_byte_order_mark(tmp_path):
    path = tmp_path / "rfb.json"
    path.write_bytes(b'\xef\xbb\xbf{"tractor_cfg": {"tier": "rush"}}')
    assert read_foreign(path, "NFS").values == {"tier": "rush"}


def test_maps_that_are_not_switched_on_are_told():
    found = read_maya_dirmap('dirmap -m "/a" "/b"; dirmap -en false;', "NFS")
    assert found.values == {"dirmaps": [as_map("/a", "/b")]}
    assert "switches Maya's maps on" in found.notes[0]


@pytest.mark.parametrize("source", [["/a", "/b", "/c", "/d"], [("/a", "/b"), ("/c", "/d")]])
def test_what_maya_itself_gives_is_taken_over(source):
    assert read_maya_dirmap(source, "UNC").values == {"dirmaps": [as_map("/a", "/b", "UNC"), as_map("/c", "/d", "UNC")]}


def test_no_maps_are_no_values():
    assert read_maya_dirmap([], "NFS") == ({}, ())
    assert read_maya_dirmap("print('m = 1')", "NFS") == ({}, ())


@pytest.mark.parametrize("source", [["/a"], ["/a", 3], [("/a",)], [("/a", "")]])
def test_a_list_that_is_none_of_mayas_is_refused(source):
    with pytest.raises(SettingsError, match="Maya's directory maps"):
        read_maya_dirmap(source, "NFS")


def test_the_ending_tells_whose_file_it_is(tmp_path):
    (tmp_path / "userSetup.mel").write_text('dirmap -m "/a" "/b"; dirmap -en on;')
    assert read_foreign(tmp_path / "userSetup.mel", "NFS").values == {"dirmaps": [as_map("/a", "/b")]}
    with pytest.raises(SettingsError, match="no file that settings are read from"):
        read_foreign(tmp_path / "settings.yaml", "NFS")
    with pytest.raises(SettingsError, match=r"rfm\.json cannot be read: "):
        read_foreign(tmp_path / "rfm.json", "NFS")
