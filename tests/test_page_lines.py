"""The lines around an article, and what stands in their words: buttons, comments, footers, zones, players, times."""

from __future__ import annotations

import re
import zoneinfo
from datetime import UTC, datetime, timedelta, timezone
from functools import partial

import pytest

from newsspider.parsing import datalayer, zones
from newsspider.parsing.chrome import IN_LINE, is_chrome, is_related_heading
from newsspider.parsing.comments import opens_comments, read_comments
from newsspider.parsing.doubts import Doubts
from newsspider.parsing.embeds import post_url, read_embed
from newsspider.parsing.facts import from_json_ld, from_links, from_meta, original_title, printed
from newsspider.parsing.footer import digest, read_footer
from newsspider.parsing.keywords import read_keywords
from newsspider.parsing.live import moment
from newsspider.parsing.markup import read_html
from newsspider.parsing.page import Page, outline
from newsspider.parsing.toolbar import find_toolbar
from newsspider.parsing.words import Remembered, Words, opens_footer, part_opened, pattern_of_tools
from newsspider.parsing.zones import UNKNOWN, find_zone
from newsspider.record.sitefacts import Email, Licence, Phone
from newsspider.sites.kankanews import SITE
from newsspider.text.dates import parse_date
from newsspider.text.urls import absolute

URL = "https://www.harbour.example/a/1"
resolve = partial(absolute, URL)


def element(html, tag):
    return next(read_html(html.encode()).iter(tag))


def blocks(html):
    return list(outline(read_html(html.encode())))


# ------------------------------------------------------------------------------------------------ buttons and counts

CHROME = """
阅读 1.2万|閱讀:300|浏览量：12|瀏覽 3|点击数 5|點擊 7|播放 3k|观看 8|觀看 9|看 10|评论(3)|評論 4|点赞 5|點讚 6
转发 7|轉發 8|收藏 9|分享 10|热度 3|熱度 4|人气 5|人氣 6|点阅 7|點閱 8|访问 9|訪問 9|1.2万阅读|300次浏览
12人评论|已有3条评论|共5评论|字号：大 中 小|字体 A+ A-|分享到：|分享至|听新闻|打印|纠错|点赞|收藏|分享|用手机看
评论|举报|转发|打赏|复制链接|微信|微信好友|朋友圈|微博|新浪微博|QQ|QQ空间|QQ好友|点赞 3 收藏 4 分享|【纠错】
© Harbour Post 2026.|Copyright © 2026 Harbour Post|Copyright (c) Harbour Post|Copyright 2026 Harbour Post
Harbour Post. All rights reserved.|Alle Rechte vorbehalten|Todos los derechos reservados|Tous droits réservés
Todos os direitos reservados|Tutti i diritti riservati|Все права защищены.|版权所有 港口网|版權所有：港口日報
[纠错]|ada@post.example|저작권자 ⓒ 항구일보|무단 전재 및 재배포 금지
무단복제 금지|广告|推广|加载中...|视频加载中…|图片加载中|返回首页
返回顶部|回到顶部|关闭窗口|Advertisement|advert|Anzeige|Werbung|publicité|publicidad|publicidade|pubblicità
реклама|reklama|reklame|annons|iklan|広告|광고|Share|Share this|Tweet|Print|Comments|Comment|Read more
This slideshow requires JavaScript.|×|打开APP|点击下载港口客户端|立即安装港口App看更多|请打开港口app|展开全文
点击查看更多|阅读全文|显示剩余30%|收起|收起全文|加载更多|点击加载更多|登录后查看全文|请先登录后可阅读更多
先登录后观看完整视频|上一篇：无|下一条|上一篇 下一篇|长按二维码|扫描二维码关注我们|扫一扫分享|扫码关注港口网
微信扫一扫关注|您的浏览器不支持视频播放|你的浏览器版本过低|阅读 1000+|阅读 3亿|閱讀 3億|点赞、收藏、分享
ada@mail.post.example|ada@a1.mail.post.example|본 기사의 무단 전재 금지|点赞 3、收藏 4|- THE END -|END|—End—
收藏：9|1.2万收藏|阅读次数：12|观看人数 7|评论（3）|字体大小：大 中 小|打赏 12|新浪微博 5|<저작권자 ⓒ 항구일보>
ⓒ 저작권자|请登录查看全文|登录可查看更多|请先登录可观看完整版|Advertising|Be Sociable, Share!|Add comment
Sign up for our newsletter|Subscribe to the Harbour Post newsletter|Get our daily newsletter.
主办单位：港口局 版权所有|承辦單位：港口報|地址：港口路1号 邮编：200000 电话：021-62870000|电话：62870000 传真：62870001
"""


def test_lines_of_buttons_and_counts_are_no_text():
    lines = [line for line in CHROME.replace("\n", "|").split("|") if line]

    assert [line for line in lines if not is_chrome(line)] == ["看 10"]  # a verb, and no count of readers


@pytest.mark.parametrize(
    "line",
    [
        *(
            "点赞的人很多",
            "阅读让人明智",
            "评论员文章",
            "1.2万",
            "分享快乐",
            "广告公司",
            "返回首页的人",
            "打开新APP。它很好",
            "上一篇文章",
        ),
        *("打开门。港口APP", "上一篇文章很好", "阅读 " + "1" * 58, "1.2万阅读理解", "ada@post"),
        *(
            "Advertising pays",
            "Copyright is a right of authors",
            "All rights reserved for nobody",
            "版权所有。作者不同意",
            "Print edition",
            "Get the newsletter of the harbour",
            "地址：港口路1号",
            "主办单位没有回应",
            "Share prices fall",
            "The end of it",
            "Ending",
            "请登录",
            "扫一扫地",
            "阅读 " + "1" * 60,
        ),
    ],
)
def test_a_line_that_says_more_is_text(line):
    assert not is_chrome(line)
    assert is_chrome("阅读 " + "1" * 57)  # of sixty characters


