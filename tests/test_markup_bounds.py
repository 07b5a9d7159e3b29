"""Markup that would hold up the parser is refused before it goes in, and no other."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from newsspider.parsing import markup, page
from newsspider.parsing.markup import MarkupError, read_html
from newsspider.parsing.unparsed import UnparsedPageError
from newsspider.sites.kankanews import SITE

FEW = 50
URL = "https://www.kankanews.com/detail/LMwVGgj402z"


@pytest.fixture(autouse=True)
def small_bounds(monkeypatch):
    """Bounds below which no input is a burden."""
    monkeypatch.setattr(markup, "_NEVER_LONG", 100)
    monkeypatch.setattr(markup, "MAX_ATTRIBUTES", FEW)
    monkeypatch.setattr(markup, "MAX_MARKUP", 1 << 20)


def names(number: int, form: str = "a{}") -> str:
    return " ".join(form.format(each) for each in range(number))


SPACE, NOTHING, SLASH = " ", "", "/"
DOUBLE, SINGLE, SPACED = 'a{}=">"', "a{}='>'", "a{} = '>'"
STATE = json.dumps(['<p class="a">b</p>'] * 900)
PADDED = 'title="' + "x" * markup._LONG + '" '
PADDING = "x='" + "x" * markup._LONG + "'"
BEYOND = {
    "names": f"<p {PADDED}{names(FEW)}>",
    "values": f"<p {PADDED}{names(FEW, 'a{}=1')}>",
    "quoted values": f"<p {PADDED}{names(FEW, DOUBLE)}>",
    "other quotes": f"<p {names(FEW, SINGLE)} {PADDING}>",
    "spaces": f"<p {names(FEW, SPACED)} {PADDING}>",
    "no spaces": f"<p {PADDED}{names(FEW, DOUBLE).replace(SPACE, NOTHING)}>",
    "slashes": f"<p {PADDED}{names(FEW).replace(SPACE, SLASH)}>",
    "capitals": f"<P {PADDED}{names(FEW, 'A{}')}>",
    "ends in one value": f'<p a=">>" {names(FEW)} {PADDING}>',
    "a value in another line": f'<p a=\n">" {names(FEW)} {PADDING}>',
    "a value behind a tab": f"<p a=\t'>' {names(FEW)} {PADDING}>",
    "no end": f"<p {PADDED}{names(FEW)}",
    "a tag in a value": f"""<p title="<script a='>'">x</p><p {names(FEW, DOUBLE)} {PADDING}>""",
    "a script in a comment": f"<!-- <script> --><p {PADDED}{names(FEW)}>",
    "several tags": f"<p {PADDED}{names(FEW // 2)}></p>" * 3,
    "a tag in what looks like a value": f"""<!-- <a b=" --><p {names(FEW)} {PADDING}>" """,
}


@pytest.mark.parametrize("name", BEYOND)
def test_tags_of_too_many_attributes_are_refused(name):
    with pytest.raises(MarkupError, match=f"more than {FEW} attributes in long tags"):
        read_html(BEYOND[name].encode())


ORDINARY = """<p class="a" title='it is "so"'>x &gt; y > z</p><br/><a href=b>it's</a>""" * 200


@pytest.mark.parametrize("behind", [ORDINARY, "> \"'=" * 900, "='>>>>" * 900, ""])
@pytest.mark.parametrize("name", BEYOND)
def test_they_are_found_wherever_they_stand(name, behind):
    with pytest.raises(MarkupError, match="attributes in long tags"):
        read_html(f"{ORDINARY}{BEYOND[name]}{behind}".encode())


def test_a_tag_is_long_from_the_last_byte_on():
    read_on = "<p a" + f"='>' {names(FEW + 1)} ".ljust(markup._LONG, "x")

    with pytest.raises(MarkupError, match="attributes in long tags"):
        read_html(read_on.encode())


