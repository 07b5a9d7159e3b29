"""The sample's page, printed otherwise: the record must stay, or say what is unknown, and never say something else.

Every variation is made of the reconstructed page, once with the site's class names and metadata (``current``) and once
with nothing but the words that a reader sees (``scrambled``), and names the fields in which the record may differ.
"""

from __future__ import annotations

import re

import pytest

from tests.test_kankanews_parse import golden, page, record

TITLE = golden()["title"]
DATE = golden()["published_raw"]
SOURCE = golden()["source"]["name"]
PARAGRAPHS = golden()["paragraphs"]
NOTICE = golden()["copyright_notice"]
CREDIT = golden()["image_credit"]["raw"]
LAYOUTS = pytest.mark.parametrize("layout", ["current", "scrambled"])
FOLLOWS_FROM_THE_BODY = {"body_text", "blocks", "body_html", "counts", "content_hash", "images"}


def changed(layout, html):
    """Fields in which *html* gives another record than the page of the layout."""
    got, expected = record(html), golden(layout)
    return {name: got[name] for name in expected if name != "provenance" and got[name] != expected[name]}


def warnings(html):
    return record(html)["provenance"]["warnings"]


def insert(html, place, markup):
    """*html* with *markup* before or behind the element that holds a text, as in ``("before", TITLE)``."""
    where, text = place
    found = re.search(rf"<(\w+)[^<>]*>\s*{re.escape(text)}\s*</\1>", html[html.index("<body") :])
    position = html.index("<body") + (found.start() if where == "before" else found.end())
    return html[:position] + markup + html[position:]


def below_title(html, markup):
    """*html* with *markup* in place of the line with date and source."""
    start = html.rindex("<div", 0, html.index(DATE))
    return html[:start] + markup + html[html.index("</div>", start) + len("</div>") :]


def replace(html, old, new):
    assert old in html
    return html.replace(old, new)


def without(html, opening):
    """*html* without the part from *opening* to the end of the element around it."""
    start = html.rindex("<", 0, html.index(opening))
    return html[:start] + html[html.index("</div>", start) :]


# ------------------------------------------------------------------------------------- what is not shown

HIDING = [
    "hidden",
    'hidden=""',
    "style='display:none'",
    "style='color:red; DISPLAY : None;'",
    "style=visibility:hidden",
]


@LAYOUTS
@pytest.mark.parametrize("how", HIDING)
@pytest.mark.parametrize(
    ("place", "text"),
    [
        (("before", TITLE), "2020-02-02 02:02:02 别处"),
        (("behind", TITLE), "别的标题"),
        (("behind", "\u3000\u3000" + PARAGRAPHS[3]), "读者看不到的一段。"),
        (("before", CREDIT), "关键词: 看不到"),
    ],
    ids=["date", "title", "paragraph", "keywords"],
)
def test_what_the_markup_hides_is_not_read(layout, how, place, text):
    html = insert(page(layout), place, f"<div {how}><p>{text}</p></div>")

    assert changed(layout, html) == {}


@LAYOUTS
def test_the_text_behind_a_hidden_element_stays(layout):
    html = replace(page(layout), PARAGRAPHS[0], f"{PARAGRAPHS[0][:5]}<i hidden>看不到</i>{PARAGRAPHS[0][5:]}")
    html = insert(html, ("behind", TITLE), "<i>\n</i><i hidden>看不到</i>")

    assert changed(layout, html) == {}


def test_a_hidden_text_that_may_be_the_article_is_told_of():
    start, end = page().index('<div class="detail-content">'), page().index('<div class="detail-bottom">')
    shown = '<div class="detail-content"><p>摘要一句。</p></div>'

    got = record(page()[:start] + shown + "<div hidden>" + page()[start:end] + "</div>" + page()[end:])

    assert got["paragraphs"] == ["摘要一句。"]
    assert re.fullmatch(r"body_text: [0-9,]+ characters that the page hides .*", got["provenance"]["warnings"][0])