@pytest.mark.parametrize("line", ["观看3D电影", "iPhone12评论", "播放4K影片", "第3.12人评论"])
def test_a_number_within_a_word_counts_no_readers(line):
    assert re.search(IN_LINE, line) is None


RELATED = """
相关阅读|延伸阅读：|推荐新闻|更多报道|热门推荐|猜你喜欢|相关文章:|相关链接|更多视频 :|推荐内容|相关
Related|RELATED TOPICS|Related stories:|Read also|See also|Also read:|More on this story|You may also like
Recommended reading|Mehr zum Thema:|Lesen Sie auch|Zum Thema|Auch interessant|À lire aussi :|Lire aussi
Sur le même sujet|Lea también|Leia também
Notas relacionadas|Leggi anche:|Lees ook|Läs också|Les også|Læs også|Czytaj także|Читайте также|Читайте також|Baca juga
Ayrıca okuyun|関連記事|あわせて読みたい|관련 기사|اقرأ أيضا|Xem thêm
"""


def test_headings_of_links_to_other_articles():
    for line in RELATED.strip().replace("\n", "|").split("|"):
        assert is_related_heading(line), line
    for line in ("Related to whom", "Read also what they say", "Mehr zum Thema Fähre"):
        assert not is_related_heading(line), line
    for line in ("相关部门", "推荐给你", "更多的阅读", "阅读", "相关阅读很多"):
        assert not is_related_heading(line), line


# ---------------------------------------------------------------------------------------------------------- comments

COMMENTS = """
评论|評論|跟帖|留言|Comments|Comment|Reader comments|Kommentare|Kommentar|Leserkommentare|Commentaires|Comentarios
Comentários|Commenti|Reacties|Kommentarer|Komentarze|Комментарии|Yorumlar
コメント|댓글
"""
LABELLED = "最新评论|网友评论|全部跟帖|热门留言|精彩评论|用户评论|所有评论|讀者留言|网友回應|網友留言"


def test_comments_begin_at_their_heading():
    for word in COMMENTS.replace("\n", "|").split("|"):
        if word:
            for html, opens in (*((f"<h{n}>{word}</h{n}>", True) for n in range(1, 7)),
                                (f"<p>{word}</p>", False), (f"<p>{word} (12)</p>", True),
                                (f"<p>1,204 {word}</p>", True), (f"<p><a href=/c>{word} (12)</a></p>", False),
                                (f"<p>{word} <a href=/c>(12)</a></p>", False),
                                (f"<h4>{word}:</h4>", True), (f"<h3>{word} of the day</h3>", False)):  # fmt: skip
                (block,) = blocks(html)
                assert opens_comments(block) is opens, html
    for word in LABELLED.split("|"):
        for html, opens in ((f"<p>{word}</p>", True), (f"<p><a href=/c>{word}</a></p>", False)):
            (block,) = blocks(html)
            assert opens_comments(block) is opens, html


@pytest.mark.parametrize(
    ("text", "count", "state"),
    [
        ("全部评论(12)", 12, "unknown"),
        ("全部评论（０）", 0, "unknown"),
        ("全部评论(0) 暂无评论", 0, "empty"),
        ("全部评论 暂无评论", 0, "empty"),
        ("全部评论(3) 暂无评论", 3, "unknown"),
        ("全部评论(3) 评论已关闭", 3, "closed"),
        ("全部评论 评论功能暂时关闭", None, "closed"),
        ("全部评论 请先登录后发表评论", None, "login_required"),
        ("全部评论(2) 登录后评论", 2, "login_required"),
        ("全部评论 评论关闭 登录后评论", None, "closed"),
        ("评论", None, "unknown"),
        ("推荐 全部评论(3)", None, "unknown"),  # another line that speaks of them
    ],
)
def test_what_a_page_says_of_its_comments(text, count, state):
    doubts = Doubts()

    assert read_comments(text, SITE.words, doubts) == {"comments": (count, state)}
    assert doubts.warnings == []


def test_a_count_that_no_program_reads_is_in_doubt():
    doubts = Doubts()
    words = Words(comment_count=r"(\S+) comments")
    cut = Doubts()

    assert read_comments("x" * 41 + " comments", words, cut) == {"comments": (None, "unknown")}
    assert cut.warnings == [f"comments: printed as {'x' * 40}, which is no count"]
    assert read_comments("99999999999999999999 comments", words, doubts) == {"comments": (None, "unknown")}
    assert doubts.warnings == ["comments: printed as 99999999999999999999, which is no count"]
    assert doubts.fields == {"comments"}


# ---------------------------------------------------------------------------------------------------------- keywords


@pytest.mark.parametrize(
    ("html", "raw", "keywords"),
    [
        ("<p>关键词：渡轮、大桥</p>", "关键词：渡轮、大桥", ["渡轮", "大桥"]),
        ("<p>关键词：渡轮大桥港口</p>", "关键词：渡轮大桥港口", None),
        ("<p><b>关键词：</b><span>渡轮</span> <span>大桥</span></p>", "关键词：渡轮 大桥", ["渡轮", "大桥"]),
        ("<p><b>关键词：</b><a href=/1>渡轮</a></p>", "关键词：渡轮", ["渡轮"]),
        ("<p><b>【标签】</b><a href=/1>渡轮</a>|<a href=/2>大桥</a></p>", "【标签】渡轮|大桥", ["渡轮", "大桥"]),
        ("<p>标签：</p><p><a href=/1>船</a></p><p><a href=/2>桥</a></p><p>的</p>", "标签： 船 桥", ["船", "桥"]),
        ("<p>关键词：</p><p>别的</p>", "关键词：", None),
        ("<p>【关键词】</p><p><a href=/1>船</a></p>", "【关键词】 船", ["船"]),
        ("<p>[标签]</p><p><a href=/1>船</a></p>", "[标签] 船", ["船"]),
        ("<p><b>标签：</b><i> 船 </i> <i>桥 </i></p>", "标签： 船 桥", ["船", "桥"]),
        ("<p>标签：</p><p><a href=/1>船</a>的</p>", "标签：", None),
        ("<p><b>关键词：</b><i>船、舟</i> <i>桥</i></p>", "关键词：船、舟 桥", ["船、舟", "桥"]),
        ("<p>关键词：渡轮、大桥</p><p><a href=/1>别的</a></p>", "关键词：渡轮、大桥", ["渡轮", "大桥"]),
    ],
)  # fmt: skip
def test_keywords_are_nodes_of_their_own_or_parted_by_marks(html, raw, keywords):
    assert read_keywords(blocks(html)) == {"keywords_raw": raw, "keywords": keywords}