@pytest.mark.parametrize(("bytes_less", "is_refused"), [(0, True), (1, False)])
def test_attributes_of_several_tags_add_up_where_each_is_long(bytes_less, is_refused):
    tag = "<p a" + f"='>' {names(FEW // 2 + 1)} ".ljust(markup._LONG - bytes_less, "x") + ">"

    if is_refused:
        with pytest.raises(MarkupError, match="attributes in long tags"):
            read_html((tag * 2).encode())
    else:
        assert len(read_html((tag * 2).encode()))


@pytest.mark.parametrize(("more", "is_refused"), [(-1, False), (1, True)])
def test_so_many_attributes_are_read(monkeypatch, more, is_refused):
    monkeypatch.undo()
    markup_ = b"<p" + b" ab=1" * (markup.MAX_ATTRIBUTES + more) + b">one"

    if is_refused:
        with pytest.raises(MarkupError, match="more than 20,000 attributes"):
            read_html(markup_)
    else:
        assert "".join(read_html(markup_).itertext()) == "one"


@pytest.mark.parametrize(("more", "is_refused"), [(0, False), (1, True)])
def test_attributes_whose_values_look_like_the_end_of_a_tag_count_once(more, is_refused):
    tag = f"<p {names(FEW - 1 + more, DOUBLE)} {PADDING}>"

    if is_refused:
        with pytest.raises(MarkupError, match="attributes in long tags"):
            read_html(tag.encode())
    else:
        assert len(read_html(tag.encode()))


def test_long_tags_in_values_of_one_tag_add_up():
    within = f"<i {names(FEW // 2)} " + "x" * markup._LONG
    tag = f"<p {PADDED} a='{within}' b='{within}'>"

    with pytest.raises(MarkupError, match="attributes in long tags"):
        read_html(tag.encode())


def test_as_much_markup_as_may_be_is_read():
    assert len(read_html(b"x" * (1 << 20)))


def test_too_much_markup_is_refused():
    with pytest.raises(MarkupError, match="1,048,577 bytes, more than 1,048,576"):
        read_html(b"x" * ((1 << 20) + 1))


WITHIN = {
    "a picture in an address": "<img src='data:image/png;base64," + "iVBORw0KGgo/" * 9000 + "' alt='a'>",
    "a state in an attribute": f"<div data-page='{STATE}'>x</div>",
    "an escaped state": "<div data-page='" + STATE.replace("<", "&lt;").replace(">", "&gt;") + "'>x</div>",
    "a script": "<script>for(i=0;i<n;i++){x='<b>'+y+'</b>';if(a<b)z()}</script>" * 900,
    "a state in a script": f"<script>state={json.dumps(['https:__cdn.example_a'] * 900)}</script>",
    "handlers": """<a onclick="if (a > b) { c('d') }" href='#'>x</a>""" * 900,
    "many tags": '<p class="a" id=b hidden>x</p>' * 900,
    "comparisons": """<script>if (x == "<b> ">y) z</script>""" * 900,
    "text": 'a < b, and "c" isn\'t > d. ' * 900,
}


@pytest.mark.parametrize("name", WITHIN)
def test_what_pages_hold_is_read(name):
    assert len(read_html(WITHIN[name].encode()))


def test_such_a_page_is_an_unparsed_page_with_its_reason():
    with pytest.raises(UnparsedPageError, match=f"{URL}: the markup has more than {FEW} attributes"):
        SITE.parse(BEYOND["names"].encode(), URL, [], datetime(2026, 1, 30, tzinfo=UTC))


def test_ordinary_bounds_are_far_from_ordinary_pages(monkeypatch):
    monkeypatch.undo()

    assert markup.MAX_ATTRIBUTES >= 10_000
    assert markup.MAX_MARKUP >= 16 << 20


def test_thousands_of_hidden_elements_are_dropped_at_once():
    """What stands behind them stays; a megabyte of them took minutes."""
    root = read_html(b"<p>a" + b"<b hidden style='display:none'>x</b>b" * 15_000 + b"</p>")

    assert page.drop_hidden(root) == "x" * 15_000
    assert [block.line for block in page.outline(root)] == ["a" + "b" * 15_000]