# ------------------------------------------------------------------------------------- title, time and source

EDITOR = {"editors": [{"name": "张三", "role": "责任编辑"}]}
MINUTE = {"published_at": "2019-01-09T17:04:00+08:00"}


@LAYOUTS
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"<span>{DATE}</span><span>{SOURCE}</span>", {}),
        (f"<span>{DATE}</span> | <span>{SOURCE}</span>", {}),
        (f"<span>{DATE}</span> · <em>来源:</em><a>{SOURCE}</a>", {}),
        (f"来源:{SOURCE} {DATE}", {}),
        (f"<span>来源：{SOURCE}</span><span>{DATE}</span>", {}),
        (f"<span>{SOURCE}</span><span>{DATE}</span>", {}),
        (f"<p>{SOURCE}</p><p>{DATE}</p>", {}),
        (f"<p>来源：{SOURCE}</p><p>{DATE}</p>", {}),
        (f"<p>{DATE}</p><p>来源：{SOURCE}</p>", {}),
        (f"发布时间：{DATE} 来源：{SOURCE}", {}),
        (f"时间:{DATE} 来源:{SOURCE}", {}),
        (f"{DATE} {SOURCE} 字号:大 中 小", {}),
        (f"{DATE} 来源:{SOURCE} 阅读 1.2万", {}),
        (f"{DATE} 来源:{SOURCE} 12345次播放 分享到:", {}),
        (f"{DATE} {SOURCE}</div><div>阅读量：1.2万", {}),
        (f"{DATE} {SOURCE}</div><div>分享到:</div><ul><li>微信</li><li>QQ空间</li></ul><div>打开APP", {}),
        (f"{DATE} 来源:{SOURCE} 责任编辑:张三", EDITOR),
        (f"<i>{DATE}</i><i>{SOURCE}</i><i>责任编辑 张三</i><i>阅读:99</i>", EDITOR),
        (f"{DATE} {SOURCE}</div><div>责任编辑：张三", EDITOR),
        (f"2019-01-09 17:04 {SOURCE}", MINUTE | {"published_raw": "2019-01-09 17:04"}),
        (f"2019年01月09日 17:04 {SOURCE}", MINUTE | {"published_raw": "2019年01月09日 17:04"}),
        (f"2019年1月9日 17:04:22{SOURCE}", {"published_raw": "2019年1月9日 17:04:22"}),
        (f"2019/01/09 17:04:22 {SOURCE}", {"published_raw": "2019/01/09 17:04:22"}),
        (f"２０１９-０１-０９　１７：０４：２２ {SOURCE}", {"published_raw": "２０１９-０１-０９　１７：０４：２２"}),
        (f"\u200b{DATE}\ufeff {SOURCE}\u200b", {}),
    ],
)  # fmt: skip
def test_time_and_source_are_known_in_any_order_and_form(layout, line, expected):
    html = below_title(page(layout), f"<div>{line}</div>")

    assert changed(layout, html) == expected


@pytest.mark.parametrize("printed", ["5小时前", "昨天 13:05", "01-29 13:05"])
def test_a_line_with_another_kind_of_date_is_no_paragraph(printed):
    html = below_title(page("scrambled"), f"<div>{printed} {SOURCE}</div>")

    assert changed("scrambled", html).keys() == {"published_at", "published_raw"}
    assert record(html)["published_raw"] == printed


@LAYOUTS
@pytest.mark.parametrize(
    "markup",
    [
        '<div><a href="/">首页</a> &gt; <a href="/channel/shixun">时讯</a> &gt; 正文</div>',
        "<div>当前位置：首页 &gt; 时讯</div>",
        "<h2>——全市大会侧记</h2>",
        "<div>看看新闻记者 张三</div>",
        "<div>导语:市委召开大会</div>",
        '<div>分享到</div><div><a href="#">微信</a><a href="#">微博</a></div>',
        "<div>打开APP</div>",
    ],
)
@pytest.mark.parametrize("where", ["before", "behind"])
def test_what_else_stands_above_the_date_is_not_the_title(layout, where, markup):
    html = insert(page(layout), (where, TITLE), markup)

    assert changed(layout, html) == {}


