"""Maps of catalogue networks equal hooks, numbers equal their sums, boxes hold and touch the gradient.

All networks, at the sides they were made for: `python -m tests.engine.catalogue_truth`.
"""

import pytest

from explorer.architectures import catalog
from tests.engine.catalogue_truth import check_boxes, check_maps_and_values, ready

# those that are small without their dense layers
FAMILIES = [
    ("lenet5", 32),
    ("googlenet_2014", 64),
    ("resnet18", 64),
    ("resnext50_32x4d", 32),
    ("cifar_resnet20", 32),
    ("squeezenet1_1", 48),
    ("densenet121", 32),
    ("mobilenet_v2", 64),
]


@pytest.mark.parametrize(("name", "side"), FAMILIES)
def test_maps_equal_hooks_and_numbers_are_explained(name, side):
    layers, cells = check_maps_and_values(ready(catalog.build(name, side=side)), 20)
    assert layers > 12
    assert cells == min(20, layers)


@pytest.mark.parametrize(("name", "side"), [("squeezenet1_0", 96), ("resnet50", 64), ("densenet121", 64)])
def test_boxes_hold_and_touch_the_gradient(name, side):
    assert check_boxes(catalog.build(name, side=side), 5) == 15
