"""Which Qt binding is chosen."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from farmsubmit.errors import MissingLibraryError
from farmsubmit_ui import binding


@pytest.fixture
def bare(monkeypatch):
    """No binding loaded, none asked for, and those installed that the test names."""
    for module in binding._NAMES:
        monkeypatch.delitem(sys.modules, f"{module}.QtCore", raising=False)
    monkeypatch.delenv("QT_API", raising=False)

    def installed(*names):
        monkeypatch.setattr(binding, "find_spec", lambda name: name in (*names, "qtpy") or None)

    return installed


def test_the_binding_that_the_host_has_loaded_counts(bare, monkeypatch):
    bare("PySide6", "PySide2")
    monkeypatch.setitem(sys.modules, "PySide2.QtCore", ModuleType("PySide2.QtCore"))
    monkeypatch.setenv("QT_API", "pyside6")
    assert binding.ensure_binding() == "pyside2"


def test_of_two_that_are_loaded_the_one_that_the_host_names_counts(bare, monkeypatch):
    bare("PySide6", "PyQt5")
    for module in ("PySide6.QtCore", "PyQt5.QtCore"):
        monkeypatch.setitem(sys.modules, module, ModuleType(module))
    monkeypatch.setenv("QT_API", "pyqt5")
    assert binding.ensure_binding() == "pyqt5"


def test_a_wish_counts_where_it_is_installed(bare, monkeypatch):
    bare("PySide6", "PyQt5")
    monkeypatch.setenv("QT_API", "PyQt5")
    assert binding.ensure_binding() == "pyqt5"


def test_a_wish_that_is_not_installed_is_passed_over(bare, monkeypatch):
    bare("PySide6")
    monkeypatch.setenv("QT_API", "pyqt5")
    assert binding.ensure_binding() == "pyside6"


def test_the_newest_installed_binding_is_the_default(bare):
    bare("PySide2", "PyQt5", "PySide6")
    assert binding.ensure_binding() == "pyside6"


def test_no_binding_at_all_is_told_with_what_to_install(bare):
    bare()
    with pytest.raises(MissingLibraryError, match="pip install PySide6"):
        binding.ensure_binding()


def test_qtpy_is_told_what_was_chosen(bare, monkeypatch):
    bare("PyQt5")
    binding.ensure_binding()
    assert binding.os.environ["QT_API"] == "pyqt5"


def test_a_missing_qtpy_is_told(monkeypatch):
    monkeypatch.setattr(binding, "find_spec", lambda name: None)
    with pytest.raises(MissingLibraryError, match="qtpy"):
        binding.ensure_binding()
