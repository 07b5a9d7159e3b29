"""Pages that look like an article and are none, by what a reader sees there; all of them are made up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsspider import sites
from newsspider.parsing.unparsed import UnparsedPageError
from newsspider.parsing.walls import is_wall

SEEN = datetime(2026, 11, 29, 12, tzinfo=UTC)
TITLES = {
    "zh": ["渡轮班次明年增加", "老城停车费调整", "港口灯光秀恢复", "图书馆延长开放"],
    "en": ["Ferry gets two more boats", "Old town levy explained", "Harbour lights are back", "Library opens late"],
}
SAID = {
    "zh": "市政府星期五上午在旧市政厅举行会议，讨论港口大桥的修复工程，附近居民都可以来旁听，会议开到下午三点。",
    "en": "The council voted on Thursday to expand the ferry service, adding two boats and hours until midnight.",
}
ITEMS = {
    "title, text": "<div><h3><a href='{url}'>{title}</a></h3><p>{said}</p></div>",
    "title, text, date": "<div><h3><a href='{url}'>{title}</a></h3><p>{said}</p><span>2026-11-2{n} 10:15</span></div>",
    "title, date, text": "<div><h3><a href='{url}'>{title}</a></h3><span>2026-11-2{n} 10:15</span><p>{said}</p></div>",
    "date, title, text": "<div><span>2026-11-2{n} 10:15</span><h3><a href='{url}'>{title}</a></h3><p>{said}</p></div>",
    "title, text, source": (
        "<li><h3><a href='{url}'>{title}</a></h3><p>{said}</p><p>来源：江城日报 2026-11-2{n} 10:15 评论(3)</p></li>"
    ),
    "title, text with a link": "<li><h3><a href='{url}'>{title}</a></h3><p>{said}<a href='{url}'>[详细]</a></p></li>",
    "text, link to more": (
        "<div><h3>{title}</h3><p>{said}</p><span>2026-11-2{n}</span> <a href='{url}'>Read more</a></div>"
    ),
    "picture, title, text": (
        "<li><a href='{url}'><img src='/{n}.jpg'></a><h3><a href='{url}'>{title}</a></h3><p>{said}</p></li>"
    ),
}


def parse(body, title="News", lang="en"):
    page = f"<html lang='{lang}'><head><title>{title}</title></head><body>{body}</body></html>"
    headers = [(b"content-type", b"text/html; charset=utf-8")]
    return sites.load("news").parse(page.encode(), "https://www.gazette.example/c/25950.html", headers, SEEN)


def items(form, lang, count=4):
    shown = enumerate(TITLES[lang][:count])
    return "".join(
        form.format(title=title, said=f"{SAID[lang][:-1]} {n}{SAID[lang][-1]}", n=n, url=f"/2026/11/2{n}/story-{n}")
        for n, title in shown
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("count", [2, 4])
@pytest.mark.parametrize("form", ITEMS)
def test_a_list_of_articles_is_none(form, count, lang):
    with pytest.raises(UnparsedPageError):
        parse(f"<h1>News</h1>{items(ITEMS[form], lang, count)}", lang=lang)


def test_a_list_below_what_it_is_about_is_none():
    about = "<p>Joan Whitfield has written about the harbour, its ferries and lights for the Gazette since 1998.</p>"

    with pytest.raises(UnparsedPageError):
        parse(f"<h1>Joan Whitfield</h1>{about}{items(ITEMS['title, text'], 'en')}")
    with pytest.raises(UnparsedPageError):
        parse(f"<h1>Joan Whitfield</h1>{about}{items('<h2><a href={url}>{title}</a></h2><p>{said}</p>', 'en')}")


@pytest.mark.parametrize(
    "between",
    [
        "",
        "<p class=more><a href='/2026/11/20/other-{n}'>Read also: what happened at the harbour</a></p>",
        "<h2>What comes next {n}</h2>",
        "<figure><a href='/{n}.jpg'><img src='/{n}.jpg'></a></figure>",
    ],
)
def test_an_article_with_links_between_its_paragraphs_is_one(between):
    text = "".join(
        f"<p>{SAID['en']} ({n})</p><p>{SAID['en']} ({n} again)</p>{between.format(n=n)}" for n in range(4)
    )
    by = "<p>By <a href='/authors/ada'>Ada Byron Lovelace</a></p><time datetime='2026-11-20T08:00:00Z'>20 Nov</time>"

    got = parse(f"<article><h1>Ferry gets two more boats</h1>{by}{text}</article>")

    assert len(got.paragraphs) >= 8


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("opening", "is_one"), [("p", True), ("div", False)])
def test_an_article_about_several_is_one_that_begins_in_a_paragraph_beside_theirs(opening, is_one, lang):
    form = "<p><a href='{url}'>{title}: {n}</a></p><p>{said}</p>"
    begun = f"<{opening}>{SAID[lang][:-1]}: {SAID[lang]}</{opening}><p>{TITLES[lang][0]}</p>"
    page = f"<h1>{TITLES[lang][1]}</h1><p>2026-11-28 10:15</p><div>{begun}{items(form, lang)}</div>"

    if is_one:
        assert len(parse(page, lang=lang).paragraphs) > 4
    else:
        with pytest.raises(UnparsedPageError):
            parse(page, lang=lang)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_short_article_below_its_author_and_above_another_is_one(lang):
    by, other = "<p><a href='/authors/ada'>Ada Byron Lovelace</a></p>", "<h3><a href='/a-2'>Harbour lights</a></h3>"
    body = f"{by}<p>{SAID[lang]}</p>{other}<p>{SAID[lang][:-1]}?</p>"

    assert parse(f"<article><h1>Ferry gets two more boats</h1>{body}</article>", lang=lang).paragraphs


PROSE = (
    "<p>We and our 842 partners store and access information on a device, such as identifiers, and process data for "
    "advertising and for the measurement of content.</p><p>You can change your choices at any time by the link at the "
    "bottom of each page, and some partners do not ask for what you think of it at all, which is their own affair.</p>"
)
WALLS = [
    "Before you continue", "Before you continue to the Gazette",
    "Checking your browser before accessing gazette.example.", "Just a moment...", "Attention Required!",
    "Page not found", "Sorry, the page you are looking for could not be found", "404", "Error 404",
    "403 Forbidden", "Access denied", "Are you a robot?", "Verify you are human", "We value your privacy",
    "Sign in to continue", "Please enable JavaScript", "Service unavailable", "Seite nicht gefunden",
    "Accès refusé", "页面不存在", "抱歉，您访问的页面不存在", "该文章已被删除", "安全验证", "请登录后继续查看",
    "系统提示", "访问受限",
]  # fmt: skip


@pytest.mark.parametrize("title", WALLS)
@pytest.mark.parametrize("site", ["", " | The Gazette", " - 江城网"])
def test_a_page_in_the_place_of_an_article_is_none(title, site):
    with pytest.raises(UnparsedPageError):
        parse(f"<h1>{title}</h1>{PROSE}", title=f"{title}{site}")
    with pytest.raises(UnparsedPageError):
        parse(f"<h1>The Gazette</h1>{PROSE}", title=f"{title}{site}")


@pytest.mark.parametrize(
    "title",
    [
        "404 boats left the harbour", "Not found guilty", "Sign in the harbour is lit again, 40 years on",
        "Access to the harbour is denied to no one", "We value your privacy, says the minister",
        "Cookies for Christmas",
        "市民登录新平台办事", "找不到工作的年轻人", "被删除的十年", "安全验证码骗局调查",
    ],
)  # fmt: skip
def test_an_article_about_such_a_page_is_one(title):
    assert not is_wall(title)
    assert parse(f"<h1>{title}</h1>{PROSE}", title=title).title == title


def test_a_page_that_calls_itself_an_article_is_one_whatever_its_title():
    typed = '<meta property="og:type" content="article">'

    assert parse(f"{typed}<h1>Page not found</h1>{PROSE}").title == "Page not found"


@pytest.mark.parametrize(("blanks", "is_one"), [(0, True), (1, False)])
def test_a_title_is_looked_at_up_to_a_length(blanks, is_one):
    """What stands behind the bound is not seen, and "Page not foun" is no wall."""
    assert is_wall(" " * (120 - len("Page not found") + blanks) + "Page not found") == is_one
