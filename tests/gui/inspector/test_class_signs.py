"""Ten classes are told apart by every kind of sight, more by shape; many points look as one drawn alone."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from explorer.gui.inspector.embedding.drawing import DOTS, NAMES, PICTURES, PointDrawing
from explorer.gui.inspector.embedding.look import class_colour, draw_marker
from explorer.gui.inspector.embedding.view import PlaneView
from explorer.gui.theme import theme

SIGHTS = (
    np.eye(3),
    # Machado, Oliveira and Fernandes 2009, full strength: protanopia, deuteranopia, tritanopia
    np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
)
_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def linear(colour: QColor) -> np.ndarray:
    parts = np.array(colour.getRgbF()[:3])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def oklab(light: np.ndarray) -> np.ndarray:
    """Ottosson 2020."""
    return 100 * _LAB @ np.cbrt(_LMS @ np.clip(light, 0, 1))


def contrast(one: QColor, other: QColor) -> float:
    shades = sorted(float(linear(colour) @ (0.2126, 0.7152, 0.0722)) for colour in (one, other))
    return (shades[1] + 0.05) / (shades[0] + 0.05)


@pytest.mark.parametrize(("dark", "least"), [(True, 9.0), (False, 7.5)])
def test_ten_classes_are_told_apart_by_colour_alone(qapp, dark, least):
    shown = theme(dark=dark)
    colours = [class_colour(index, shown) for index in range(10)]
    assert min(contrast(colour, shown["canvas"]) for colour in colours) >= 3
    for sight in SIGHTS:
        seen = [oklab(sight @ linear(colour)) for colour in colours]
        assert min(float(np.linalg.norm(one - other)) for one, other in combinations(seen, 2)) >= least
        for index in range(3):  # of one shape
            assert np.linalg.norm(seen[index] - seen[index + 7]) >= 20


def drawn(draw) -> bytes:
    image = QImage(64, 64, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.black)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw(painter)
    painter.end()
    return bytes(image.constBits())


def test_more_classes_have_another_shape_where_the_colour_comes_again(qapp):
    shown, signs = theme(dark=False), set()
    for index in range(70):

        def mark(painter, index=index):
            painter.setBrush(class_colour(index, shown))
            draw_marker(painter, index, QPointF(32, 32), 12)

        signs.add(drawn(mark))
    assert len(signs) == 70


class _Features:
    classes = tuple(f"class {index}" for index in range(10))
    labels = np.arange(10)
    thumbnails = np.random.default_rng(0).integers(0, 255, (10, 8, 8, 1), dtype=np.uint8)


@pytest.mark.parametrize("kind", [DOTS, NAMES, PICTURES])
def test_stamped_points_look_as_drawn_ones(qapp, kind):
    view, shown = PlaneView(), theme(dark=True)
    points = PointDrawing(view)
    points.kind = kind
    points.take(_Features())
    view.resize(64, 64)
    view.show([(float(index % 3), float(index // 3)) for index in range(10)])
    view.on_screen = [(float(round(x)), float(round(y))) for x, y in view.on_screen]
    room = QRect(0, 0, 64, 64)
    quick, plain = (
        np.frombuffer(drawn(lambda painter, way=way: way(painter, shown, room)), np.uint8).astype(int)
        for way in (points.stamp, points.draw)
    )
    # an edge that is smoothed twice, into the stamp and onto the ground, may be some shades off
    away = np.abs(quick - plain)
    assert away.max() <= 64
    assert away.mean() < 2
    assert (plain > 128).sum() > 400
    points.hidden = frozenset(range(10))
    assert not any(
        np.frombuffer(drawn(lambda painter: points.stamp(painter, shown, room)), np.uint8)
        .reshape(-1, 4)[:, :3]
        .ravel()
    )
