"""What stands among the paragraphs of an article without being one: credits, notices, captions, players."""

from __future__ import annotations

from functools import partial

import pytest

from newsspider.parsing import body
from newsspider.parsing.body import read_body
from newsspider.parsing.markup import read_html
from newsspider.parsing.page import outline
from newsspider.record.items import as_record
from newsspider.text.urls import absolute

URL = "https://www.harbour.example/a/1"
NOTICES = (
    "特别声明：以上内容仅代表作者|郑重提示 风险自担|免责声明：与本网无关|重要提示: 请注意|【版权提示】：请注明"
    "|未经授权，不得转载|未經許可禁止轉載|本报新闻，未经同意严禁复制|声明：本文不构成投资建议|聲明:文责自负，转载|下载港口APP，了解更多"
    "|立即下载港口客户端，关注我们|本文版权归港口网所有|本文来自港口新闻，更多原创请下载客户端|转载请注明出处|轉載請註明"
)
TEXT = "港口委员会周二晚间表决，保留运行了九十年的老渡轮。"

GENERAL = """
凡本网注明“来源：XXX（非港口新闻网）”的作品，均转载自其它媒体，转载目的在于传递更多信息，并不代表本网赞同其观点和对其真实性负责。
（本文仅代表作者个人观点，不代表本网立场。如有侵权请联系删除。）
文章仅代表作者观点，不代表本站立场。
部分图片来源于网络，如侵权请联系删除。
【免责声明】本文内容仅供参考，不构成投资建议，据此操作，风险自担。
以上内容不构成任何投资建议，风险自担。
版权归原作者所有，如有侵权，请及时通知我们更正。
转载请注明出处，侵权必究。
本平台转载自其他媒体的稿件，如涉及侵权，请与本平台联系，我们将在第一时间处理。
"""
OF_THIS = """
该平台发布声明称，本平台未转载相关内容，不存在侵权行为。
本网记者了解到，这家网站如有侵权，平台将通知其删除。
图片公司起诉称，如有侵权，被告应在接到通知后删除。
版权方表示，如有侵权行为，将通知平台删除相关内容。
文章称，产品说明不构成投资建议，仅供参考。
“本文仅代表作者观点，不代表本站立场。”他念道。
专家表示，以上观点仅供参考，不构成投资建议。
本站不代表终点，渡轮还要开往下一站。
本网转载自其他媒体的稿件越来越多。
"""


def read(html):
    return as_record(read_body(outline(read_html(html.encode())), partial(absolute, URL)))


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("（图片来源：王乐文/摄）", "image_credit", {"raw": "（图片来源：王乐文/摄）", "name": "王乐文", "role": "摄"}),
        ("版权声明：本文系独家稿件", "copyright_notice", "版权声明：本文系独家稿件"),
        ("版权声明：本文系独家稿件", "exclusive", True),
        ("版权声明：未经授权不得转载", "exclusive", False),
        ("记者：王乐文 编辑：周明", "authors", [{"name": "王乐文", "role": "记者"}]),
        ("记者：王乐文 编辑：周明", "editors", [{"name": "周明", "role": "编辑"}]),
        ("摄影：王乐文、方敏 编辑：周明", "image_credit",
         {"raw": "摄影：王乐文、方敏 编辑：周明", "name": "王乐文、方敏", "role": "摄影"}),
        ("本报记者 王乐文", "authors", [{"name": "王乐文", "role": "记者"}]),
        ("来源：港口报", "source", ["港口报", None]),
        ("（文章来源：港口报）", "source", ["港口报", None]),
        ("【稿源：港口报】", "source", ["港口报", None]),
        ("来源：" + "港" * 30, "source", ["港" * 30, None]),
        ("（来源： 港口报 ）", "source", ["港口报", None]),
        *((f"来源：港口报{account}", "source", ["港口报", None]) for account in
          ("（ID：gangkou-bao）", " (微信公众号：gkb1)", "（公众号ID：gkb1）", "（微信号：gkb1）)")),
        *((line, "source", None) for line in ("分享到：", "点赞 3 收藏 4", "加载更多", "延伸阅读：", "广告")),
        ("原标题：老渡轮", "original_title", "老渡轮"),
        ("（资料来源：港口报）", "source", ["港口报", None]),
        ("信息来源：港口报", "source", ["港口报", None]),
        ("特别声明：独家稿件", "exclusive", True),
        ("特别声明：" + "长" * 95, "copyright_notice", "特别声明：" + "长" * 95),
        ("摄影：王乐文 攝影：方敏", "image_credit",
         {"raw": "摄影：王乐文 攝影：方敏", "name": "王乐文、方敏", "role": "摄影"}),
        *((notice, "copyright_notice", notice) for notice in (*NOTICES.split("|"), *GENERAL.strip().split("\n"))),
        *((notice, "copyright_notice", notice) for notice in
          ("本文不构成投资建议。", "（本文仅代表作者个人观点）", "本文来自“笔记”，港口网经授权发布。")),
        *((notice, "copyright_notice", notice) for notice in
          ("转载请注明出处。", "轉載請註明出處。", "特别声明：风险自担。", "免责声明：与本网无关。",
           "未经授权，不得转载。", "声明：本文不构成投资建议。", "聲明：转载自港口网。",
           "本文版权归港口网所有。", "下载港口客户端，关注我们。",
           "【郑重提示】 风险自担。")),
    ],
)  # fmt: skip
def test_a_line_that_is_no_paragraph_says_something_else(line, field, value):
    for html in (f"<p>{TEXT}</p><p>{line}</p>", f"<p>{line}</p><p>{TEXT}</p>"):
        said = read(html)

        assert (said["paragraphs"], said.get(field)) == ([TEXT], value)


