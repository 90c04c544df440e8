"""The plots that are always there, each made by itself: one takes 10 ms, and several in one go are felt."""

from __future__ import annotations

from explorer.gui.training.plots.plots import Plot
from explorer.gui.training.scale import short

ACCURACY = "Accuracy"


def loss_plot() -> Plot:
    """The plot of the loss over steps."""
    plot = Plot("lossPlot", "steps", value_text=short)
    plot.setAccessibleName("Training loss")
    return plot


def accuracy_plot() -> Plot:
    """The plot of the accuracy over epochs."""
    plot = Plot("accuracyPlot", "epochs", ceiling=1.0, value_text=lambda value: f"{100 * value:.0f} %")
    plot.setAccessibleName(ACCURACY)
    return plot
