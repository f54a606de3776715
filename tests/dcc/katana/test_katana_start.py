"""Katana's start, its menu, the Qt binding, and messages; and the fake held against the published stubs."""

from __future__ import annotations

import ast
import importlib
import importlib.metadata
import inspect
import sys
from pathlib import Path
from typing import Any, Dict, List

import pytest

from farmsubmit.errors import SceneError


@pytest.fixture
def started(katana, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A Katana that has loaded our plug-in and started."""
    plugin = importlib.import_module("farmsubmit_plugin")
    katana.state.fire("onStartup")
    return plugin


def test_the_start_adds_entries_and_farm_settings_once(katana, started) -> None:
    katana.get("menu").install()
    katana.state.fire("onStartup")
    assert (list(katana.state.menu), list(katana.state.popup)) == (["Submit to Farm…"], ["Submit This Node to Farm…"])
    assert list(katana.state.settings) == ["farmsubmit_frames", "farmsubmit_chunk", "farmsubmit_service"]


@pytest.mark.parametrize("mode", ["KATANA_BATCH_MODE", "KATANA_SCRIPT_MODE"])
def test_without_windows_there_are_farm_settings_and_no_entries(katana, mode: str) -> None:
    katana.state.mode = mode
    katana.get("menu").install()
    katana.state.fire("onStartup")
    assert katana.state.settings and not katana.state.menu and not katana.state.popup


def test_entries_that_are_removed_before_the_start_do_not_come(katana) -> None:
    katana.get("menu").install()
    katana.get("menu").remove()
    katana.state.fire("onStartup")
    assert not katana.state.menu and not katana.state.callbacks


def test_the_render_farm_is_registered_from_katana_4_on(katana, monkeypatch: pytest.MonkeyPatch) -> None:
    ((kind, version, name, made),) = katana.get("registry").entries()
    assert (kind, version, name) == ("FarmPlugin", 1, "farmsubmit")
    assert issubclass(made, katana.api.FarmAPI.BaseFarmPlugin)
    monkeypatch.delattr(katana.api.FarmAPI, "BaseFarmPlugin")
    assert katana.get("registry").entries() == []


def test_a_broken_installation_does_not_keep_katana_from_starting(katana, monkeypatch, caplog) -> None:
    monkeypatch.setitem(sys.modules, "farmsubmit_katana.menu", None)
    plugin = importlib.import_module("farmsubmit_plugin")
    assert plugin.PluginRegistry == [] and "not there in this session" in caplog.text


def test_an_error_while_katana_starts_goes_to_the_log(katana, monkeypatch, caplog) -> None:
    monkeypatch.setattr(katana.api.FarmAPI, "AddFarmMenuOption", lambda *_: 1 / 0)
    katana.get("menu").install()
    katana.state.fire("onStartup")
    assert "not there in this session" in caplog.text


def test_an_action_tells_what_is_wrong_in_one_sentence(katana, started) -> None:
    katana.state.menu["Submit to Farm…"]()
    assert katana.state.messages == ["the project has no file yet; save it first"]


def test_whatever_else_goes_wrong_is_one_sentence_and_the_log(katana, caplog) -> None:
    katana.get("host").guarded(lambda: 1 / 0)()
    (told,) = katana.state.messages
    assert "ZeroDivisionError" in told and "Traceback" not in told and "division by zero" in caplog.text


def test_without_windows_messages_go_to_the_log(katana, caplog) -> None:
    katana.state.mode = "KATANA_SCRIPT_MODE"

    def action() -> None:
        raise SceneError("no such scene")

    katana.get("host").guarded(action)()
    assert not katana.state.messages and "no such scene" in caplog.text


@pytest.mark.parametrize(
    ("version", "binding"),
    [("4.5.1.000008", "pyqt5"), ("7.5.2.000001", "pyqt5"), ("8.0.1.000001", "pyside6"), ("10.0v1", "pyside6")],
)
def test_the_version_of_katana_chooses_the_binding(katana, monkeypatch, version: str, binding: str) -> None:
    monkeypatch.setattr(importlib.import_module("KatanaInfo"), "version", version)
    assert katana.get("host").choose_binding() == binding
    import os

    assert os.environ["QT_API"] == binding


# --- the fake


def test_the_fake_refuses_what_katana_does_not_have(katana) -> None:
    katana.refusals_wanted = True
    api = katana.api
    for wrong in (
        lambda: api.NodegraphApi,
        lambda: api.FarmAPI.AddMenuOption,
        lambda: api.Configuration.get("KATANA_GUI"),
        lambda: api.Callbacks.Type.onClosed,
        lambda: api.UI4.Widgets.MessageBox.Warn,
        lambda: api.NodegraphAPI.BuildNodegraphXmlIO().toString(),
    ):
        with pytest.raises(katana.strict.Refused):
            wrong()
    with pytest.raises(TypeError):
        api.FarmAPI.AddFarmMenuOption(label="x", callback=print)


#: Where the stubs have what a module of the fake has.
STUBS = {
    "FarmAPI": ("PyUtilModule-stubs/FarmAPI/__init__.pyi",),
    "BaseFarmPlugin": ("PyUtilModule-stubs/FarmAPI/BaseFarmPlugin.pyi",),
    "JobRequest": ("PyUtilModule-stubs/FarmAPI/FarmPluginManager.pyi",),
    "NodegraphAPI": (
        "NodegraphAPI-stubs/__init__.pyi",
        "NodegraphAPI-stubs/NodeXmlIO.pyi",
        "NodegraphAPI-stubs/NodegraphGlobals.pyi",
    ),
    "KatanaFile": ("PyUtilModule-stubs/KatanaFile.pyi",),
    "Callbacks": ("Callbacks-stubs/Callbacks.pyi",),
    "Configuration": ("ConfigurationAPI_cmodule-stubs/__init__.pyi",),
    "AssetAPI": ("AssetAPI_cmodule-stubs/__init__.pyi",),
    "Node": ("NodegraphAPI_cmodule-stubs/__init__.pyi",),
    "Element": ("PyXmlIO-stubs/__init__.pyi",),
    "MessageBox": ("UI4-stubs/Widgets/MessageBox.pyi",),
    "MainWindow": ("UI4-stubs/App/MainWindow.pyi",),
}


def declared(*names: str) -> Dict[str, List[str]]:
    """Return the parameters of all functions in stubs by ``name`` or ``Class.name``."""
    try:
        home = Path(str(importlib.metadata.distribution("types-katana").locate_file("")))
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("types-katana is not installed")
    found: Dict[str, List[str]] = {}
    for path in (home / name for key in names for name in STUBS[key]):
        body = ast.parse(path.read_text("utf-8")).body
        for one in [*body]:
            if isinstance(one, ast.ClassDef):
                members = [part for part in one.body if isinstance(part, ast.FunctionDef)]
                found.update({f"{one.name}.{part.name}": _parameters(part) for part in members})
            elif isinstance(one, ast.FunctionDef):
                found[one.name] = _parameters(one)
    return found


def _parameters(function: ast.FunctionDef) -> List[str]:
    return [one.arg for one in function.args.args if one.arg != "self"]


def faked(owner: Any, prefix: str = "") -> Dict[str, List[str]]:
    """Return the parameters of the functions that a module or class of the fake defines itself."""
    home = owner.__name__ if inspect.ismodule(owner) else owner.__module__
    own = {name: one for name, one in vars(owner).items() if inspect.isfunction(one) and one.__module__ == home}
    return {
        prefix + name: [part for part in inspect.signature(one).parameters if part != "self"]
        for name, one in own.items()
        if not name.startswith("_") or name == "__init__"
    }


@pytest.mark.parametrize("name", ["FarmAPI", "NodegraphAPI", "KatanaFile", "Configuration", "AssetAPI"])
def test_functions_of_the_fake_have_the_stubs_names_and_parameters(katana, name: str) -> None:
    stub, fake = declared(name), faked(getattr(katana.api, name))
    assert fake and {key: stub.get(key) for key in fake} == fake


def test_classes_of_the_fake_have_the_stubs_methods_and_parameters(katana) -> None:
    state, api = importlib.import_module("katanastate"), katana.api
    for name, stubs in (
        ("BaseFarmPlugin", ["BaseFarmPlugin"]),
        ("Job", ["BaseFarmPlugin"]),
        ("JobNotFoundException", ["BaseFarmPlugin"]),
        ("JobRequest", ["JobRequest"]),
        ("NodeRenderSettings", ["FarmAPI"]),
    ):
        fake = faked(getattr(api.FarmAPI, name), f"{name}.")
        assert fake and {key: declared(*stubs).get(key) for key in fake} == fake
    for name, stubs in (("Node", ["Node"]), ("Parameter", ["Node"]), ("Element", ["Element"])):
        fake = {key: value for key, value in faked(getattr(state, name), f"{name}.").items() if "__init__" not in key}
        assert fake and {key: declared(*stubs).get(key) for key in fake} == fake


def test_what_the_stubs_have_in_classes_is_so_in_the_fake(katana) -> None:
    api = katana.api
    for owner, prefix, stub in (
        (api.AssetAPI.AssetPlugin, "AssetPlugin.", "AssetAPI"),
        (api.Callbacks, "CallbacksManager.", "Callbacks"),
        (type(api.UI4.Widgets.MessageBox), "", "MessageBox"),
        (type(api.UI4.App.MainWindow), "", "MainWindow"),
    ):
        fake = faked(owner, prefix)
        assert fake and {key: declared(stub).get(key) for key in fake} == fake


def test_our_farm_has_the_methods_of_the_stub_with_their_parameters(katana) -> None:
    stub, own = declared("BaseFarmPlugin"), faked(katana.get("farm").FarmsubmitFarm, "BaseFarmPlugin.")
    del own["BaseFarmPlugin.__init__"]
    assert {key: stub.get(key) for key in own} == own
    left = {key.partition(".")[2] for key in stub if key.startswith("BaseFarmPlugin.")} - {
        key.partition(".")[2] for key in own
    }
    assert left == {"getRemoteInstallationMetadata"}
