"""The score of one class: what every method asks the network for, and how its answer is put."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, fx, nn

from explorer.core.errors import ExplorerError
from explorer.core.shapes import ELEMENT_BYTES, elements
from explorer.engine.causes.methods import Attribution
from explorer.engine.device import check_memory
from explorer.engine.running.activations import Values
from explorer.engine.running.forward import Change, Step, device_of, results
from explorer.engine.running.module import layer_nodes, output_layers

_TOGETHER = 8
_ROOM = 512 * 1024 * 1024
"""At most so many pictures in one pass, and no more than fit into so many bytes."""


class Asked:
    """A question about one class: the network, the picture on its device, and the node of the scores.

    `step` is what layers compute, where parts of the network are switched.
    """

    def __init__(self, module: fx.GraphModule, picture: Values, index: int, step: Step | None = None) -> None:
        leaving = output_layers(module)
        scores = layer_nodes(module)[leaving[0]]
        if len(leaving) > 1 or len(scores.meta["shape"]) != 1:
            raise ExplorerError("a cause is asked of a class; the network must end in one row of scores")
        if not 0 <= index < scores.meta["shape"][0]:
            raise ExplorerError(f"the network knows classes 0 to {scores.meta['shape'][0] - 1}, not {index}")
        if scores.op == "call_module" and isinstance(module.get_submodule(str(scores.target)), nn.Softmax):
            scores = scores.all_input_nodes[0]  # a softmax flattens the gradient of a sure answer
        self.module, self.index, self.scores, self.step = module, index, scores, step
        self.picture = torch.from_numpy(np.array(picture, np.float32)).to(device_of(module))

    def score(self, pictures: Tensor, change: Change | None = None) -> Tensor:
        """The score of the class for each picture of a batch."""
        made = results(
            self.module, [pictures], until=self.scores, change=change, step=self.step, keep=[self.scores]
        )
        return made[self.scores][:, self.index]

    def together(self, *, sloped: bool) -> int:
        """How many pictures may pass at once; `sloped` passes keep every activation for the gradient.

        Raises:
            ExplorerError: not even one fits the memory.
        """
        sizes = [elements(node.meta["shape"]) for node in layer_nodes(self.module).values()]
        needed = ELEMENT_BYTES * (2 * sum(sizes) if sloped else 2 * max(sizes))
        check_memory(needed, self.picture.device, "asking for causes", "make the Input smaller")
        return int(max(1, min(_TOGETHER, _ROOM // needed)))


def part_of(module: fx.GraphModule, node: fx.Node) -> nn.Module | None:
    """The module that a node calls; None for inputs and functions."""
    return module.get_submodule(str(node.target)) if node.op == "call_module" else None


def answer(
    method: str,
    asked: Asked,
    heat: Tensor,
    node: fx.Node | None = None,
    *,
    signed: bool = False,
    figures: tuple[tuple[str, float], ...] = (),
) -> Attribution:
    """What a method found, as a value that may cross threads."""
    layer = "" if node is None else str(node.meta["layer"])
    return Attribution(method, layer, asked.index, heat.detach().float().cpu().numpy(), signed, figures)
