from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest

from farmsubmit.engines.registry import engine_for
from farmsubmit.scenes.facts import FrameRange, SceneFacts
from farmsubmit_ui import app
from farmsubmit_ui.dialog import Submitter


@pytest.fixture
def facts(maya_facts: SceneFacts) -> SceneFacts:
    return replace(maya_facts, files=())


@pytest.fixture
def path(tmp_path: Path, facts: SceneFacts) -> Path:
    folder = tmp_path / "handed over"
    folder.mkdir()
    return write(folder / "shot.facts.json", facts)


@pytest.fixture
def window(qtbot: Any, path: Path) -> Iterator[Submitter]:
    made = Submitter()
    qtbot.addWidget(made)
    app._open(made, path)
    yield made
    made.session.close()


def write(path: Path, facts: SceneFacts) -> Path:
    part = path.with_name("part")
    part.write_text(json.dumps(facts.to_json()))
    return part.replace(path)


def test_facts_open_as_the_scene_that_they_are_of(
    window: Submitter, facts: SceneFacts, settle: Callable[[Any], None]
) -> None:
    settle(window.session)
    assert window.session.facts == facts
    assert window.session.path == Path(facts.path)
    assert window.session.source is not None
    assert window.session.source.how == "in Maya"


def test_facts_written_again_are_shown_and_what_was_changed_stays(
    window: Submitter, path: Path, facts: SceneFacts, settle: Callable[[Any], None], qtbot: Any
) -> None:
    settle(window.session)
    window.session.set_job_value("priority", 7.0)
    write(path, replace(facts, frames=FrameRange(1, 5)))
    qtbot.waitUntil(lambda: window.session.facts.frames == FrameRange(1, 5), timeout=30_000)
    assert window.session.job_value("priority") == 7.0


def test_another_scene_in_the_file_is_opened(
    window: Submitter, path: Path, facts: SceneFacts, settle: Callable[[Any], None], qtbot: Any
) -> None:
    settle(window.session)
    write(path, replace(facts, path=facts.path.replace("v012", "v013")))
    qtbot.waitUntil(lambda: window.session.facts.path.endswith("v013.ma"), timeout=30_000)


def test_a_copy_in_the_file_is_shown_and_called_after_its_scene(
    window: Submitter, path: Path, facts: SceneFacts, qtbot: Any
) -> None:
    original = facts.path.replace("v012", "v014")
    document = {**facts.to_json(), "options": {"scene_original": original}}
    path.with_name("part").write_text(json.dumps(document))
    path.with_name("part").replace(path)
    qtbot.waitUntil(lambda: window.session.scene == original)
    assert window.session.facts.path == facts.path
    assert window.session.job_value("title") == Path(original).stem


def test_without_the_file_the_scene_is_read_itself(
    window: Submitter, path: Path, settle: Callable[[Any], None], qtbot: Any
) -> None:
    settle(window.session)
    assert window.session.reader is not None
    path.unlink()
    qtbot.waitUntil(lambda: window.session.reader is None, timeout=30_000)


@pytest.mark.parametrize(("text", "problem"), [("{", "not JSON"), ("{}", "facts_version"), (None, "No such file")])
def test_a_file_without_facts_is_told_in_a_sentence(qtbot: Any, tmp_path: Path, text: Any, problem: str) -> None:
    path = tmp_path / "bad.facts.json"
    if text is not None:
        path.write_text(text)
    window = Submitter()
    qtbot.addWidget(window)
    app._open(window, path)
    assert problem in window.notice.text.text()


@pytest.mark.parametrize("engine", ["folder:", "local:"])
def test_what_was_handed_over_is_changed_and_sent(
    window: Submitter, tmp_path: Path, settle: Callable[[Any], None], qtbot: Any, engine: str
) -> None:
    settle(window.session)
    out = tmp_path / "out"
    out.mkdir()
    window.session.set_engine(f"folder:{out}" if engine == "folder:" else engine)
    window.session.set_job_value("title", "by hand")
    window.session.set_job_value("paused", True)
    settle(window.session)
    with qtbot.waitSignal(window.session.submitted, timeout=30_000):
        window.submit()
    if engine == "folder:":
        assert "by hand" in next(out.iterdir()).read_text()
    else:
        assert [job.title for job in engine_for(engine).jobs()] == ["by hand"]
