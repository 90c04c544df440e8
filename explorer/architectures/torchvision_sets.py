"""What torchvision publishes of its sets of weights for ImageNet, and why their files are that long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from explorer.core.shapes import ELEMENT_BYTES

_MIB = 2**20
_MOST_OVERHEAD = 0.01
"""Share of a file that names and headers of its tensors may take."""

AUXILIARY: Mapping[str, int] = {"googlenet": 6_379_984}
"""Parameters of heads for training that are in the file and not in `num_params`."""

_HALF = (("wide_resnet50_2", "IMAGENET1K_V1"), ("wide_resnet101_2", "IMAGENET1K_V1"))
"""Files that hold matrices in half precision (vectors in single)."""


@dataclass(frozen=True)
class WeightFigures:
    """One set of weights as torchvision's `meta` has it.

    `side` is that of the pictures in pixels, `gmacs` are 10⁹ multiply-accumulates to three
    decimals (torchvision's `_ops`), `mebibytes` is the file's length (`_file_size`), `top1` and
    `top5` are percent of ImageNet's validation pictures, one central crop; None for NaN.
    """

    network: str
    name: str
    side: int
    parameters: int
    gmacs: float
    mebibytes: float
    top1: float | None
    top5: float | None


@cache
def weight_figures(network: str = "") -> tuple[WeightFigures, ...]:
    """The sets of one of torchvision's networks in torchvision's order, or of all."""
    return tuple(WeightFigures(*row) for row in _SETS if network in ("", row[0]))


def size_reason(figures: WeightFigures, numbers: int) -> str | None:
    """Why the file has the length it has, given how many numbers the network keeps.

    None where no known reason fits.
    """
    half = (figures.network, figures.name) in _HALF
    heads = AUXILIARY.get(figures.network, 0)
    expected = (numbers + heads) * (ELEMENT_BYTES // 2 if half else ELEMENT_BYTES)
    over = figures.mebibytes * _MIB - expected
    if not 0 <= over <= _MOST_OVERHEAD * expected:
        return None
    reasons = [f"{over / 1024:,.0f} KiB of it are names and headers of the tensors"]
    if half:
        reasons = ["its matrices are in half precision (2 bytes), its vectors in single"]
    if heads:
        reasons.insert(0, f"the auxiliary heads ({heads:,} parameters) are in the file")
    return "; ".join(reasons)


@dataclass(frozen=True)
class SetCount:
    """What is counted of torchvision's own network, beside what is published of a set of its weights.

    `heads` of the `parameters` are in auxiliary heads, which are used in training only; `macs` are
    for one picture of the set's side, `outside` of them products that belong to no convolution and
    no dense layer; `numbers` are parameters and buffers.
    """

    figures: WeightFigures
    parameters: int
    heads: int
    macs: int
    outside: int
    numbers: int

    @property
    def mebibytes(self) -> float:
        """What the numbers take in fp32, in MiB."""
        return self.numbers * ELEMENT_BYTES / _MIB

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why figures differ, or are what they are, where that can be known."""
        return tuple(reason for _, reason in self._found if reason)

    @property
    def unexplained(self) -> tuple[str, ...]:
        """The figures that differ for no known reason: num_params, _ops or _file_size."""
        return tuple(what for what, reason in self._found if reason is None)

    @property
    def _found(self) -> tuple[tuple[str, str | None], ...]:
        outside = self.figures.network in AUXILIARY
        size = size_reason(self.figures, self.numbers - (self.heads if outside else 0))
        return (("num_params", self._heads()), ("_ops", self._operations()), ("_file_size", size))

    def _heads(self) -> str | None:
        published = self.figures.parameters
        if self.heads and published == self.parameters - self.heads:
            return f"num_params leaves out {self.heads:,} in auxiliary heads"
        if published != self.parameters:
            return None
        return f"num_params counts {self.heads:,} in auxiliary heads" if self.heads else ""

    def _operations(self) -> str | None:
        if round(self.macs / 10**9, 3) != self.figures.gmacs:
            return None
        share = self.outside / 10**9
        return f"{share:.3f} of its GMACs are attention, outside of layers" if self.outside else ""


# network, set, side, num_params, _ops, _file_size, acc@1, acc@5
_SETS: tuple[tuple[str, str, int, int, float, float, float | None, float | None], ...] = (
    ("alexnet", "IMAGENET1K_V1", 224, 61_100_840, 0.714, 233.087, 56.522, 79.066),
    ("convnext_base", "IMAGENET1K_V1", 224, 88_591_464, 15.355, 338.064, 84.062, 96.87),
    ("convnext_large", "IMAGENET1K_V1", 224, 197_767_336, 34.361, 754.537, 84.414, 96.976),
    ("convnext_small", "IMAGENET1K_V1", 224, 50_223_688, 8.684, 191.703, 83.616, 96.65),
    ("convnext_tiny", "IMAGENET1K_V1", 224, 28_589_128, 4.456, 109.119, 82.52, 96.146),
    ("densenet121", "IMAGENET1K_V1", 224, 7_978_856, 2.834, 30.845, 74.434, 91.972),
    ("densenet161", "IMAGENET1K_V1", 224, 28_681_000, 7.728, 110.369, 77.138, 93.56),
    ("densenet169", "IMAGENET1K_V1", 224, 14_149_480, 3.36, 54.708, 75.6, 92.806),
    ("densenet201", "IMAGENET1K_V1", 224, 20_013_928, 4.291, 77.373, 76.896, 93.37),
    ("efficientnet_b0", "IMAGENET1K_V1", 224, 5_288_548, 0.386, 20.451, 77.692, 93.532),
    ("efficientnet_b1", "IMAGENET1K_V1", 240, 7_794_184, 0.687, 30.134, 78.642, 94.186),
    ("efficientnet_b1", "IMAGENET1K_V2", 240, 7_794_184, 0.687, 30.136, 79.838, 94.934),
    ("efficientnet_b2", "IMAGENET1K_V1", 288, 9_109_994, 1.088, 35.174, 80.608, 95.31),
    ("efficientnet_b3", "IMAGENET1K_V1", 300, 12_233_232, 1.827, 47.184, 82.008, 96.054),
    ("efficientnet_b4", "IMAGENET1K_V1", 380, 19_341_616, 4.394, 74.489, 83.384, 96.594),
    ("efficientnet_b5", "IMAGENET1K_V1", 456, 30_389_784, 10.266, 116.864, 83.444, 96.628),
    ("efficientnet_b6", "IMAGENET1K_V1", 528, 43_040_704, 19.068, 165.362, 84.008, 96.916),
    ("efficientnet_b7", "IMAGENET1K_V1", 600, 66_347_960, 37.746, 254.675, 84.122, 96.908),
    ("efficientnet_v2_l", "IMAGENET1K_V1", 480, 118_515_272, 56.08, 454.573, 85.808, 97.788),
    ("efficientnet_v2_m", "IMAGENET1K_V1", 480, 54_139_356, 24.582, 208.01, 85.112, 97.156),
    ("efficientnet_v2_s", "IMAGENET1K_V1", 384, 21_458_488, 8.366, 82.704, 84.228, 96.878),
    ("googlenet", "IMAGENET1K_V1", 224, 6_624_904, 1.498, 49.731, 69.778, 89.53),
    ("inception_v3", "IMAGENET1K_V1", 299, 27_161_264, 5.713, 103.903, 77.294, 93.45),
    ("maxvit_t", "IMAGENET1K_V1", 224, 30_919_624, 5.558, 118.769, 83.7, 96.722),
    ("mnasnet0_5", "IMAGENET1K_V1", 224, 2_218_512, 0.104, 8.591, 67.734, 87.49),
    ("mnasnet0_75", "IMAGENET1K_V1", 224, 3_170_208, 0.215, 12.303, 71.18, 90.496),
    ("mnasnet1_0", "IMAGENET1K_V1", 224, 4_383_312, 0.314, 16.915, 73.456, 91.51),
    ("mnasnet1_3", "IMAGENET1K_V1", 224, 6_282_256, 0.526, 24.246, 76.506, 93.522),
    ("mobilenet_v2", "IMAGENET1K_V1", 224, 3_504_872, 0.301, 13.555, 71.878, 90.286),
    ("mobilenet_v2", "IMAGENET1K_V2", 224, 3_504_872, 0.301, 13.598, 72.154, 90.822),
    ("mobilenet_v3_large", "IMAGENET1K_V1", 224, 5_483_032, 0.217, 21.114, 74.042, 91.34),
    ("mobilenet_v3_large", "IMAGENET1K_V2", 224, 5_483_032, 0.217, 21.107, 75.274, 92.566),
    ("mobilenet_v3_small", "IMAGENET1K_V1", 224, 2_542_856, 0.057, 9.829, 67.668, 87.402),
    ("regnet_x_16gf", "IMAGENET1K_V1", 224, 54_278_536, 15.941, 207.627, 80.058, 94.944),
    ("regnet_x_16gf", "IMAGENET1K_V2", 224, 54_278_536, 15.941, 207.627, 82.716, 96.196),
    ("regnet_x_1_6gf", "IMAGENET1K_V1", 224, 9_190_136, 1.603, 35.339, 77.04, 93.44),
    ("regnet_x_1_6gf", "IMAGENET1K_V2", 224, 9_190_136, 1.603, 35.339, 79.668, 94.922),
    ("regnet_x_32gf", "IMAGENET1K_V1", 224, 107_811_560, 31.736, 412.039, 80.622, 95.248),
    ("regnet_x_32gf", "IMAGENET1K_V2", 224, 107_811_560, 31.736, 412.039, 83.014, 96.288),
    ("regnet_x_3_2gf", "IMAGENET1K_V1", 224, 15_296_552, 3.177, 58.756, 78.364, 93.992),
    ("regnet_x_3_2gf", "IMAGENET1K_V2", 224, 15_296_552, 3.177, 58.756, 81.196, 95.43),
    ("regnet_x_400mf", "IMAGENET1K_V1", 224, 5_495_976, 0.414, 21.258, 72.834, 90.95),
    ("regnet_x_400mf", "IMAGENET1K_V2", 224, 5_495_976, 0.414, 21.257, 74.864, 92.322),
    ("regnet_x_800mf", "IMAGENET1K_V1", 224, 7_259_656, 0.8, 27.945, 75.212, 92.348),
    ("regnet_x_800mf", "IMAGENET1K_V2", 224, 7_259_656, 0.8, 27.945, 77.522, 93.826),
    ("regnet_x_8gf", "IMAGENET1K_V1", 224, 39_572_648, 7.995, 151.456, 79.344, 94.686),
    ("regnet_x_8gf", "IMAGENET1K_V2", 224, 39_572_648, 7.995, 151.456, 81.682, 95.678),
    ("regnet_y_128gf", "IMAGENET1K_SWAG_E2E_V1", 384, 644_812_894, 374.57, 2461.564, 88.228, 98.682),
    ("regnet_y_128gf", "IMAGENET1K_SWAG_LINEAR_V1", 224, 644_812_894, 127.518, 2461.564, 86.068, 97.844),
    ("regnet_y_16gf", "IMAGENET1K_V1", 224, 83_590_140, 15.912, 319.49, 80.424, 95.24),
    ("regnet_y_16gf", "IMAGENET1K_V2", 224, 83_590_140, 15.912, 319.49, 82.886, 96.328),
    ("regnet_y_16gf", "IMAGENET1K_SWAG_E2E_V1", 384, 83_590_140, 46.735, 319.49, 86.012, 98.054),
    ("regnet_y_16gf", "IMAGENET1K_SWAG_LINEAR_V1", 224, 83_590_140, 15.912, 319.49, 83.976, 97.244),
    ("regnet_y_1_6gf", "IMAGENET1K_V1", 224, 11_202_430, 1.612, 43.152, 77.95, 93.966),
    ("regnet_y_1_6gf", "IMAGENET1K_V2", 224, 11_202_430, 1.612, 43.152, 80.876, 95.444),
    ("regnet_y_32gf", "IMAGENET1K_V1", 224, 145_046_770, 32.28, 554.076, 80.878, 95.34),
    ("regnet_y_32gf", "IMAGENET1K_V2", 224, 145_046_770, 32.28, 554.076, 83.368, 96.498),
    ("regnet_y_32gf", "IMAGENET1K_SWAG_E2E_V1", 384, 145_046_770, 94.826, 554.076, 86.838, 98.362),
    ("regnet_y_32gf", "IMAGENET1K_SWAG_LINEAR_V1", 224, 145_046_770, 32.28, 554.076, 84.622, 97.48),
    ("regnet_y_3_2gf", "IMAGENET1K_V1", 224, 19_436_338, 3.176, 74.567, 78.948, 94.576),
    ("regnet_y_3_2gf", "IMAGENET1K_V2", 224, 19_436_338, 3.176, 74.567, 81.982, 95.972),
    ("regnet_y_400mf", "IMAGENET1K_V1", 224, 4_344_144, 0.402, 16.806, 74.046, 91.716),
    ("regnet_y_400mf", "IMAGENET1K_V2", 224, 4_344_144, 0.402, 16.806, 75.804, 92.742),
    ("regnet_y_800mf", "IMAGENET1K_V1", 224, 6_432_512, 0.834, 24.774, 76.42, 93.136),
    ("regnet_y_800mf", "IMAGENET1K_V2", 224, 6_432_512, 0.834, 24.774, 78.828, 94.502),
    ("regnet_y_8gf", "IMAGENET1K_V1", 224, 39_381_472, 8.473, 150.701, 80.032, 95.048),
    ("regnet_y_8gf", "IMAGENET1K_V2", 224, 39_381_472, 8.473, 150.701, 82.828, 96.33),
    ("resnet101", "IMAGENET1K_V1", 224, 44_549_160, 7.801, 170.511, 77.374, 93.546),
    ("resnet101", "IMAGENET1K_V2", 224, 44_549_160, 7.801, 170.53, 81.886, 95.78),
    ("resnet152", "IMAGENET1K_V1", 224, 60_192_808, 11.514, 230.434, 78.312, 94.046),
    ("resnet152", "IMAGENET1K_V2", 224, 60_192_808, 11.514, 230.474, 82.284, 96.002),
    ("resnet18", "IMAGENET1K_V1", 224, 11_689_512, 1.814, 44.661, 69.758, 89.078),
    ("resnet34", "IMAGENET1K_V1", 224, 21_797_672, 3.664, 83.275, 73.314, 91.42),
    ("resnet50", "IMAGENET1K_V1", 224, 25_557_032, 4.089, 97.781, 76.13, 92.862),
    ("resnet50", "IMAGENET1K_V2", 224, 25_557_032, 4.089, 97.79, 80.858, 95.434),
    ("resnext101_32x8d", "IMAGENET1K_V1", 224, 88_791_336, 16.414, 339.586, 79.312, 94.526),
    ("resnext101_32x8d", "IMAGENET1K_V2", 224, 88_791_336, 16.414, 339.673, 82.834, 96.228),
    ("resnext101_64x4d", "IMAGENET1K_V1", 224, 83_455_272, 15.46, 319.318, 83.246, 96.454),
    ("resnext50_32x4d", "IMAGENET1K_V1", 224, 25_028_904, 4.23, 95.789, 77.618, 93.698),
    ("resnext50_32x4d", "IMAGENET1K_V2", 224, 25_028_904, 4.23, 95.833, 81.198, 95.34),
    ("shufflenet_v2_x0_5", "IMAGENET1K_V1", 224, 1_366_792, 0.04, 5.282, 60.552, 81.746),
    ("shufflenet_v2_x1_0", "IMAGENET1K_V1", 224, 2_278_604, 0.145, 8.791, 69.362, 88.316),
    ("shufflenet_v2_x1_5", "IMAGENET1K_V1", 224, 3_503_624, 0.296, 13.557, 72.996, 91.086),
    ("shufflenet_v2_x2_0", "IMAGENET1K_V1", 224, 7_393_996, 0.583, 28.433, 76.23, 93.006),
    ("squeezenet1_0", "IMAGENET1K_V1", 224, 1_248_424, 0.819, 4.778, 58.092, 80.42),
    ("squeezenet1_1", "IMAGENET1K_V1", 224, 1_235_496, 0.349, 4.729, 58.178, 80.624),
    ("swin_b", "IMAGENET1K_V1", 224, 87_768_224, 15.431, 335.364, 83.582, 96.64),
    ("swin_s", "IMAGENET1K_V1", 224, 49_606_258, 8.741, 189.786, 83.196, 96.36),
    ("swin_t", "IMAGENET1K_V1", 224, 28_288_354, 4.491, 108.19, 81.474, 95.776),
    ("swin_v2_b", "IMAGENET1K_V1", 256, 87_930_848, 20.325, 336.372, 84.112, 96.864),
    ("swin_v2_s", "IMAGENET1K_V1", 256, 49_737_442, 11.546, 190.675, 83.712, 96.816),
    ("swin_v2_t", "IMAGENET1K_V1", 256, 28_351_570, 5.94, 108.626, 82.072, 96.132),
    ("vgg11", "IMAGENET1K_V1", 224, 132_863_336, 7.609, 506.84, 69.02, 88.628),
    ("vgg11_bn", "IMAGENET1K_V1", 224, 132_868_840, 7.609, 506.881, 70.37, 89.81),
    ("vgg13", "IMAGENET1K_V1", 224, 133_047_848, 11.308, 507.545, 69.928, 89.246),
    ("vgg13_bn", "IMAGENET1K_V1", 224, 133_053_736, 11.308, 507.59, 71.586, 90.374),
    ("vgg16", "IMAGENET1K_V1", 224, 138_357_544, 15.47, 527.796, 71.592, 90.382),
    ("vgg16", "IMAGENET1K_FEATURES", 224, 138_357_544, 15.47, 527.802, None, None),
    ("vgg16_bn", "IMAGENET1K_V1", 224, 138_365_992, 15.47, 527.866, 73.36, 91.516),
    ("vgg19", "IMAGENET1K_V1", 224, 143_667_240, 19.632, 548.051, 72.376, 90.876),
    ("vgg19_bn", "IMAGENET1K_V1", 224, 143_678_248, 19.632, 548.143, 74.218, 91.842),
    ("vit_b_16", "IMAGENET1K_V1", 224, 86_567_656, 17.564, 330.285, 81.072, 95.318),
    ("vit_b_16", "IMAGENET1K_SWAG_E2E_V1", 384, 86_859_496, 55.484, 331.398, 85.304, 97.65),
    ("vit_b_16", "IMAGENET1K_SWAG_LINEAR_V1", 224, 86_567_656, 17.564, 330.285, 81.886, 96.18),
    ("vit_b_32", "IMAGENET1K_V1", 224, 88_224_232, 4.409, 336.604, 75.912, 92.466),
    ("vit_h_14", "IMAGENET1K_SWAG_E2E_V1", 518, 633_470_440, 1016.717, 2416.643, 88.552, 98.694),
    ("vit_h_14", "IMAGENET1K_SWAG_LINEAR_V1", 224, 632_045_800, 167.295, 2411.209, 85.708, 97.73),
    ("vit_l_16", "IMAGENET1K_V1", 224, 304_326_632, 61.555, 1161.023, 79.662, 94.638),
    ("vit_l_16", "IMAGENET1K_SWAG_E2E_V1", 512, 305_174_504, 361.986, 1164.258, 88.064, 98.512),
    ("vit_l_16", "IMAGENET1K_SWAG_LINEAR_V1", 224, 304_326_632, 61.555, 1161.023, 85.146, 97.422),
    ("vit_l_32", "IMAGENET1K_V1", 224, 306_535_400, 15.378, 1169.449, 76.972, 93.07),
    ("wide_resnet101_2", "IMAGENET1K_V1", 224, 126_886_696, 22.753, 242.896, 78.848, 94.284),
    ("wide_resnet101_2", "IMAGENET1K_V2", 224, 126_886_696, 22.753, 484.747, 82.51, 96.02),
    ("wide_resnet50_2", "IMAGENET1K_V1", 224, 68_883_240, 11.398, 131.82, 78.468, 94.086),
    ("wide_resnet50_2", "IMAGENET1K_V2", 224, 68_883_240, 11.398, 263.124, 81.602, 95.758),
)

__all__ = ["AUXILIARY", "SetCount", "WeightFigures", "size_reason", "weight_figures"]
