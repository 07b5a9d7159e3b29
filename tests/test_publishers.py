"""Pages as the programs of well-known kinds of publishers make them. Every page and every name here is made up.

Of each the record must have the title, the minute, the names and the whole text, and no line that stands beside it.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from newsspider.parsing import datalayer, headings
from tests.test_any_page import EN, ZH, article, html, json_ld, paragraphs

BODY = paragraphs(ZH)
TEXT = paragraphs(EN)
TITLE = "渡轮明年春天前继续运行"


class Printed(NamedTuple):
    page: str
    authors: list[str]
    at: str = "2026-01-29T18:30"
    lang: str = "zh-CN"
    head: str = ""
    title: str = TITLE
    source: str | None = None


def zh(above, below="", names=(), first="", **others):
    return Printed(f"{above}<div class='con'>{first}{BODY}{below}</div>", list(names), **others)


PAGES = {
    "an agency: year, day and clock in boxes of their own": zh(
        "<div class='time'><span class='year'><em> 2026</em></span> <span class='day'><em>01</em>/<em>29</em></span>"
        f" <span> 18:30:12</span></div><div>来源：新港网</div><h1><span>{TITLE}</span></h1>",
        "<p>【纠错】</p><div>【责任编辑:周明】</div>",
        source="新港网",
    ),
    "a portal: a label in the headline, a place behind the source": zh(
        f"<h1>{TITLE} <span class='tag'><span>原创</span></span></h1><div><span>2026-01-29 18:30</span>"
        "<span>来源:</span><a href='/a'>港口日报</a><span>发布于：海城</span></div>",
        "<p>返回首页</p>",
        source="港口日报",
    ),
    "a portal: a place and a button behind the source": zh(
        f"<h1>{TITLE}</h1><div>2026-01-29 18:30:12　来源: <a href='/m'>港口日报</a>海城 <a href='/j'>举报</a></div>",
        source="港口日报",
    ),
    "a paper of Singapore: a word behind the name": zh(
        f"<h1>{TITLE}</h1><h4>发布 / 2026年1月29日 18:30</h4><div class='article-byline'><a href='/r'>王乐文</a> "
        "<a href='/x'>报道</a></div>",
        names=["王乐文"],
    ),
    "a paper of the stock market: a statement and its application at the end": zh(
        f"<h1>{TITLE}</h1><div><span>来源：港口证券报</span><span>作者：王乐文</span>"
        "<span>2026-01-29 18:30</span></div>",
        "<p>声明：港口证券报力求信息真实，文章提及内容仅供参考，不构成投资建议</p>"
        "<p>下载“港口证券报”官方APP，或关注微信公众号，即可了解股市动态。</p>",
        ["王乐文"],
        source="港口证券报",
    ),
    "a party paper: source and time in one line, the editor in brackets at the end": zh(
        f'<div class="col"><h1>{TITLE}</h1><div class="author">本报记者 王乐文 方 敏</div>'
        '<div class="channel"><div class="col-1-1">2026年01月29日18:30 | 来源：<a href="/">港口网</a>222</div>'
        "</div></div>",
        '<div class="edit">(责编：李伟、周明)</div><p>分享让更多人看到</p>',
        ["王乐文", "方敏"],
    ),
    "an agency: dateline with reporters in brackets": zh(
        "<div class='head'><div class='time'>2026-01-29 18:30:12</div><div>来源：新港社</div><h1>"
        f"<span>{TITLE}</span></h1></div>",
        "<p>【纠错】 【责任编辑:周明】</p>",
        ["王乐文", "方敏"],
        "<p>新港社海城1月29日电（记者王乐文、方敏）港口委员会今天宣布了这一决定，市民表示欢迎。</p>",
    ),
    "a portal: cut line, copyright and QR code at the end": zh(
        f'<h1 class="main-title">{TITLE}</h1><div class="date-source"><span class="date">2026年01月29日 18:30</span>'
        '<span class="source">港口晚报</span></div>',
        "<p>责任编辑：周明 SN226</p><p>【版权声明】本文版权归港口网所有，未经授权，不得转载，违者必究。</p>"
        "<p>未经授权禁止转载</p><p>扫码关注港口网公众号</p><p>特别声明：以上内容为自媒体平台用户上传并发布，本平台仅提供信息存储服务。</p>",
    ),
    "collected and written by": zh(
        f"<h1>{TITLE}</h1><p>2026-01-29 18:30 港口新闻</p>",
        "<p>采写：港口日报记者 王乐文 实习生 方敏</p>",
        ["王乐文", "方敏"],
    ),
    "written and photographed by": zh(f"<h1>{TITLE}</h1><p>2026-01-29 18:30</p>", "", ["王乐文"], "<p>图文/王乐文</p>"),
    "text and pictures": zh(f"<h1>{TITLE}</h1><p>2026-01-29 18:30</p>", "<p>文/图 王乐文</p>", ["王乐文"]),
    "news of this paper, with the reporter in brackets": zh(
        f"<h1>{TITLE}</h1><p>2026-01-29 18:30</p>",
        "",
        ["王乐文"],
        "<p>本报讯（记者 王乐文）港口委员会宣布了这一决定，市民欢迎。</p>",
    ),
    "news of this paper, reporter and correspondent": zh(
        f"<h1>{TITLE}</h1><p>2026-01-29 18:30</p>",
        "",
        ["王乐文", "方敏"],
        "<p>本报讯(记者王乐文 通讯员方敏)港口委员会宣布了这一决定，市民欢迎。</p>",
    ),
    "a paper of Taiwan": zh(
        f"<h1>{TITLE}</h1><span class='time'>2026/01/29 18:30</span>",
        "<p>不用抽 不用搶 現在用APP看新聞 保證天天中獎 點我下載APP</p>",
        ["王樂文"],
        "<p>〔記者王樂文／海城報導〕港口委員會宣布了這一決定，市民歡迎。</p>",
        lang="zh-Hant-TW",
    ),
    "a paper of Taiwan: paper, reporter and place beside the time": zh(
        f"<h1>{TITLE}</h1><section><span>2026-01-29 18:30</span> <span>港口報／ 記者<a href='/r/1'>王樂文"
        "</a>／海城報導</span></section>",
        "",
        ["王樂文"],
        lang="zh-Hant-TW",
    ),
    "a magazine: author label beside the time": zh(
        f"<h1>{TITLE}</h1><div class='info'><span>作者：王乐文</span><span>发自：海城</span>"
        "<span>2026-01-29 18:30:00</span></div>",
        "",
        ["王乐文"],
    ),
    "a magazine: reporter, editor": zh(
        f"<h1>{TITLE}</h1><div class='name'>港口新闻记者 王乐文</div><div>2026-01-29 18:30 来源：港口新闻</div>",
        "<p>责任编辑：周明 图片编辑：李伟</p><p>校对：张燕</p>"
        "<p>港口新闻报料：021-962866</p><p>港口新闻，未经授权不得转载</p>",
        ["王乐文"],
    ),
    "a business daily: (reporter NAME) at the end": zh(
        f"<h1>{TITLE}</h1><div><span>2026-01-29 18:30</span></div>", "<p>（作者：王乐文 编辑：方敏）</p>", ["王乐文"]
    ),
    "author above the text with a colon of full width": zh(
        f"<h1>{TITLE}</h1><div>2026-01-29 18:30</div><p>撰文：王乐文</p><p>编辑：方敏</p>", "", ["王乐文"]
    ),
    "special correspondent of a paper": zh(
        f"<h1>{TITLE}</h1><div>2026-01-29 18:30</div>", "<p>【港口时报驻海城特约记者 王乐文】</p>", ["王乐文"]
    ),
    "reporters of a paper as the first line": zh(
        f"<h1>{TITLE}</h1><div>2026-01-29 18:30</div>", "", ["王乐文"], "<p>21世纪港口报道记者王乐文 海城报道</p>"
    ),
}


@pytest.mark.parametrize("printed", PAGES.values(), ids=PAGES.keys())
def test_chinese_page(printed):
    got = article(html(printed.page, f"<title>{printed.title}_港口网</title>{printed.head}", printed.lang))

    assert got.title == printed.title
    assert got.published_at.isoformat()[:16] == printed.at
    assert [each.name for each in got.authors] == printed.authors
    assert printed.source in (None, got.source and got.source.name)
    assert [each for each in got.paragraphs if each in ZH] == ZH
    assert [each for each in got.paragraphs if each not in ZH and not each.endswith(("欢迎。", "歡迎。"))] == []


def west(lang, title, masthead, names, below="", head="", at="2026-01-29T18:30", heading=""):
    page = f"<main><article><h1>{heading or title}</h1>{masthead}<div class='text'>{TEXT}{below}</div></article></main>"
    return Printed(page, names, at, lang, head, title)


STAMP = "2026-01-29T18:30:00"
WEST = {
    "Italian, di": west(
        "it",
        "Il traghetto resta",
        f"<span>di Anna Bianchi</span><time datetime='{STAMP}+01:00'>29 gennaio</time>",
        ["Anna Bianchi"],
    ),
    "Italian, a cura di": west(
        "it",
        "Il traghetto resta",
        f"<p>a cura di Anna Bianchi</p><time datetime='{STAMP}+01:00'>29 gennaio</time>",
        ["Anna Bianchi"],
    ),
    "German, von with a place": west(
        "de",
        "Fähre bleibt",
        f"<p>Von Käthe Müller, Hamburg</p><time datetime='{STAMP}+01:00'>29. Januar</time>",
        ["Käthe Müller"],
    ),
    "German, eine Analyse von": west(
        "de",
        "Fähre bleibt",
        "<p>Eine Analyse von Käthe Müller und Jan Koch</p><p>29. Januar 2026, 18:30 Uhr</p>",
        ["Käthe Müller", "Jan Koch"],
    ),
    "German, aus": west(
        "de", "Fähre bleibt", "<p>Aus Hamburg berichtet Käthe Müller</p><p>29.01.2026, 18.30 Uhr</p>", ["Käthe Müller"]
    ),
    "French, par with a paper": west(
        "fr",
        "Le bac reste",
        "<p>Par Élise Martin (avec AFP)</p><p>Publié le 29 janvier 2026 à 18h30</p>",
        ["Élise Martin"],
    ),
    "French, par with correspondents": west(
        "fr",
        "Le bac reste",
        "<p>Par <a href='/a'>Élise Martin</a> (Brest, correspondante)</p>"
        "<p>Publié le 29 janvier 2026 à 18h30, modifié à 20h10</p>",
        ["Élise Martin"],
    ),
    "English, agency behind the name": west(
        "en-GB",
        "Ferry stays",
        "<p>By Ada Lovelace, Associated Press</p><p>29 January 2026, 18:30 GMT</p>",
        ["Ada Lovelace"],
    ),
    "English, reporter in city": west(
        "en-GB",
        "Ferry stays",
        f"<div class='byline'>Ada Lovelace in Paris</div><time datetime='{STAMP}Z'>29 January</time>",
        ["Ada Lovelace"],
    ),
    "English, By in sections": west(
        "en-GB",
        "Ferry stays",
        "<p class='text-sm'>By Ada Lovelace, in <a href='/n'>News</a>, <a href='/p'>Portugal"
        "</a> · 29 January 2026, 18:30</p>",
        ["Ada Lovelace"],
    ),
    "English, names in boxes side by side": west(
        "en-GB",
        "Ferry stays",
        "<div class='article-byline'><span>Ada Lovelace</span> <span>Grace Hopper</span></div>"
        f"<time datetime='{STAMP}Z'>29 January</time>",
        ["Ada Lovelace", "Grace Hopper"],
    ),
    "Spanish": west(
        "es-ES", "El ferry sigue", "<p>Por María Gómez</p><p>29 de enero de 2026 18:30</p>", ["María Gómez"]
    ),
    "Spanish, capitals and a city": west(
        "es-ES",
        "El ferry sigue",
        "<div class='a_md_a'><a class='a_md_a_n' href='/autor/m/'>María Gómez</a></div>"
        f"<div class='a_md_f'>Madrid - <time datetime='{STAMP}+01:00'><a>29 ene 2026 - 18:30 CET</a></time></div>",
        ["María Gómez"],
    ),
    "Portuguese": west(
        "pt-BR",
        "A balsa fica",
        "<p>Por João Silva, g1 — São Paulo</p><p>29/01/2026 18h30 Atualizado há 2 horas</p>",
        ["João Silva"],
    ),
    "Russian": west(
        "ru", "Паром остаётся", "<div>Автор: Иван Петров</div><div>29 января 2026, 18:30</div>", ["Иван Петров"]
    ),
    "Korean": west(
        "ko",
        "나룻배는 계속 다닌다",
        "<p>입력 2026.01.29. 18:30 수정 2026.01.29. 20:00</p><p>홍길동 기자</p>",
        ["홍길동"],
    ),
    "Japanese": west("ja", "渡し船は春まで続く", "<p>2026年1月29日 18時30分</p><p>山田太郎</p>", []),
    "German, a label before the headline": west(
        "de",
        "Fähre bleibt",
        "<p>29.01.2026, 18.30 Uhr</p>",
        [],
        heading="<span>Nahverkehr</span><span>Fähre bleibt</span>",
    ),
    "Korean, an address and a notice at the end": west(
        "ko",
        "나룻배는 계속 다닌다",
        "<p>송고시간 2026-01-29 18:30</p><p>홍길동 기자</p>",
        ["홍길동"],
        "<p>hong@post.example</p><p>&lt;저작권자(c) 항구통신, 무단 전재-재배포 금지&gt;</p>",
    ),
    "Dutch": west("nl", "Veerboot blijft", "<p>Door: Jan de Vries</p><p>29 januari 2026 18:30</p>", ["Jan de Vries"]),
    "Polish": west("pl", "Prom zostaje", "<p>Autor: Jan Kowalski</p><p>29 stycznia 2026, 18:30</p>", ["Jan Kowalski"]),
    "Turkish": west(
        "tr", "Vapur kalıyor", "<p>Ayşe Yılmaz</p><p>29.01.2026 - 18:30 | Son Güncelleme: 29.01.2026 - 20:00</p>", []
    ),
    "time two boxes down": west(
        "en-GB",
        "Ferry stays",
        f"<div><span class='posted-on'><span>Posted on <time datetime='{STAMP}+02:00'>January 29, 2026"
        "</time></span></span></div>",
        [],
    ),
    "two blanks in a time": west(
        "de",
        "Fähre bleibt",
        f"<p>Von Käthe Müller<br><time datetime='{STAMP}+01:00'>Do  29 Jan 2026</time></p>",
        ["Käthe Müller"],
    ),
    "a blog in hAtom": west(
        "de",
        "Fähre bleibt",
        f"<p>By Käthe Müller | Published: <abbr class='published' title='{STAMP}+0100'>29. Januar 2026</abbr> | "
        "3 Kommentare</p>",
        ["Käthe Müller"],
    ),
    "an abbreviation that has no time, before one that has": west(
        "de",
        "Fähre bleibt",
        f"<p><abbr class='published'>Do</abbr> <time datetime='{STAMP}+01:00'>29. Januar</time></p>",
        [],
    ),
    "a link to all that the author wrote": west(
        "de",
        "Fähre bleibt",
        f"<p><time datetime='{STAMP}+01:00'>29. Januar</time></p>",
        ["Käthe Müller"],
        "<aside><a rel='author' href='/author/km'>Zeige alle Beiträge von Käthe Müller →</a></aside>"
        "<footer><a rel='author' href='/author/km'>SHOW ALL ARTICLES OF<b>Käthe Müller</b></a></footer>",
    ),
    "people who comment": west(
        "en-GB",
        "Ferry stays",
        f"<span itemprop='author'>Ada Lovelace</span><time datetime='{STAMP}Z'>29 January</time>",
        ["Ada Lovelace"],
        "<footer id='comments'><span itemprop='author'>Rose</span></footer>"
        "<footer itemscope itemtype='https://schema.org/UserComments'><span itemprop='creator'>Jack</span></footer>",
    ),
    "degrees": west(
        "en-GB",
        "Ferry stays",
        "<p class='byline'>By Ada Lovelace, PhD, and Grace Hopper, M.D.</p>"
        f"<time datetime='{STAMP}Z'>29 January</time>",
        ["Ada Lovelace", "Grace Hopper"],
    ),
    "names given apart": west(
        "en",
        "Ferry stays",
        "",
        ["Ada Lovelace"],
        head=json_ld(
            **{
                "@type": "NewsArticle",
                "headline": "Ferry stays",
                "datePublished": f"{STAMP}Z",
                "author": {"@type": "Person", "givenName": "Ada", "familyName": "Lovelace"},
            }
        ),
    ),
    "the time in a data layer alone": west(
        "de",
        "Fähre bleibt",
        "<p>Von Käthe Müller</p>",
        ["Käthe Müller"],
        head=f"<meta name='date' content='2026-01-29'><script>ga({{pubdate: '{STAMP}+01:00', x: ''}})</script>",
    ),
    "a clock with the offset of a template": west(
        "en",
        "Ferry stays",
        f"<meta itemprop='datePublished' content='{STAMP}+00:00'>",
        [],
        head=(
            f"<meta property='article:published_time' content='{STAMP}-04:00'>"
            f"<meta name='datepublished' content='{STAMP}+00:00'>"
        ),
    ),
}


@pytest.mark.parametrize("printed", WEST.values(), ids=WEST.keys())
def test_page_in_another_language(printed):
    got = article(
        html(printed.page, f"<title>{printed.title} | Harbour</title>{printed.head}", printed.lang),
        "https://www.harbour.example/2026/ferry",
    )

    assert got.title == printed.title
    assert got.published_at is not None
    assert got.published_at.isoformat()[:16] == printed.at
    assert [each.name for each in got.authors] == printed.authors
    assert got.paragraphs == EN


@pytest.mark.parametrize(
    ("lang", "above", "below", "raw"),
    [
        ("de", "", "<ul><li>Wissen</li><li>29.01.2026</li><li>Drucken</li></ul>", "29.01.2026"),
        ("", "", "<p>29.01.2026</p>", "29.01.2026"),
        ("fr", "", "<p>Par Élise Martin le 29 janvier 2026</p>", "29 janvier 2026"),
        ("en", "<p>Jan 29, 2026</p>", "<p>Subscribe</p>", "Jan 29, 2026"),
        ("en", "<p>Thursday, 29 Jan 2026</p>", "<p>29 January 2026</p>", "29 January 2026"),
        ("en", "<p>Harbour News of Jan 30, 2026</p>", "", None),
        ("en", "<p>Jan 30, 2026</p><p>Home</p>", "", None),
        ("en", "", f"<p>On 29 January 2026 {'the council met ' * 6}again</p>", None),
    ],
)
def test_day_without_a_clock_is_kept_as_it_is_printed(lang, above, below, raw):
    got = article(html(f"{above}<h1>Ferry stays</h1>{below}<div>{TEXT}</div>", "<title>Ferry stays</title>", lang))

    assert (got.published_at, got.published_raw) == (None, raw)
    assert any(each.startswith("published_at: printed only to the day") for each in got.provenance.warnings) is bool(
        raw
    )


def test_day_without_a_clock_gives_way_to_a_time_in_a_line_below():
    page = f"<h1>Ferry stays</h1><p>29.01.2026</p><p>29. Januar 2026, 18:30 Uhr</p><div>{TEXT}</div>"
    page_of_change = f"<h1>Ferry stays</h1><p>29.01.2026</p><p>Aktualisiert: 30.01.2026, 18:30 Uhr</p><div>{TEXT}</div>"

    assert article(html(page, "<title>Ferry stays</title>", "de")).published_at.isoformat()[:16] == "2026-01-29T18:30"
    changed = article(html(page_of_change, "<title>Ferry stays</title>", "de"))
    assert (changed.published_raw, changed.modified_at.isoformat()[:16]) == ("29.01.2026", "2026-01-30T18:30")


@pytest.mark.parametrize(
    "label",
    [
        "Leave a comment",
        "Schreibe einen Kommentar",
        "Hinterlasse einen Kommentar",
        "Kommentare",
        "Uncategorized",
        "Freitag",
    ],
)
def test_label_in_the_place_of_a_name_is_no_author(label):
    page = f"<article><h1>Ferry stays</h1><div class='author'>{label}</div>{TEXT}</article>"

    assert article(html(page, "<title>Ferry stays</title>")).authors == []


def test_clock_that_a_template_calls_utc_is_in_the_zone_that_another_names():
    printed = WEST["a clock with the offset of a template"]

    got = article(html(printed.page, printed.head))

    assert got.published_at.isoformat() == f"{STAMP}-04:00"
    assert "published_at" in got.provenance.doubts


def test_time_in_scripts_is_not_believed_where_they_say_two():
    scripts = f"<script>a={{publishDate: '{STAMP}Z'}}; b={{publishDate: '2026-01-28T08:00:00Z'}}</script>"
    page = f"<article><h1>Ferry stays</h1>{TEXT}</article>"

    assert article(html(page, f"<title>Ferry stays</title>{scripts}")).published_at is None
    day = f"<title>Ferry stays</title><meta name='date' content='2026-01-29'>{scripts}"
    assert article(html(page, day)).published_at.isoformat() == f"{STAMP}+00:00"


@pytest.mark.parametrize(("most", "found"), [(3, True), (2, False)])
def test_times_in_scripts_are_looked_at_up_to_a_number(monkeypatch, most, found):
    monkeypatch.setattr(datalayer, "MAX_TIMES", most)
    scripts = f"<script>a=['2026-01-01T08:00:00Z','2026-01-02T08:00:00Z'];b={{publishDate:'{STAMP}Z'}}</script>"
    page = f"<article><h1>Ferry stays</h1>{TEXT}</article>"

    got = article(html(page, f"<title>Ferry stays</title>{scripts}"))

    assert (got.published_at is not None) is found


@pytest.mark.parametrize(("most", "title"), [(2, "Ferry stays"), (1, "NewsFerry stays")])
def test_a_headline_is_made_of_so_many_elements(monkeypatch, most, title):
    monkeypatch.setattr(headings, "_MAX_PARTS", most)
    page = f"<article><h1><span>News</span><span>Ferry stays</span></h1>{TEXT}</article>"

    assert article(html(page, "<title>Ferry stays | Harbour</title>")).title == title
