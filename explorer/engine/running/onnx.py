"""A network with its weights as an ONNX model in one file, with any batch size."""

from __future__ import annotations

import importlib.util
import tempfile
import warnings
from pathlib import Path

import torch
from torch import fx

from explorer.core.errors import ExplorerError
from explorer.engine.running.module import input_shapes, output_layers

_NEEDED = ("onnx", "onnxscript")


def onnx_bytes(module: fx.GraphModule) -> bytes:
    """The model as the bytes of an `.onnx` file; inputs and outputs have the layers' names.

    Raises:
        ExplorerError: the ONNX packages are missing, or torch cannot translate a layer.
    """
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise ExplorerError(
            f"ONNX export needs {' and '.join(missing)}; run: pip install 'architecture-explorer[onnx]'"
        )
    pictures = tuple(torch.zeros(2, *shape) for shape in input_shapes(module))
    batch = torch.export.Dim("batch")
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch announces changes of its exporter
        path = Path(folder) / "network.onnx"
        try:
            program = torch.onnx.export(
                module.eval(),
                pictures,
                dynamo=True,
                dynamic_shapes=tuple({0: batch} for _ in pictures),
                output_names=list(output_layers(module)),
                verbose=False,
            )
            if program is None:
                raise ExplorerError("torch gave no ONNX model for this network")
            program.save(str(path), external_data=False)
        except torch.onnx.OnnxExporterError as error:
            raise ExplorerError(
                "torch cannot translate this network to ONNX; a layer of it has no counterpart there"
            ) from error
        return path.read_bytes()
