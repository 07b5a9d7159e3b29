"""How a site is found by its name or by an address, and what the tables of the sites that have a file say."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime

import pytest

from newsspider import sites
from newsspider.parsing.doubts import Doubts
from newsspider.parsing.page import Page
from newsspider.parsing.state import say
from newsspider.parsing.words import opens_footer, part_opened, pattern_of_tools
from newsspider.sites.kankanews import SITE
from newsspider.text.urls import UrlError

CURRENT = "https://www.kankanews.com/detail/LMwVGgj402z"
LEGACY = "https://www.kankanews.com/a/2020-02-13/0039150329.shtml"
OTHER = "https://www.quay.example/2026/01/30/tram-line-opens.html"
UTF8 = [(b"Content-Type", b"text/html; charset=utf-8")]
SEEN = datetime(2026, 1, 30, 2, tzinfo=UTC)


# --------------------------------------------------------------------------------------------------- by its name


@pytest.fixture
def write_site(tmp_path, monkeypatch):
    """Write files of sites into a place where they are looked for too."""
    monkeypatch.setattr(sites, "__path__", [*sites.__path__, str(tmp_path)])
    before = set(sys.modules)
    yield lambda name, text: (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    for name in set(sys.modules) - before:
        if name.startswith("newsspider.sites."):
            del sys.modules[name]
            vars(sites).pop(name.rpartition(".")[2], None)
    sites.load.cache_clear()


def test_sites_with_a_file_are_named_in_the_order_of_the_alphabet(write_site):
    assert sites.names() == ["harbour", "jiangcheng", "kankanews"]
    for name in ("zoo", "apple"):
        write_site(name, "")
    assert sites.names() == ["apple", "harbour", "jiangcheng", "kankanews", "zoo"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [("kankannews", "; did you mean kankanews?"), ("newz", "; did you mean news?"), ("daily", "")],
)
def test_a_name_of_no_site_is_told_with_what_was_meant(name, meant):
    with pytest.raises(sites.SiteNotFoundError) as caught:
        sites.load(name)

    known = "harbour, jiangcheng, kankanews, news"
    assert str(caught.value) == f"no site is called '{name}'; choose from: {known}{meant}"


GOOD = """
from newsspider.parsing.site import Site
SITE = Site(name={name!r}, domains=("a.example",), start_urls=("https://a.example/",),
            articles={{"https://a.example/{{}}": "[0-9]+"}}, selectors={{"a": {{"title": {title!r}}}}})
