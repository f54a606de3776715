"""Nothing lost, nothing sent twice: what becomes of a submission whose engine is down, slow or talks garbage."""

import contextlib
import errno
import os
import random
import shutil
import stat

import pytest

from farmsubmit import outbox
from farmsubmit.author import Job
from farmsubmit.cli.main import main
from farmsubmit.engines import registry
from farmsubmit.engines.base import Capabilities, Engine, Ticket, Translation
from farmsubmit.errors import AnswerLost, EngineError, EngineUnreachable, FarmsubmitError, SpoolError
from farmsubmit.history import SENT, WAITING, entries, history_dir
from farmsubmit.outbox import REFUSED, SENDING
from farmsubmit.submission import Submission, submit, submit_chain
from farmsubmit.submission import outbox as carrier


class FarEngine(Engine):
    """An engine elsewhere: ``arrived`` are the keys of its jobs, ``faults`` what happens at the next calls."""

    scheme = "far"
    capabilities = Capabilities(actions=frozenset({"delete"}), finds=True)
    arrived: list = []
    faults: list = []

    def translate(self, job):
        return Translation(job)

    def spool(self, translation, info, block=False):
        fault = self.faults.pop(0) if self.faults else ""
        if fault in ("down", "refused"):
            raise {"down": EngineUnreachable, "refused": SpoolError}[fault]("no")
        if fault != "lost before":
            self.arrived.append(info.key)
        if fault in ("lost before", "lost after"):
            raise AnswerLost("no answer came")
        if fault == "killed":
            raise KeyboardInterrupt
        return Ticket(str(len(self.arrived)), self.url)

    def find(self, key):
        fault = self.faults.pop(0) if self.faults else ""
        if fault:
            raise EngineUnreachable("still down")
        return str(self.arrived.index(key) + 1) if key in self.arrived else None

    def control(self, jid, action, tids=(), value=None):
        self.arrived[int(jid) - 1] = ""


class BlindEngine(FarEngine):
    scheme = "blind"
    capabilities = Capabilities()

    def find(self, key):
        raise self.cannot("find")


@pytest.fixture(autouse=True)
def engines(monkeypatch, tmp_path):
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path / "home"))
    kinds = {"far": FarEngine, "blind": BlindEngine}
    monkeypatch.setattr(registry, "_homes", lambda: {name: name for name in kinds})
    monkeypatch.setattr(registry, "_load", lambda home, scheme: kinds[scheme])
    monkeypatch.setattr(FarEngine, "arrived", [])
    monkeypatch.setattr(FarEngine, "faults", [])


def a_job(title="shot"):
    job = Job(title=title)
    job.newTask(title="frame", argv=["render"], service="Render")
    return job


def sent(*faults, engine="far:"):
    FarEngine.faults[:] = faults
    return submit(a_job(), engine)


def carried(**more):
    return carrier.carry(outbox.letters(), **more)


def block_history():
    """Put a file where the folder of the history belongs."""
    shutil.rmtree(history_dir())
    history_dir().write_text("")


def full_disk(*args, **values):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_what_arrives_leaves_the_outbox_empty():
    assert sent().jid == "1"
    assert outbox.letters() == []


def test_an_engine_that_is_down_leaves_the_job_in_the_outbox_and_says_so():
    with pytest.raises(EngineUnreachable, match=r"is kept in the outbox as [0-9a-f]{8}, it is sent again later"):
        sent("down")
    assert [letter.title for letter in outbox.letters()] == ["shot"]
    assert entries()[0].outcome == WAITING


def test_it_is_sent_later_and_then_it_is_in_the_history():
    with pytest.raises(EngineUnreachable):
        sent("down")
    assert [each.ticket.jid for each in carried()] == ["1"]
    assert outbox.letters() == []
    assert [entry.outcome for entry in entries()] == [SENT, WAITING]


def test_a_history_that_cannot_be_written_is_told_with_what_arrives():
    with pytest.raises(EngineUnreachable):
        sent("down")
    block_history()
    (told,) = carried()
    assert told.ticket.jid == "1" and "it is not in the history" in told.notes[0]
    assert carried() == [] and len(FarEngine.arrived) == 1


def test_the_command_line_says_what_arrived_without_being_in_the_history(capsys):
    with pytest.raises(EngineUnreachable):
        sent("down")
    block_history()
    assert main(["outbox", "--send"]) == 0
    shown = capsys.readouterr()
    assert "job 1 is with far:" in shown.out and "job 1: it is not in the history" in shown.err


