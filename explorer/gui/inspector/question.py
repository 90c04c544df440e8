"""What is asked of the engine now: network, weights, picture, layer and how the maps are to look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.core.errors import ExplorerError
from explorer.core.outline import Layer, flatten
from explorer.engine.looking.findings import Request
from explorer.gui.inspector.maps.map_order import INFLUENCE

if TYPE_CHECKING:
    from explorer.gui.inspector.area import InspectArea
    from explorer.gui.workbench import Workbench


def question(workbench: Workbench, area: InspectArea, layer: str, *, dark: bool) -> Request | None:
    """The question that the choices in an area make; None where no picture is open.

    Raises:
        ExplorerError: the network cannot run.
    """
    picture = area.pictures.picture
    if picture is None:
        return None
    try:
        layers = flatten(workbench.analysis)
    except ExplorerError as error:
        raise ExplorerError(f"this network cannot run yet: {error}") from error
    if not layers or not layer:
        raise ExplorerError("the network is empty; put an Input and a layer in it")
    bar = area.panel.layers
    area.views.follow(layers, bar.layer)
    return Request(
        workbench.document.graph,
        area.weights.source,
        picture,
        area.views.layer_for(layer),
        bar.colours.colours,
        "dark" if dark else "light",
        workbench.device,
        area.causes.active,
        influence=bar.sorted_by == INFLUENCE,
        hurry=True,
    )


def first_layer(layers: tuple[Layer, ...]) -> str:
    """The first convolution, else the first layer that is no input."""
    own = [layer for layer in layers if layer.inputs]
    convolutions = [layer for layer in own if type(layer.operator).category == "Convolution"]
    chosen = convolutions or own
    return chosen[0].name if chosen else ""
