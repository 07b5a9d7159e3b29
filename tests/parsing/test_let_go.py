"""A page that was read is let go: no cache keeps its tree, which takes ten times the page's bytes."""

from __future__ import annotations

import gc
from datetime import UTC, datetime

from newsspider import sites

ADDRESS = "https://www.example.org/a"
PAGE = """<html lang=zh><title>江城新桥通车</title><body><div class=nav hidden><a href=/>首页</a></div>
<article itemscope><h1 itemprop=headline>江城新桥通车</h1><p class=info>2026-11-28 08:00 <span rel=author>甲</span>
<a rel=author href=/a>王小明</a><time itemprop=datePublished datetime=2026-11-28T08:00:00+08:00>今天</time>
<div style="color:%s"><p style="margin:%s">江城新桥今天上午通车,市民可以步行过江。大桥全长两公里。</p></div>
<p style="display:none;top:%s">看不见</p><embed src=/a.swf style="width:%s">
<p>新桥连接江北和江南,过江时间从一小时缩短到十分钟,是今年完工的第三座大桥。</p></article>
<div class=copyright>江城新闻网 版权所有</div>"""


def elements():
    """How many elements and documents of lxml are in memory."""
    gc.collect()
    return sum(type(each).__name__ in ("_Element", "_Document") for each in gc.get_objects())


def test_nothing_of_a_page_is_kept_after_its_record():
    # Every page has values of its own, so that a cache of any of them would hold every page.
    pages = [PAGE.replace("%s", str(n)).encode() for n in range(5)]
    before = elements()

    records = [sites.load("news").parse_page(page, ADDRESS, [], datetime(2026, 11, 28, tzinfo=UTC)) for page in pages]

    assert ["江城新桥今天上午通车" in record.article.body_text for record in records] == [True] * 5
    assert elements() <= before