@pytest.mark.parametrize(
    "line",
    [
        "他发表声明：一切都好", "来源：港口报。", "来源：港口报（说：好）", "来源：港口报（ID：港 口）",
        "来源：" + "长" * 31, "（图片来源：" + "王" * 95 + "）", "版权归谁？",
        "本文作者是王乐文。", *OF_THIS.strip().split("\n"),
        "未经雕琢的港口", "转载了一万次", "下载了很多", "原标题是老渡轮", "2026年1月29日",
    ],
)  # fmt: skip
def test_a_line_that_only_begins_like_one_is_a_paragraph(line):
    assert read(f"<p>{TEXT}</p><p>{line}</p>")["paragraphs"] == [TEXT, line]


def test_what_a_line_with_a_sentence_mark_is_depends_on_how_it_begins():
    for line in ("（图片来源：王乐文/摄）。", "图片来源：王乐文。"):
        assert read(f"<p>{line}</p>")["paragraphs"] == [line]
    assert "paragraphs" not in read("<p>未经授权不得转载！</p>")
    assert "paragraphs" not in read("<p>【版权声明】未经授权不得转载。</p>")


def test_page_numbers_of_which_one_is_no_link_are_no_paragraph():
    assert read(f"<p>{TEXT}</p><p>1 <a href=/2>2</a></p>")["paragraphs"] == [TEXT]
    assert read(f"<p>{TEXT}</p><p>1 2</p>")["paragraphs"] == [TEXT, "1 2"]


def test_of_more_than_a_hundred_characters_a_line_is_a_paragraph():
    line = "特别声明：" + "长" * 96

    assert read(f"<p>{line}</p>")["paragraphs"] == [line]


def test_a_general_notice_has_so_many_characters():
    begin, end = "本文仅代表作者观点，", "不代表本站立场。"
    notice = begin + "长" * (body._MAX_NOTICE - len(begin + end)) + end

    assert "paragraphs" not in read(f"<p>{notice}</p>")
    assert read(f"<p>长{notice}</p>")["paragraphs"] == ["长" + notice]


def test_a_quote_or_a_list_may_say_something_else_too():
    said = read(f"<p>{TEXT}</p><blockquote>来源：港口报</blockquote><ul><li>记者：王乐文<li>{TEXT}</ul>")

    assert (said["source"], said["paragraphs"]) == (["港口报", None], [TEXT, TEXT])
    assert [each["name"] for each in said["authors"]] == ["王乐文"]


def test_people_of_several_lines_are_all_kept():
    said = read(f"<p>{TEXT}</p><p>记者：王乐文</p><p>编辑：周明</p><p>摄影：方敏</p>")

    assert [each["name"] for each in said["authors"]] == ["王乐文"]
    assert [each["name"] for each in said["editors"]] == ["周明"]
    assert said["image_credit"]["name"] == "方敏"


def test_a_line_with_more_than_links_is_no_list_of_articles():
    assert read("<p>相关阅读：</p><p>见<a href=/1>此</a>页</p><p><a href=/2>又一篇</a></p>")["paragraphs"] == [
        "见此页", "又一篇",
    ]  # fmt: skip
    items = "<ul><li>见<a href=/1>此</a>页<li><a href=/2>又一篇</a></ul>"
    assert read(f"<p>相关阅读：</p>{items}")["paragraphs"] == ["见此页", "又一篇"]