# ----------------------------------------------------------------------------------------------------------- toolbar


def tools(*words):
    return "<p>" + " ".join(f"<i>{word}</i>" for word in words) + "</p>"


@pytest.mark.parametrize(
    ("html", "place"),
    [
        (tools("点赞"), None),
        (tools("点赞", "收藏"), 0),
        ("<p>a</p>" + tools("点赞 12", "收藏1.2万", "分享"), 1),
        # Of several lines the one with the most words, of equal ones the first; none below the text or its date.
        (tools("点赞", "收藏") + "<p>频道</p>" + tools("点赞", "收藏", "分享"), 2),
        (tools("点赞", "收藏") + "<p>频道</p>" + tools("收藏", "分享"), 0),
        (tools("点赞", "收藏") + "<p>一句。</p>" + tools("点赞", "收藏", "分享"), 0),
        (tools("点赞", "收藏") + "<p>2026-01-29</p>" + tools("点赞", "收藏", "分享"), 0),
        # Counts and icons stand between them; the same word again begins another.
        (tools("点赞", "12", "1.2万", "收藏", "★", "分享"), 0),
        (tools("点赞") + "<p>频道</p>" + tools("收藏"), None),
        (tools("点赞", "收藏") + tools("点赞", "收藏", "分享"), 1),
        (tools("点赞", "赞", "收藏"), None),
        (tools("点赞") + tools("1.2万") + tools("收藏"), 0),
        *((tools("点赞", count, "收藏"), 0) for count in ("3k", "3K+", "100+", "1,204", "2千", "1.2 万", "3/5")),
        *((tools("点赞", icon, "收藏"), 0) for icon in ("★", "|", "·")),
        *((tools("点赞", word, "收藏"), None) for word in ("赞", "3个", "k", "1.2万次")),
        ("<p>一句。</p><p>2026-01-30</p>" + tools("点赞", "收藏"), 2),
        (tools("\u200b点赞\ufeff", "\u3000收藏 "), 0),
        (tools("点赞", "收藏", "分享") + tools("收藏", "分享", "点赞"), 1),
        (tools("点赞", "收藏") + tools("收藏", "分享"), 1),
        (tools("收藏", "分享") + "<p>点赞</p><p>收藏</p><p>分享</p>", 1),
        (tools("点赞", "分享给朋友"), None),
        (tools("点赞", " 3k\n", "收藏"), 0),
        (tools("点赞", "收藏", "分享") + "<p>频道</p>" + tools("点赞", "收藏", "分享"), 0),
    ],
)
def test_where_a_toolbar_is(html, place):
    assert find_toolbar(blocks(html), pattern_of_tools(Words(toolbar=("点赞", "收藏", "分享")))) == place


def test_words_open_the_parts_of_a_page():
    words = Words(notice="版权", keywords="关键词", comments="评论", recommended="推荐", footer="关于我们")
    opened = {"版权声明": "notice", "关键词：": "keywords", "评论(3)": "comments", "推荐视频": "recommended"}
    opened |= {"的版权": None, "关于我们": None}

    assert {line: part_opened(words)[line] for line in opened} == opened
    assert [opens_footer(words)[line] for line in ("关于我们 联系", "有关于我们的")] == [True, False]
    assert (words.open_parts, words.has_footer) == (True, True)
    assert (Words().open_parts, Words().has_footer, Words(footer="x").open_parts) == (False, False, False)
    for given in ({"toolbar": ("a",)}, {"notice": "a"}, {"keywords": "a"}, {"comments": "a"}, {"recommended": "a"}):
        assert Words(**given).open_parts, given


@pytest.mark.parametrize("text", ["A+", "A+ 3", "A+(1.2万)", "A+ 3k+", "分享", "分享：12w"])
def test_a_word_of_the_toolbar_may_have_a_count(text):
    tools = pattern_of_tools(Words(toolbar=("A+", "分享")))

    assert tools.fullmatch(text)["word"] == text[:2]
    assert not tools.fullmatch(f"x{text}")
    assert not any(tools.fullmatch(other) for other in ("AA", "A", "分享给", "分享 3x"))
    assert not pattern_of_tools(Words()).search("")


def test_short_lines_are_remembered_and_not_too_many():
    asked = []
    remembered = Remembered(lambda line: asked.append(line) or len(line))

    assert [remembered["x" * size] for size in (40, 40, 41, 41)] == [40, 40, 41, 41]
    assert [len(line) for line in asked] == [40, 41, 41]
    for n in range(4095):
        assert remembered[str(n)] == len(str(n))
    assert len(remembered) == 4096
    assert remembered["4095"] == 4
    assert len(remembered) == 1


# ------------------------------------------------------------------------------------------------------------ footer


