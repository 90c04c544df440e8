"""What classes are called: as the weights say, as a person says, and never by guessing."""

from __future__ import annotations

import hashlib
import json

import pytest

from explorer.architectures import catalog
from explorer.core.errors import ExplorerError
from explorer.engine.looking.findings import FILE, WeightsSource
from explorer.engine.looking.used_weights import put_into
from explorer.engine.running import class_names as naming
from explorer.engine.running.class_names import class_names, imagenet_classes, published
from explorer.engine.running.pretrained import WeightSet
from explorer.engine.running.weight_files import save
from explorer.engine.running.weights import initialized


def test_imagenet_has_its_thousand_in_order():
    names = imagenet_classes()
    assert (len(names), names[0], names[999]) == (1000, "tench", "toilet tissue")
    assert class_names("imagenet", 1000) == names
    with pytest.raises(ExplorerError, match="1,000 classes and the network gives 10"):
        class_names("imagenet", 10)


@pytest.mark.parametrize(
    "text",
    [
        "cat\ndog\r\nbird\n\n",
        "\ufeffcat\ndog\nbird",
        json.dumps(["cat", "dog", "bird"]),
        json.dumps({"1": ["n2", "dog"], "0": ["n1", "cat"], "2": ["n3", "bird"]}),
    ],
)
def test_names_are_read_from_a_file(tmp_path, text):
    path = tmp_path / "names.txt"
    path.write_text(text, encoding="utf-8", newline="")
    assert class_names(str(path), 3) == ("cat", "dog", "bird")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "must name every class"),
        (b"cat\n\ndog", "no empty line"),
        (b"\xff\xd8\xff\xe0", "no text in UTF-8"),
        (b"[1, 2, 3]", "a list of names"),
        (b'["a", ', "no whole JSON"),
        (b"[" * 100_000, "no whole JSON"),
        (b'{"0": "a", "2": "b"}', "number its classes"),
        (b"a\nb", "has 2 classes and the network gives 3"),
    ],
)
def test_a_file_of_other_things_is_refused(tmp_path, data, said):
    path = tmp_path / "names.txt"
    path.write_bytes(data)
    with pytest.raises(ExplorerError, match=said):
        class_names(str(path), 3)


def test_a_published_file_is_known_by_name_and_content(tmp_path, monkeypatch):
    """The real files are large: a small one stands in the list with its own hash."""
    graph = catalog.build("squeezenet1_1")
    module = initialized(graph, 3)
    aside = tmp_path / "made.safetensors"
    save(module, aside)
    digest = hashlib.sha256(aside.read_bytes()).hexdigest()[:8]
    path = tmp_path / f"squeezenet1_1-{digest}.pth"
    path.write_bytes(aside.read_bytes())
    listed = WeightSet(
        "squeezenet1_1",
        "IMAGENET1K_V1",
        f"https://x.example/{path.name}",
        digest,
        path.stat().st_size,
        imagenet_classes(),
        (0.485, 0.456, 0.406),
        (0.229, 0.224, 0.225),
        0.875,
        58.178,
        80.624,
    )
    monkeypatch.setattr(naming, "weight_sets", lambda network: (listed,) if "1_1" in network else ())
    assert published(path) is listed
    used = put_into(initialized(graph, 0), WeightsSource(FILE, path=path))
    assert used.labels == imagenet_classes()
    assert used.said == f"{path.name}, ImageNet weights (V1)"
    assert (used.mean, used.share) == (listed.mean, 0.875)
    # the same weights under another name, and another content under this name: nothing is claimed
    renamed = tmp_path / "mine.pth"
    renamed.write_bytes(path.read_bytes())
    assert published(renamed) is None
    plain = put_into(initialized(graph, 0), WeightsSource(FILE, path=renamed))
    assert (plain.labels, plain.said) == ((), "mine.pth")
    save(initialized(graph, 4), aside)
    path.write_bytes(aside.read_bytes())
    assert published(path) is None
    chosen = put_into(
        initialized(graph, 0), WeightsSource(FILE, path=renamed, classes=str(listing(tmp_path)))
    )
    assert chosen.labels[7] == "class seven of 1000"


def listing(folder):
    path = folder / "names.json"
    names = [f"c{index}" for index in range(1000)]
    names[7] = "class seven of 1000"
    path.write_text(json.dumps(names), encoding="utf-8")
    return path