def test_a_list_of_what_is_no_text_is_none():
    said = read(f"<p>{TEXT}</p><ul><li>记者：王乐文<li>来源：港口报</ul>")

    assert [block["type"] for block in said["blocks"]] == ["paragraph"]
    assert said["body_html"] == f"<p>{TEXT}</p>"


def test_links_to_other_articles_below_one_and_another_heading():
    said = read("<p>相关阅读：</p><ul><li>见<a href=/1>此</a>页<li>又</ul><p><a href=/2>见此</a></p>")
    assert said["paragraphs"] == ["见此页", "又", "见此"]
    for between in ("<table><tr><td>a<td>b<tr><td>c<td>d</table>", "<blockquote>a</blockquote>"):
        said = read(f"<p>{TEXT}</p><p>相关阅读：</p>{between}<p><a href=/1>见此</a></p>")
        assert said["paragraphs"][-1] == "见此", between


def test_links_below_a_heading_of_related_articles_are_none_of_it():
    links = "<p><a href=/1>别的文章</a></p><ul><li><a href=/2>又一篇</a></li><li><a href=/3>再一篇</a></li></ul>"

    assert read(f"<p>{TEXT}</p><p>相关阅读：</p>{links}<p>{TEXT}</p><p><a href=/4>见此</a></p>")["paragraphs"] == [
        TEXT, TEXT, "见此",
    ]  # fmt: skip
    assert read(f"<p>{TEXT}</p>{links}")["paragraphs"] == [TEXT, "别的文章", "又一篇", "再一篇"]


# ------------------------------------------------------------------------------------------------------------ media


@pytest.mark.parametrize(
    ("html", "url", "alt"),
    [
        ('<img src="/a.jpg" alt=" 渡轮 ">', "/a.jpg", "渡轮"),
        ('<img src="/p.gif" data-src="/a.jpg" data-original="/b.jpg">', "/a.jpg", None),
        ('<img src="/p.gif" data-original="/b.jpg" data-lazy-src="/c.jpg">', "/b.jpg", None),
        ('<img src="/p.gif" data-lazy-src="/c.jpg" data-url="/d.jpg">', "/c.jpg", None),
        ('<img src="/p.gif" data-url="/d.jpg" alt="">', "/d.jpg", None),
        ('<img src="/p.gif" data-src="javascript:x">', "/p.gif", None),
    ],
)
def test_a_picture_is_the_one_that_is_shown_in_the_end(html, url, alt):
    said = read(f"<p>{TEXT}</p>{html}<p>{TEXT}</p>")
    (image,) = said["images"]

    assert (image["url"], image["alt"], image["position"]) == (f"https://www.harbour.example{url}", alt, 1)
    assert said["blocks"][1] == {"type": "image", "url": image["url"]} | ({"alt": alt} if alt else {})


@pytest.mark.parametrize(
    ("html", "caption", "credit", "paragraphs"),
    [
        ("<figure><img src=/a.jpg><figcaption>渡轮</figcaption></figure>", "渡轮", None, []),
        ("<figure><img src=/a.jpg><figcaption><p>渡轮</p></figcaption></figure>", "渡轮", None, []),
        ("<figure><img src=/a.jpg><figcaption>王乐文/摄</figcaption></figure>", "王乐文/摄", "王乐文/摄", []),
        *((f"<img src=/a.jpg><p>{label}渡轮</p>", f"{label}渡轮", None, []) for label in ("图片说明：", "图说:", "▲")),
        *((f"<img src=/a.jpg><p>{label}渡轮</p>", f"{label}渡轮", None, []) for label in ("图注：", "△")),
        ("<img src=/a.jpg><p>渡轮</p>", None, None, ["渡轮"]),
        (f"<img src=/a.jpg><p>{TEXT}</p><p>▲渡轮</p>", None, None, [TEXT, "▲渡轮"]),
        ("<figure><figcaption>渡轮</figcaption><img src=/a.jpg></figure>", None, None, ["渡轮"]),
    ],
)  # fmt: skip
def test_a_caption_is_of_the_picture_above_it(html, caption, credit, paragraphs):
    said = read(html)
    (image,) = said["images"]

    assert (image["caption"], image["credit"], said.get("paragraphs", [])) == (caption, credit, paragraphs)
    (block,) = [each for each in said["blocks"] if each["type"] == "image"]
    assert (block.get("caption"), block.get("credit")) == (caption, credit)