def test_facts_in_a_footer():
    facts = read_footer(
        "关于我们 © 2026\n信息网络传播视听节目许可证：0908287\n广播电视节目制作经营许可证: (沪)字第1号\n"
        "网视备（沪）2024-001号\n"
        "沪ICP备10207042号-1 沪ICP证 1234号\n沪公网安备 31010602000009号\n"
        "举报电话：021-62870000（市版权局）、12318 热线电话: 4001234567 13800138000 400-123-4567\n"
        "举报邮箱：jubao@post.example ada.b+c@mail.post.example\nCopyright © 2026\n港口传媒有限公司 版权所有"
    )

    assert facts.publisher == "港口传媒有限公司"
    assert facts.copyright == "Copyright © 2026 港口传媒有限公司 版权所有"
    assert facts.licences == (
        Licence(name="信息网络传播视听节目许可证", number="0908287"),
        Licence(name="广播电视节目制作经营许可证", number="(沪)字第1号"),
        Licence(name="网视备", number="（沪）2024-001号"),
    )
    assert facts.icp_numbers == ("沪ICP备10207042号-1", "沪ICP证 1234号")
    assert facts.police_numbers == ("沪公网安备 31010602000009号",)
    assert [each.number for each in facts.phones] == [
        "021-62870000", "12318", "4001234567", "13800138000", "400-123-4567",
    ]  # fmt: skip
    assert facts.phones[0] == Phone(number="021-62870000", label="举报电话", holder="市版权局")
    assert facts.emails == (
        Email(address="jubao@post.example", label="举报邮箱"),
        Email(address="ada.b+c@mail.post.example", label=None),
    )


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("港口报社 版权所有", "publisher", "港口报社"),
        ("港口集团版权所有", "publisher", "港口集团"),
        ("港口电视台 版权所有", "publisher", "港口电视台"),
        ("港口广播台 版权所有", "publisher", "港口广播台"),
        ("港口通讯社 版权所有", "publisher", "港口通讯社"),
        ("港口总台 版权所有", "publisher", "港口总台"),
        ("港口网 版权所有", "publisher", None),
        ("港口网 版权所有 未经授权不得转载", "copyright", "港口网 版权所有 未经授权不得转载"),
        ("Copyright 2026  Post", "copyright", "Copyright 2026 Post"),
        ("港口传媒有限公司承办 港口网 版权所有", "publisher", None),
        ("网视备沪2024号 ada@post.example", "licences", ()),
        ("许可证：0908287 ada@post.example", "licences", ()),
        ("经营许可证：1234", "licences", (Licence(name="经营许可证", number="1234"),)),
        ("经营许可证：123 ada@post.example", "licences", ()),
        ("网视备（新疆兵团）2024-001号", "licences", (Licence(name="网视备", number="（新疆兵团）2024-001号"),)),
        ("沪ICP备10207042号-12", "icp_numbers", ("沪ICP备10207042号-12",)),
        ("电话：021-62870000", "phones", (Phone(number="021-62870000", label="电话", holder=None),)),
        ("热线电话：0571-8765432", "phones", (Phone(number="0571-8765432", label="热线电话", holder=None),)),
        ("热线电话：0571-87654321", "phones", (Phone(number="0571-87654321", label="热线电话", holder=None),)),
        ("ICP备1号 ada@post.example", "icp_numbers", ()),
        ("举报电话：021-1234567890 ada@post.example", "phones", ()),
    ],
)
def test_one_fact_of_a_footer(text, name, value):
    assert getattr(read_footer(text), name) == value


def test_a_footer_without_facts_is_none():
    assert read_footer("关于我们 联系我们\n网站地图") is None


def test_the_digest_of_facts_changes_with_each_of_them_and_with_the_site():
    one, other = (read_footer(f"沪ICP备1020704{n}号") for n in (2, 3))

    assert len({digest("a", one), digest("a", other), digest("b", one)}) == 3
    assert len(digest("a", one)) == 16


# ------------------------------------------------------------------------------------------------------------- zones


@pytest.mark.parametrize(
    ("dates", "url", "language", "name", "guess"),
    [
        (["2026-01-29T18:30:00+0900"], "https://a.de/", "de", "+09:00", None),
        (["2026-01-29 18:30:00 +0530"], "https://a.de/", "de", "+05:30", None),
        ([" 20260129T183000 -03:30 "], "https://a.de/", "de", "-03:30", None),
        (["2026-01-29", "2026-01-29T18:30:00Z", "2026-01-29T18:30:00+01:00"], "https://a.us/", None, "+01:00", None),
        (["2026-01-29T18:30:00.123+10:00"], "https://a.de/", "de", "+10:00", None),
        (["2026-01-29 18:00-19:30 Uhr"], "https://a.com/", "de", "Europe/Berlin", "its language, de"),  # until then
        (["2026-01-29T18:30:00+00:00"], "https://a.example.de/1", "fr", "Europe/Berlin", "its address, .de"),
        (["2026-01-29T18:30:00+00:30"], "https://a.de/", "de", "+00:30", None),
        ([], "https://A.Example.DE:8443/1", "en", "Europe/Berlin", "its address, .de"),
        ([], "https://a.com/", "pt-BR", "America/Sao_Paulo", "its language, pt-BR"),
        ([], "https://a.com/", "zh_Hant_TW", "Asia/Taipei", "its language, zh_Hant_TW"),
        ([], "https://a.com/", "DE", "Europe/Berlin", "its language, de"),
        ([], "https://a.com/", "zh", "Asia/Shanghai", "its language, zh"),
    ],
)
def test_the_zone_of_a_page_is_what_it_says_or_a_guess(dates, url, language, name, guess):
    zone = find_zone(dates, url, language)

    assert (zone.name, zone.guess) == (name, guess)


