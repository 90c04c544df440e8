"""Where pictures enter."""

from __future__ import annotations

from explorer.core.errors import ValueOutOfRange
from explorer.core.operator import Operator, TorchCall, attribute, operator
from explorer.core.shapes import Shape, shape_text


@operator("Input-Output")
class Input(Operator):
    """The picture that enters the network: channels, height, width.

    Shape: as declared; one figure makes a vector.
    Parameters, MACs: none.
    """

    ports = (0, 0)

    shape: tuple[int, ...] = attribute(
        (3, 224, 224), low=1, high=10**6, help="Channels, height and width of one picture."
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.shape) not in (1, 3):
            raise ValueOutOfRange(
                "Input: shape must be (channels, height, width) or (features,),"
                f" got {len(self.shape)} figures"
            )

    def infer(self, *x: Shape) -> Shape:
        return self.shape

    def torch(self, *x: Shape) -> TorchCall:
        raise TypeError("the input is fed, not built")

    def telling(self) -> str:
        return shape_text(self.shape)