@pytest.mark.parametrize(
    "between",
    ["<ul><li>a<li>b</ul>", "<table><tr><td>a<td>b<tr><td>c<td>d</table>", "<blockquote>a</blockquote>", "<p>a</p>"],
)
def test_a_caption_stands_right_below_its_picture(between):
    said = read(f"<p>{TEXT}</p><img src=/a.jpg>{between}<p>▲渡轮</p>")

    assert (said["images"][0]["caption"], said["paragraphs"][-1]) == (None, "▲渡轮")


def test_the_time_of_an_entry_parts_a_picture_from_what_stands_below():
    times = "".join(f"<p><time>1{n}:00</time></p><p>{TEXT}</p>" for n in range(2))
    said = read(f"{times}<img src=/a.jpg><p><time>12:00</time></p><p>▲渡轮</p>")

    assert (said["images"][0]["caption"], said["paragraphs"][-1]) == (None, "▲渡轮")
    assert said["blocks"][0] == {"type": "live_entry"}


def test_a_player_without_an_address_counts_for_nothing():
    assert len(read(f"<p>{TEXT}</p>{'<video></video>' * 500}<img src=/a.jpg>")["images"]) == 1


def test_pictures_stand_behind_so_many_paragraphs():
    table = "<table><tr><td>a<td>b<img src=/c.jpg><tr><td>c<td>d</table>"
    said = read(f"<p>{TEXT}</p><img src=/a.jpg><img src=/b.jpg><p>{TEXT}</p>{table}")

    assert [(each["url"][-5:], each["position"]) for each in said["images"]] == [
        ("a.jpg", 1), ("b.jpg", 1), ("c.jpg", 4),
    ]  # fmt: skip


def test_a_long_notice_of_rights_is_kept_apart():
    notice = f"Copyright 2026 Harbour Post. All rights reserved. This may not be printed again {'by anyone ' * 6}else."
    said = read(f"<p>{TEXT}</p><p>{notice}</p><p>Copyright is a right of authors. {TEXT}</p>")

    assert said["copyright_notice"] == notice
    assert said["paragraphs"] == [TEXT, f"Copyright is a right of authors. {TEXT}"]


@pytest.mark.parametrize(
    "line",
    ["この記事は会員限定です。", "この記事は有料会員限定記事です", "残り：1,234文字", "有料会員になると読めます。"],
)
def test_what_stands_below_the_beginning_for_all_is_no_text(line):
    assert read(f"<p>{TEXT}</p><p>{line}</p><p>電子版が利用できる</p>")["paragraphs"] == [TEXT]
    assert read(f"<p>{TEXT}</p><p>この記事は人気です。</p><p>渡し船</p>")["paragraphs"][-1] == "渡し船"


def test_each_picture_has_its_own_caption():
    said = read(
        "<figure><img src=/a.jpg><figcaption>甲</figcaption></figure>"
        "<figure><img src=/b.jpg><figcaption>王乐文/摄</figcaption></figure>"
    )

    assert [(each["caption"], each["credit"]) for each in said["images"]] == [("甲", None), ("王乐文/摄", "王乐文/摄")]
    assert [each.get("caption") for each in said["blocks"]] == ["甲", "王乐文/摄"]
    assert said["body_html"].count("<img") == 2


def test_a_post_that_says_nothing_is_an_embed():
    post = "<blockquote class=twitter-tweet cite=https://x.com/a/1><img src=/a.jpg></blockquote>"

    assert read(f"<p>{TEXT}</p>{post}")["blocks"][1] == {"type": "embed", "kind": "post", "url": "https://x.com/a/1"}


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5, 6])
def test_headings_have_levels(level):
    (block,) = read(f"<h{level}>渡轮</h{level}>")["blocks"]

    assert block == {"type": "heading", "level": level, "text": "渡轮"}


def test_films_and_recordings_are_embeds_too():
    said = read(
        f'<p>{TEXT}</p><video src=/a.mp4 poster=/a.jpg></video><audio src=/b.mp3 title=" 朗读 "></audio>'
        "<iframe src=https://www.youtube.com/embed/1></iframe><video></video><img>"
    )

    assert said["videos"] == [
        {"url": "https://www.harbour.example/a.mp4", "poster": "https://www.harbour.example/a.jpg", "duration_s": None,
         "media_id": None}
    ]  # fmt: skip
    assert said["audio"] == [{"url": "https://www.harbour.example/b.mp3", "title": "朗读", "duration_s": None}]
    assert [(each["type"], each.get("kind")) for each in said["blocks"]] == [
        ("paragraph", None), ("embed", "video"), ("embed", "audio"), ("embed", "video"),
    ]  # fmt: skip
    assert "images" not in said


