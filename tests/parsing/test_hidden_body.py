"""The body that a page hides until a script shows it. All pages here are made up."""

from __future__ import annotations

import pytest

from newsspider.parsing.hiddenbody import hidden_body
from newsspider.parsing.page import Page
from newsspider.parsing.unparsed import UnparsedPageError
from tests.test_any_page import EN, URL, UTF8, ZH, article, html, paragraphs

HIDES = ("style='visibility: hidden; opacity: 0; '", "style='display:none'", "hidden")
REST = [f"{text[:-1]}, once more." for text in EN]
TELLS = "the page hides it from its readers until a script shows it"


def told(got):
    return [each for each in got.provenance.warnings if TELLS in str(each)]


@pytest.mark.parametrize("hides", HIDES)
@pytest.mark.parametrize(("texts", "lang"), [(EN, "en"), (ZH * 2, "zh")])
def test_a_hidden_text_is_the_article_of_a_page_that_has_no_other(hides, texts, lang):
    shown = "<p>Open in the app</p><p>Ada Lovelace</p>"
    body = f"<div class=content id=js_content {hides}><p hidden>Not this one.</p>{paragraphs(texts)}</div>"
    got = article(html(f"<h1>Ferry stays until spring</h1>{shown}{body}<p>Read the original</p>", lang=lang))

    assert got.paragraphs == texts
    assert told(got)
    assert "body_text" in got.provenance.doubts


@pytest.mark.parametrize("hides", HIDES)
def test_beside_a_text_that_is_shown_it_is_none_of_it(hides):
    got = article(html(f"<h1>Ferry stays</h1><div>{paragraphs(EN)}</div><div {hides}>{paragraphs(EN * 5)}</div>"))

    assert got.paragraphs == EN
    assert not told(got)


@pytest.mark.parametrize("hides", HIDES)
@pytest.mark.parametrize(
    "fold",
    [
        "REST<button>Continue reading</button>",
        "<button>Continue reading</button>REST",
        "REST<div><button>+</button></div>",
        "REST<a class=more>展开全文</a>",
    ],
)
def test_the_rest_of_a_text_that_folds_is_part_of_it(fold, hides):
    content = f"{paragraphs(EN)}{fold.replace('REST', f'<div {hides}>{paragraphs(REST)}</div>')}"
    got = article(html(f"<article><h1>Ferry stays</h1><div class=content>{content}</div></article>"))

    assert got.paragraphs == [*EN, *REST]
    assert told(got)
    assert "body_text" in got.provenance.doubts


@pytest.mark.parametrize(
    "content",
    [
        f"{paragraphs(EN)}<div hidden>{paragraphs(REST)}</div>",  # nobody unfolds it
        f"{paragraphs(EN)}<div hidden>{paragraphs(EN)}</div>",  # the same again
        f"{paragraphs(EN)}<div hidden><p class=offer>{'</p><p class=offer>'.join(REST)}</p></div>",
        f"{paragraphs(EN)}<div hidden><div>{'</div><div>'.join(REST)}</div></div>",
        f"{paragraphs(EN)}<ul></ul><div hidden>{paragraphs(REST)}</div>",
        f"<div>{paragraphs(EN)}</div><p></p><div hidden>{paragraphs(REST)}</div>",
        f"{paragraphs(EN)}<div hidden class=login>{paragraphs(REST)}</div>",
        f"{paragraphs(EN)}<div hidden>{paragraphs(REST[:1])}</div>",
    ],
)
def test_what_else_is_hidden_below_a_text_is_none_of_it(content):
    button = "" if content.endswith(f"<div hidden>{paragraphs(REST)}</div>") else "<button>More</button>"

    assert article(html(f"<article><h1>Ferry stays</h1><div>{content}{button}</div></article>")).paragraphs == EN


@pytest.mark.parametrize(
    "hidden",
    [
        "<div class=modal hidden>{}</div>",
        "<div class=login hidden>{}</div>",
        "<aside><div hidden>{}</div></aside>",
        "<div role=dialog><div hidden>{}</div></div>",
        "<nav hidden>{}</nav>",
        "<div hidden>{}</div><div hidden>{}</div><div hidden>{}</div>",
    ],
)
def test_menus_dialogs_and_one_of_several_boxes_are_no_body(hidden):
    page = html(f"<h1>Ferry stays until spring</h1><p>It stays.</p>{hidden.replace('{}', paragraphs(EN))}")

    with pytest.raises(UnparsedPageError):
        article(page)


@pytest.mark.parametrize(("size", "is_body"), [(300, True), (299, False)])
def test_a_hidden_body_has_some_prose(size, is_body):
    page = html(f"<h1>Ferry stays until spring</h1><div hidden><p>{'x' * (size - 1)}.</p></div>")

    if is_body:
        assert len(article(page).paragraphs) == 1
    else:
        with pytest.raises(UnparsedPageError):
            article(page)


@pytest.mark.parametrize(("shown", "hidden", "is_body"), [(149, 596, True), (149, 595, False), (150, 900, False)])
def test_what_is_shown_beside_it_is_hardly_a_text(shown, hidden, is_body):
    page = Page(html(f"<p>{'y' * (shown - 1)}.</p><div hidden><p>{'x' * (hidden - 1)}.</p></div>"), URL, UTF8)
    page.drop_hidden(hidden_body)

    assert (page.hidden_body is not None) is is_body