@LAYOUTS
@pytest.mark.parametrize("where", ["before", "behind"])
def test_the_title_is_a_heading_or_what_the_tab_shows(layout, where):
    other = "<div>大会今天上午在上海展览中心举行</div>"
    html = insert(page(layout), (where, TITLE), other)
    heading = re.sub(rf"<(\w+)[^<>]*>{TITLE}</\1>", f"<h1>{TITLE}</h1>", html)
    in_tab = html.replace('<meta charset="utf-8">', f"<title>{TITLE}_时讯_看看新闻网</title>", 1)

    assert changed(layout, heading) == {}
    assert record(in_tab)["title"] == TITLE


def test_the_first_of_two_lines_that_may_be_the_title_is_taken_with_a_warning():
    html = insert(page("scrambled"), ("behind", TITLE), "<div>大会今天上午在上海展览中心举行</div>")

    assert changed("scrambled", html) == {}
    assert warnings(html) == ["title: 2 lines stand above the date; the first is taken"]


@LAYOUTS
def test_the_title_may_be_repeated(layout):
    html = insert(page(layout), ("before", TITLE), f"<p>{TITLE}</p>")
    html = insert(html, ("behind", TITLE), f"<p>{TITLE}</p>")

    assert changed(layout, html) == {}


@LAYOUTS
def test_a_card_may_have_the_title_of_the_article(layout):
    html = replace(page(layout), "国务院决定:免去曾国卫职务", TITLE)

    assert changed(layout, html).keys() == {"recommendations"}
    assert record(html)["recommendations"][0]["title"] == TITLE


@LAYOUTS
@pytest.mark.parametrize(
    "line",
    [
        f"{DATE} {SOURCE}</div><div>2019-01-10 09:00:00 更新",
        f"{DATE} {SOURCE}</div><div>更新时间：2019-01-10 09:00:00",
        f"{DATE} {SOURCE} 更新于2019-01-10 09:00:00",
        f"{DATE} 更新时间：2019-01-10 09:00:00 {SOURCE}",
        f"更新时间：2019-01-10 09:00:00 发布时间：{DATE} 来源：{SOURCE}",
        f"{DATE} {SOURCE}（最后更新：2019-01-10 09:00:00）",
    ],
)
def test_of_two_dates_the_one_called_so_is_that_of_a_change(layout, line):
    html = below_title(page(layout), f"<div>{line}</div>")

    got = changed(layout, html)
    got.pop("modification_notes", None)

    assert got == {"modified_at": "2019-01-10T09:00:00+08:00"}


@LAYOUTS
def test_of_two_dates_without_a_name_the_first_is_believed(layout):
    html = below_title(page(layout), f"<div>{DATE} {SOURCE}</div><div>2019-01-10 09:00:00</div>")

    assert changed(layout, html) == {}
    assert warnings(html) == ["published_at: the line below says 2019-01-10 09:00:00"]


@LAYOUTS
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<span>点赞</span>", "<span>点赞</span><em>12</em>"),
        ("<span>点赞</span>", "<span>点赞</span><em>1.2万</em>"),
        ("<span>点赞</span>", "<span>点赞 1.2万</span>"),
        ("<span>点赞</span>", "<span>\u200b点赞</span>"),
        ("<span>点赞</span>", "<span>分享</span><span>点赞</span>"),
        ("<span>用手机看</span>", "<span>评论</span>"),
    ],
)
def test_the_toolbar_may_have_counts_and_another_order(layout, old, new):
    assert changed(layout, replace(page(layout), old, new)) == {}


