"""Rules that the shape of the code keeps."""

import ast
from pathlib import Path

import pytest

import farmsubmit
from farmsubmit import files

PACKAGE = Path(farmsubmit.__file__).parent
# In a wheel the wrappers, resources and dcc stand inside the package; they run in a DCC and are no part of the core.
SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if not {"dcc", "resources", "wrappers"} & set(path.parts))
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
STARTERS = {"run", "Popen", "call", "check_call", "check_output"}
FORBIDDEN_IMPORTS = {"pickle", "marshal", "shelve", "qtpy", "PySide6", "PySide2", "PyQt5", "bpy", "maya", "nuke"}


def names_of(path):
    return str(path.relative_to(PACKAGE))


@pytest.mark.parametrize("path", SOURCES, ids=names_of)
def test_no_file_evaluates_text_or_uses_a_shell(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            assert getattr(node.func, "id", "") not in FORBIDDEN_CALLS, f"line {node.lineno}"
            started = getattr(node.func, "attr", "") in STARTERS
            assert not (started and any(word.arg == "shell" for word in node.keywords)), f"line {node.lineno}"
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            assert not FORBIDDEN_IMPORTS & {name.partition(".")[0] for name in names}, f"line {node.lineno}"


@pytest.mark.parametrize("path", SOURCES, ids=names_of)
def test_no_file_or_function_outgrows_its_room(path):
    text = path.read_text("utf-8")
    assert text.count("\n") <= 500
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert node.end_lineno - node.lineno < 60, node.name


def test_shipped_files_are_found():
    assert files.shipped("wrappers", "blenderscript.py").is_file()
    assert files.shipped("resources", "demo", "make_scene.py").is_file()


def test_a_shipped_file_that_is_lost_is_named():
    with pytest.raises(farmsubmit.FarmsubmitError, match="no resources/nothing"):
        files.shipped("resources", "nothing")


def test_wrappers_import_nothing_of_ours():
    for path in files.shipped("wrappers").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(name.partition(".")[0] == "farmsubmit" for name in names), f"{path.name}:{node.lineno}"
