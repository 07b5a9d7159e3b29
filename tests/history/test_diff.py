"""The diff of two texts: what a reader is shown, and that nothing of either text is lost."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsspider.history import diff as module
from newsspider.history import words as words_module
from newsspider.history.diff import BREAK, DiffBlock, diff, diff_line
from newsspider.history.words import words

if TYPE_CHECKING:
    from collections.abc import Sequence

OPENING = "今天(1月9日)上午,上海市大调研总结和推进会在上海展览中心举行。"
MEETING = "市委副书记尹弘在会上总结2018年全市大调研工作情况。市领导周波、翁祖亮、周慧琳出席。"
ACCIDENT = "事故造成4人受伤,其中1人伤势较重,已送往瑞金医院救治。"
CLOSING = "经常性走下去,是做好各项工作的基本功。"
TEXT = [OPENING, MEETING, ACCIDENT, CLOSING]


@pytest.fixture(params=["dictionary", "rule"])
def _words(request, monkeypatch):
    """Words by the dictionary and by the rule: with the extra and without."""
    if request.param == "rule":
        monkeypatch.setattr(words_module, "_cutter", lambda: words_module._BY_RULE.findall)
    else:
        pytest.importorskip("rjieba")


def show(blocks: list[DiffBlock]) -> list[str]:
    """Blocks that are not the same, in wdiff's notation, each behind its kind."""
    marks = {"same": "{}", "deleted": "[-{}-]", "inserted": "{{+{}+}}"}
    return [
        f"{block.kind}: " + "".join(marks[span.operation].format(span.text) for span in block.spans)
        for block in blocks
        if block.kind != "same"
    ]


def changed(old: str, new: str) -> list[str]:
    return show(diff(TEXT, [paragraph.replace(old, new) for paragraph in TEXT]))


@pytest.mark.usefixtures("_words")
class TestReadsWell:
    def test_a_number(self):
        assert changed("4人受伤", "16人受伤") == [
            "changed: 事故造成[-4-]{+16+}人受伤,其中1人伤势较重,已送往瑞金医院救治。"
        ]

    def test_a_sentence_that_was_added(self):
        assert changed("救治。", "救治。目前伤者情况稳定。") == [f"changed: {ACCIDENT}{{+目前伤者情况稳定。+}}"]

    def test_a_sentence_that_was_taken_out_at_the_start(self):
        assert show(diff(["天晴。天阴。"], ["天阴。"])) == ["changed: [-天晴。-]天阴。"]

    def test_a_sentence_in_the_middle_ends_where_it_ends(self):
        assert show(diff(["天晴。天阴。"], ["天晴。天雨。天阴。"])) == ["changed: 天晴。{+天雨。+}天阴。"]

    def test_a_paragraph_that_was_added_taken_out_or_moved(self):
        new = "气象部门预计,明后两天本市将有一次明显降温过程。"

        assert show(diff(TEXT, [OPENING, new, MEETING, ACCIDENT, CLOSING])) == [f"inserted: {{+{new}+}}"]
        assert show(diff(TEXT, [OPENING, ACCIDENT, CLOSING])) == [f"deleted: [-{MEETING}-]"]
        assert show(diff(TEXT, [OPENING, CLOSING, MEETING, ACCIDENT])) == [
            f"moved_here: {CLOSING}",
            f"moved_away: {CLOSING}",
        ]

    def test_a_paragraph_that_was_divided_or_joined(self):
        first, second = MEETING.split("。", 1)

        assert show(diff(TEXT, [OPENING, f"{first}。", second, ACCIDENT, CLOSING])) == [
            f"changed: {first}。{{+{BREAK}+}}"
        ]
        assert show(diff(TEXT, [OPENING, MEETING + ACCIDENT, CLOSING])) == [f"changed: {MEETING}[-{BREAK}-]{ACCIDENT}"]

    def test_a_paragraph_that_was_written_anew_is_not_cut_to_pieces(self):
        new = "气象部门预计,明后两天本市将有一次明显降温过程,最低气温在零下三度。"

        (line,) = show(diff(TEXT, [OPENING, new, ACCIDENT, CLOSING]))

        assert line.count("[-") == line.count("{+") == 1

    def test_width_and_space_make_no_difference(self):
        assert show(diff(["看看新闻：（上海 讯）今天"], ["看看新闻:(上海讯)今天"])) == []

    def test_a_headline(self):
        spans = diff_line("国务院决定:免去曾国卫职务", "国务院决定:任命曾国卫职务")

        assert [(span.operation, span.text) for span in spans] == [
            ("same", "国务院决定:"),
            ("deleted", "免去"),
            ("inserted", "任命"),
            ("same", "曾国卫职务"),
        ]