@LAYOUTS
def test_a_page_without_toolbar_may_have_one_below_the_body(layout):
    html = without(page(layout), "<ul><li><i").replace("时讯</span></div>", "</span></div>", 1)
    html = insert(html, ("behind", CREDIT), "<div><span>点赞</span><span>收藏</span><span>分享</span></div>")

    assert changed(layout, html).keys() <= {"channel"}


# ------------------------------------------------------------------------------------- among the paragraphs


@LAYOUTS
@pytest.mark.parametrize(
    "line",
    ["打开APP,看更多精彩内容", "展开全文", "登录后查看全文", "广告", "视频加载中...", "扫描二维码下载看看新闻APP",
     "上一篇 下一篇", "上一篇:另一条新闻", "点赞 收藏 分享", "您的浏览器不支持播放"],
)  # fmt: skip
def test_buttons_are_no_paragraphs(layout, line):
    assert changed(layout, insert(page(layout), ("behind", "\u3000\u3000" + PARAGRAPHS[3]), f"<div>{line}</div>")) == {}


@LAYOUTS
def test_links_to_other_articles_are_no_paragraphs(layout):
    links = "<h3>相关阅读</h3><p><a href='/detail/AAAAbbbb123'>另一条新闻</a></p><p><a href='/x'>又一条</a></p>"

    assert changed(layout, insert(page(layout), ("before", CREDIT), links)) == {}


@LAYOUTS
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("(编辑:张三)", {"editors": [{"name": "张三", "role": "编辑"}]}),
        ("（责任编辑：张三）", EDITOR),
        ("责任编辑 张三", EDITOR),
        ("【责任编辑:张三】", EDITOR),
        ("责任编辑:张三 校对:李四", EDITOR),
        ("记者:李四 责任编辑:张三", EDITOR | {"authors": [{"name": "李四", "role": "记者"}]}),
    ],
)
def test_who_edited_the_article_is_no_paragraph(layout, line, expected):
    assert changed(layout, insert(page(layout), ("behind", CREDIT), f"<p>{line}</p>")) == expected


@LAYOUTS
@pytest.mark.parametrize("nothing", ["<p></p>", "<p>&nbsp;</p>", "<p><br></p>", "<p>\u200b</p>", "<p><b> </b></p>"])
def test_empty_paragraphs_are_none(layout, nothing):
    assert changed(layout, replace(page(layout), "</p>", "</p>" + nothing)) == {}


@LAYOUTS
def test_paragraphs_may_be_lines_or_elements_of_any_kind(layout):
    lines = re.sub(r'</p>\s*<p style="text-indent:2em;">', "<br><br>", page(layout))
    divisions = re.sub(r'<p style="text-indent:2em;">(.*?)</p>', r"<div>\1</div>", page(layout))
    loose = re.sub(rf'<p style="text-indent:2em;">\u3000\u3000({PARAGRAPHS[4]})</p>', r"\1", page(layout))

    assert [changed(layout, html) for html in (lines, divisions, loose)] == [{}, {}, {}]


@LAYOUTS
@pytest.mark.parametrize("tag", ["noscript", "template", "svg", "audio", "script"])
def test_what_shows_nothing_is_in_no_text_and_no_markup(layout, tag):
    html = replace(page(layout), PARAGRAPHS[5], f"{PARAGRAPHS[5][:9]}<{tag}>看不到</{tag}>{PARAGRAPHS[5][9:]}")
    html = insert(html, ("before", CREDIT), f"<{tag}>看不到的一段。</{tag}>")

    assert changed(layout, html) == {}


@LAYOUTS
def test_preformatted_text_has_a_paragraph_in_each_line(layout):
    opening = '<p style="text-indent:2em;">\u3000\u3000'
    old = f"{opening}{PARAGRAPHS[4]}</p>\n{opening}{PARAGRAPHS[5]}</p>"

    html = replace(
        page(layout), old, f"<pre>{PARAGRAPHS[4]}\n\n\u3000<b>{PARAGRAPHS[5][:9]}</b>{PARAGRAPHS[5][9:]}\n</pre>"
    )

    assert changed(layout, html).keys() <= {"body_html"}