"""


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "it has no SITE, or one that is no Site"),
        ("SITE = 7", "it has no SITE, or one that is no Site"),
        (GOOD.format(name="bright", title="h1"), "its name is 'bright', and has to be that of the file"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("raise OSError('one\\n  two')", "OSError: one two"),
        ("raise SystemError", "SystemError:"),
        ("SITE = ", "SyntaxError: invalid syntax (broken.py, line 1)"),
        ("import no_such_module_at_all", "ModuleNotFoundError: No module named 'no_such_module_at_all'"),
    ],
)
def test_a_file_that_is_no_site_is_told(write_site, text, problem):
    write_site("broken", text)

    with pytest.raises(sites.SiteFileError) as caught:
        sites.load("broken")

    assert str(caught.value) == f"newsspider/sites/broken.py: {problem}; docs/new-site.md says what a site has"


def test_what_is_wrong_in_a_site_is_told_in_its_own_words(write_site):
    write_site("broken", GOOD.format(name="broken", title="h1["))

    with pytest.raises(sites.SiteFileError, match=r"^newsspider/sites/broken\.py: 'h1\[', the selector of title, "):
        sites.load("broken")


def test_a_site_is_read_once_and_a_host_is_the_site_of_that_name(write_site):
    write_site("bright", GOOD.format(name="bright", title="h1"))

    assert sites.load("bright") is sites.load("bright")
    assert sites.load("bright").page_id("https://a.example/17") == "17"
    assert sites.of("https://a.example/17") is sites.load("bright")
    assert (sites.load("quay.example").name, sites.load("quay.example").domains) == ("quay.example", ("quay.example",))


# ------------------------------------------------------------------------------------------------ by an address


@pytest.mark.parametrize(
    ("url", "name"),
    [
        (CURRENT, "kankanews"),
        ("https://www.kankanews.com/", "kankanews"),
        ("https:\\\\ada:hunter2@m.KANKANEWS.com\\x", "kankanews"),
        ("https://www.harbour.example/about", "harbour"),
        ("https://www.kankanews.example/detail/LMwVGgj402z", "kankanews.example"),
        (OTHER, "quay.example"),
    ],
)
def test_an_address_is_of_the_site_whose_host_it_has(url, name):
    assert sites.of(url).name == name


def test_what_is_no_address_has_no_site():
    for find in (sites.of, sites.without_file):
        with pytest.raises(UrlError):
            find("mailto:ada@quay.example")
    assert sites.without_file(CURRENT).name == "kankanews.com"


@pytest.mark.parametrize(
    ("names", "url", "name"),
    [
        (["kankanews"], CURRENT, "kankanews"),
        (["harbour", "kankanews"], CURRENT, "kankanews"),
        (["kankanews"], "https://www.kankanews.com/k24", None),
        (["kankanews"], OTHER, None),
        (["kankanews"], "mailto:ada@quay.example", None),
        (["harbour"], CURRENT, None),
        (["news"], CURRENT, "kankanews"),
        (["news"], OTHER, "quay.example"),
        (["news"], "https://www.quay.example/", None),
        (["news"], "https://www.kankanews.com/k24", None),
        (["news"], "mailto:ada@quay.example", None),
        (["kankanews", "news"], OTHER, "quay.example"),
        (["news", "kankanews"], CURRENT, "kankanews"),
        (["news", "kankanews"], "https://www.harbour.example/2026/01/30/tram-line.html", "harbour"),
        ([], CURRENT, None),
    ],
)
def test_an_article_is_of_one_of_the_sites_that_are_asked_for(names, url, name):
    found = sites.among(iter(names))(url)

    assert (found and found.name) == name


# ---------------------------------------------------------------------------------------------------- kankanews


@pytest.mark.parametrize(
    ("path", "is_article"),
    [
        *((f"detail/{'a' * length}", 8 <= length <= 16) for length in (7, 8, 9, 15, 16, 17)),
        *((f"a/2026-01-30/{'1' * length}.shtml", 1 <= length <= 20) for length in (0, 1, 19, 20, 21)),
        ("detail/LMw-VGgj402z", False),
        ("a/2026-1-30/1.shtml", False),
        ("a/2026-01-30/a1.shtml", False),
        ("a/2026-01-30/1.html", False),
    ],
)
def test_an_id_has_a_length(path, is_article):
    assert SITE.is_article(f"https://www.kankanews.com/{path}") is is_article


def scripts(text: str, url: str = LEGACY):
    assert SITE.scripts is not None
    return SITE.scripts(Page(f"<script>{text}</script><p>x".encode(), url, UTF8))


@pytest.mark.parametrize(
    ("script", "title", "video"),
    [
        ('g.title = "渡轮"; var omsid="4485057"', "渡轮", "4485057"),
        (f'g.title="{"x" * 400}";omsid\n=\n"{"1" * 20}"', "x" * 400, "1" * 20),
        (f'g.title="{"x" * 401}";omsid="{"1" * 21}"', None, None),
        ('big.title="x";my_omsid="1"', None, None),
        ('g.title="";omsid=""', None, None),
        ('g.title="a\nb";omsid="1a"', None, None),
        ('g-title="x";xomsid="1"', None, None),
    ],
)
def test_scripts_of_a_legacy_page_know_its_title_and_video(script, title, video):
    said = scripts(script)

    assert said.get("title") == title
    assert [each.media_id for each in said.get("videos", [])] == ([video] if video else [])
    assert scripts(script, CURRENT) == {}


@pytest.mark.parametrize(
    ("part", "lines"),
    [
        ("notice", ("【版权声明】x", "[版权声明]", "版权声明:x", "版权声明 ：x", "版权声明 本文")),
        ("keywords", ("关键词: a", "关键字", "【关键词】", "[标签]", "标签")),
        ("comments", ("全部评论", "全部评论 (12)", "全部评论:0", "全部评论 | ")),
        ("recommended", ("推荐视频", "推荐视频 更多", "推荐视频>全部", "推荐视频换一换", "推荐视频 换一批 >")),
        (None, ("版权声明书", "版权声明 原文", "本文关键词", "全部评论12条", "推荐视频点播", "推荐视频 换一", "来源")),
    ],
)
def test_a_line_opens_a_part_below_the_body(part, lines):
    assert {line: part_opened(SITE.words)[line] for line in lines} == dict.fromkeys(lines, part)


FOOTER = ("关于我们", "• 关于我们", "·关于我们", "举报电话:021", "举报电话 ：", "Copyright 2026", "©2026", "沪ICP备1")
NO_FOOTER = ("关于我们的报道", "举报电话已公布", "ICP备案", "沪ICP备案号", "copyright", "本报关于我们", "来源")


@pytest.mark.parametrize("name", ["kankanews", "news"])
def test_a_line_opens_the_footer(name):
    opens = opens_footer(sites.load(name).words)

    assert {line: opens[line] for line in FOOTER + NO_FOOTER} == dict.fromkeys(FOOTER, True) | dict.fromkeys(
        NO_FOOTER, False
    )


def test_permits_and_the_place_for_complaints_open_the_footer_of_kankanews():
    opens = opens_footer(SITE.words)
    lines = ("网上有害信息举报专区", "互联网新闻信息服务许可证:3112", "视听节目许可证 ：沪字1", "经营许可证:0")

    assert [opens[line] for line in lines] == [True] * 4
    assert not any(opens[line] for line in ("许可证:1", "他的许可证:无", "网上有害信息举报专区开通", "许可证制度"))


def test_tools_above_the_title_may_have_a_count():
    tool = pattern_of_tools(SITE.words)

    for word in ("点赞", "收藏", "分享", "用手机看"):
        assert [tool.fullmatch(f"{word}{count}") is not None for count in ("", " 12", "1.2万+", "了")] == [
            True, True, True, False,
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "text", "is_found"),
    [
        *(
            (SITE.words.comments_closed, text, True)
            for text in ("评论关闭", "评论已关闭", "评论暂时关闭", "评论功能关闭")
        ),
        *((SITE.words.comments_closed, text, False) for text in ("评论区关闭", "评论开放", "已关闭")),
        *((SITE.words.login_to_comment, text, True) for text in ("请先登录后发表评论", "请登录后评论", "登录后评论")),
        *((SITE.words.login_to_comment, text, False) for text in ("登录评论", "请先登录")),
        (SITE.words.no_comments, "暂无评论", True),
        *((SITE.words.no_comments, text, False) for text in ("评论", "暂无", "暂无数据")),
    ],
)
def test_a_page_says_how_it_is_with_comments(pattern, text, is_found):
    assert (re.search(pattern, text) is not None) is is_found


def test_a_count_of_comments_has_nine_digits_at_most():
    found = re.match(SITE.words.comment_count, "全部评论 (1234567890)")

    assert found is not None
    assert found[1] == "123456789"


@pytest.mark.parametrize(
    ("printed", "title", "channel"),
    [
        ("渡轮_时讯_看看新闻", "渡轮", "时讯"),
        ("渡轮_时讯_看看新闻网", "渡轮", "时讯"),
        ("渡轮_看看新闻", "渡轮", None),
        ("渡轮_复航_时讯_看看新闻网", "渡轮_复航", "时讯"),
        ("渡轮", None, None),
        ("渡轮_看看", None, None),
    ],
)
def test_the_tab_shows_title_and_channel(printed, title, channel):
    found = re.fullmatch(SITE.page_title, printed)

    assert ((found and found["title"]), (found and found["channel"])) == (title, channel)


NAMES = {
    "title": "title headline",
    "paragraphs": "content body text detail",
    "published_at": "publish_time published_at pub_time onlinetime create_time time",
    "source": "source_name source origin author",
    "channel": "channel_name channel column_name program_name category",
    "keywords": "keywords keyword tags",
    "copyright_notice": "copyright copyright_notice",
    "comments": "comment_count comment_num",
}
VALUES = {
    "title": ("渡轮复航", "渡轮复航"),
    "paragraphs": ("<p>渡轮今天复航。</p>", "渡轮今天复航。"),
    "published_at": ("2026-01-29 08:00:00", "2026-01-29"),
    "source": ("港口报", "港口报"),
    "channel": ("时讯", "时讯"),
    "keywords": ("渡轮,港口", "渡轮"),
    "copyright_notice": ("版权声明:本文系独家稿件", "版权声明:本文系独家稿件"),
    "comments": ("7", "7"),
}


def said(members: str) -> dict[str, object]:
    assert SITE.state_names is not None
    page = Page(f"<script>window.__NUXT__={{data:{{{members}}}}}</script><p>x".encode(), CURRENT, UTF8)
    return say(page, SITE.state_names, SEEN, "LMwVGgj402z", lambda address: address, Doubts())


@pytest.mark.parametrize(("field", "name"), [(field, name) for field in NAMES for name in NAMES[field].split()])
def test_a_state_may_call_a_field_by_each_of_its_names(field, name):
    written, read = VALUES[field]
    others = "" if field == "title" else 'title:"x",'

    assert read in str(said(f'id:"LMwVGgj402z",{others}{name}:"{written}"')[field])


@pytest.mark.parametrize("name", ["id", "article_id", "news_id"])
def test_a_state_may_call_the_id_by_each_of_its_names(name):
    assert said(f'a:{{title:"b",content:"c"}},d:{{title:"e",{name}:"LMwVGgj402z"}}')["title"] == "e"


@pytest.mark.parametrize("video", ["video_info", "video"])
@pytest.mark.parametrize("url", ["play_url", "url", "src"])
@pytest.mark.parametrize("poster", ["cover", "poster", "image"])
@pytest.mark.parametrize("duration", ["duration", "video_time"])
def test_a_state_may_call_what_it_knows_of_a_video_by_each_of_its_names(video, url, poster, duration):
    members = f'{url}:"https://a.example/v.mp4",{poster}:"https://a.example/p.jpg",{duration}:"01:33"'
    (found,) = said(f'title:"x",{video}:{{{members}}}')["videos"]

    assert (found.url, found.poster, found.duration_s) == ("https://a.example/v.mp4", "https://a.example/p.jpg", 93)


def test_of_the_addresses_of_a_video_the_one_that_plays_is_taken():
    members = 'src:"https://a.example/3",url:"https://a.example/2",play_url:"https://a.example/1"'
    (found,) = said(f'title:"x",video:{{{members}}}')["videos"]

    assert found.url == "https://a.example/1"


@pytest.mark.parametrize("field", ["source", "channel", "published_at"])
def test_the_best_name_in_a_state_is_believed(field):
    names = NAMES[field].split()
    written = {name: f"2026-01-{day:02} 08:00:00" for day, name in enumerate(names, 1)}
    members = "".join(f',{name}:"{value}"' for name, value in reversed(written.items()))

    assert "2026-01-01" in str(said(f'id:"LMwVGgj402z",title:"x"{members}')[field])


@pytest.mark.parametrize(
    "heading", ['<div class="detail-main"><div class="bt">渡轮复航</div></div>', '<h1 class="video-bt">渡轮复航</h1>']
)
def test_the_title_of_a_page_is_known_by_its_class(heading):
    html = (
        f'<html lang="zh"><h1>看看新闻网</h1><p>时讯</p><p>点赞</p><p>收藏</p><p>分享</p>{heading}'
        "<p>2026-01-29 08:00:00 港口报</p><p>渡轮今天上午复航。</p><p>版权声明:本文系独家稿件</p>"
    )

    article = SITE.parse(html.encode(), CURRENT, UTF8, SEEN)

    assert article.title == "渡轮复航"
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2026-01-29T08:00:00+08:00"


def test_what_a_page_of_kankanews_lacks_is_told():
    html = '<h1>渡轮复航</h1><script>window.__NUXT__={id:"LMwVGgj402z",title:"x",video:{url:"/v"}}</script>'
    article = SITE.parse(html.encode(), CURRENT, UTF8, SEEN)
    lacking = [each for each in article.provenance.warnings if each.endswith("no witness knows it")]

    assert {each.partition(":")[0] for each in lacking} >= {"published_at", "source", "channel", "body_text"}
    assert {"https://www.kankanews.com/", "https://www.kankanews.com/k24"} < set(SITE.start_urls)
    assert SITE.cdn_domains == ("kksmg.com", "statickksmg.com")