def test_a_change_does_not_divide_a_word_of_the_dictionary():
    pytest.importorskip("rjieba")

    assert changed("瑞金医院", "华山医院") == [
        "changed: 事故造成4人受伤,其中1人伤势较重,已送往[-瑞金医院-]{+华山医院+}救治。"
    ]
    assert changed("翁祖亮、周慧琳", "周慧琳、徐泽洲") == [
        f"changed: {MEETING.replace('翁祖亮、周慧琳', '[-翁祖亮、-]周慧琳{+、徐泽洲+}')}"
    ]


text = st.text(st.sampled_from("上海市的了。，,ab1 \u3000:："), max_size=30)
texts = st.lists(text.filter(str.strip), max_size=6)


def key(paragraphs: list[str]) -> str:
    return module._key("".join(paragraphs))


def left_by(moved: list[str], rest: Sequence[str], before: list[str]) -> bool:
    return sorted(key([each]) for each in (*moved, *rest)) == sorted(key([each]) for each in before)


@pytest.mark.usefixtures("_words")
class TestLosesNothing:
    @settings(deadline=None)  # the first text waits for the dictionary
    @given(texts, texts)
    def test_of_the_later_text(self, before, after):
        blocks = [block for block in diff(before, after) if block.kind != "moved_away"]
        spans = [span for block in blocks for span in block.spans if span.operation != "deleted"]

        assert key([span.text for span in spans]).replace(BREAK, "") == key(after)

    @settings(deadline=None)  # the first text waits for the dictionary
    @given(texts, texts)
    @example(["1", "11111111", "11111111"], ["11111111", "1", "11111111"])
    def test_of_the_earlier_text(self, before, after):
        blocks = [block for block in diff(before, after) if block.kind not in ("moved_here", "moved_away")]
        moved = [block.spans[0].text for block in diff(before, after) if block.kind == "moved_away"]
        spans = [span for block in blocks for span in block.spans if span.operation != "inserted"]

        # Of paragraphs that say the same, it may be any that moved.
        rests = {key(rest) for rest in combinations(before, len(before) - len(moved)) if left_by(moved, rest, before)}
        assert key([span.text for span in spans]).replace(BREAK, "") in rests

    @settings(deadline=None)  # the first text waits for the dictionary
    @given(texts)
    def test_of_a_text_that_did_not_change(self, paragraphs):
        assert [block.kind for block in diff(paragraphs, paragraphs)] == ["same"] * len(paragraphs)

    @settings(deadline=None)  # the first text waits for the dictionary
    @given(text)
    def test_of_a_line_in_words(self, line):
        assert "".join(words(line)) == line


