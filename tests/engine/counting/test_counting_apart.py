"""Counting in a process of its own: the same counts, an end at once, and no process left behind."""

import json
import signal
import subprocess
import sys
from dataclasses import asdict, replace
from io import BytesIO

import pytest

from explorer.architectures import catalog
from explorer.core import notation
from explorer.core.counts import Count, Difference
from explorer.core.document import Document
from explorer.core.errors import ExplorerError
from explorer.engine.counting import count_worker, counting_apart
from explorer.engine.counting.audit import audit
from explorer.engine.counting.counting_apart import count_apart, count_from


def untimed(count: Count) -> Count:
    return replace(count, seconds=0.0)


def test_it_counts_what_is_counted_here() -> None:
    graph = catalog.build("lenet5")
    assert [untimed(item) for item in count_apart(graph)] == [untimed(item) for item in audit(graph)]


def test_large_figures_pass_the_pipe_exactly() -> None:
    count = Count("t", "c", 10**30, 10**30 + 1, (Difference("a", "Conv2d", 1, 10**30, "why"),), 0.5)
    assert count_from(json.loads(json.dumps(asdict(count)))) == count


def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that are started from now on."""
    found: list[subprocess.Popen[bytes]] = []
    start = counting_apart._started

    def remembered() -> subprocess.Popen[bytes]:
        found.append(start())
        return found[-1]

    monkeypatch.setattr(counting_apart, "_started", remembered)
    return found


def test_a_stop_ends_the_process_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    processes = started(monkeypatch)
    answers = iter([False, False, True])
    assert list(count_apart(catalog.build("vgg19"), lambda: next(answers))) == []
    assert processes[0].poll() is not None


def test_closing_the_generator_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    processes = started(monkeypatch)
    counts = count_apart(catalog.build("lenet5"))
    assert next(counts).tool == "ours"
    counts.close()
    assert processes[0].poll() is not None


def test_the_process_ends_with_the_one_that_asked() -> None:
    """A pipe that closes is all that is left of a window that was killed."""
    document = notation.to_text(Document(graph=catalog.build("cifar_resnet1202"))).encode()
    with subprocess.Popen(
        [sys.executable, "-m", "explorer.engine.counting.count_worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"%d\n" % len(document) + document)
        process.stdin.close()
        assert process.wait(60) == 0
        assert b"done" not in process.stdout.read()


def test_a_process_that_dies_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    processes = started(monkeypatch)
    counts = count_apart(catalog.build("lenet5"))
    next(counts)
    processes[0].send_signal(signal.SIGTERM)
    with pytest.raises(ExplorerError, match="ended"):
        list(counts)
    assert processes[0].poll() is not None


def test_a_process_that_cannot_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(ExplorerError, match="cannot be started: No such file"):
        next(count_apart(catalog.build("lenet5")))


def test_what_the_process_answers() -> None:
    answers = BytesIO()
    count_worker.serve(notation.to_text(Document(graph=catalog.build("lenet5"))).encode(), answers)
    lines = [json.loads(line) for line in answers.getvalue().splitlines()]
    assert [next(iter(line)) for line in lines] == ["count"] * 4 + ["done"]
    answers = BytesIO()
    count_worker.serve(b'{"format": 1, "nonsense": 2}', answers)
    (line,) = answers.getvalue().splitlines()
    assert json.loads(line)["error"]


@pytest.mark.parametrize(("code", "said"), [(-9, "signal 9.*memory"), (3, "code 3.*arch-explorer audit")])
def test_how_an_early_end_is_said(code: int, said: str) -> None:
    ended = f"import os, signal; os.kill(os.getpid(), {-code})" if code < 0 else f"raise SystemExit({code})"
    with subprocess.Popen([sys.executable, "-S", "-c", ended]) as process:
        assert process.wait(60) == code
        with pytest.raises(ExplorerError, match=said):
            raise ExplorerError(counting_apart._gone(process))
