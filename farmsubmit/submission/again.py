"""Looking back: what can be sent again of a submission, whether its scene changed, and how its job stands."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Dict, Iterable, Union

from farmsubmit.engines.registry import engine_for
from farmsubmit.errors import FarmsubmitError
from farmsubmit.history import SENT, Entry
from farmsubmit.request import SubmitRequest
from farmsubmit.scenecopy import digest
from farmsubmit.tasks.build import Built


def again(entry: Entry) -> Union[SubmitRequest, Built]:
    """Return what to submit again: the request that was kept, or the job where there was none.

    Raises FarmsubmitError where neither was kept, and RequestError, SceneError or TclError where it cannot be read.
    """
    request = entry.request()
    if request is not None:
        return SubmitRequest.from_json(request)
    job = entry.job()
    if job is None:
        raise FarmsubmitError(f"submission {entry.number} ended before there was a job", entry.reason)
    return Built(job, entry.arguments())


def scene_news(entry: Entry) -> str:
    """Return how the scene of a submission differs from what was submitted; empty where it does not, or had none."""
    if not entry.scene_sha256:
        return ""
    path = Path(entry.submitted)
    now = digest(path)
    if not now:
        return f"{path} is not there any more"
    if now != entry.scene_sha256:
        return f"{path} has changed since"
    if entry.scene_copy and digest(Path(entry.scene)) != now:
        return f"{entry.scene} has changed since; {path} is as it was then"
    return ""


def standing(entries: Iterable[Entry], seconds: float = 1.0) -> Dict[int, str]:
    """Return the states of the jobs of submissions, by number, as far as engines tell within some seconds in all.

    Each engine is asked once, all at the same time; what they do not know or cannot tell is left out.
    """
    sent = [entry for entry in entries if entry.outcome == SENT]
    told: Dict[str, Dict[str, str]] = {}
    end = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_ask, args=(url, told), daemon=True) for url in sorted({each.engine for each in sent})
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    known = dict(told)
    states = {entry.number: known.get(entry.engine, {}).get(entry.jid, "") for entry in sent}
    return {number: state for number, state in states.items() if state}


def _ask(url: str, told: Dict[str, Dict[str, str]]) -> None:
    try:
        told[url] = {job.jid: job.state for job in engine_for(url).jobs()}
    except Exception:  # a look back works without the engines
        return
