"""Pictures of every kind are read upright, opaque and in 8 bits, or refused in one sentence."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFile

from explorer.core.errors import ExplorerError
from explorer.engine.pictures import images
from explorer.engine.pictures.images import (
    IMAGENET_MEAN,
    IMAGENET_SHARE,
    IMAGENET_STD,
    Picture,
    fit,
    fitted,
    read_picture,
)
from explorer.engine.pictures.sample_pictures import sample, sample_names


def drawing(mode="RGB", size=(12, 8)):
    """Left half red, right half blue; a white corner at the top left."""
    image = Image.new("RGB", size, "red")
    draw = ImageDraw.Draw(image)
    draw.rectangle((size[0] // 2, 0, size[0], size[1]), fill="blue")
    draw.rectangle((0, 0, 1, 1), fill="white")
    return image.convert(mode)


def encoded(image, kind="PNG", **settings):
    stream = io.BytesIO()
    image.save(stream, kind, **settings)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF", "PPM"])
def test_every_format_is_read(kind):
    picture = read_picture(encoded(drawing(), kind))
    assert picture.pixels.shape == (8, 12, 3)
    assert picture.pixels.dtype == np.uint8
    assert picture.size == (12, 8)
    red, blue = picture.pixels[5, 3].astype(int), picture.pixels[5, 10].astype(int)
    assert red[0] > 200 > 60 > red[2]
    assert blue[2] > 200 > 60 > blue[0]


MODES = """
    1-PNG L-PNG P-PNG RGBA-PNG LA-PNG CMYK-JPEG CMYK-TIFF YCbCr-JPEG I-TIFF I;16-PNG
    I;16-TIFF F-TIFF P-GIF L-JPEG