def test_a_job_that_is_sent_paused_is_told_with_what_starts_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(FarEngine, "capabilities", Capabilities(actions=frozenset({"resume"}), finds=True))
    script = tmp_path / "night.alf"
    script.write_text("Job -title {night} -subtasks { Task a -cmds { RemoteCmd {echo} -service x } }")
    assert main(["submit", str(script), "--paused", "--engine", "far:"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "it is paused until: farmsubmit resume 1 --engine far:"


def test_a_letter_that_cannot_be_taken_out_is_told_and_not_sent_again(monkeypatch):
    with pytest.raises(EngineUnreachable):
        sent("down")
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "remove", full_disk)
        (told,) = carried()
    assert told.ticket.jid == "1" and "it stays in the outbox" in told.notes[0]
    assert carried()[0].ticket.jid == "1"
    assert len(FarEngine.arrived) == 1


def test_a_job_that_arrives_is_sent_even_where_its_letter_cannot_be_taken_out(monkeypatch, capsys):
    monkeypatch.setattr(outbox, "remove", full_disk)
    assert sent().jid == "1"
    assert "it stays in the outbox" in capsys.readouterr().err


def test_what_cannot_be_written_down_first_is_not_sent(monkeypatch):
    with pytest.raises(EngineUnreachable):
        sent("down")
    monkeypatch.setattr(outbox, "change", full_disk)
    assert "cannot be written: No space left" in carried()[0].reason
    assert FarEngine.arrived == []


def test_a_job_whose_answer_was_lost_is_found_and_not_sent_again():
    with pytest.raises(AnswerLost):
        sent("lost after")
    assert carried()[0].ticket.jid == "1"
    assert len(FarEngine.arrived) == 1


def test_a_job_that_was_lost_on_the_way_is_sent_again():
    with pytest.raises(AnswerLost):
        sent("lost before")
    assert carried()[0].ticket.jid == "1"


def test_an_engine_that_cannot_look_is_never_sent_a_second_job_unless_a_person_has_looked():
    with pytest.raises(AnswerLost):
        sent("lost before", engine="blind:")
    (told,) = carried()
    assert told.ticket is None and "cannot tell whether it has the job" in told.reason
    assert carried(is_sure=True)[0].ticket.jid == "1"


def test_what_an_engine_refuses_is_raised_and_not_kept():
    with pytest.raises(SpoolError):
        sent("refused")
    assert outbox.letters() == []


def test_what_is_refused_later_stays_for_a_person_to_look_at():
    with pytest.raises(EngineUnreachable):
        sent("down")
    FarEngine.faults[:] = ["refused"]
    assert carried()[0].ticket is None
    assert [letter.state for letter in outbox.letters()] == [REFUSED]
    assert carrier.due(now=1e12) == []


def test_a_process_that_dies_while_sending_leaves_a_letter_that_is_looked_for():
    with pytest.raises(KeyboardInterrupt):
        sent("killed")
    assert [letter.state for letter in outbox.letters()] == [SENDING]
    assert carried()[0].ticket.jid == "1"
    assert len(FarEngine.arrived) == 1


def test_the_same_job_is_not_sent_while_it_waits():
    with pytest.raises(EngineUnreachable):
        sent("down")
    with pytest.raises(SpoolError, match="the same job waits in the outbox as"):
        sent()
    assert FarEngine.arrived == []


def test_pauses_grow_and_have_an_end():
    with pytest.raises(EngineUnreachable):
        sent("down")
    pauses = []
    for _ in range(10):
        before = carrier.time.time()
        FarEngine.faults[:] = ["down"]
        carried()
        pauses.append(round(outbox.letters()[0].next_try - before))
    assert pauses[:3] == [20, 40, 80] and pauses[-1] == carrier.LONGEST_PAUSE


def test_a_letter_is_due_after_its_pause():
    with pytest.raises(EngineUnreachable):
        sent("down")
    (letter,) = outbox.letters()
    assert carrier.due(letter.next_try - 1) == []
    assert carrier.due(letter.next_try) == [letter]


def test_a_letter_that_another_process_carries_is_left_alone():
    with pytest.raises(EngineUnreachable):
        sent("down")
    (letter,) = outbox.letters()
    with outbox.claimed(outbox.outbox_dir() / letter.key) as mine:
        assert mine
        assert carried()[0].reason == "another process is sending it"
    assert FarEngine.arrived == []


def test_the_claim_of_a_dead_process_does_not_count():
    with pytest.raises(EngineUnreachable):
        sent("down")
    (letter,) = outbox.letters()
    claim = outbox.outbox_dir() / letter.key / "claim"
    # No process has this number on any system: it is above what they give.
    claim.write_text(f"{carrier_host()} 4194305000 dead")
    assert carried()[0].ticket.jid == "1"


def carrier_host():
    from farmsubmit.outbox import claims

    return claims.socket.gethostname()


def test_letters_are_private_and_hold_no_password():
    with pytest.raises(EngineUnreachable):
        sent("down", engine="far://bob:secret@host")
    folder = outbox.outbox_dir() / outbox.letters()[0].key
    assert stat.S_IMODE(outbox.outbox_dir().stat().st_mode) == 0o700
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert b"secret" not in path.read_bytes()


def test_a_damaged_letter_is_shown_and_hurts_nothing():
    with pytest.raises(EngineUnreachable):
        sent("down")
    (outbox.outbox_dir() / outbox.letters()[0].key / "letter.json").write_text("{")
    (letter,) = outbox.letters()
    assert letter.state == REFUSED and "no JSON object" in letter.reason


def test_a_key_that_is_not_there_is_told():
    with pytest.raises(FarmsubmitError, match="the outbox has no submission beef"):
        outbox.letter("beef")


def test_without_the_outbox_nothing_is_kept(monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_OUTBOX", "no")
    with pytest.raises(EngineUnreachable):
        sent("down")
    assert outbox.letters() == []


def test_a_chain_whose_answer_is_lost_is_taken_back_whole():
    FarEngine.faults[:] = ["", "lost after"]
    with pytest.raises(EngineError):
        submit_chain((a_job("one"), a_job("two")), "far:")
    assert FarEngine.arrived == ["", ""]
    assert outbox.letters() == []


@pytest.mark.parametrize("seed", range(200))
def test_whatever_happens_there_is_exactly_one_job_in_the_end(seed):
    chance = random.Random(seed)
    faults = ["", "down", "lost before", "lost after", "killed"]
    FarEngine.faults[:] = [chance.choice(faults) for _ in range(chance.randrange(1, 8))]
    way = Submission(a_job(), "far:")
    way.prepare()
    with contextlib.suppress(FarmsubmitError, KeyboardInterrupt):
        way.send()
    for _ in range(10):
        try:
            carried()
        except KeyboardInterrupt:
            continue
    assert FarEngine.arrived == [way.key]
    assert outbox.letters() == []
