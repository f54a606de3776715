"""A task of many elements and three processors: 10,000 in time, and linear up to 100,000."""

from __future__ import annotations

import tracemalloc

from _report import best, report, report_best

from farmsubmit.settings import load_settings
from farmsubmit.tasks.build import Built, build_task
from farmsubmit.tasks.plugin import Flags, TaskPlugin
from farmsubmit.tasks.processor import Processor


class Frames(TaskPlugin):
    elements_id = "frames"
    flags = Flags.PER_ELEMENT
    argument_processors = (
        Processor("ExpressionToElementsProcessor", scope=["frames.initial"]),
        Processor("ElementsPreviewReorderProcessor", scope=["frames.processed"], parameters={"stride": 10}),
        Processor("CopyValueProcessor", scope=["frames.processed"]),
    )

    def cmd(self) -> list[str]:
        return ["/bin/echo", self.text("scene"), str(self.elements.processed)]


SETTINGS = load_settings()


def build(count: int) -> Built:
    built = build_task(Frames, {"frames": f"1-{count}", "scene": "/show/a.ma"}, settings=SETTINGS)
    assert len(built.job.subtasks[0].subtasks) == count
    return built


def megabytes(count: int) -> float:
    tracemalloc.start()
    held = build(count)
    size = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    del held
    return size


def main() -> None:
    build(100)
    small, large = (best(lambda count=count: build(count), rounds=3) for count in (10_000, 100_000))
    report_best("10,000 elements through 3 processors, built", small, 0.5)
    report_best("100,000 elements", large)
    # The work of the thread: what other programs take of the clock says nothing about growth.
    report("that is, for each element, times", large.own / small.own / 10, "", 1.5)
    report("memory of 10,000", megabytes(10_000), "MB")
    report("memory of 100,000", megabytes(100_000), "MB")


if __name__ == "__main__":
    main()
