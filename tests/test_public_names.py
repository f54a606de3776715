"""The public face: what ``import farmsubmit`` gives, and that it costs nothing to import."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import farmsubmit
from farmsubmit import checks, submission

HOMES = {name: home for home, names in farmsubmit._NAMES.items() for name in names.split()}
HEAVY = {"argparse", "dataclasses", "jinja2", "platformdirs", "requests", "rich", "sqlite3", "subprocess", "json"}


def test_every_public_name_is_there_and_nothing_else():
    assert sorted(farmsubmit.__all__) == sorted([*HOMES, "__version__"])
    for name in farmsubmit.__all__:
        assert getattr(farmsubmit, name) is not None


def test_the_names_for_type_checkers_are_the_same():
    tree = ast.parse(Path(farmsubmit.__file__).read_text("utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    told = {alias.name: node.module for node in block.body for alias in node.names}
    assert told == HOMES


@pytest.mark.parametrize("package", [checks, submission])
def test_a_package_has_all_that_it_says_however_late_it_is_imported(package):
    assert [name for name in package.__all__ if getattr(package, name, None) is None] == []
    with pytest.raises(AttributeError, match=f"{package.__name__}.*'nothing'"):
        package.nothing  # noqa: B018


def test_a_name_that_is_not_public_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        farmsubmit.nothing  # noqa: B018


def test_a_function_is_not_hidden_by_a_module_of_its_name():
    code = "import farmsubmit.submission, farmsubmit.checks, farmsubmit.formats.preview as p, farmsubmit as fs; "
    code += "assert all(map(callable, (fs.submit, fs.spool, fs.check, fs.preview, fs.build, fs.read_scene)))"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_importing_farmsubmit_imports_nothing_heavy():
    code = "import sys, farmsubmit; print(*sys.modules)"
    bare = subprocess.run(
        [sys.executable, "-c", "import sys; print(*sys.modules)"], capture_output=True, text=True, check=True
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not HEAVY & (set(done.stdout.split()) - set(bare.stdout.split()))


def test_the_authoring_names_are_all_there():
    from farmsubmit import author

    assert all(getattr(author, name) is not None for name in author.__all__)
