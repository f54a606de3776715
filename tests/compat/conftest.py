from __future__ import annotations

import sys

import pytest

from farmsubmit import files
from farmsubmit.compat import jobtronaut
from farmsubmit.compat.jobtronaut.author.plugins import Plugins
from farmsubmit.engines.local import LocalEngine, lock
from farmsubmit.engines.local.runner import run_until_idle

# As studios have them for jobtronaut; only Python 3 was asked of it.
OLD_FILE = """
import logging
import os

from jobtronaut.author import (
    BaseProcessor,
    ProcessorDefinition,
    ProcessorSchemas,
    Task,
    TaskWithOverrides,
    TrStatusFilter,
    supported_schemas,
)
from jobtronaut.constants import COMMANDFLAGS_ARGUMENT_NAME, LOGGING_NAMESPACE

_LOG = logging.getLogger("{}.tasks".format(LOGGING_NAMESPACE))


class ScaleProcessor(BaseProcessor):
    description = "Multiplies."
    parameters = {"factor": 10}

    @supported_schemas(int)
    def process(self, argument_name, argument_value, parameters):
        return argument_value * parameters.get("factor", self.parameters["factor"])

    @supported_schemas([int])
    def process(self, argument_name, argument_value, parameters):
        offset = self.task.arguments.chunksize.processed
        return [value * parameters.get("factor", self.parameters["factor"]) + offset for value in argument_value]


class Echo(Task):
    title = "echo"
    elements_id = "frames"
    flags = Task.Flags.PER_ELEMENT
    argument_defaults = {"chunksize": 2}
    argument_processors = [ProcessorDefinition("ChunkProcessor", scope=["frames.initial"])]

    def cmd(self):
        return ["/bin/echo", "frames", str(self.elements.processed), self.arguments.get("word").processed]

    def env(self):
        return {"CHUNK": self.arguments.chunksize.processed}

    def stop_traversal(self):
        return self.elements.processed == [9, 9]


class Report(Task):
    services = ["report", "linux64"]
    tags = ["few"]
    retryrc = [3]
    argument_processors = [ProcessorDefinition("ScaleProcessor", ["frames.initial"], {"factor": "<expr:1+1>"})]

    def cmd(self):
        return [os.environ["OLD_PYTHON"], os.environ["OLD_WRAPPER"]]

    def script(self):
        assert "elements_id" not in self.arguments
        print("reported {}".format(self.arguments.frames.processed))
        with self.report_progress(2) as progress:
            progress += 1
            progress += 1

    def view(self):
        return "/usr/bin/less report.txt"


class Spread(Task):
    def cmd(self):
        return [os.environ["OLD_PYTHON"], os.environ["OLD_WRAPPER"]]

    def script(self):
        self.__EXPAND__("Pair", {"Echo": [{"frames": [1, 2], "word": "a"}, {"frames": [3, 4], "word": "b"}]})


class Pair(Task):
    required_tasks = ("Echo", "Echo")


class Shot(Task):
    title = "the shot"
    required_tasks = (["Echo", TaskWithOverrides("Echo", title="quiet", flags=0)], "Report")


class Quiet(TrStatusFilter):
    def FilterSubprocessOutputLine(self, cmd, textline):
        return None if "secret" in textline else textline
"""


@pytest.fixture(autouse=True)
def old_names(tmp_path, monkeypatch):
    """The old names in place, and nothing of this user's or another test's."""
    for name in ("TR_ENV_JID", "TR_ENV_CID", "FARMSUBMIT_ENGINE", "JOBTRONAUT_CONFIGURATION_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("OLD_PYTHON", sys.executable)
    monkeypatch.setenv("OLD_WRAPPER", str(files.shipped("wrappers", "farmwrapper.py")))
    monkeypatch.setattr(Plugins, "_instance", None)
    jobtronaut.install()


@pytest.fixture
def plugin_file(tmp_path, monkeypatch):
    """The old plug-in file, in the one folder that plug-ins are looked for in."""
    path = tmp_path / "plug-ins" / "old.py"
    path.parent.mkdir()
    path.write_text(OLD_FILE)
    monkeypatch.setenv("FARMSUBMIT_PLUGIN_PATH", str(path.parent))
    return path


@pytest.fixture
def farm(tmp_path, monkeypatch):
    """The local engine, whose jobs run in this process when run() is called."""
    monkeypatch.setenv("FARMSUBMIT_SLOTS", "2")
    monkeypatch.setattr(lock, "ensure_runner", lambda folder: None)
    monkeypatch.chdir(tmp_path)
    engine = LocalEngine()

    def run(jid):
        assert run_until_idle()
        print(engine.log(str(jid)))
        return {task.title: task.state for task in engine.tasks(str(jid))}

    engine.run = run
    return engine


@pytest.fixture
def running(farm, monkeypatch):
    """The local engine, whose jobs run in this process as soon as they are sent."""
    monkeypatch.setenv("FARMSUBMIT_ENGINE", "local:")
    monkeypatch.setattr(lock, "ensure_runner", lambda folder: run_until_idle())
    return farm
