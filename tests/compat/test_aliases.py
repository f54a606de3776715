"""Old names are answered when they are asked for, and cost nothing until then."""

import json
import subprocess
import sys

import pytest

READY = "from farmsubmit.compat import aliases, tractor\nfrom farmsubmit.compat.script import run_script\n"
NAMES = "import json, sys; print(json.dumps(sorted(sys.modules)))"


def executed(tmp_path, text):
    """Return what a script prints that is run as exec does, in a process of its own."""
    script = tmp_path / "script.py"
    script.write_text(text)
    code = f"{READY}import sys, pathlib; sys.exit(run_script(pathlib.Path({str(script)!r}), []))"
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, cwd=str(tmp_path))
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_script_that_asks_for_nothing_imports_nothing_of_other_systems(tmp_path):
    found = set(json.loads(executed(tmp_path, NAMES)))
    assert "farmsubmit.compat.script" in found
    apis = ("farmsubmit.author", "farmsubmit.engines", "farmsubmit.submission", "farmsubmit.compat.tractorquery")
    assert not [name for name in found if name.startswith(apis)]
    assert not [
        name for name in found if name.startswith(("farmsubmit.compat.puliclient", "farmsubmit.compat.drqueue"))
    ]


def test_a_script_for_tractor_imports_no_other_api(tmp_path):
    found = json.loads(executed(tmp_path, f"import tractor.api.author as author\nauthor.Job\n{NAMES}"))
    assert "farmsubmit.author" in found
    others = ("farmsubmit.compat.puliclient", "farmsubmit.compat.drqueue", "farmsubmit.compat.tractorquery")
    assert not [name for name in found if name.startswith(others)]


def test_all_names_lead_to_the_same_modules_however_they_are_imported(tmp_path):
    text = """
import drqueue, octopus.core, puliclient, tractor
import drqueue.base.libdrqueue as older
import tractor.api.author as author
from drqueue.base import libdrqueue
from octopus.core import enums
from octopus.core.enums import command, node
from octopus.core.enums.rendernode import RN_STATUS
from puliclient.jobs import CommandRunner
from puliclient.server.queueHandler import QueueHandler

import farmsubmit.author
import farmsubmit.compat.drqueue, farmsubmit.compat.puliclient.jobs
assert author is farmsubmit.author is tractor.api.author
assert drqueue is older is libdrqueue is farmsubmit.compat.drqueue is drqueue.base.libdrqueue
assert enums is command is node is octopus.core.enums
assert puliclient.jobs is farmsubmit.compat.puliclient.jobs and puliclient.jobs.CommandRunner is CommandRunner
assert author.__spec__.name == author.__name__ == "farmsubmit.author"
"""
    executed(tmp_path, text)


def test_a_package_holds_what_is_answered_in_it_before_that_is_imported(tmp_path):
    text = "import tractor, puliclient, drqueue\nassert tractor.api.query.jobs and puliclient.server.queueHandler"
    executed(tmp_path, f"{text}\nassert drqueue.base.libdrqueue\nassert not hasattr(tractor.api, 'nothing')")


@pytest.mark.parametrize("name", ["tractor", "drqueue", "puliclient"])
def test_ours_stands_in_front_of_a_package_of_the_script(tmp_path, name):
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text("mine = True")
    executed(tmp_path, f"import {name}\nassert not hasattr({name}, 'mine')")


def test_a_package_octopus_of_the_script_is_left_as_it_is(tmp_path):
    (tmp_path / "octopus").mkdir()
    (tmp_path / "octopus" / "__init__.py").write_text("mine = True")
    text = "import octopus\nassert octopus.mine\ntry:\n    import octopus.core\nexcept ImportError:\n    print('none')"
    assert executed(tmp_path, text) == "none\n"
