"""What is told of a page by what all pages share: whether it is an article, its language, its people. All made up."""

from __future__ import annotations

import json

import pytest

from newsspider.parsing.anypage import AnyPage
from newsspider.parsing.doubts import Doubts
from newsspider.parsing.metadata import Metadata
from newsspider.parsing.page import Page
from newsspider.record.items import Person

TITLE = "<h1>Ferry stays until spring</h1>"
SENTENCES = [f"{word} x the old ferry of the harbour stays where it was until the bridge opens, she said." for word in
             ("One", "Two", "Six", "Ten", "Red", "Sea", "Day", "Sun", "Oak", "Ash")]  # fmt: skip
"""Of one length, so that the share of each is a tenth."""


def read(body, head="", lang="en", url="https://www.harbour.example/a"):
    html = f"<!doctype html><html lang='{lang}'><head>{head}</head><body>{body}</body></html>"
    page = Page(html.encode(), url, [(b"Content-Type", b"text/html; charset=utf-8")])
    return AnyPage(page, Metadata(page), Doubts())


def json_ld(kind="NewsArticle", **thing):
    return f'<script type="application/ld+json">{json.dumps({"@type": kind} | thing)}</script>'


def meta(name, content):
    return f'<meta property="{name}" content="{content}">'


def paragraphs(texts):
    return "".join(f"<p>{text}</p>" for text in texts)


def line(size):
    return f"<p>{'x' * (size - 1)}.</p>"


# -------------------------------------------------------------------------------------------- whether it is an article


@pytest.mark.parametrize(
    ("head", "calls_itself_one"),
    [
        *((meta("og:type", kind), True) for kind in ("article", "Article", "article:news", "video.other", "news")),
        *((meta("og:type", kind), False) for kind in ("website", "", "blog", "profile")),
        (json_ld(), True),
        (json_ld("WebPage"), False),
        ("", False),
    ],
)
def test_a_page_may_say_that_it_is_an_article(head, calls_itself_one):
    got = read(TITLE, head)

    assert got.calls_itself_article is calls_itself_one
    assert got.is_article(is_dated=False) is calls_itself_one


@pytest.mark.parametrize(
    ("body", "is_dated", "is_one"),
    [
        (TITLE + line(300), False, True),
        (TITLE + line(299), False, False),
        (TITLE + line(299), True, True),
        (TITLE + line(30), True, True),
        (TITLE, True, False),
        (line(900), True, False),  # without a headline
        (f"<article>{TITLE}{line(200)}</article>", False, True),
        (f"<article>{TITLE}{line(100)}</article>{line(90)}", False, False),
    ],
)
def test_a_page_is_an_article_with_a_long_text_or_a_dated_one(body, is_dated, is_one):
    assert read(body).is_article(is_dated=is_dated) is is_one


def test_a_list_of_teasers_is_no_article():
    teasers = "".join(f"<div><h3><a href=/{n}>{text[:40]}</a></h3><p>{text * 4}</p></div>" for n, text in
                      enumerate(SENTENCES))  # fmt: skip

    got = read(f"{TITLE}<div>{teasers}</div>")

    assert got.text.prose >= 300
    assert not got.is_article(is_dated=True)


# --------------------------------------------------------------------------------------------------- language and zone


@pytest.mark.parametrize(
    ("title", "declared", "language"),
    [
        ("港口委员会表决", "en", "zh"),
        ("港口委员会表决", "zh-TW", "zh-TW"),
        ("港口委员会表决", "ZH-tw", "ZH-tw"),
        ("港口委員會", "ja", "ja"),  # a headline may have no kana
        ("港口委員會", "ko-KR", "ko-KR"),
        ("The 港 ferry stays", "en", "en"),
        ("新橋の渡し", "en", "ja"),
        ("新橋の渡し", "zh", "ja"),
        ("フェリー", "ja-JP", "ja-JP"),
        ("여객선은 남는다", "en", "ko"),
        ("เรือเฟอร์รี่", "en", "th"),
        ("नाव चलती रहेगी", "en", "hi"),
        ("नाव चालू राहील", "mr-IN", "mr-IN"),
        ("Chuyến phà ở lại", "en", "vi"),
        ("Το φέρι μένει", "en", "el"),
        ("המעבורת נשארת", "en", "he"),
        ("العبارة باقية", "en", "ar"),
        ("کشتی می‌ماند", "fa-IR", "fa-IR"),
        ("Паром остаётся", "en", "ru"),
        ("Пором залишається", "uk", "uk"),
        ("A µ or a № of the ferry", "en", "en"),
        ("Ferry stays", "fr", "fr"),
        ("Ferry stays", "", ""),
    ],
)
def test_the_language_is_that_of_the_letters_of_the_headline_or_what_is_declared(title, declared, language):
    got = read(f"<h1>{title}</h1>{line(400)}", lang=declared)

    assert got.language == language
    assert got.is_chinese is language.lower().startswith("zh")