# ----------------------------------------------------------------------------------------------------------- markup


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<p>a &lt; b</p>", "<p>a &lt; b</p>"),
        *((f"<{tag}>渡轮</{tag}>", f"<{tag}>渡轮</{tag}>") for tag in ("h2", "h3", "h4", "h5", "h6", "pre")),
        ("<p>&lt;u&gt; <b>b</b></p>", "<p>&lt;u&gt; <b>b</b></p>"),
        ("<img src=/a.jpg>", '<p><img src="https://www.harbour.example/a.jpg"></p>'),
        ("<h1>渡轮</h1>", "<p>渡轮</p>"),
        ("<div>渡轮</div>", "<p>渡轮</p>"),
        ("<p>a<b>b</b><i>c</i><u>d</u><s>e</s><em>f</em><strong>g</strong></p>",
         "<p>a<b>b</b><i>c</i><u>d</u><s>e</s><em>f</em><strong>g</strong></p>"),
        ("<p>a<sub>2</sub><sup>3</sup></p>", "<p>a<sub>2</sub><sup>3</sup></p>"),
        ("<p>a <a href=/b title=t onclick=x>b</a></p>",
         '<p>a <a href="https://www.harbour.example/b" title="t">b</a></p>'),
        ("<p>a <a href=http://old.example/b>b</a></p>", '<p>a <a href="http://old.example/b">b</a></p>'),
        ("<p>a <a href='javascript:x'>b</a></p>", "<p>a <a>b</a></p>"),
        ("<p>a <span class=x style=y>b</span></p>", "<p>a b</p>"),
        ("<div>a<p>b <i>c</i></p>d<b>e</b></div>", "<p>a</p>\n<p>b <i>c</i></p>\n<p>de</p>"),
        ("<p>a<br><b>b</b></p>", "<p>a</p>\n<p>b</p>"),
        ("<p>\n a <b>b</b>\n</p><p>\u200b</p>", "<p>a <b>b</b></p>"),
        ("<p>a</p><ul><li>b<br><b>c</b><li>d</ul>", "<p>a</p>\n<ul>\n<li>b c</li>\n<li>d</li>\n</ul>"),
        ("<p>a <b>x</b>b<textarea>y</textarea></p>", "<p>a <b>x</b>b</p>"),
        ("<p>a <b>x</b>b<script>y</script></p>", "<p>a <b>x</b>b</p>"),
        ("<p>a</p><ol><li>b<li>c</ol>", "<p>a</p>\n<ol>\n<li>b</li>\n<li>c</li>\n</ol>"),
        ("<p>a</p><ul><li>b<li>c</ul>", "<p>a</p>\n<ul>\n<li>b</li>\n<li>c</li>\n</ul>"),
        ("<p>a</p><blockquote><p>b</p><p>c</p></blockquote>", "<p>a</p>\n<blockquote><p>b</p><p>c</p></blockquote>"),
        ("<p>a</p><blockquote><p>b</p><p>\u200b</p><p>c</p></blockquote>",
         "<p>a</p>\n<blockquote><p>b</p><p>c</p></blockquote>"),
        ("<p>a</p><img src=/b.jpg alt=\"it's\">",
         '<p>a</p>\n<p><img src="https://www.harbour.example/b.jpg" alt="it\'s"></p>'),
        ("<p>a</p><table><caption>t<tr><td>1<td>2<tr><td>3<td></table>",
         "<p>a</p>\n<table>\n<caption>t</caption>\n<tr><td>1</td><td>2</td></tr>\n<tr><td>3</td><td></td></tr>\n</table>"),
        ("<p>a</p><img src='/b.jpg?x=1&y=2' alt='c&quot;'>",
         '<p>a</p>\n<p><img src="https://www.harbour.example/b.jpg?x=1&amp;y=2" alt="c&quot;"></p>'),
    ],
)  # fmt: skip
def test_markup_is_reduced_to_what_cannot_run(html, kept):
    assert read(html)["body_html"] == kept


def test_a_table_is_rows_of_cells_and_lines():
    said = read("<p>a</p><table><caption>t<tr><th>1<th>2<tr><td>3<td></table>")

    assert said["paragraphs"] == ["a", "t", "1 2", "3"]
    assert said["blocks"][1] == {"type": "table", "rows": [["1", "2"], ["3", None]], "caption": "t"}
