"""The query API as far as it is public, over the jobs that the author API of this package wrote down."""

import json
import os
import pathlib
import re


def setEngineClientParam(hostname=None, port=None, user=None, password=None, debug=None, sessionFilename=None):
    pass


def jobs(search, columns=None):
    lines = pathlib.Path(os.environ["FAKE_TRACTOR"]).read_text("utf-8").splitlines()
    told = [json.loads(line) for line in lines]
    rows = [{"jid": each["jid"], "metadata": each["job"].get("metadata", ""), "numready": 1} for each in told]
    wanted = re.fullmatch(r'metadata like "(\w+)"|.*', search)[1]
    return [row for row in rows if not wanted or wanted in row["metadata"]]