OFFSET = "2026-01-29T08:00:00+05:30"


@pytest.mark.parametrize(
    ("head", "body", "name"),
    [
        *((json_ld(**{name: OFFSET}), "", "+05:30") for name in
          ("datePublished", "dateModified", "uploadDate", "dateCreated")),
        *((meta(name, OFFSET), "", "+05:30") for name in
          ("article:published_time", "date", "publish-date", "timestamp")),
        ("", f"<time datetime={OFFSET}>x</time>", "+05:30"),
        ("", "<time>x</time>" * 19 + f"<time datetime={OFFSET}>x</time>", "+05:30"),
        ("", "<time>x</time>" * 20 + f"<time datetime={OFFSET}>x</time>", None),
        (meta("description", OFFSET), "", None),
        (json_ld(headline=OFFSET), "", None),
        ("", "", None),
    ],
)  # fmt: skip
def test_the_zone_is_that_of_any_time_of_the_page(head, body, name):
    zone = read(f"{TITLE}{body}{line(400)}", head, url="https://www.harbour.com/a").zone()

    assert (zone and zone.name) == name


def test_the_zone_is_guessed_from_the_language_of_the_headline():
    zone = read(f"<h1>여객선은 남는다</h1>{line(400)}", lang="en", url="https://www.harbour.com/a").zone()

    assert zone.name == "Asia/Seoul"
    assert read(TITLE + line(400), url="https://www.harbour.de/a").zone().name == "Europe/Berlin"


@pytest.mark.parametrize(
    "head",
    [
        meta("og:locale", "en_IN"),
        json_ld(inLanguage="en-IN"),
        meta("og:locale", "en_US") + json_ld(inLanguage=["en-IN"]),
    ],
)
def test_the_zone_is_guessed_from_the_region_that_metadata_names(head):
    assert read(TITLE + line(400), head, url="https://www.harbour.com/a").zone().name == "Asia/Kolkata"


# ------------------------------------------------------------------------------------------------------------ titles


@pytest.mark.parametrize(
    ("title", "is_another"),
    [
        ("Ferry stays until spring", False),
        ("Ferry stays until spring | Harbour Post", False),
        ("FERRY  STAYS until spring – Harbour Post", False),
        ("Ferry stays", True),
        ("Bread wins", True),
        (None, True),
    ],
)
def test_a_title_that_has_the_headline_in_it_says_no_more(title, is_another):
    said = {"title": title, "source": "Post"}
    got = read(f"{TITLE}{line(400)}").another_title(said)

    assert got == (said if is_another else {"source": "Post"})


@pytest.mark.parametrize(
    "head",
    [
        meta("og:title", "Ferry stays until spring"),
        meta("twitter:title", "Ferry stays until spring"),
        json_ld(headline="Ferry stays until spring"),
    ],
)
def test_the_headline_is_the_one_that_is_named(head):
    body = "<h1>The voice of the harbour since 1901</h1><h2>Ferry stays until spring</h2>" + line(400)

    assert read(body, head).title() == {"title": "Ferry stays until spring"}


# ------------------------------------------------------------------------------------------------------------ people


def authors(said, head="", lang="en", masthead="", below="", sources=()):
    got = read(f"{TITLE}{masthead}{line(400)}{below}", head, lang)
    named = [(witness, [Person(name=name) for name in names] if names else None) for witness, names in said]
    return [(witness, [each.name for each in people]) for witness, people in got.authors(named, sources)]


