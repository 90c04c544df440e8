"""The learning-rate range test on the command line: figures as CSV, the suggestion in words."""

from __future__ import annotations

import csv
import io

from explorer.__main__ import main
from explorer.core.document import Document
from explorer.core.notation import save
from explorer.core.recipe import Recipe
from tests.engine.training.training_graphs import tiny


def cli(capsys, *arguments):
    code = main(["train", *map(str, arguments)])
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    return code, told.out, told.err


def test_losses_are_printed_and_a_rate_is_suggested(capsys, tmp_path):
    path = tmp_path / "tiny.archx"
    save(Document("tiny", tiny(), recipe=Recipe(batch_size=128)), path)
    code, out, err = cli(capsys, path, "--find-rate", "--device", "cpu")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0
    assert len(rows) >= 50
    assert float(rows[0]["rate"]) < 1e-5 < float(rows[-1]["rate"])
    assert min(float(row["smoothed"]) for row in rows) < 0.9 * float(rows[0]["loss"])
    assert "train with --lr" in err
    assert [item.name for item in tmp_path.iterdir()] == ["tiny.archx"]  # nothing is written


def test_a_training_needs_a_folder(capsys):
    code, out, err = cli(capsys, "lenet5")
    assert (code, out) == (2, "")
    assert "--run" in err
