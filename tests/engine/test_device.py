"""Devices: what is there is offered, what is not is refused, and memory is looked at first."""

import os

import pytest
import torch

from explorer.core.errors import ExplorerError
from explorer.engine import device
from explorer.engine.device import bytes_text, check_memory, choose, devices, free_memory, leave_one_core


def test_the_processor_is_always_there():
    first = devices()[0]
    assert first.name == "cpu"
    assert first.memory is not None
    assert first.memory > 10**8


def test_auto_takes_a_device_that_is_there():
    assert str(choose()) in {item.name for item in devices()}
    assert str(choose("cpu")) == "cpu"


@pytest.mark.parametrize("name", ["cuda:99", "gpu", "", "cpu:7", "meta", "CPU", "cuda:-1"])
def test_what_is_not_there_is_refused(name):
    with pytest.raises(ExplorerError, match="choose auto, cpu"):
        choose(name)


def test_auto_prefers_the_graphics_processor(monkeypatch):
    gpu = device.Device("cuda:0", "H100", 80 * 10**9)
    monkeypatch.setattr(device, "devices", lambda: (device.Device("cpu", "processor", 1), gpu))
    assert choose() == torch.device("cuda:0")
    assert choose("cuda") == torch.device("cuda:0")
    assert choose("cpu") == torch.device("cpu")


def test_free_memory_is_believable():
    free, size = free_memory("cpu"), devices()[0].memory
    assert 0 < free <= size
    assert free_memory("meta") is None


def test_what_fits_passes_and_what_does_not_is_refused(monkeypatch):
    monkeypatch.setattr(device, "free_memory", lambda _: 10**9)
    check_memory(10**9, "cpu", "it", "wait")
    with pytest.raises(ExplorerError, match=r"it needs 2\.0 GB of memory, but only 1\.0 GB are free; wait"):
        check_memory(2 * 10**9, "cpu", "it", "wait")
    monkeypatch.setattr(device, "free_memory", lambda _: None)
    check_memory(10**30, "meta", "it", "wait")


def test_a_limit_of_the_container_counts(monkeypatch):
    monkeypatch.setattr(device, "_available", lambda: 10**10)
    monkeypatch.setattr(device, "_left_in_container", lambda: 10**6)
    assert free_memory("cpu") == 10**6


@pytest.mark.parametrize("cores", [1, 2, 8])
def test_one_core_is_left(monkeypatch, cores):
    before = torch.get_num_threads()
    monkeypatch.setattr(device, "_cores", lambda: cores)
    try:
        assert leave_one_core() == max(1, cores - 1) == torch.get_num_threads()
    finally:
        torch.set_num_threads(before)


def test_cores_are_counted():
    assert 1 <= device._cores() <= (os.cpu_count() or 1)


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (4 * 10**12, "4.0 TB"),
        (10**25, "10,000,000.0 EB"),
    ],
)
def test_bytes_are_said_in_powers_of_ten(count, text):
    assert bytes_text(count) == text