@pytest.mark.parametrize(
    ("name", "lang", "is_person"),
    [
        ("Ada Byron", "en", True),
        ("bell hooks", "en", True),
        ("Jean-Luc Godard", "en", True),
        ("ada-byron", "en", False),  # as addresses have it
        ("Harbour Post", "en", False),
        ("HARBOUR  POST", "en", False),
        ("Harbour Media", "en", False),
        ("Harbour App", "en", False),
        ("北京青年报", "en", True),  # of a page in another language nobody knows what is a name
        ("王乐文", "zh", True),
        ("北京青年报", "zh", False),
        ("北京青年报", "zh-CN", False),
        ("Ada Byron", "zh-CN", True),
        # By which somebody logs in; an office, as JSON-LD says itself.
        ("newsdesk1", "en", False),
        ("desk", "en", False),
        ("Reporter7", "en", False),
        ("Voltaire", "en", True),
        ("Harbour Newsroom", "en", False),
        ("harbour newsroom", "en", False),
        ("newsdesk1", "zh", False),
    ],
)
@pytest.mark.parametrize("witness", ["json-ld", "landmarks"])
def test_a_name_is_that_of_a_person_or_of_the_site(name, lang, is_person, witness):
    head = meta("og:site_name", "Harbour Post") + meta("application-name", "Harbour App")
    office = {"@type": ["Thing", "NewsMediaOrganization"], "name": "Harbour Newsroom"}
    head += json_ld(publisher={"@type": "Organization", "name": "Harbour Media"}, author=[office])
    printed = f"<p>{name}</p>"

    assert authors([(witness, [name]), ("text", ["Grace Hopper"])], head, lang, printed) == (
        [(witness, [name]), ("text", ["Grace Hopper"])]
        if is_person
        else [("text", ["Grace Hopper"]), (witness, [name])]
    )


@pytest.mark.parametrize("office", ["dpa", "AP2", "Harbour Newsroom"])
def test_beside_a_person_an_office_is_named_too(office):
    head = json_ld(author={"@type": "Organization", "name": "Harbour Newsroom"})

    assert authors([("json-ld", ["Ada Byron", office])], head) == [("json-ld", ["Ada Byron", office])]


NAMELESS = "管理员 系统管理员 网站管理员 超级管理员"


@pytest.mark.parametrize(
    ("name", "masthead", "below", "is_author"),
    [
        ("王乐文", "", "", True),
        *((name, "", "", False) for name in
          ("老船长说船", "市委宣传部", "港口科技有限公司", "gk_001", "Ada Byron", "Ada")),
        *((name, f"<p>{name} 2026-01-29</p>", "", True) for name in ("老船长说船", "Ada Byron")),
        ("老船长说船", "", "<p>老船长说船</p>", True),
        ("老船长说船", "", "<h2>评论</h2><p>老船长说船</p>", False),
        ("老船长说船", "<p>老船长说船昨天起航。</p>", "", False),  # a sentence tells of somebody
        ("老船长说船", f"<p>老船长说船{'长' * 75}</p>", "", True),
        ("老船长说船", f"<p>老船长说船{'长' * 76}</p>", "", False),
        *(("gk_001", f"<p>{label}gk_001</p>", "", False) for label in
          ("责任编辑：", "編輯：", "编审 ", "校对/", "来源：", "发布者：", "发布：", "录入：", "上传：", "管理：")),
        *(("老船长说船", f"<p>{label}老船长说船</p>", "", True) for label in
          ("作者：", "编辑部 ", "记者 ", "来源：港 ")),
        *((name, f"<p>作者：{name}</p>", "", False) for name in NAMELESS.split()),
        # A source, or its paper, as far as the names go together.
        *((name, f"<p>{name}</p>", "", False) for name in ("港口日报", "港口日报社", "港口日", "港口日报客户端")),
        ("新港口日报", "<p>新港口日报</p>", "", True),
    ],
)  # fmt: skip
@pytest.mark.parametrize("witness", ["json-ld", "meta"])
def test_a_name_that_only_the_head_has_is_believed_where_it_is_one_or_is_printed(
    name, masthead, below, is_author, witness
):
    head = f'<meta name="author" content="{name}">' if witness == "meta" else ""
    said = [("json-ld", [name])] if witness == "json-ld" and name not in NAMELESS else []
    got = authors(said, head, "zh-CN", masthead, below, ["港口日报"])

    assert [one for each, names in got if each == witness for one in names] == [name] * is_author