@LAYOUTS
@pytest.mark.parametrize("element", ["article", "aside"])
def test_what_stands_in_an_element_of_its_own_is_not_the_articles(layout, element):
    other = f"<{element}>\n另一篇<p>2018-01-01 10:00:00 别的来源</p><p>另一篇的正文。</p></{element}>"

    html = insert(page(layout), ("behind", "\u3000\u3000" + PARAGRAPHS[5]), other)

    assert changed(layout, html) == {}
    assert changed(layout, html.replace("<body>", "<body><article>").replace("</body>", "</article></body>")) == {}


@LAYOUTS
@pytest.mark.parametrize("caption", ["图片说明：大会现场", "▲大会现场"])
def test_a_caption_below_an_image_is_the_images(layout, caption):
    html = page(layout)
    behind_image = html.index("</p>", html.index("data-src")) + len("</p>")

    got = changed(layout, html[:behind_image] + f"<p>{caption}</p>" + html[behind_image:])

    assert got.keys() == {"blocks", "images"}
    assert [image["caption"] for image in got["images"]] == [caption, None, None, None]
    assert [each.get("caption") for each in got["blocks"] if each["type"] == "image"] == [caption, None, None, None]


@LAYOUTS
def test_a_source_below_the_body_is_no_paragraph(layout):
    html = insert(page(layout), ("behind", CREDIT), "<p>（来源：新华社）</p>")

    assert changed(layout, html) == {}
    assert warnings(html) == ["source: the end of the body says 新华社"]
    assert record(replace(html, SOURCE + "</span>", "</span>"))["source"]["name"] == "新华社"


def test_the_source_of_a_legacy_page_is_told_from_the_editor():
    html = replace(page("legacy"), f"来源:{SOURCE}", f"来源:{SOURCE} 责任编辑:张三 阅读 1.2万")
    expected = golden("legacy")

    got = record(html, url=expected["url"])

    assert (got["source"], got["editors"]) == (expected["source"], EDITOR["editors"])


def test_a_body_whose_end_is_not_seen_is_asked_of_the_state():
    html = page()
    for word in ("版权声明", "关键词", "全部评论", "推荐视频"):
        html = html.replace(word, "别的字")

    got = record(html)

    assert (got["paragraphs"], got["provenance"]["fields"]["paragraphs"]) == (PARAGRAPHS, "state")


def test_a_body_whose_end_nobody_sees_is_read_with_a_warning():
    html = page("scrambled")
    for word in ("版权声明", "关键词", "全部评论", "推荐视频"):
        html = html.replace(word, "别的字")

    got = record(html)

    assert got["paragraphs"][:11] == PARAGRAPHS
    assert "body_text: nothing was seen that ends it; it may hold what stands below the article" in warnings(html)


def test_a_toolbar_below_the_body_ends_it():
    html = page("scrambled")
    start = html.rindex("<div", 0, html.index(">时讯</span>"))
    end = html.index("</ul></div>", start) + len("</ul></div>")
    html = insert(html[:start] + html[end:], ("behind", CREDIT), "</div>" + html[start:end] + "<div>")

    assert changed("scrambled", html).keys() == {"channel"}


def test_a_state_of_plain_text_has_a_paragraph_in_each_line():
    html = re.sub(
        r'content:".*?",publish_time', 'content:"第一段。\\\\n\\\\n  第二段。",publish_time', page("state-only")
    )

    assert record(html)["paragraphs"] == ["第一段。", "第二段。"]


# ------------------------------------------------------------------------------------- notice and keywords


@LAYOUTS
@pytest.mark.parametrize("label", ["版权声明：", "【版权声明】", "【版权声明】：", "版权声明 ", "<b>版权声明</b>："])
def test_the_notice_is_known_by_any_form_of_its_label(layout, label):
    html = replace(page(layout), "版权声明:", label)
    printed = re.sub("<.*?>", "", label) + NOTICE.removeprefix("版权声明:")

    assert changed(layout, html) == {"copyright_notice": printed}


