"""What an engine tells of itself reaches the header, the checks and the panels, and nobody waits for it."""

from __future__ import annotations

import threading

import pytest

from farmsubmit.checks import Knowledge
from farmsubmit.engines import registry
from farmsubmit.engines.base import Capabilities, Engine, Known, Ticket, Translation
from farmsubmit.errors import EngineError, EngineUnreachable
from farmsubmit.lang.servicekey import Blade
from farmsubmit_ui.session.probe import DOWN, OK, engine_state, is_same_farm, service_keys
from farmsubmit_ui.sides import LeftSide, RightSide

BLADES = [Blade("rack-1", provides=("MayaRender", "Linux")), Blade("rack-2", provides=("Linux",))]


class Farm(Engine):
    """An engine that answers what a test wants; ``gate`` keeps its blades back."""

    scheme = "farm"
    capabilities = Capabilities(blades=True)

    def __init__(self):
        super().__init__()
        self.told, self.racks, self.gate = "Farm 2.4", list(BLADES), None

    def translate(self, job):
        return Translation(job)

    def spool(self, translation, info, block=False):
        return Ticket("1", self.url)

    def answer(self):
        if isinstance(self.told, Exception):
            raise self.told
        return self.told

    def blades(self):
        if self.gate is not None:
            self.gate.wait(30)
        return self.racks

    def known(self):
        return Known(tags=frozenset({"arnold"}))


@pytest.fixture
def farm(monkeypatch):
    made = Farm()
    real = registry.engine_for
    monkeypatch.setattr(registry, "engine_for", lambda url: made if url == "farm:" else real(url))
    yield made
    if made.gate is not None:
        made.gate.set()


def test_its_name_and_version_are_what_the_header_says(farm):
    assert engine_state("farm:") == (("farm:", OK, "Farm 2.4", farm.capabilities))


@pytest.mark.parametrize(
    "told, state, words",
    [
        (EngineUnreachable("nobody is there"), DOWN, "nobody is there"),
        (EngineError("who are you"), OK, "who are you"),
        ("", OK, "tells nothing"),
    ],
)
def test_how_it_stands_is_said_in_its_words(farm, told, state, words):
    farm.told = told
    found = engine_state("farm:")
    assert found.state == state and words in found.text


def test_the_queue_of_this_machine_and_a_folder_answer(tmp_path):
    assert engine_state("local:").text.startswith("the queue of farmsubmit")
    assert engine_state(f"folder:{tmp_path}").state == OK
    assert engine_state(f"folder:{tmp_path}/nowhere").state == DOWN


def test_a_queue_that_cannot_be_used_does_not_answer(home):
    (home / "state" / "local").mkdir(parents=True)
    (home / "state" / "local" / "queue.db").write_text("no database" * 100)
    assert engine_state("local:").state == DOWN


def test_services_are_compared_with_its_blades(farm, session, maya_facts, settle, qtbot):
    left, right = LeftSide(session), RightSide(session)
    qtbot.addWidget(left)
    qtbot.addWidget(right)
    session.open_facts(maya_facts)
    settle(session)
    session.set_engine("farm:")
    session.set_job_value("service", "MayaRender")
    qtbot.waitUntil(lambda: "1 of 2 blades" in left.job.service.note.text())
    assert session.service_keys[:2] == ("Linux", "MayaRender")
    assert right.graph.tree.delegate.known == session.service_keys and left.rows._delegate.known[0] == "Linux"


def test_the_checks_know_its_names(farm, opened, settle, qtbot):
    opened.set_engine("farm:")
    opened.set_job_value("tags", ["arnld"])
    qtbot.waitUntil(lambda: any("arnld" in found.text for found in opened.problems))
    opened.set_engine("local:")
    qtbot.waitUntil(lambda: not any("arnld" in found.text for found in opened.problems))


def test_blades_that_take_for_ever_keep_nobody_waiting(farm, opened, settle, qtbot):
    farm.gate = threading.Event()
    opened.set_engine("farm:")
    qtbot.waitUntil(lambda: opened.engine_state.state == OK)
    opened.set_job_value("priority", 7)
    settle(opened)
    assert opened.blades == () and opened.job.priority == 7 and opened.reasons_against() == []


def test_of_an_engine_that_was_left_nothing_arrives(farm, opened, settle, qtbot):
    farm.gate = threading.Event()
    opened.set_engine("farm:")
    qtbot.waitUntil(lambda: opened.engine_state.state == OK)
    opened.set_engine("local:")
    farm.gate.set()
    qtbot.waitUntil(lambda: opened.engine_state.url == "local:" and opened.engine_state.state == OK)
    settle(opened)
    assert opened.blades == ()


def test_what_blades_measure_is_no_reason_to_check_again():
    busy = [Blade("rack-1", provides=("Linux",), metrics={"mem": 1})]
    free = [Blade("rack-1", provides=("Linux",), metrics={"mem": 9})]
    assert is_same_farm(Knowledge(blades=busy), Knowledge(blades=free))
    assert not is_same_farm(Knowledge(blades=busy), Knowledge(blades=BLADES))


def test_keys_come_before_the_names_of_blades():
    assert service_keys(Knowledge(blades=BLADES)) == ("Linux", "MayaRender", "rack-1", "rack-2")
    assert service_keys(Knowledge()) == ()
