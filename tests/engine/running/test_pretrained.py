"""Published weights: known facts, a download that is verified, and nothing left of a failed one."""

import hashlib
import io
import urllib.error

import pytest
import torch
from torchvision import models

from explorer.core.errors import ExplorerError
from explorer.engine.running import class_names, pretrained
from explorer.engine.running.pretrained import WeightSet, fetch, load_pretrained, stored, weight_sets


class Server:
    """Answers with bytes, and may break."""

    def __init__(self, data, error=None):
        self.stream, self.error, self.closed = io.BytesIO(data), error, False

    def __call__(self, url, timeout):
        assert url.startswith("https://")
        assert timeout == pretrained.TIMEOUT
        return self

    def read(self, amount):
        data = self.stream.read(min(amount, 100))
        if not data and self.error:
            raise self.error
        return data

    def close(self):
        self.closed = True


def tiny(data, name="tiny"):
    digest = hashlib.sha256(data).hexdigest()[:8]
    url = f"https://download.pytorch.org/models/{name}-{digest}.pth"
    return WeightSet("tiny", "V1", url, digest, len(data), ("a",), (0.5,), (0.5,), 0.875, None, None)


@pytest.fixture
def data():
    stream = io.BytesIO()
    state = {"features.denseblock1.denselayer1.norm.1.weight": torch.ones(3), "fc.bias": torch.zeros(2)}
    torch.save(state, stream)
    return stream.getvalue()


@pytest.fixture(autouse=True)
def no_other_cache(monkeypatch, tmp_path):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))


def test_a_download_is_verified_and_kept(tmp_path, data):
    weights, server = tiny(data), Server(data)
    assert stored(weights, tmp_path) is None
    *steps, last = fetch(weights, tmp_path / "deep" / "folder", opener=server)
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert all(step.path is None and step.total == len(data) for step in steps)
    assert last.path == stored(weights, tmp_path / "deep" / "folder")
    assert server.closed
    state = load_pretrained(weights, last.path)
    assert list(state) == ["features.denseblock1.denselayer1.norm1.weight", "fc.bias"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda data: Server(data[:-1]), "SHA-256"),
        (lambda _: Server(b"<html>login</html>"), "SHA-256"),
        (lambda data: Server(data * 2 + b"0" * 600_000), "twice as long"),
        (lambda data: Server(data[:50], TimeoutError()), "did not answer for 20 seconds"),
        (lambda data: Server(data[:50], ConnectionResetError()), "no connection"),
        (lambda _: Server(b"", urllib.error.URLError("offline")), "no connection"),
        (lambda _: Server(b"", urllib.error.HTTPError("u", 404, "gone", None, None)), "answered 404"),
    ],
)
def test_nothing_is_left_of_a_failed_download(tmp_path, data, answer, reason):
    server = answer(data)
    with pytest.raises(ExplorerError, match=reason):
        list(fetch(tiny(data), tmp_path, opener=server))
    assert server.closed
    assert not list(tmp_path.iterdir())


def test_a_download_can_be_cancelled(tmp_path, data):
    server = Server(data)
    passing = fetch(tiny(data), tmp_path, opener=server)
    next(passing)
    passing.close()
    assert server.closed
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "url", ["http://download.pytorch.org/a.pth", "https://example.org/a.pth", "file:///etc/passwd"]
)
def test_only_the_publisher_is_asked(tmp_path, url):
    weights = WeightSet("n", "V1", url, "", 10, (), (), (), 1.0, None, None)
    with pytest.raises(ExplorerError, match=r"from https://download\.pytorch\.org only"):
        list(fetch(weights, tmp_path))


def test_another_file_of_that_name_is_not_loaded(tmp_path, data):
    weights = tiny(data)
    path = tmp_path / weights.file_name
    path.write_bytes(data + b"0")
    assert stored(weights, tmp_path) == path
    with pytest.raises(ExplorerError, match="not the published file"):
        load_pretrained(weights, path)


def test_facts_of_torchvision_are_there():
    sets = {item.name: item for item in weight_sets("resnet50")}
    assert next(iter(sets)) == "IMAGENET1K_V2"
    first = sets["IMAGENET1K_V1"]
    assert first.digest == "0676ba61"
    assert first.file_name == "resnet50-0676ba61.pth"
    assert (first.top1, first.top5) == (76.13, 92.862)
    assert first.share == 224 / 256
    assert len(first.labels) == 1000
    assert first.mean == (0.485, 0.456, 0.406)
    features = {item.name: item for item in weight_sets("vgg16")}["IMAGENET1K_FEATURES"]
    assert features.top1 is None
    with pytest.raises(ExplorerError, match="no weights for 'nothing'"):
        weight_sets("nothing")


def test_googlenet_wants_pictures_from_minus_one_to_one():
    """torchvision's own network undoes ImageNet's mean and deviation before its first layer."""
    (ours,) = weight_sets("googlenet")
    (theirs,) = models.get_model_weights("googlenet")
    picture = torch.rand(1, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    shape = (1, 3, 1, 1)
    mean, std = (torch.tensor(getattr(theirs.transforms(), name)).view(shape) for name in ("mean", "std"))
    with torch.device("meta"):
        network = models.googlenet(weights=None, init_weights=False, transform_input=True)
    expected = network._transform_input((picture - mean) / std)
    given = (picture - torch.tensor(ours.mean).view(shape)) / torch.tensor(ours.std).view(shape)
    torch.testing.assert_close(given, expected)
    assert pretrained.channel_range(ours.file_name) == ((0.5,) * 3, (0.5,) * 3)
    assert pretrained.channel_range("resnet50-0676ba61.pth") is None
    assert pretrained.channel_range("googlenet-of-mine.pth") is None


def test_the_names_of_imagenet_are_those_of_the_published_weights(monkeypatch, tmp_path):
    """They are read from its list without importing torchvision; where that is not, from its weights."""
    real = weight_sets("resnet18")[0].labels
    assert class_names._listed() == class_names.imagenet_classes() == real
    for place in ("nowhere.py", tmp_path / "other.py"):
        (tmp_path / "other.py").write_text("_IMAGENET_CATEGORIES = ['a', 'b']\n", encoding="utf-8")
        monkeypatch.setattr(class_names, "_LIST", place)
        class_names.imagenet_classes.cache_clear()
        assert class_names._listed() == ()
        assert class_names.imagenet_classes() == real