HOSTILE = {
    "one word again and again": (["上海" * 300_000], ["海上" * 300_000]),
    "thirty thousand paragraphs": ([f"s{n}" for n in range(30_000)], [f"s{2 * n}" for n in range(30_000)]),
    "every second word the same": ([" s u".join(map(str, range(60_000)))], [" s v".join(map(str, range(60_000)))]),
    "marks alone": (["x" + "、。" * 100_000 + "y"], ["x" + "、。" * 100_100 + "z"]),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_texts_are_compared_in_bounded_time(case):
    """Without bounds each of these would take from minutes to days."""
    before, after = HOSTILE[case]

    assert any(block.kind != "same" for block in diff(before, after))


def test_what_is_too_long_to_compare_is_replaced_between_its_first_and_last_difference():
    middle = "".join(f"s{n % 7} " for n in range(9_000))

    (block,) = diff([f"{middle}旧。{middle}旧。{middle}"], [f"{middle}新。{middle}新。{middle}"])

    assert [span.operation for span in block.spans] == ["same", "deleted", "inserted", "same"]
    assert block.spans[1].text == f"旧。{middle}旧"


@pytest.mark.parametrize(
    ("texts", "allowed"),
    [
        ((["ab"] * 2, ["ab"] * 2), [True, False]),  # four pairs, and none is left
        ((["ab", "cd"], ["ab", "cd"]), [True, True, False]),
        ((["ab"] * 5, ["ab"]), [False]),
        ((["。"] * 9, ["。"] * 9), [True] * 9),  # no match begins with a mark
        ((["a"] * 5, ["a"]), [False]),  # and with a letter one does
        ((["ab"], ["cd"]), [True] * 9),
    ],
)
def test_pairs_of_equal_words_are_paid_for(texts, allowed, monkeypatch):
    monkeypatch.setattr(module, "_MAX_PAIRS", 4)
    budget = module._Budget()

    assert [budget.allows(*texts) for _ in allowed] == allowed


@pytest.mark.parametrize(
    ("texts", "allowed"),
    [
        ((["ab", "cd"], ["ab", "cd"]), [True, False]),  # of each two words, two may match: four
        ((["ab", "cd"], ["ab"]), [True, True, False]),
        ((["ab", "ab", "ab"], ["ab", "ab"]), [False]),  # of three all may match
    ],
)
def test_words_that_are_looked_at_are_paid_for(texts, allowed, monkeypatch):
    monkeypatch.setattr(module, "_MAX_STEPS", 4)
    budget = module._Budget()

    assert [budget.allows(*texts) for _ in allowed] == allowed


@pytest.mark.parametrize(
    ("words", "matched"),
    [
        (["字"] * 244, True), (["字"] * 245, False),  # 60,000 pairs
        ([str(n) for n in range(10_000, 12_235)], True), ([str(n) for n in range(10_000, 12_236)], False),
    ],
    ids=["244 equal", "245 equal", "2,235 of 2,237 match", "2,236 of 2,238 match"],
)  # fmt: skip
def test_texts_are_matched_up_to_what_takes_a_second(words, matched):
    hunks = module._opcodes(["一", *words, "二"], ["三", *words, "四"], module._Budget())

    assert any(hunk.same for hunk in hunks) is matched


def spans(before: str, after: str) -> list[tuple[str, str]]:
    return [(span.operation, span.text.strip()) for span in diff_line(before, after)]


@pytest.mark.parametrize(
    ("size", "kept"),
    [(7, True), (8, False)],  # two letters, and four times as many are more than seven of a change
)
def test_word_or_two_between_longer_changes_are_the_same_by_chance(size, kept):
    x, a, b, c, d = "x" * 40, *(letter * size for letter in "abcd")
    told = [("same", x), ("deleted", a), ("inserted", b), ("same", "to"), ("deleted", c), ("inserted", d)]

    assert spans(f"{x} {a} to {c}", f"{x} {b} to {d}") == (
        told if kept else [("same", x), ("deleted", f"{a} to {c}"), ("inserted", f"{b} to {d}")]
    )
    assert spans(f"{x} {a} too {c}", f"{x} {b} too {d}")[3] == ("same", "too")  # three letters are no chance
    assert ("same", "to") in spans(f"{x} aa to {c}", f"{x} bb to {d}")  # nor beside a short change


@pytest.mark.parametrize(
    ("sizes", "kept"),
    [((7, 7), True), ((8, 8), False), ((7, 8), False), ((8, 7), False)],  # three of ten letters are enough
)
def test_line_that_keeps_less_than_three_tenths_is_another(sizes, kept):
    a, b = "a" * sizes[0], "b" * sizes[1]

    assert spans(f"xyz {a}", f"xyz {b}") == (
        [("same", "xyz"), ("deleted", a), ("inserted", b)]
        if kept
        else [("deleted", f"xyz {a}"), ("inserted", f"xyz {b}")]
    )


def test_three_letters_are_the_same_between_changes_of_any_length_and_a_mark_between_two_is_not():
    x, a, b, c, d = "x" * 60, *(letter * 20 for letter in "abcd")

    assert ("same", "too") in spans(f"{x} {a} too {c}", f"{x} {b} too {d}")
    assert spans(f"{x} {a}, {c}", f"{x} {b}, {d}") == [("same", x), ("deleted", f"{a}, {c}"), ("inserted", f"{b}, {d}")]


def test_paragraph_is_another_by_what_it_keeps_itself():
    before, after = (
        ["xyz aaaaaaaa。", f"{MEETING}{OPENING}"],
        ["xyz bbbbbbbb。", f"{MEETING}{OPENING}".replace("今天", "昨天")],
    )
    first, second = (block.spans for block in diff(before, after))

    assert [(span.operation, span.text) for span in first] == [
        ("deleted", "xyz aaaaaaaa"), ("inserted", "xyz bbbbbbbb"), ("same", "。")
    ]  # fmt: skip
    assert {span.operation for span in second} == {"same", "deleted", "inserted"}


@pytest.mark.parametrize(("paragraph", "moved"), [("一二三四五六七八", True), ("一二三四五六七。。", False)])
def test_paragraph_of_eight_letters_is_known_again_elsewhere(paragraph, moved):
    kinds = [block.kind for block in diff([paragraph, OPENING, MEETING], [OPENING, MEETING, paragraph])]

    assert kinds == (["moved_away", "same", "same", "moved_here"] if moved else ["deleted", "same", "same", "inserted"])


def test_paragraph_that_stands_twice_in_one_text_has_not_moved():
    kinds = {
        block.kind for block in diff([ACCIDENT, OPENING, MEETING], [OPENING, MEETING, ACCIDENT, CLOSING, ACCIDENT])
    }

    assert kinds == {"deleted", "same", "inserted"}


def test_what_is_the_same_is_shown_as_it_stands_today():
    (block,) = diff(["看看新闻：　好"], ["看看新闻:好"])
    assert (block.kind, block.spans[0].text) == ("same", "看看新闻:好")
    assert "".join(text for operation, text in diff_line("看看：甲", "看看:乙") if operation == "same") == "看看:"


LONG = [OPENING, MEETING, CLOSING]


def test_paragraph_that_stands_twice_in_both_texts_has_not_moved():
    kinds = {block.kind for block in diff([ACCIDENT, ACCIDENT, *LONG], [*LONG, ACCIDENT, ACCIDENT])}

    assert kinds == {"deleted", "same", "inserted"}


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        ([OPENING], [OPENING.replace("今天", "昨天"), CLOSING], ["changed", "inserted"]),
        ([OPENING, CLOSING], [OPENING.replace("今天", "昨天")], ["changed", "deleted"]),
        ([OPENING, CLOSING, MEETING], [OPENING.replace("今天", "昨天"), MEETING.replace("总结", "介绍")],
         ["changed", "deleted", "changed"]),
        ([OPENING.replace("。", "\n。")], [OPENING.replace("。", "\n！")], ["changed"]),
    ],
)  # fmt: skip
def test_paragraph_of_its_own_is_a_block_of_its_own(before, after, kinds):
    blocks = diff(before, after)

    assert [block.kind for block in blocks] == kinds
    assert [span for block in blocks for span in block.spans if BREAK in span.text] == []


