"""How much memory a network takes in use and in training, before anything is allocated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from explorer.core.analysis import Analysis
from explorer.core.keeping import FLOAT32
from explorer.core.liveness import UPDATE, ZERO, Amount, Moment, Numbers, Walk
from explorer.core.optimization import Optimizer
from explorer.core.recipe import Precision, Recipe

_HALF = 16
_DEFAULT = Numbers()


@dataclass(frozen=True)
class Timeline:
    """All moments of one step of training, or of one use; `constant` stays through all of them.

    `constant` holds the figures by what they are: parameters, buffers, optimizer's state, pictures.
    """

    constant: Mapping[str, Amount]
    moments: tuple[Moment, ...]
    numbers: Numbers = _DEFAULT

    @cached_property
    def standing(self) -> Amount:
        """The sum of what stays."""
        return sum(self.constant.values(), ZERO)

    def peak(self, batch: int) -> Moment:
        """The moment that takes most, the first of several."""
        return max(self.moments, key=lambda moment: moment.total.size(batch))

    def need(self, batch: int) -> int:
        """Bytes at the peak, with all that stays."""
        return (self.standing + self.peak(batch).total).size(batch)

    def kept(self, batch: int) -> int:
        """Bytes of activations that wait for the backward pass, at most."""
        return max(moment.kept.size(batch) for moment in self.moments)

    def largest_batch(self, room: int) -> int:
        """The most pictures at once that fit so many bytes; 0 where not even one does.

        Every moment grows in a straight line with the batch, so the answer is exact.
        """
        fits = []
        for moment in self.moments:
            total = self.standing + moment.total
            left = 8 * room - total.fixed
            if left < total.each or left < 0:
                return 0
            if total.each:
                fits.append(left // total.each)
        return min(fits, default=0)


def in_training(analysis: Analysis, numbers: Numbers = _DEFAULT) -> Timeline:
    """A step of training: forward, backward with gradients of all parameters, update.

    What is kept follows from the rule of every operator (`Operator.keeping`); memory that two layers
    share is counted once. Gradients of parameters are made as the backward pass reaches them.

    Source: Chen et al., arXiv:1604.06174, sec. 3, for the liveness of activations; the rules are those of
    torch's autograd, checked against what it saves.

    Raises:
        ExplorerError: the network has a problem.
    """
    walk = Walk(analysis, numbers, training=True)
    walk.forward()
    walk.backward()
    weights = walk.weights * numbers.weights
    borrowed = Amount(fixed=weights * numbers.borrowed)
    moments = (*walk.moments, Moment(UPDATE, "", ZERO, borrowed, walk.gradients))
    if numbers.accumulates:  # the gradients of the parts before this one are there all the time
        moments = tuple(replace(moment, gradients=walk.gradients) for moment in moments)
    state = Amount(fixed=weights * numbers.copies)
    return Timeline(walk.constant | {"optimizer state": state}, moments, numbers)


def in_use(analysis: Analysis, numbers: Numbers = _DEFAULT) -> Timeline:
    """One use without gradients: an activation is given back once nothing needs it any more.

    Raises:
        ExplorerError: the network has a problem.
    """
    walk = Walk(analysis, numbers, training=False)
    walk.forward()
    return Timeline(walk.constant, tuple(walk.moments), numbers)


def numbers_of(recipe: Recipe, *, gpu: bool = False) -> Numbers:
    """How wide numbers are and what the optimizer keeps, in a training by this recipe.

    The copies are those of `engine.optimizer`: a velocity, or means and mean squares; a mean of the
    weights is one more. What changes all weights in one call borrows nothing. In half precision the weights
    stay float32 and are cast beside that.

    Source: Kingma and Ba, arXiv:1412.6980, algorithm 1 (two moments); Micikevicius et al.,
    arXiv:1710.03740, sec. 3.1 (a master copy of the weights).
    """
    moving, decays = recipe.momentum > 0, recipe.weight_decay > 0
    copies, borrowed = {
        Optimizer.SGD: (moving, 0),
        Optimizer.ADAM: (2, 0),
        Optimizer.ADAMW: (2, 0),
        Optimizer.RMSPROP: (1 + moving, 1 + decays),
    }[recipe.optimizer]
    half = recipe.precision in (Precision.BFLOAT16, Precision.FLOAT16)
    return Numbers(
        activations=_HALF if half else FLOAT32,
        copies=int(copies) + (recipe.average > 0),
        borrowed=int(borrowed),
        cast=_HALF if half else 0,
        gpu=gpu,
        accumulates=recipe.accumulation > 1,
    )


def pictures_at_once(recipe: Recipe) -> int:
    """How many pictures of a batch are in the memory together: all, or one of its parts."""
    return -(-recipe.batch_size // recipe.accumulation)