@pytest.mark.parametrize(
    ("url", "language", "locales", "guess"),
    [
        ("https://a.com/", "en", ["en_IN"], "its language, en_IN"),
        ("https://a.com/", "en", [None, "EN-in"], "its language, EN-in"),
        ("https://a.com/", None, ["en_IN"], "its language, en_IN"),
        ("https://a.com/", "en-GB", ["en_IN"], "its language, en-GB"),
        ("https://a.com/", "en", ["en_US", "en_IE"], "its language, en_IE"),  # the first as templates have it
        ("https://a.com/", "de", ["de_AT"], "its language, de_AT"),
        ("https://a.com/", "de", ["en_GB"], "its language, de"),
        ("https://a.in/", "en", ["en_GB"], "its address, .in"),
        *(("https://a.com/", "en", [locale], None) for locale in ("en_US", "en", "", "hi_IN", "India", "English")),
    ],
)
def test_the_region_of_another_tag_counts_where_it_is_of_the_same_language(url, language, locales, guess):
    zone = find_zone([], url, language, locales)

    assert (zone and zone.guess) == guess


PLACES = """
ae Dubai|ar Buenos_Aires|at Vienna|bd Dhaka|be Brussels|bg Sofia|br Sao_Paulo|by Minsk|ch Zurich|cl Santiago|cn Shanghai
co Bogota|cz Prague|de Berlin|dk Copenhagen|ee Tallinn|eg Cairo|es Madrid|fi Helsinki|fr Paris|gb London|gh Accra
gr Athens|hk Hong_Kong|hr Zagreb|hu Budapest|id Jakarta|ie Dublin|il Jerusalem|in Kolkata|ir Tehran|is Reykjavik
it Rome|jp Tokyo|ke Nairobi|kr Seoul|lb Beirut|lk Colombo|lt Vilnius|lu Luxembourg|lv Riga|ma Casablanca|mo Macau
mx Mexico_City|my Kuala_Lumpur|ng Lagos|nl Amsterdam|no Oslo|np Kathmandu|nz Auckland|pe Lima|ph Manila|pk Karachi
pl Warsaw|pt Lisbon|ro Bucharest|rs Belgrade|ru Moscow|sa Riyadh|se Stockholm|sg Singapore|si Ljubljana|sk Bratislava
th Bangkok|tr Istanbul|tw Taipei|ua Kyiv|uk London|ve Caracas|vn Ho_Chi_Minh|za Johannesburg
"""
TONGUES = """
bg Sofia|cs Prague|da Copenhagen|de Berlin|el Athens|et Tallinn|fa Tehran|fi Helsinki|fr Paris|he Jerusalem|hi Kolkata
hr Zagreb|hu Budapest|id Jakarta|is Reykjavik|it Rome|ja Tokyo|ko Seoul|lt Vilnius|lv Riga|nb Oslo|nl Amsterdam|nn Oslo
no Oslo|pl Warsaw|ro Bucharest|ru Moscow|sk Bratislava|sl Ljubljana|sr Belgrade|sv Stockholm|th Bangkok|tr Istanbul
uk Kyiv|vi Ho_Chi_Minh|zh Shanghai
"""


def test_countries_and_languages_have_the_clock_of_a_city():
    for country, city in (each.split() for each in PLACES.strip().replace("\n", "|").split("|")):
        for url, language in ((f"https://a.example.{country}/", None), ("https://a.com/", f"xx-{country.upper()}")):
            assert find_zone([], url, language).name.rpartition("/")[2] == city, (url, language)
    for tongue, city in (each.split() for each in TONGUES.strip().replace("\n", "|").split("|")):
        assert find_zone([], "https://a.com/", tongue).name.rpartition("/")[2] == city, tongue


def test_an_offset_is_east_or_west():
    at = datetime(2026, 1, 29)

    assert find_zone(["2026-01-29T18:30:00-03:30"], URL, None).at.utcoffset(at) == -timedelta(hours=3, minutes=30)
    assert find_zone(["2026-01-29T18:30:00+05:45"], URL, None).at.utcoffset(at) == timedelta(hours=5, minutes=45)


def test_a_machine_without_the_database_of_zones_guesses_none(monkeypatch):
    def missing(name):
        raise zoneinfo.ZoneInfoNotFoundError(name)

    monkeypatch.setattr(zones, "ZoneInfo", missing)
    zones._zone.cache_clear()
    assert find_zone([], "https://a.de/", "de") is None
    zones._zone.cache_clear()


@pytest.mark.parametrize("language", [None, "", "en", "es", "ar", "pt", "en-US", "xx-YY"])
def test_of_a_language_of_many_zones_nothing_is_guessed(language):
    assert find_zone(["2026-01-29", "+09:00"], "https://a.com/", language) is None
    assert UNKNOWN.guess
    assert UNKNOWN.at is UTC


# ----------------------------------------------------------------------------------------------------------- players