@pytest.mark.parametrize(
    ("said", "masthead", "printed"),
    [
        (["Web Desk"], "<p>By Ada Byron and Grace Hopper</p>", ["Ada Byron", "Grace Hopper"]),
        (["Alan Turing"], "<p>Harbour</p><p>By Ada Byron</p>", ["Ada Byron"]),
        (["Web Desk", "Alan Turing"], "<p>Article by</p><p>Ada Byron</p>", ["Ada Byron"]),
        # Who is named by both, in whatever form, or elsewhere around the text; a line that names nobody else.
        (["Ada Byron"], "<p>By Ada Byron and Grace Hopper</p>", None),
        (["Ada King Byron"], "<p>By ADA BYRON</p>", None),
        (["Alan Turing"], "<p>By Ada Byron</p><p>Edited by Alan Turing</p>", None),
        (["Web Desk"], "<p>By Staff</p>", None),
        (["Web Desk"], "<p>Ada Byron</p>", None),
        (["Web Desk"], "", None),
    ],
)
def test_a_line_by_whom_the_article_is_stands_against_json_ld_with_a_doubt(said, masthead, printed):
    got = read(TITLE + masthead + line(400))
    found = got.authors([("json-ld", [Person(name=name) for name in said])])

    named = [(witness, [each.name for each in people]) for witness, people in found]
    assert named == ([] if printed is None else [("masthead", printed)]) + [("json-ld", said)]
    assert got.doubts.fields == (set() if printed is None else {"authors"})


def test_of_people_and_the_site_that_one_witness_names_the_people_are_meant():
    head = meta("og:site_name", "Harbour Post")

    assert authors([("json-ld", ["Harbour Post", "Ada Byron"]), ("text", None)], head) == [("json-ld", ["Ada Byron"])]


def test_the_masthead_and_meta_are_asked_where_no_other_names_people():
    head = meta("og:site_name", "Harbour Post") + '<meta name="author" content="Alan Turing">'
    byline = "<p>By Grace Hopper</p>"

    assert authors([("text", ["Ada Byron"])], head, masthead=byline) == [("text", ["Ada Byron"])]
    assert authors([("json-ld", ["Harbour Post"])], head, masthead=byline) == [
        ("masthead", ["Grace Hopper"]), ("meta", ["Alan Turing"]), ("json-ld", ["Harbour Post"]),
    ]  # fmt: skip
    assert authors([], head) == [("meta", ["Alan Turing"])]
    site = '<meta name="author" content="Harbour Post">' + meta("og:site_name", "Harbour Post")
    site += meta("application-name", "Harbour App")
    assert authors([("json-ld", ["Harbour App"])], site) == [("json-ld", ["Harbour App"]), ("meta", ["Harbour Post"])]


@pytest.mark.parametrize(
    ("said", "named", "more"),
    [
        (["Ada Byron"], "Ada Byron; Grace Hopper", ["Ada Byron", "Grace Hopper"]),
        (["Ada Byron"], "Ada Byron, Alan Turing and Grace Hopper", ["Ada Byron", "Alan Turing", "Grace Hopper"]),
        (["Ada Byron"], "Ada Byron, San Francisco", None),  # may be a place
        (["Ada Byron"], "Ada Byron, Chief Harbour Correspondent", None),
        (["Ada Byron"], "Ada Byron and The Associated Press", None),
        (["Ada Byron"], "Ada Byron & Deutsche Welle", None),
        (["Ada Byron"], "Ada Byron & Harbour Post & Alan Turing", ["Ada Byron", "Alan Turing"]),
        (["ADA BYRON"], "Ada Byron and Grace Hopper", ["Ada Byron", "Grace Hopper"]),
        (["Ada Byron"], "Ada Byron, Harbour Post, Business", None),  # no people
        (["Ada Byron"], "Ada Byron", None),
        (["Ada Byron", "Grace Hopper"], "Ada Byron", None),
        (["Ada Byron"], "Alan Turing, Grace Hopper", None),
    ],
)
def test_all_whom_meta_names_are_authors_where_json_ld_has_some_of_them(said, named, more):
    head = meta("og:site_name", "Harbour Post") + f'<meta name="author" content="{named}">'

    assert authors([("json-ld", said)], head) == [*([("meta", more)] if more else []), ("json-ld", said)]
    assert authors([("text", said)], head) == [("text", said)]