def test_border_that_came_or_went_is_shown():
    halves = [OPENING, MEETING]
    for before, after, operation in (
        ([OPENING + MEETING], halves, "inserted"),
        (halves, [OPENING + MEETING], "deleted"),
    ):
        marked = [span for block in diff(before, after) for span in block.spans if BREAK in span.text]
        assert [(span.operation, span.text) for span in marked] == [(operation, BREAK)]


def test_blank_between_two_words_belongs_to_the_first():
    told = [(span.operation, span.text) for span in diff_line("the old town hall", "the new town hall")]

    assert told == [("same", "the "), ("deleted", "old "), ("inserted", "new "), ("same", "town hall")]


@pytest.mark.parametrize("mark", "。！？!?；;”》，,、：:)）")
def test_what_was_inserted_ends_where_a_sentence_or_a_clause_does(mark):
    (_, inserted, _) = spans(f"今天{mark}我们去上海", f"今天{mark}我们回家{mark}我们去上海")

    assert inserted == ("inserted", f"我们回家{mark}")


def test_what_was_inserted_stays_where_it_is_found_where_no_place_is_better():
    (_, inserted, _) = spans("今天我们去上海", "今天我们回家我们去上海")

    assert inserted == ("inserted", "回家我们")


@pytest.mark.parametrize("number", [1, 2, 300])
def test_what_is_repeated_is_told_as_added_once(number):
    spans = diff_line("哈 " * number + "X", "哈 " * (2 * number) + "X")

    assert "".join(span.text for span in spans if span.operation != "deleted") == "哈 " * (2 * number) + "X"
    assert "".join(span.text for span in spans if span.operation != "inserted") == "哈 " * number + "X"
    assert sum(len(span.text) for span in spans if span.operation == "inserted") == 2 * number