@pytest.mark.parametrize(
    ("html", "kind", "url"),
    [
        ('<iframe src="https://www.youtube.com/embed/1"></iframe>', "video", "https://www.youtube.com/embed/1"),
        ('<iframe src="https://player.bilibili.com/p?1"></iframe>', "video", "https://player.bilibili.com/p?1"),
        ('<iframe src="https://www.facebook.com/plugins/video.php?1"></iframe>', "video", None),
        ('<iframe src="https://www.facebook.com/plugins/post.php?1"></iframe>', "post", None),
        ('<iframe src="https://open.spotify.com/embed/1"></iframe>', "audio", None),
        ('<iframe src="https://www.google.com/maps/embed?1"></iframe>', "map", None),
        ('<iframe src="https://www.google.com/search"></iframe>', "frame", None),
        ('<iframe src="https://notyoutube.com/1"></iframe>', "frame", None),
        ('<iframe data-src="/lazy" src="/placeholder"></iframe>', "frame", "https://www.harbour.example/lazy"),
        ('<iframe data-lazy-src="/lazy" src="/placeholder"></iframe>', "frame", "https://www.harbour.example/lazy"),
        ('<video data-url="/lazy.mp4" src="/a.mp4"></video>', "video", "https://www.harbour.example/lazy.mp4"),
        ('<video><source src="javascript:x"><source src="/b.mp4"></video>', "video", "https://www.harbour.example/b.mp4"),
        ('<audio src="https://www.youtube.com/a.mp3"></audio>', "audio", "https://www.youtube.com/a.mp3"),
        ('<embed type="video/mp4" src="/a">', "video", "https://www.harbour.example/a"),
        ('<object type="audio/mpeg" data="/a"></object>', "audio", "https://www.harbour.example/a"),
        ('<object type="text/html" data="/a"></object>', "frame", "https://www.harbour.example/a"),
        ('<iframe width="1" height="1" src="/count"></iframe>', None, None),
        ('<iframe width="0" src="/count"></iframe>', None, None),
        ('<iframe height="0" src="/count"></iframe>', None, None),
        ('<iframe src="https://ad.doubleclick.net/1"></iframe>', None, None),
        ('<iframe src="https://www.googletagmanager.com/ns.html"></iframe>', None, None),
        ("<iframe></iframe>", None, None),
        ('<iframe src="about:blank"></iframe>', None, None),
    ],
)  # fmt: skip
def test_what_is_shown_that_lies_elsewhere(html, kind, url):
    tag = html[1:].partition(" ")[0].partition(">")[0]
    said = read_embed(element(html, tag), resolve)

    assert (said and said.kind) == kind
    if url:
        assert said.url == url


HOSTS = {
    "video": "youtube.com youtube-nocookie.com youtu.be vimeo.com dailymotion.com twitch.tv bilibili.com v.qq.com"
    " youku.com ixigua.com tudou.com brightcove.net jwplatform.com jwplayer.com rutube.ru ok.ru streamable.com"
    " tv.naver.com kakao.com",
    "audio": "soundcloud.com spotify.com podcasts.apple.com ximalaya.com megaphone.fm acast.com omny.fm simplecast.com"
    " podbean.com anchor.fm buzzsprout.com music.163.com",
    "post": "twitter.com x.com instagram.com facebook.com tiktok.com threads.net threads.com bsky.app reddit.com t.me"
    " weibo.com weibo.cn linkedin.com pinterest.com",
    "map": "maps.google.com openstreetmap.org map.baidu.com amap.com map.qq.com",
    None: "doubleclick.net googlesyndication.com googletagmanager.com amazon-adsystem.com",
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTS)
def test_a_host_says_what_it_shows(kind):
    for host in HOSTS[kind].split():
        for place in (host, f"a.b.{host}"):
            said = read_embed(element(f'<iframe src="https://{place}/1"></iframe>', "iframe"), resolve)
            assert (said and said.kind) == kind, place


@pytest.mark.parametrize(
    ("html", "url"),
    [
        ('<blockquote cite="https://x.com/a/1"><a href="https://x.com/b/2">x</a></blockquote>', "https://x.com/a/1"),
        ('<blockquote data-instgrm-permalink="https://instagram.com/p/1"></blockquote>', "https://instagram.com/p/1"),
        ('<blockquote data-href="https://facebook.com/p/1"></blockquote>', "https://facebook.com/p/1"),
        ('<blockquote><a href="https://x.com/a">@a</a> <a href="https://x.com/a/1">1 Jan</a></blockquote>', "https://x.com/a/1"),
        ('<blockquote cite="https://post.example/1"><a href="https://x.com/a/1">1</a></blockquote>', "https://x.com/a/1"),
        ('<blockquote cite="https://post.example/1"></blockquote>', None),
    ],
)  # fmt: skip
def test_a_post_has_an_address_of_its_own(html, url):
    assert post_url(element(html, "blockquote"), resolve) == url


# ------------------------------------------------------------------------------------------------------------- times


@pytest.mark.parametrize(
    ("text", "at"),
    [
        (" 2026-01-29T08:00:00+08:00 ", datetime(2026, 1, 29, tzinfo=UTC)),
        ("2026-01-29T08:00:00+08:00:30", None),
        *(("2026-01-29T08:00", None), ("2026-01-29", None), (7, None), (None, None), ("", None)),
    ],
)
def test_the_time_of_an_entry_names_its_zone(text, at):
    assert moment(text) == at


BERLIN = timezone(timedelta(hours=1))
NAMES = """
datePublished date_published datePublication date_publication first_published_at firstPublishedAt published_at
publishedOn publish_date publishTime publication_date publication_time published_date_time
publishedAtTime pubdate pub_date
pubTime pub_time ptime fecha_publicacion fechapublicacion data_publicacao
"""


def said(script, day=None):
    page = Page(f"<script>{script}</script>".encode(), URL, [])
    known = [] if day is None else [parse_date(day, datetime(2026, 1, 30, tzinfo=UTC))]
    doubts = Doubts()
    return datalayer.say(page, known, BERLIN, doubts)["published_at"], doubts.fields


@pytest.mark.parametrize("name", NAMES.split())
def test_scripts_name_the_time_of_publication_in_many_ways(name):
    time = "2026-01-29T18:30:00+01:00"

    for form in ("{}: '{}'", '"{}": "{}"', "{} = '{}'", '\\"{}\\":\\"{}\\"'):
        assert said(form.format(name, time)) == (time, {"published_at"}), form


