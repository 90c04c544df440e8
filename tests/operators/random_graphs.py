"""Random valid networks over all operators, and their comparison with torch."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from random import Random

import explorer.operators  # noqa: F401  (registers all operators)
from explorer.core import notation
from explorer.core.analysis import Analysis, Facts, analyze, facts_of
from explorer.core.document import Document
from explorer.core.graph import Graph, Node
from explorer.core.operator import Operator, operators
from explorer.core.outline import flatten
from explorer.core.shapes import Shape, elements
from explorer.operators.sources import Input
from tests.arithmetic import evaluated
from tests.operators.drawing import drawn_operator, drawn_shape

_MOST_LAYERS = 400
_MOST_ELEMENTS = 10**8
_TRIES = 40


def random_graph(seed: int) -> Graph:
    """A valid network of 3 to 30 nodes that branches, merges and may have several inputs and results."""
    random = Random(seed)
    nodes = [
        Node(f"input{number}", Input(shape=drawn_shape(random)))
        for number in range(random.choice((1, 1, 1, 2, 3)))
    ]
    shapes = {node.id: node.operator.infer() for node in nodes}
    kinds = [kind for kind in operators().values() if kind is not Input]
    dense = [kind for kind in kinds if kind.category == "Dense"]
    layers = 0
    for number in range(random.randint(3, 30)):
        for _ in range(_TRIES):
            pool = dense if random.random() < 0.1 else kinds
            operator = drawn_operator(random.choice(pool), random, depth=1)
            feeding = _feeding(operator, shapes, random)
            facts = facts_of(operator, tuple(shapes[name] for name in feeding))
            if not isinstance(facts, Facts) or elements(facts.output) > _MOST_ELEMENTS:
                continue
            size = 1 if facts.inner is None else len(flatten(facts.inner))
            if layers + size > _MOST_LAYERS:
                continue
            layers += size
            nodes.append(Node(f"n{number}", operator, feeding))
            shapes[f"n{number}"] = facts.output
            break
    random.shuffle(nodes)  # the order of writing is not the order of computing
    return Graph(nodes)


def _feeding(operator: Operator, shapes: dict[str, Shape], random: Random) -> tuple[str, ...]:
    """Who feeds a new node: mostly the newest; for a merge mostly nodes of fitting shapes."""
    names = list(shapes)
    low, high = operator.ports
    count = low if high == low else random.randint(low, low + 2)
    first = random.choice(names[-3:]) if random.random() < 0.8 else random.choice(names)
    fitting = [name for name in names if shapes[name][1:] == shapes[first][1:]]
    equal = [name for name in names if shapes[name] == shapes[first]]
    pools = (equal, fitting, names)
    return (first, *(random.choice(random.choice(pools)) for _ in range(count - 1)))


def differences(graph: Graph) -> list[str]:
    """Where our figures and torch's differ; also what does not survive a file or an evaluation."""
    from tests.operators.oracle import verdict  # torch takes two seconds to import

    analysis = analyze(graph)
    if analysis.problems:
        return [f"{problem.id}: {problem.message}" for problem in analysis.causes]
    found = verdict(graph)
    wrong = [
        f"{layer.name}: {layer.output} here, {found.shapes[layer.name]} in torch"
        for layer in flatten(analysis)
        if found.shapes[layer.name] != layer.output
    ]
    totals = analysis.totals
    for word in ("parameters", "buffers", "macs"):
        ours, theirs = getattr(totals, word), getattr(found, word)
        if ours != theirs:
            wrong.append(f"{word}: {ours:,} here, {theirs:,} in torch")
    document = Document(graph=graph)
    if notation.from_text(notation.to_text(document)) != document:
        wrong.append("the file is read back as another network")
    return wrong + _wrong_formulas(analysis)


def _wrong_formulas(analysis: Analysis) -> list[str]:
    wrong = []
    for layer in flatten(analysis):
        if not layer.shapes:
            continue
        x = layer.shapes
        formulas = [layer.operator.parameters(*x), layer.operator.macs(*x), *layer.operator.sides(*x)]
        wrong += [
            f"{layer.name}: {one.shown} is not {one.value}"
            for one in formulas
            if evaluated(one.shown) != one.value
        ]
    return wrong


def main() -> int:
    """Compare many random networks with torch and say how much they cover."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--count", type=int, default=1_000, help="how many networks")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    options = parser.parse_args()
    kinds: Counter[str] = Counter()
    layers = failed = 0
    for seed in range(options.seed, options.seed + options.count):
        graph = random_graph(seed)
        flat = flatten(analyze(graph))
        layers += len(flat)
        kinds.update({node.operator.kind() for node in graph} | {layer.operator.kind() for layer in flat})
        for line in differences(graph):
            failed += 1
            print(f"seed {seed}: {line}")
    missing = sorted(set(operators()) - set(kinds))
    print(f"{options.count:,} networks, {layers:,} layers, {len(kinds)} of {len(operators())} operators")
    print(f"never drawn: {', '.join(missing) or 'none'}; rarest: {kinds.most_common()[:-4:-1]}")
    print(f"{failed} differences")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
