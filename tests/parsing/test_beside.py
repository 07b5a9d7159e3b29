"""Which boxes stand beside an article by their names, by their exact share of its prose. All pages here are made up."""

from __future__ import annotations

import pytest

from newsspider.parsing.beside import ENOUGH, Beside
from newsspider.parsing.page import Page
from newsspider.parsing.weighed import WeighedOutline
from tests.parsing.test_odd_pages import sentence


class Boxes:
    """The boxes of a page without a headline, and which of them stand beside its article."""

    def __init__(self, body: str) -> None:
        page = Page(f"<body>{body}</body>".encode(), "https://www.harbour.example/", [])
        self.outline = WeighedOutline(page)
        self.beside = Beside(self.outline, page.root, [], None)
        self.blocks = {block.element.get("id"): block for block in self.outline.blocks}

    def has(self, name: str) -> bool:
        return self.beside.has(self.blocks[name])

    def keep(self, prose: int) -> bool:
        for name in self.blocks:
            self.has(name)
        return self.beside.keep_misnamed(prose)


def p(name: str, size: int) -> str:
    return f"<p id={name}>{sentence(size)}</p>"


@pytest.mark.parametrize(("size", "kept"), [(250, False), (300, False), (301, True), (600, True)])
def test_of_several_misnamed_boxes_those_of_more_than_half_of_the_most_are_kept(size, kept):
    boxes = Boxes(f"<div class=sidebar>{p('a', 600)}</div><div class=related>{p('b', size)}</div>" + p("c", 200))
    assert (boxes.has("a"), boxes.has("b"), boxes.has("c")) == (True, True, False)

    assert boxes.keep(200)
    assert (boxes.has("a"), boxes.has("b"), boxes.has("c")) == (False, not kept, False)


@pytest.mark.parametrize(("size", "kept"), [(250, False), (300, False), (301, True)])
def test_within_a_misnamed_box_another_of_more_than_half_of_it_is_kept(size, kept):
    inner = f"<div class=related>{p('b', size)}</div>"
    boxes = Boxes(f"<div class=sidebar>{p('a', 600 - size)}{inner}</div>{p('c', 200)}{p('d', 200)}")

    assert boxes.keep(200)
    assert (boxes.has("a"), boxes.has("b")) == (False, not kept)


@pytest.mark.parametrize(("prose", "kept"), [(200, True), (201, False), (0, True)])
def test_misnamed_box_has_three_times_the_prose_of_the_rest(prose, kept):
    assert Boxes(f"<div class=sidebar>{p('a', 600)}</div>{p('b', 300)}").keep(prose) == kept


@pytest.mark.parametrize(("size", "kept"), [(ENOUGH, True), (ENOUGH - 1, False)])
def test_misnamed_box_has_the_prose_of_an_article(size, kept):
    assert Boxes(f"<div class=sidebar>{p('a', size)}</div>{p('b', 300)}").keep(0) == kept


@pytest.mark.parametrize(("name", "share"), [("sidebar", 0.7), ("card", 0.25)])
def test_box_with_such_a_share_of_the_prose_is_the_article_whatever_it_is_called(name, share):
    size = int(1000 * share)
    for more, is_beside in ((0, False), (4, True)):
        boxes = Boxes(f"<div class={name}>{p('a', size)}</div>{p('b', 1000 - size + more)}")
        assert boxes.has("a") == is_beside


def test_paragraphs_of_a_weak_class_are_no_boxes():
    lines = "".join(f"<p class=card id=a{n}>{sentence(100)}</p>" for n in range(6))
    boxes = Boxes(f"{lines}<div class=x>{p('b', 3000)}</div>")

    assert not boxes.keep(0)
    assert boxes.has("a0")


def test_boxes_of_a_strong_class_are_kept_one_by_one():
    lines = "".join(f"<div class=sidebar>{p(f'a{n}', 100)}</div>" for n in range(6))
    boxes = Boxes(f"{lines}{p('b', 100)}")

    assert not boxes.keep(100)


def test_boxes_of_two_weak_classes_are_not_counted_together():
    cards = "".join(f"<div class=card>{p(f'a{n}', 100)}</div><div class=info>{p(f'b{n}', 100)}</div>" for n in range(3))
    boxes = Boxes(cards + p("c", 110))

    assert not boxes.keep(110)  # 330 would be enough


def test_boxes_that_are_all_too_large_to_be_beside_are_nothing_to_keep():
    boxes = Boxes("".join(f"<div class=card>{p(f'a{n}', 300)}</div>" for n in range(3)))

    assert not boxes.keep(900)
    assert not boxes.has("a0")


@pytest.mark.parametrize("name", ["author-bio", "authorBox box", "about-author", "contributor-card", "writer__bio"])
@pytest.mark.parametrize(("size", "is_beside"), [(690, True), (700, False)])
def test_the_life_of_an_author_stands_beside_an_article_of_which_it_is_seven_tenths(name, size, is_beside):
    assert Boxes(f"<div class='{name}'>{p('a', size)}</div>{p('c', 1000 - size)}").has("a") == is_beside


@pytest.mark.parametrize("name", ["author", "authors", "card", "profile"])
def test_one_word_of_these_says_so_weakly(name):
    assert not Boxes(f"<div class={name}>{p('a', 300)}</div>{p('c', 700)}").has("a")