@pytest.mark.parametrize(
    ("script", "day", "time"),
    [
        ("ptime='2026-01-29 18:30'", None, "2026-01-29 18:30"),
        ("ptime='2026-01-29T18:30:00.5Z'", None, "2026-01-29T18:30:00.5Z"),
        ("ptime='2026-01-29 18:30:00 +0100'", None, "2026-01-29 18:30:00 +0100"),
        # Twice the same minute is one time, in whatever zone; two are none.
        ("ptime='2026-01-29T18:30:00+01:00';pubdate='2026-01-29T17:30:59Z'", None, "2026-01-29T18:30:00+01:00"),
        ("ptime='2026-01-29T18:30';pubdate='2026-01-29T17:30:00Z'", None, "2026-01-29T18:30"),
        ("ptime='2026-01-29T18:30:00+01:00';pubdate='2026-01-29T18:31:00+01:00'", None, None),
        # The day that the page says chooses; midnight says nothing.
        ("ptime='2026-01-29T18:30+08:00';pubdate='2026-01-28T18:30+08:00'", "2026-01-29", "2026-01-29T18:30+08:00"),
        ("ptime='2026-01-29T18:30+08:00'", "2026-01-28", None),
        ("ptime='2026-01-29T00:00:00+08:00'", None, None),
        ("ptime='2026-01-29T00:00:01+08:00'", None, "2026-01-29T00:00:01+08:00"),
        ("ptime='2026-01-29T00:01+08:00'", None, "2026-01-29T00:01+08:00"),
        ("ptime='2026-02-31T18:30';pubdate='2026-01-29T18:30'", None, "2026-01-29T18:30"),
        ("modified='2026-01-29T18:30'", None, None),
        ("ptime='2026-01-29'", None, None),
        ("ptime='2026-01-29 18:30 Uhr'", None, None),
        ("ptime='2026-01-29T18:30x'", None, None),
        ("ptime='', seen='2026-01-29T18:30'", None, None),
        ("ptime='2026-01-29T18:30:00 +0100';pubdate='2026-01-29T17:30:00Z'", None, "2026-01-29T18:30:00 +0100"),
        ("ptime='2026-01-29T23:59:59+08:00'", "2026-01-29", "2026-01-29T23:59:59+08:00"),
        ("ptime" + " " * 40 + "='2026-01-29T18:30'", None, None),
        # Seconds since 1970, or thousandths.
        ('var ct = "1769707800";', None, "2026-01-29T18:30:00+01:00"),
        ("createTime: '1769707800123'", None, "2026-01-29T18:30:00+01:00"),
        ("ct='1769707800';pubdate='2026-01-29T17:30:30Z'", None, "2026-01-29T18:30:00+01:00"),
        ("ct='1769707800';ptime='1769704200'", None, None),
        *((each, None, None) for each in ("act='1769707800'", "ct='176970780'", "ct='17697078001'", "id='1769707800'")),
    ],
)
def test_scripts_are_believed_where_they_say_one_time(script, day, time):
    got, doubted = said(script, day)

    assert got == time
    assert doubted == ({"published_at"} if time and not day else set())


@pytest.mark.parametrize(
    ("script", "time"),
    [
        *((f"ptime='{time}'", time) for time in
          ("2026-01-29T18:30:11Z", "2026-01-29T18:30:59+05:30", "2026-01-29T13:00:11Z", "2026-01-29T12:45:11Z",
           "2026-01-29T04:30:00Z", "2026-01-30T08:30:00Z")),
        *((f"ptime='{time}'", None) for time in
          # No clock of the world shows 18:30 then; of one without its zone nobody knows when it is.
          ("2026-01-29T18:31:00Z", "2026-01-29T18:29:59Z", "2026-01-29T13:10:00Z", "2026-01-29T04:15:00Z",
           "2026-01-30T08:45:00Z", "2026-01-30T18:30:00Z", "2026-01-29T18:30:11")),
        ("ptime='2026-01-29T18:31:00Z';pubdate='2026-01-29T13:00:11Z'", "2026-01-29T13:00:11Z"),
        ("ptime='2026-01-29T18:30:00Z';pubdate='2026-01-29T13:00:11Z'", None),
        ("ct='1769707800'", "2026-01-29T18:30:00+01:00"),
    ],
)
def test_scripts_are_believed_where_they_say_a_moment_of_the_printed_clock(script, time):
    assert said(script, "2026-01-29 18:30") == (time, {"published_at"} if time else set())


# ------------------------------------------------------------------------------------------------------------- facts

PAID = """
Sponsored content|Paid content|Promoted story|Branded article|Partner post|Advertorial|Paid post|Paid for by Post Ltd
Publireportage|Publi-reportage|Publirreportaje|Publiredazionale|Advertentie|Sponset innhold
赞助内容|赞助文章|推广内容|推广文章|商业推广|广告文章|本文为广告|本文系推广|本文是赞助内容|本文为商业推广|【赞助内容】
"""


def test_a_label_says_that_an_article_was_paid_for():
    for label in PAID.replace("\n", "|").split("|"):
        if label:
            above, below = blocks(f"<p>{label}</p>"), blocks("<p>别的</p>")
            assert printed(above, below)["sponsored"] is printed(below, above)["sponsored"] is True, label
    assert printed(blocks("<p>Paid for by " + "x" * 28 + "</p>"), [])["sponsored"] is True
    assert printed(blocks("<p>Paid for by " + "x" * 29 + "</p>"), [])["sponsored"] is None
    for line in ("Sponsored", "content", "The story was paid for", "Sponsored content of the day", "A" * 41):
        assert printed(blocks(f"<p>{line}</p>"), [])["sponsored"] is None, line


@pytest.mark.parametrize(
    ("line", "title"),
    [
        *(
            ("原标题：大桥", "大桥"),
            ("【原文标题:大桥】", "大桥"),
            ("[原標題 ：大桥]", "大桥"),
            ("（原標題：大桥）", "大桥"),
        ),
        *(
            ("原标题大桥", None),
            ("本文原标题：大桥", "大桥"),
            ("（原题为《大桥》）", "大桥"),
            ("本文原标题为《大桥》", "大桥"),
            ("原题：大桥", "大桥"),
            ("原题很难。", None),
            ("这座桥的原标题：大桥", None),
            ("原标题：" + "桥" * 196, "桥" * 196),
            ("原标题：" + "桥" * 197, None),
        ),
    ],
)
def test_the_headline_of_the_source_stands_behind_its_label(line, title):
    assert original_title(line) == title


