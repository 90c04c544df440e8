"""Any sequence of edits: undo all is the start, redo all the end, files and analysis agree at each step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from explorer.core import edits, notation, scaling
from explorer.core.analysis import Analysis, Problem, analyze, facts_of
from explorer.core.attribute import Attribute, attributes
from explorer.core.clipping import clip, clipping_to_text, pasted
from explorer.core.composite import inside
from explorer.core.document import Document
from explorer.core.errors import ExplorerError
from explorer.core.graph import Path
from explorer.core.history import History
from explorer.core.operator import Operator
from explorer.core.outline import flatten, outline
from explorer.core.shapes import Side
from explorer.operators.skip import add_skip
from tests.core.networks import OPERATORS, small

pieces = st.sampled_from(OPERATORS)
ports = st.integers(0, 3)
free_names = st.sampled_from(["a", "b", "conv1", "block", "layer1.0", "relu7", "", "no name"])


class Editing(RuleBasedStateMachine):
    """A person who tries everything; the analysis is carried along as the window does."""

    @initialize()
    def open(self) -> None:
        self.start = small()
        self.history = History(self.start)
        self.analysis = analyze(self.start.graph)

    @property
    def document(self) -> Document:
        return self.history.document

    def _show(self, document: Document) -> None:
        self.history.apply("edit", document)
        self.analysis = analyze(self.document.graph, self.analysis)

    def _edit(self, edit: Any, *arguments: Any, **options: Any) -> None:
        """Do an edit, or have it refused in words; nothing else may happen."""
        before = notation.to_text(self.document)
        try:
            edited = edit(self.document, *arguments, **options)
        except ExplorerError as error:
            said, edited = str(error), None
        assert notation.to_text(self.document) == before, "an edit changed its document"
        if edited is None:
            assert len(said) > 10
        else:
            self._show(edited)

    def _name(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from([*self.document.graph.nodes, "missing"]))

    def _path(self, data: st.DataObject) -> Path:
        return data.draw(st.sampled_from([line.path for line in outline(self.analysis)]))

    def _operator_at(self, path: Path) -> Operator:
        entry = self.analysis[path[0]]
        for name in path[1:]:
            assert entry.inner is not None
            entry = entry.inner[name]
        return entry.node.operator

    @rule(data=st.data(), operator=pieces, named=st.booleans())
    def add(self, data: st.DataObject, operator: Operator, named: bool) -> None:
        inputs = data.draw(st.lists(st.sampled_from([*self.document.graph.nodes, None]), max_size=2))
        name = data.draw(free_names) if named else None
        self._edit(edits.add, operator, name=name, inputs=inputs, position=(1.0, 2.0) if named else None)

    @rule(data=st.data(), operator=pieces)
    def append(self, data: st.DataObject, operator: Operator) -> None:
        self._edit(edits.append, operator, self._name(data))

    @rule(data=st.data(), operator=pieces, port=ports)
    def insert(self, data: st.DataObject, operator: Operator, port: int) -> None:
        self._edit(edits.insert, operator, self._name(data), port)

    @rule(data=st.data(), port=ports)
    def connect(self, data: st.DataObject, port: int) -> None:
        self._edit(edits.connect, self._name(data), self._name(data), port)

    @rule(data=st.data(), port=ports)
    def disconnect(self, data: st.DataObject, port: int) -> None:
        self._edit(edits.disconnect, self._name(data), port)

    @precondition(lambda self: len(self.document.graph) > 2)
    @rule(data=st.data(), bypass=st.booleans(), count=st.integers(1, 2))
    def delete(self, data: st.DataObject, bypass: bool, count: int) -> None:
        self._edit(edits.delete, [self._name(data) for _ in range(count)], bypass=bypass)

    @precondition(lambda self: len(self.document.graph) > 2)
    @rule(data=st.data(), bypass=st.booleans(), count=st.integers(1, 3))
    def remove(self, data: st.DataObject, bypass: bool, count: int) -> None:
        self._edit(edits.remove, [self._path(data) for _ in range(count)], bypass=bypass)

    @rule(data=st.data(), x=st.floats(-1e6, 1e6), y=st.floats(-1e6, 1e6))
    def move(self, data: st.DataObject, x: float, y: float) -> None:
        graph = self.document.graph
        self._edit(edits.move, {data.draw(st.sampled_from([*graph.nodes])): (x, y)})
        assert self.document.graph is graph

    @rule()
    def arrange(self) -> None:
        self._edit(edits.arrange)

    @rule(data=st.data(), unfolded=st.booleans())
    def fold(self, data: st.DataObject, unfolded: bool) -> None:
        name = data.draw(st.sampled_from([line.name for line in outline(self.analysis)]))
        self._edit(edits.fold, name, unfolded)

    @rule(data=st.data(), new=free_names)
    def rename(self, data: st.DataObject, new: str) -> None:
        self._edit(edits.rename, self._name(data), new)

    @rule(data=st.data())
    def set_attribute(self, data: st.DataObject) -> None:
        path = self._path(data)
        declared = attributes(type(self._operator_at(path)))
        if declared:
            chosen = data.draw(st.sampled_from(declared))
            self._edit(edits.set_attribute, path, chosen.name, data.draw(_values(chosen)))

    @rule(data=st.data(), operator=pieces)
    def replace_operator(self, data: st.DataObject, operator: Operator) -> None:
        self._edit(edits.replace_operator, self._path(data), operator)

    @rule(data=st.data())
    def repair(self, data: st.DataObject) -> None:
        problems = [line for line in outline(self.analysis) if isinstance(line.entry, Problem)]
        offers = [(line.path, repair) for line in problems for repair in line.entry.repairs]  # type: ignore[union-attr]
        if offers:
            path, repair = data.draw(st.sampled_from(offers))
            self._edit(edits.apply_repair, path, repair)
            if len(path) == 1:
                assert path[0] not in self.analysis.problems, repair

    @rule(data=st.data(), count=st.integers(1, 4), title=st.sampled_from(["Group", "Stem", "块", "a.b"]))
    def group(self, data: st.DataObject, count: int, title: str) -> None:
        self._edit(edits.group, [self._name(data) for _ in range(count)], title)

    @rule(data=st.data(), count=st.integers(1, 3))
    def group_inside(self, data: st.DataObject, count: int) -> None:
        path = self._path(data)
        beside = [line.path[-1] for line in outline(self.analysis) if line.path[:-1] == path[:-1]]
        names = data.draw(st.lists(st.sampled_from(beside), min_size=1, max_size=count))
        self._edit(edits.group, names, "Inside", block=path[:-1])

    @rule(data=st.data(), title=st.sampled_from(["Other", " ", "x" * 20_000]))
    def retitle(self, data: st.DataObject, title: str) -> None:
        self._edit(edits.retitle, self._path(data), title)

    @rule(data=st.data())
    def skip(self, data: st.DataObject) -> None:
        before = len(self.document.graph)
        one, other = self._name(data), self._name(data)
        self._edit(add_skip, one, other)
        if len(self.document.graph) > before:
            again = add_skip(self.history.undo(), other, one)
            assert again == self.history.redo()

    @rule(data=st.data())
    def skip_inside(self, data: st.DataObject) -> None:
        path = self._path(data)
        beside = [line.path[-1] for line in outline(self.analysis) if line.path[:-1] == path[:-1]]
        self._edit(add_skip, path[-1], data.draw(st.sampled_from(beside)), block=path[:-1])

    @precondition(lambda self: len(self.document.graph) < 20)
    @rule(data=st.data(), count=st.integers(1, 4))
    def paste(self, data: st.DataObject, count: int) -> None:
        names = data.draw(st.lists(st.sampled_from([*self.document.graph.nodes]), min_size=1, max_size=count))
        text = clipping_to_text(clip(self.document.graph, names))
        self._edit(lambda document: pasted(document, text)[0])

    @rule(factor=st.sampled_from([0.3, 1.0, 1.5, -1.0]))
    def widen(self, factor: float) -> None:
        self._edit(lambda document: replace(document, graph=scaling.widened(document.graph, factor)))

    @rule(factor=st.sampled_from([0.3, 0.6, 1.0, -1.0]))  # never deeper: blocks in blocks would explode
    def flatten_stages(self, factor: float) -> None:
        self._edit(lambda document: replace(document, graph=scaling.deepened(document.graph, factor)))

    @rule(data=st.data())
    def dissolve(self, data: st.DataObject) -> None:
        self._edit(edits.dissolve, self._name(data))

    @rule()
    def undo(self) -> None:
        self.history.undo()
        self.analysis = analyze(self.document.graph, self.analysis)

    @rule()
    def redo(self) -> None:
        self.history.redo()
        self.analysis = analyze(self.document.graph, self.analysis)

    @invariant()
    def analysis_carried_along_is_the_analysis_from_scratch(self) -> None:
        _assert_same(self.analysis, analyze(self.document.graph))

    @invariant()
    def every_node_has_a_row_or_a_reason(self) -> None:
        graph, analysis = self.document.graph, self.analysis
        assert sorted([*analysis.rows, *analysis.problems]) == sorted(graph.nodes)
        assert not set(analysis.rows) & set(analysis.problems)
        for problem in analysis.problems.values():
            assert problem.message
            if problem.waits_for is not None:
                assert analysis.problems[problem.waits_for].waits_for is None
                assert graph.reaches(problem.waits_for, problem.id)

    @invariant()
    def what_is_saved_is_what_is_loaded(self) -> None:
        text = notation.to_text(self.document)
        again = notation.from_text(text)
        assert again == self.document
        assert notation.to_text(again) == text

    @invariant()
    def full_names_are_unique(self) -> None:
        names = [line.name for line in outline(self.analysis)]
        assert len(names) == len(set(names))
        if not self.analysis.problems:
            layers = flatten(self.analysis)
            assert len({layer.name for layer in layers}) == len(layers)

    @invariant()
    def a_trusted_graph_is_sound(self) -> None:
        graph = self.document.graph
        assert type(graph)(graph) == graph

    def teardown(self) -> None:
        end = self.document
        while self.history.redo_label is not None:
            end = self.history.redo()
        while self.history.undo_label is not None:
            self.history.undo()
        assert self.document is self.start
        while self.history.redo_label is not None:
            self.history.redo()
        assert self.document is end
        carried = analyze(end.graph, self.analysis)
        facts_of.cache_clear()
        inside.cache_clear()
        _assert_same(carried, analyze(end.graph))


def _values(declared: Attribute) -> st.SearchStrategy[Any]:
    """Values that are mostly legal, and some that no attribute has."""
    strange = st.sampled_from([-1, None, "wrong", 10**30, (1, 2, 3), float("inf")])
    if declared.kind is bool:
        return st.booleans()
    if declared.kind is float:
        return st.one_of(st.floats(0.0, 1.0), strange)
    if declared.kind is tuple:
        return st.one_of(st.tuples(st.integers(1, 6), st.integers(1, 20), st.integers(1, 20)), strange)
    if declared.kind is Side:
        return st.one_of(st.integers(0, 5), st.tuples(st.integers(0, 5), st.integers(0, 5)), strange)
    if declared.kind is int:
        return st.one_of(st.integers(0, 8), strange)
    if isinstance(declared.kind, type) and issubclass(declared.kind, Operator):
        return pieces
    return strange


def _assert_same(one: Analysis, other: Analysis) -> None:
    assert one.graph == other.graph
    assert list(one.rows.items()) == list(other.rows.items())
    assert list(one.problems.items()) == list(other.problems.items())
    assert one.totals == other.totals


TestEditing = Editing.TestCase
TestEditing.settings = settings(
    settings.default,
    max_examples=min(50, settings.default.max_examples),
    stateful_step_count=min(30, settings.default.stateful_step_count),
)
