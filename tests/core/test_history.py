"""Undo and redo against the plainest model of them: two stacks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from explorer.core.document import Document
from explorer.core.history import History

actions = st.lists(st.sampled_from(["apply", "undo", "redo", "save", "seal", "drag"]), max_size=40)


@given(actions)
def test_history_is_two_stacks(taken: list[str]) -> None:
    start = Document("start")
    history = History(start)
    before: list[Document] = []
    after: list[Document] = []
    shown, saved, merging = start, start, False
    for number, action in enumerate(taken):
        if action in ("apply", "drag"):
            new = Document(str(number))
            history.apply(f"edit {number}", new, "drag" if action == "drag" else "")
            if not (action == "drag" and merging and shown is not saved):
                before.append(shown)
            shown, after, merging = new, [], action == "drag"
        elif action == "undo" and before:
            after.append(shown)
            shown, merging = before.pop(), False
            history.undo()
            history.seal()
        elif action == "redo" and after:
            before.append(shown)
            shown, merging = after.pop(), False
            history.redo()
            history.seal()
        elif action == "save":
            saved = shown
            history.mark_saved()
        elif action == "seal":
            merging = False
            history.seal()
        assert history.document is shown
        assert history.modified == (shown is not saved)
        assert (history.undo_label is not None) == bool(before)
        assert (history.redo_label is not None) == bool(after)


def test_undo_all_is_the_very_start_and_redo_all_the_very_end() -> None:
    start = Document()
    history = History(start)
    for number in range(50):
        history.apply(f"edit {number}", Document(str(number)))
    end = history.document
    for number in reversed(range(50)):
        assert history.undo_label == f"edit {number}"
        history.undo()
    assert history.undo() is start
    for number in range(50):
        assert history.redo_label == f"edit {number}"
        history.redo()
    assert history.redo() is end


def test_a_dragged_slider_is_one_step() -> None:
    start = Document()
    history = History(start)
    for number in range(10):
        history.apply("set stride", Document(str(number)), merge="stride")
    history.seal()
    history.apply("set stride", Document("again"), merge="stride")
    assert history.undo().name == "9"
    assert history.undo() is start


def test_a_drag_after_undo_does_not_swallow_the_step_before() -> None:
    history = History(Document())
    history.apply("set stride", Document("one"), merge="stride")
    history.apply("other", Document("two"))
    history.undo()
    history.apply("set stride", Document("three"), merge="stride")
    history.undo()
    assert history.document.name in ("one", "untitled")
    assert history.undo().name == "untitled"


def test_a_drag_across_a_save_keeps_the_saved_state_in_reach() -> None:
    history = History(Document())
    history.apply("set stride", Document("saved"), merge="stride")
    history.mark_saved()
    history.apply("set stride", Document("later"), merge="stride")
    assert history.modified
    assert history.undo().name == "saved"
    assert not history.modified


def test_the_same_state_is_no_step() -> None:
    start = Document()
    history = History(start)
    history.apply("nothing", start)
    assert history.undo_label is None
    assert not history.modified


def test_a_recovered_document_is_modified_from_the_start() -> None:
    history = History(Document())
    history.mark_unsaved()
    assert history.modified