@pytest.mark.parametrize(
    ("named", "field", "value"),
    [
        *(({name: "Local"}, "section", "Local") for name in ("article:section", "og:article:section", "section")),
        ({"parsely-section": "Local"}, "section", "Local"),
        ({"section": "b", "article:section": "a"}, "section", "a"),
        ({"og:article:section": "b", "article:section": "a"}, "section", "a"),
        ({"section": "x" * 100}, "section", "x" * 100),
        ({"section": "x" * 101}, "section", None),
        *(
            ({name: word}, "sponsored", True)
            for name in ("article:sponsored", "sponsored")
            for word in ("1", "YES", " true ")
        ),
        *(({name: "true"}, "sponsored", True) for name in ("article:is_sponsored", "is_sponsored", "issponsored")),
        *(({"sponsored": word}, "sponsored", None) for word in ("0", "no", "perhaps")),
        ({"article:content_tier": " Locked "}, "is_free", False),
    ],
)
def test_what_meta_says_of_an_article(named, field, value):
    assert from_meta(named, resolve)[field] == value


@pytest.mark.parametrize(
    ("named", "url"),
    [
        ({"og:audio": "/a.mp3", "og:audio:secure_url": "/b.mp3"}, "https://www.harbour.example/b.mp3"),
        ({"og:audio": "/a.mp3"}, "https://www.harbour.example/a.mp3"),
        ({"og:audio": "javascript:x"}, None),
    ],
)
def test_a_recording_that_meta_names(named, url):
    audio = from_meta(named, resolve)["audio"]

    assert (audio and [each.url for each in audio]) == (url and [url])


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [
        ("P1DT1H1M1S", 90061),
        ("P100D", 8640000),
        ("PT90M", 5400),
        ("PT1.9S", 1),
        ("P2D", 172800),
        ("PT", None),
        ("90", 90),
        ("1:30", None),
    ],
)
def test_the_length_of_a_recording(duration, seconds):
    (audio,) = from_json_ld({"audio": {"contentUrl": "/a.mp3", "duration": duration}}, resolve)["audio"]

    assert audio.duration_s == seconds


def test_a_recording_is_named_once_and_its_title_is_cut_behind_a_length():
    audio = [{"contentUrl": "/a.mp3", "name": "x" * 501}, {"contentUrl": "/a.mp3", "name": "y"}]
    (said,) = from_json_ld({"audio": audio}, resolve)["audio"]

    assert said.title == "x" * 500


@pytest.mark.parametrize(
    ("value", "is_free"),
    [
        *((value, True) for value in (True, "true", " Yes ", "1", "https://schema.org/True")),
        *((value, False) for value in (False, "FALSE", "no", "0", "http://schema.org/False")),
        *((value, None) for value in (1, 0, "perhaps", "", None, [], {})),
    ],
)
def test_free_is_said_by_a_truth_value_or_a_word(value, is_free):
    assert from_json_ld({"isAccessibleForFree": value}, resolve)["is_free"] is is_free


@pytest.mark.parametrize("kind", ["AdvertiserContentArticle", "https://schema.org/AdvertiserContentArticle"])
def test_an_article_of_an_advertiser_was_paid_for(kind):
    assert from_json_ld({"@type": ["NewsArticle", kind]}, resolve)["sponsored"] is True
    assert from_json_ld({"@type": "AdvertiserContentArticles"}, resolve)["sponsored"] is None


@pytest.mark.parametrize(
    ("part", "is_free"),
    [
        ({"isAccessibleForFree": "perhaps"}, None),
        ({}, None),
        ({"isAccessibleForFree": False}, False),
        ({"isAccessibleForFree": True}, None),
        ([7, {"isAccessibleForFree": "no"}], False),
    ],
)  # fmt: skip
def test_an_article_of_which_a_part_costs_is_not_free(part, is_free):
    assert from_json_ld({"hasPart": part}, resolve)["is_free"] is is_free
    assert from_json_ld({"hasPart": part, "isAccessibleForFree": True}, resolve)["is_free"] is True


@pytest.mark.parametrize(
    ("link", "translations"),
    [
        ('<link rel="alternate" hreflang="fr" href="/fr/a/1">', ["fr"]),
        ('<link rel="ALTERNATE x" hreflang=" zh-Hant-TW " href="/tw/a/1">', ["zh-Hant-TW"]),
        *((f'<link rel="alternate" hreflang="fr" href="{home}">', None) for home in ("/", "/fr", "/fr/", "/fr-FR/")),
        ('<link rel="alternate" hreflang="fr" href="/fr/index.html">', None),
        ('<link rel="alternate" hreflang="x" href="/fr/a/1">', None),
        ('<link rel="canonical" hreflang="fr" href="/fr/a/1">', None),
        (f'<link rel="alternate" hreflang="fr" href="{URL}">', None),
        ('<link rel="alternate" hreflang="fr" href="/1/a"><link rel="alternate" hreflang="fr" href="/2/a">', ["fr"]),
    ],
)  # fmt: skip
def test_links_to_the_article_in_other_languages(link, translations):
    said = from_links(read_html(link.encode()).iter("link"), URL, resolve)["translations"]

    assert (said and [each.language for each in said]) == translations
    if said and len(said) == 1 and "/1/a" in link:
        assert said[0].url == "https://www.harbour.example/1/a"


@pytest.mark.parametrize(
    ("links", "amp"),
    [
        ('<link rel=amphtml href="/amp/1"><link rel=amphtml href="/amp/2">', "https://www.harbour.example/amp/1"),
        (f'<link rel=amphtml href="{URL}">', None),
    ],
)
def test_the_amp_version_is_the_first_and_another_page(links, amp):
    assert from_links(read_html(links.encode()).iter("link"), URL, resolve)["amp_url"] == amp
