"""Why this class: where on the picture the evidence for a prediction lies, by several methods."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from torch import fx

from explorer.engine.causes.class_maps import cam, grad_cam, grad_cam_pp
from explorer.engine.causes.class_score import Asked
from explorer.engine.causes.methods import Attribution, Share, method_named
from explorer.engine.causes.pixel_causes import integrated, occlusion, saliency
from explorer.engine.running.activations import Values
from explorer.engine.running.forward import Step

ShouldStop = Callable[[], bool]

_MAPPED: Mapping[str, Callable[[Asked, str], Attribution]] = {
    "cam": cam,
    "grad_cam": grad_cam,
    "grad_cam_pp": grad_cam_pp,
}

_SLOW: Mapping[str, Callable[[Asked, ShouldStop], Iterator[Share | Attribution]]] = {
    "integrated": integrated,
    "occlusion": occlusion,
}


def attribute(
    module: fx.GraphModule,
    picture: Values,
    method: str,
    index: int,
    layer: str = "",
    should_stop: ShouldStop = lambda: False,
    step: Step | None = None,
) -> Iterator[Share | Attribution]:
    """The evidence for one class on one picture; the last item is the answer, unless it was stopped.

    Args:
        module: the network, with one input and one row of scores.
        picture: (1, C, H, W), prepared.
        method: a name of `METHODS`.
        index: the class; its score before a softmax is asked.
        layer: whose maps are asked, for methods that are `by_layer`; "" is the last layer with
            maps larger than 1×1.
        should_stop: asked between the parts of the work.
        step: what layers compute, where parts of the network are switched.

    Raises:
        ExplorerError: no such method, class or layer, or the network is not made for it.
    """
    known = method_named(method)
    asked = Asked(module, picture, index, step)
    if known.by_layer:
        yield _MAPPED[method](asked, layer)
    elif known.slow:
        yield from _SLOW[method](asked, should_stop)
    else:
        yield saliency(asked, guided=method == "guided")