@pytest.mark.parametrize(
    ("name", "is_kept"),
    [("北京青年报", True), ("港口日报", False), ("新港口网", False), ("港口大桥", True), ("第一港口", False)],
)
def test_of_a_chinese_page_the_site_and_a_source_are_no_authors(name, is_kept):
    """港口日报 is the source, 新港口网 the site by metadata, 第一港口 by the tab; 港口大桥 is in the title."""
    head = meta("og:site_name", "新港口网") + "<title>港口大桥通车 - 第一港口</title>"

    assert authors([("landmarks", [name])], head, "zh", sources=["港口日报"]) == [("landmarks", [name])] * is_kept


@pytest.mark.parametrize(
    ("witness", "role", "is_author"),
    [("text", "通讯员", True), ("text", "记者", False), ("landmarks", "通讯员", False), ("json-ld", "通讯员", False)],
)
def test_a_short_name_beside_a_chinese_one_is_that_of_a_helper_whom_the_text_names(witness, role, is_author):
    got = read(f"{TITLE}{line(400)}", "", "zh")
    people = [Person(name="王乐文", role="记者"), Person(name="港宣", role=role)]

    (found,) = got.authors([(witness, people)], [])

    assert [each.name for each in found[1]] == ["王乐文", *["港宣"] * is_author]


@pytest.mark.parametrize("name", ["harbour7", "desk", "Harbour Post"])
def test_a_line_that_names_a_person_is_believed_before_one_with_a_name_to_log_in_or_the_site_s(name):
    head = meta("og:site_name", "Harbour Post")
    marked, byline = f"<p><a rel=author href=/x>{name}</a></p>", "<p class=author>Ada Byron</p>"

    assert authors([], head, masthead=marked) == [("masthead", [name])]
    assert authors([], head, masthead=marked + byline) == [("masthead", ["Ada Byron"])]


CHINESE = [f"第{n}段说港口委员会周二晚间表决，保留运行了九十年的老渡轮，票价不变。" for n in "一二三四五六七八"]


@pytest.mark.parametrize(
    ("at", "names"),
    [
        *(((n,), ["王乐文"]) for n in (0, 1, 5, 6, 7)),
        *(((n,), None) for n in (2, 3, 4)),
        ((0, 7), ["王乐文"]),
    ],
)
def test_the_first_two_and_the_last_three_paragraphs_may_name_a_reporter(at, names):
    texts = [*CHINESE]
    for n in at:
        texts[n] += "（记者方敏）" if n == 7 and len(at) > 1 else "（记者王乐文）"
    said = read(f"<h1>渡轮不停</h1><div>{paragraphs(texts)}</div>", lang="zh").body()

    assert ([each.name for each in said["authors"]] if "authors" in said else None) == names


# ---------------------------------------------------------------------------------------------- against another text


def against(others, page=SENTENCES, said=SENTENCES):
    got = read(f"{TITLE}<div>{paragraphs(page)}</div>", json_ld(articleBody=" ".join(said)))
    return got.against(others).get("paragraphs")


OTHER = ["A baker of the old town has won the national prize for rye bread, for the third time in five years."]


@pytest.mark.parametrize(
    ("others", "page", "is_heard"),
    [
        (OTHER, SENTENCES, True),
        ([], SENTENCES, True),
        ([text.replace("ferry", "bread") for text in SENTENCES], SENTENCES, True),
        (SENTENCES, SENTENCES, False),
        (SENTENCES[:9], SENTENCES, False),  # give or take a tenth
        (SENTENCES[:8], SENTENCES, True),
        (SENTENCES[:5], SENTENCES, True),
        ([*SENTENCES, OTHER[0][:80]], SENTENCES, False),
        ([*SENTENCES, *OTHER, *OTHER], SENTENCES, True),
        (OTHER, SENTENCES[:9], True),
        (OTHER, SENTENCES[:7], False),
    ],
)
def test_the_main_text_stands_against_another_where_json_ld_has_it_too(others, page, is_heard):
    assert against(others, page) == (page if is_heard else None)


@pytest.mark.parametrize(("size", "is_heard"), [(100, True), (99, False)])
def test_a_text_in_json_ld_is_of_a_length(size, is_heard):
    text = "x" * (size - 1) + "."

    assert against([], [text], [text]) == ([text] if is_heard else None)


def test_a_choice_that_may_be_another_puts_the_body_in_doubt():
    got = read(TITLE + line(149))
    got.body()

    assert got.doubts.fields == {"body_text"}
    assert got.doubts.warnings[0].startswith("body_text: there is hardly any text")