"""


@pytest.mark.parametrize(("mode", "kind"), [item.split("-") for item in MODES.split()])
def test_every_mode_is_read(mode, kind):
    source = drawing("L" if mode in ("I", "I;16", "F") else mode)
    image = source.convert(mode) if source.mode != mode else source
    picture = read_picture(encoded(image, kind))
    assert picture.pixels.shape == (8, 12, 3)
    assert not picture.pixels.flags.writeable


def test_colours_of_inks_are_kept():
    picture = read_picture(encoded(drawing("CMYK"), "TIFF"))
    assert picture.pixels[5, 3].tolist() == [255, 0, 0]
    assert picture.pixels[5, 10].tolist() == [0, 0, 255]


def test_sixteen_bits_are_scaled_and_not_cut_to_white():
    values = np.linspace(0, 65535, 96).astype(np.uint16).reshape(8, 12)
    picture = read_picture(encoded(Image.fromarray(values)))
    assert picture.pixels[..., 0].tolist() == np.rint(values / 257).astype(np.uint8).tolist()
    assert any("16 bit" in note for note in picture.notes)


@pytest.mark.parametrize("scale", [1.0, 1000.0])
def test_fractions_are_scaled(scale):
    values = np.linspace(0, scale, 96, dtype=np.float32).reshape(8, 12)
    picture = read_picture(encoded(Image.fromarray(values), "TIFF"))
    assert picture.pixels.min() == 0
    assert picture.pixels.max() == 255
    assert len(np.unique(picture.pixels)) > 90
    assert any("scaled to 256 greys" in note for note in picture.notes)


def test_fractions_that_are_no_numbers_are_drawn_black_and_said():
    values = np.full((4, 4), 0.5, np.float32)
    values[0, 0], values[0, 1] = np.nan, np.inf
    picture = read_picture(encoded(Image.fromarray(values), "TIFF"))
    assert any(note.startswith("2 numbers") for note in picture.notes)
    everywhere = np.full((4, 4), np.nan, np.float32)
    assert read_picture(encoded(Image.fromarray(everywhere), "TIFF")).pixels.max() == 0


def test_transparent_parts_lie_over_white():
    image = Image.new("RGBA", (4, 4), (255, 0, 0, 0))
    image.putpixel((0, 0), (0, 0, 255, 255))
    picture = read_picture(encoded(image))
    assert picture.pixels[2, 2].tolist() == [255, 255, 255]
    assert picture.pixels[0, 0].tolist() == [0, 0, 255]
    assert "transparent parts over white" in picture.notes
    assert read_picture(encoded(drawing("RGBA"))).notes == ()


def test_a_transparent_colour_of_a_palette_lies_over_white():
    image = drawing("P")
    hidden = image.getpixel((10, 5))
    picture = read_picture(encoded(image, transparency=hidden))
    assert picture.pixels[5, 10].tolist() == [255, 255, 255]
    picture = read_picture(encoded(Image.new("L", (3, 3), 7), transparency=7))
    assert picture.pixels.min() == 255


@pytest.mark.parametrize("turn", range(1, 9))
def test_pictures_stand_upright_as_exif_says(turn):
    upright = drawing(size=(16, 8))
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    held = upright if turn == 1 else upright.transpose(Image.Transpose(back[turn]))
    exif = Image.Exif()
    exif[0x0112] = turn
    picture = read_picture(encoded(held, "PNG", exif=exif))
    assert np.array_equal(picture.pixels, np.asarray(upright))
    assert picture.notes == (() if turn == 1 else ("turned as its EXIF entry says",))


def test_damaged_exif_does_not_cost_the_picture():
    data = encoded(drawing(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff" + b"\xff" * 40)
    assert read_picture(data).pixels.shape == (8, 12, 3)


@pytest.mark.parametrize(("kind", "said"), [("GIF", "several"), ("PNG", "3"), ("WEBP", "3"), ("TIFF", "3")])
def test_of_an_animation_the_first_frame_is_read(kind, said):
    frames = [Image.new("RGB", (6, 6), colour) for colour in ("red", "green", "blue")]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
    picture = read_picture(data)
    assert picture.notes == (f"the first of {said} frames",)
    assert picture.pixels[3, 3, 0] > 200


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(wide, high, depth=8, colour=0, data=b""):
    header = struct.pack(">IIBBBBB", wide, high, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("wide", "high"), [(50_000, 50_000), (8_000, 8_000), (20_000, 1), (2**31 - 1, 2**31 - 1)]
)
def test_too_large_pictures_are_refused_by_their_header(wide, high, monkeypatch):
    decoded = []
    monkeypatch.setattr(ImageFile.ImageFile, "load", decoded.append)
    with pytest.raises(ExplorerError, match=r"at most 50 million and 16,384 a side"):
        read_picture(png(wide, high))
    assert not decoded


def test_sixteen_bit_colours_are_said_to_be_cut():
    rows = b"".join(b"\0" + struct.pack(">6H", 65535, 256, 0, 0, 0, 513) for _ in range(2))
    picture = read_picture(png(2, 2, 16, 2, zlib.compress(rows)))
    assert picture.pixels[0, 0].tolist() == [255, 1, 0]
    assert any("upper 8" in note for note in picture.notes)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"<!doctype html>", "web page"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"<?xml version='1.0'?><svg/>", "SVG"),
        (b"%PDF-1.7", "PDF"),
        (b"\0\0\0\x1cftypheic", "HEIC"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
        (b"\xff\x4f\xff\x51\0\x2f", "JPEG 2000"),
        (b"version https://git-lfs.github.com/spec/v1", "Git LFS"),
        (b"hello world", "not a picture of a known kind"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "PostScript"),
        (png(0, 5), "damaged|no pixels|known kind"),
        (png(4, 4), "damaged or cut off"),
    ],
)
def test_what_is_no_picture_is_told(data, reason):
    with pytest.raises(ExplorerError, match=reason) as refusal:
        read_picture(data, "x.png")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF", "PPM"])
def test_damaged_pictures_make_no_other_error(kind):
    chance = np.random.default_rng(3)
    noise = Image.fromarray(chance.integers(0, 256, (24, 24, 3), dtype=np.uint8))
    data = encoded(noise, kind)
    for length in range(0, len(data), max(1, len(data) // 25)):
        outcome(data[:length])
    for _ in range(80):
        damaged = bytearray(data)
        for place in chance.integers(0, min(len(data), 200), 4):
            damaged[place] = chance.integers(0, 256)
        outcome(bytes(damaged))


def outcome(data):
    try:
        picture = read_picture(data, "p")
    except ExplorerError as error:
        assert str(error).startswith("p ")  # noqa: PT017  (either outcome is right)
    else:
        assert picture.pixels.ndim == 3


def test_files_that_cannot_be_read(tmp_path, monkeypatch):
    for source in (tmp_path / "nothing.png", str(tmp_path / "nothing.png")):
        with pytest.raises(ExplorerError, match="is not a file"):
            read_picture(source)
    with pytest.raises(ExplorerError, match="is a folder; open the pictures in it"):
        read_picture(tmp_path)
    with pytest.raises(ExplorerError, match="file"):
        read_picture("a\0b.png")
    path = tmp_path / "p.png"
    path.write_bytes(encoded(drawing()))
    assert read_picture(path).name == "p.png"
    monkeypatch.setattr(images, "_FILE_LIMIT", 10)
    with pytest.raises(ExplorerError, match="larger than"):
        read_picture(path)


# --- into a network ---


def test_fitting_cuts_the_middle_as_torchvision_does():
    from torchvision.transforms import CenterCrop, Compose, Normalize, Resize, ToTensor

    picture = sample("china")
    theirs = Compose([Resize(256), CenterCrop(224), ToTensor(), Normalize(IMAGENET_MEAN, IMAGENET_STD)])
    expected = theirs(Image.fromarray(picture.pixels)).numpy()
    ours = fit(picture, (3, 224, 224), IMAGENET_MEAN, IMAGENET_STD, share=IMAGENET_SHARE)
    assert ours.dtype == np.float32
    assert np.abs(ours - expected).max() < 1e-6


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (200, 3), (37, 41), (224, 224)])
@pytest.mark.parametrize("shape", [(3, 32, 32), (1, 28, 28), (3, 20, 50), (1, 1, 1), (784,), (3072,)])
def test_every_picture_fits_every_shape(size, shape):
    picture = Picture("p", np.asarray(drawing(size=size)).copy(), "RGB", size)
    values = fit(picture, shape, 0.5, 0.5)
    assert values.shape == shape
    assert values.min() >= -1
    assert values.max() <= 1


def test_nothing_is_changed_where_the_sides_agree():
    picture = Picture("p", np.asarray(drawing(size=(9, 7))).copy(), "RGB", (9, 7))
    assert np.array_equal(fitted(picture, (3, 7, 9)), picture.pixels)


def test_what_is_fed_is_made_once_and_nobody_writes_to_it():
    picture = read_picture(encoded(drawing()))
    fed = fitted(picture, (3, 9, 9))
    assert fitted(picture, (3, 9, 9)) is fed
    assert not fed.flags.writeable
    assert fitted(picture, (1, 9, 9)).shape == (9, 9, 1)


def test_grey_is_averaged_mean_and_deviation():
    picture = Picture("p", np.full((4, 4, 3), 255, np.uint8), "RGB", (4, 4))
    values = fit(picture, (1, 4, 4), IMAGENET_MEAN, IMAGENET_STD)
    expected = (1 - sum(IMAGENET_MEAN) / 3) / (sum(IMAGENET_STD) / 3)
    assert values == pytest.approx(np.full((1, 4, 4), expected), rel=1e-6)


@pytest.mark.parametrize("shape", [(2, 8, 8), (4, 8, 8), (10,), (7,)])
def test_inputs_that_take_no_pictures(shape):
    with pytest.raises(ExplorerError, match="pictures have 1 or 3 channels"):
        fit(sample("disc"), shape)


def test_a_hair_is_not_blown_up():
    picture = Picture("hair", np.zeros((1, 16_000, 3), np.uint8), "RGB", (16_000, 1))
    with pytest.raises(ExplorerError, match="too long and thin"):
        fit(picture, (3, 512, 512))


@pytest.mark.parametrize("name", sample_names())
def test_samples_are_pictures(name):
    picture = sample(name)
    assert picture.name == name
    assert picture.pixels.ndim == 3
    assert picture.pixels.max() > picture.pixels.min()


def test_unknown_samples():
    with pytest.raises(ExplorerError, match="did you mean"):
        sample("chin")
    with pytest.raises(ExplorerError):
        sample("digit 12")