@LAYOUTS
def test_the_label_of_the_notice_may_stand_on_its_own(layout):
    html = replace(page(layout), "版权声明:", "版权声明:</p><p>")

    assert changed(layout, html) == {"copyright_notice": NOTICE.replace(":", ": ")}


@LAYOUTS
@pytest.mark.parametrize("label", ["关键词：", "关键字: ", "【关键词】", "【关键字】：", "标签：", "关键词"])
def test_the_keywords_are_known_by_any_form_of_their_label(layout, label):
    html = replace(page(layout), "关键词: ", label)
    printed = golden()["keywords_raw"].replace("关键词: ", label)

    assert changed(layout, html) == {"keywords_raw": printed}


@LAYOUTS
@pytest.mark.parametrize("last", ["关键词是调查研究,这是大会的结论。", "关键词:调查研究。", "版权声明是一种文书。"])
@pytest.mark.parametrize("with_keywords", [True, False])
def test_a_last_paragraph_that_begins_like_what_follows_stays(layout, last, with_keywords):
    html = insert(page(layout), ("before", CREDIT), f"<p>{last}</p><p>会议到此结束!</p>")
    if not with_keywords:
        html = without(html, "关键词: ")

    got = record(html)

    assert got["paragraphs"] == [*PARAGRAPHS, last, "会议到此结束!"]
    assert (got["copyright_notice"], got["exclusive"]) == (NOTICE, True)
    assert got["keywords"] == (golden()["keywords"] if with_keywords else None)


@LAYOUTS
@pytest.mark.parametrize("heading", ["推荐视频 更多", "推荐视频<a href='/k24'>换一换</a>"])
def test_the_heading_above_the_cards_may_hold_a_button(layout, heading):
    html = replace(page(layout), ">推荐视频<", f">{heading}<")

    assert changed(layout, html) == {}


# ------------------------------------------------------------------------------------- what cannot be


@LAYOUTS
def test_a_time_after_the_capture_is_kept_as_printed_and_not_believed(layout):
    html = replace(page(layout), DATE, "2099-01-09 17:04:22")

    assert changed(layout, html) == {"published_at": None, "published_raw": "2099-01-09 17:04:22"}
    assert warnings(html)[0] == "published_at: printed as 2099-01-09 17:04:22, which is after the page was captured"


def test_a_time_after_the_capture_gives_way_to_a_witness_who_knows_better():
    html = page().replace(DATE, "2099-01-09 17:04:22", 1)

    assert changed("current", html) == {}
    assert record(html)["provenance"]["fields"]["published_at"] == "state"


def test_a_clock_that_is_a_little_ahead_is_believed():
    html = replace(page("scrambled"), DATE, "2026-01-31 09:59:59")  # captured at ten in the morning of the day before

    assert record(html)["published_at"] == "2026-01-31T09:59:59+08:00"


@LAYOUTS
def test_a_reference_to_no_character_is_told_of(layout):
    html = replace(page(layout), PARAGRAPHS[1][:4], PARAGRAPHS[1][:3] + "&#xD800;" + PARAGRAPHS[1][3])

    assert set(changed(layout, html)) == {"paragraphs", *FOLLOWS_FROM_THE_BODY} - {"images"}
    assert "body_text: 1 character could not be read" in warnings(html)


# ------------------------------------------------------------------------------------- characters


@LAYOUTS
@pytest.mark.parametrize("indent", ["&nbsp;&nbsp;&nbsp;&nbsp;", "&emsp;&emsp;", "\t\n ", "\u3000\u200b\u3000", ""])
def test_an_indent_of_any_kind_is_none_of_the_text(layout, indent):
    assert changed(layout, replace(page(layout), "\u3000\u3000", indent)) == {}
