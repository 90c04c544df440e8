"""Questions about causes: why this class, which pictures excite a channel; answered step by step."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from torch import fx

from explorer.core.errors import ExplorerError
from explorer.core.shapes import Shape
from explorer.engine.causes.attribution import attribute
from explorer.engine.causes.exciting import Response, ranked
from explorer.engine.causes.maximisation import maximised
from explorer.engine.causes.methods import Attribution, Share
from explorer.engine.data.data_pictures import DataPictures, data_pictures
from explorer.engine.drawing.colour_scales import VIRIDIS, signed_colours
from explorer.engine.drawing.tiles import tiles
from explorer.engine.looking.cause_findings import (
    Cause,
    CauseReport,
    CauseRequest,
    DreamRequest,
    Dreamt,
    Excited,
    ExcitingPicture,
    ExcitingRequest,
)
from explorer.engine.looking.findings import Doing, Request
from explorer.engine.looking.kept_network import TURN, KeptNetwork, kept_network, matching
from explorer.engine.pictures.images import Picture, Pixels, fit, fitted
from explorer.engine.running.ablation import switching
from explorer.engine.running.activations import Values
from explorer.engine.running.forward import Step
from explorer.engine.running.module import giving_layer, input_shapes

ShouldStop = Callable[[], bool]
Asked = CauseRequest | DreamRequest | ExcitingRequest

_SPIKY = frozenset({"saliency", "guided", "integrated"})
_OUTSHONE = 99.5
"""Gradients are spiky: so many percent of the places share the colours, the few beyond are cut."""

_STOPS = 16
_THEME = "light"
"""The map lies over a picture, which has no theme: zero is bright, and not seen anyway."""


@dataclass(frozen=True, eq=False)
class _Setting:
    """What a long answer works with while others use the kept network: nothing of it is ever written."""

    module: fx.GraphModule
    step: Step
    mean: tuple[float, ...]
    std: tuple[float, ...]
    share: float
    labels: tuple[str, ...]
    entering: Values
    scores: Values

    @property
    def shape(self) -> Shape:
        """What the network takes."""
        return input_shapes(self.module)[0]

    def enter(self, picture: Picture) -> Values:
        """A picture as the network takes it."""
        return fit(
            picture,
            self.shape,
            matching(self.mean, self.shape),
            matching(self.std, self.shape),
            share=self.share,
        )


def answer(request: Asked, should_stop: ShouldStop = lambda: False) -> Iterator[Doing | Share | CauseReport]:
    """Answer one question, step by step. The kept network is held only until the work begins.

    Raises:
        ExplorerError: the network has a problem, or method, class, layer, channel or data do not fit.
    """
    setting = yield from _setting(request.look, should_stop)
    if setting is None:
        return
    if isinstance(request, CauseRequest):
        yield from _cause(request, setting, should_stop)
        return
    _check_heard(request, setting.module)
    if isinstance(request, DreamRequest):
        yield from _dream(request, setting, should_stop)
    else:
        yield from _exciting(request, setting, should_stop)


def _check_heard(request: DreamRequest | ExcitingRequest, module: fx.GraphModule) -> None:
    """Refuse to look for what excites a channel that a switch makes zero."""
    layer = giving_layer(module, request.look.layer)
    for switch in request.look.switches:
        silent = switch.factor == 0 and switch.port is None and switch.channel in (None, request.channel)
        if silent and giving_layer(module, switch.layer) == layer:
            raise ExplorerError(f"{switch.named()} is switched off: nothing excites it; switch it on again")


def _setting(look: Request, should_stop: ShouldStop) -> Generator[Doing, None, _Setting | None]:
    with TURN:
        kept: KeptNetwork = yield from kept_network(look)
        if should_stop():
            return None
        looked = yield from kept.look(look.picture, (kept.leaving,), should_stop)
        if should_stop():
            return None
        entering = kept.entering(look.picture)
        if len(entering) > 1:
            raise ExplorerError(f"causes are asked of networks with one input; this one has {len(entering)}")
        return _Setting(
            kept.module,
            switching(kept.module, look.switches),
            kept.mean,
            kept.std,
            kept.share,
            kept.labels,
            entering[0],
            looked[kept.leaving][0],
        )


def _cause(request: CauseRequest, setting: _Setting, should_stop: ShouldStop) -> Iterator[Share | Cause]:
    index = request.index
    if index is None:
        index = int(np.nanargmax(setting.scores.reshape(-1)))
    for item in attribute(
        setting.module,
        setting.entering,
        request.method,
        index,
        request.layer,
        should_stop,
        setting.step,
    ):
        yield item if isinstance(item, Share) else _drawn(request, item, setting)


def _drawn(request: CauseRequest, found: Attribution, setting: _Setting) -> Cause:
    shape = setting.shape
    if len(shape) != 3:
        raise ExplorerError("causes are drawn on pictures; this network takes a vector")
    heat = _enlarged(found.heat, (shape[1], shape[2]))
    if not np.isfinite(heat).all():
        raise ExplorerError("the gradients are no finite numbers; the weights hold NaN, or grew too large")
    size = np.abs(heat)
    strongest = float(size.max())
    high = strongest
    if found.method in _SPIKY:
        high = float(np.percentile(size, _OUTSHONE)) or strongest
    drawn = tiles(np.clip(heat, -high, high)[None], signed=found.signed, theme=_THEME)
    # where nothing speaks for or against the class, the picture itself is seen
    cover = np.rint(255 * np.clip(size / (high or 1.0), 0.0, 1.0)).astype(np.uint8)
    pixels = np.concatenate((drawn.pixels[0], cover[:, :, None]), axis=2)
    pixels.setflags(write=False)
    scale = signed_colours(_THEME) if found.signed else VIRIDIS
    places = (round(255 * place / _STOPS) for place in range(_STOPS + 1))
    stops = tuple("#{:02x}{:02x}{:02x}".format(*scale[place]) for place in places)
    named = found.index < len(setting.labels)
    label = setting.labels[found.index] if named else f"class {found.index}"
    return Cause(request, found, label, pixels, drawn.lows[0], drawn.highs[0], strongest, stops)


def _enlarged(heat: NDArray[np.float32], sides: tuple[int, int]) -> NDArray[np.float32]:
    """Heat as large as the picture; bilinear, as the papers draw it."""
    if heat.shape == sides:
        return heat
    image = Image.fromarray(np.ascontiguousarray(heat, np.float32))
    return np.asarray(image.resize((sides[1], sides[0]), Image.Resampling.BILINEAR), np.float32)


def _dream(request: DreamRequest, setting: _Setting, should_stop: ShouldStop) -> Iterator[Dreamt]:
    for dream in maximised(
        setting.module,
        request.look.layer,
        request.channel,
        mean=_per_channel(setting.mean, setting.shape),
        std=_per_channel(setting.std, setting.shape),
        seed=request.seed,
        step_of=setting.step,
        should_stop=should_stop,
    ):
        yield Dreamt(request, dream)


def _per_channel(figures: tuple[float, ...], shape: Shape) -> tuple[float, ...]:
    found = matching(figures, shape)
    if isinstance(found, float):
        return (found,) * shape[0]
    # one grey channel takes the mean of three, as the preprocessing does
    return found if len(found) == shape[0] else (sum(found) / len(found),) * shape[0]


def _exciting(
    request: ExcitingRequest, setting: _Setting, should_stop: ShouldStop
) -> Iterator[Doing | Excited]:
    yield Doing("Reading the data…")
    pictures = data_pictures(request.data, should_stop)
    if should_stop():
        return
    chosen = pictures.chosen(request.most)
    shown: dict[int, ExcitingPicture] = {}
    for ranking in ranked(
        setting.module,
        request.look.layer,
        request.channel,
        pictures,
        chosen,
        enter=setting.enter,
        step=setting.step,
        should_stop=should_stop,
    ):
        shown = {
            response.index: shown.get(response.index) or _shown(pictures, response, setting)
            for response in ranking.responses
        }
        yield Excited(
            request, tuple(shown.values()), ranking.done, ranking.count, len(pictures), ranking.skipped
        )


def _shown(pictures: DataPictures, response: Response, setting: _Setting) -> ExcitingPicture:
    picture = pictures.picture(response.index)
    fed: Pixels = fitted(picture, setting.shape, share=setting.share)
    return ExcitingPicture(
        picture, pictures.label(response.index), fed, response.value, response.row, response.column
    )
