"""docs/checks.md has all rules, with their severities."""

import re
from pathlib import Path

from farmsubmit.plugins import load_catalogue

TEXT = (Path(__file__).parents[2] / "docs" / "checks.md").read_text("utf-8")


def test_the_table_of_rules_is_complete():
    documented = re.findall(r"^\| `([a-z-]+)` \| (\w+) \|", TEXT, re.MULTILINE)
    assert documented == [(found.name, found.value.severity.value) for found in load_catalogue([]).all("check")]


def test_the_example_of_a_rule_works(kit, tmp_path, monkeypatch):
    example = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)[1]
    (tmp_path / "own.py").write_text(example)
    monkeypatch.setenv("FARMSUBMIT_PLUGIN_PATH", str(tmp_path))
    kit.job.priority = 900
    assert [problem.rule for problem in kit.problems()] == ["too-urgent"]
