"""Builds the Kankanews cases: ``python tests/cases/build_kankanews.py``.

The article, its cards and the footer are the sample's real text (``kankanews/sample.txt``), taken by line; the HTML
around them is reconstructed from what is known of the site's two generations. Pages that say so are made up.

The records that the pages must give are typed here as literal data, read off the sample by eye; nothing in this file
imports the project.
"""

# ruff: noqa: E501  -- lines of HTML are as long as sites write them
from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from pathlib import Path

HERE = Path(__file__).parent / "kankanews"
SAMPLE = (HERE / "sample.txt").read_text(encoding="utf-8").splitlines()

CAPTURED_AT = "2026-01-30T02:00:00+00:00"  # ten in the morning in Shanghai
REAL = "text real, HTML reconstructed"
MADE_UP = "made up"

# ---------------------------------------------------------------------------- the sample, by line (from 1)
TITLE = "用脚板丈量民情 李强要求大调研不停步"
DATE, SOURCE, CHANNEL = "2019-01-09 17:04:22", "看看新闻Knews", "时讯"
PARAGRAPHS = [line for line in SAMPLE[31:67] if line]
CREDIT = "(图片来源:陈正宝/摄)"
NOTICE = "版权声明:本文系看看新闻Knews独家稿件,未经授权,不得转载"
KEYWORDS = ["上海市大调研总结和推进会", "李强", "群众", "企业", "大调研", "作风"]
CARDS = [tuple(SAMPLE[start : start + 3]) for start in range(81, 141, 3)]
IMAGES = [  # the wider gaps: an image stands after these many paragraphs
    (2, "https://static.statickksmg.com/image/2019/01/09/3f5a8e0f2f7b4a1c9d61f5a7f1f0a001.jpg"),
    (3, "https://static.statickksmg.com/image/2019/01/09/3f5a8e0f2f7b4a1c9d61f5a7f1f0a002.jpg"),
    (7, "https://static.statickksmg.com/image/2019/01/09/3f5a8e0f2f7b4a1c9d61f5a7f1f0a003.jpg"),
    (10, "https://static.statickksmg.com/image/2019/01/09/3f5a8e0f2f7b4a1c9d61f5a7f1f0a004.jpg"),
]
for expected in (TITLE, f"{DATE} {SOURCE}", CREDIT, NOTICE, f"关键词: {''.join(KEYWORDS)}"):
    assert expected in SAMPLE, expected
assert len(PARAGRAPHS) == 11
assert len(CARDS) == 20

# The cards' identifiers are made up: the sample has no links.
CARD_IDS = [
    "q9aXwVzJ2Pn", "Yb3kRw7LmDe", "vT5nQx8ZsKc", "Jr6mBy1WhGf", "zP2dNc4VtEa", "Xg8sHj5KuRq", "mW1fLz9CbTy",
    "Dk7pSv3NxQh", "eR4tGm6YjBw", "Uc9zKd2PaFs", "hN5vXb8QrLj", "Sy3wJt1MgZk", "bF6qDh4RnVx", "Aw2cPk7TyMe",
    "tL8jVs5XfGd", "Gz1nWr9HbCu", "kQ4mYd6SvJp", "Pe7xTf3ZaNh", "rH2bKg8WqLt", "Vj5yCn1DsXm",
]  # fmt: skip
DETAIL = "https://www.kankanews.com/detail/"
LEGACY = "https://www.kankanews.com/a/2019-01-09/0038713052.shtml"

FOOTER_LINKS = ["关于我们", "广告服务", "联系我们", "投诉建议", "友情链接", "产品服务", "法律条款"]


# ---------------------------------------------------------------------------- the record, typed once
def _day(day: int) -> tuple[str, str, str, str]:
    return f"2026-01-{day}", "day", f"2026-01-{day}T00:00:00+08:00", f"2026-01-{day}T23:59:59+08:00"


# Two whole days have passed at ten o'clock, and not yet three.
_2_DAYS_AGO = "2026-01-28", "day", "2026-01-27T10:00:00+08:00", "2026-01-28T10:00:00+08:00"
# Between five and six hours before ten o'clock.
_5_HOURS_AGO = "2026-01-30T05:00:00+08:00", "hour", "2026-01-30T04:00:00+08:00", "2026-01-30T05:00:00+08:00"

RECOMMENDATIONS = [
    # seconds, title, channel, date as printed, what it means
    (6, "国务院决定:免去曾国卫职务", "时讯", "2026/01/27", _day(27)),
    (8, "62岁演员甄子丹获颁荣誉博士 谈香港电影业萎缩", "时讯", "2026/01/27", _day(27)),
    (63, "上海53岁男雇主病逝12分钟 36岁女保姆疯狂转账", "时讯", "2026/01/26", _day(26)),
    (24, "委内瑞拉代总统:让伤害我们的人留在华盛顿!", "环球交叉点", "2天前", _2_DAYS_AGO),
    (17, "台退役将领于北辰语出惊人!此前已被国台办点名", "时讯", "2026/01/24", _day(24)),
    (15, "李昊无缘最佳门将 “没拿到冠军是最遗憾的”", "时讯", "2026/01/25", _day(25)),
    (8, "惊险!美国捕蛇人被92公斤巨蟒缠住拖行", "看现场", "2天前", _2_DAYS_AGO),
    (45, "印度暴发疫情!或人传人,致死率高达75%", "上海早晨直播间", "2026/01/26", _day(26)),
    (33, "特朗普承认:美军使用声波武器绑架马杜罗", "时讯", "2026/01/24", _day(24)),
    (7, "重磅!特朗普宣布:他将担任下一任美联储主席", "时讯", "5小时前", _5_HOURS_AGO),
    (9, "俄方邀请泽连斯基:莫斯科见普京!我们保障安全", "时讯", "2天前", _2_DAYS_AGO),
    (20, "鸠山由纪夫表态强调:高市应撤回错误言论并道歉", "时讯", "2026/01/27", _day(27)),
    (32, "印度爆发尼帕病毒疫情 死亡率高达40%到75%", "时讯", "2026/01/25", _day(25)),
    (93, "招惹我就弄死你?太原一国企董事长打人被行拘", "时讯", "2026/01/27", _day(27)),
    (17, "李亚鹏直播最后吐露心声:内心本已准备放下", "时讯", "2026/01/24", _day(24)),
    (16, "胡彦斌身穿金色战袍 亮相2026网络视听盛典现场", "时讯", "2026/01/24", _day(24)),
    (49, "一夜之间全黑了!上海多家商铺报警!", "新闻坊", "2026/01/24", _day(24)),
    (34, "张又侠、刘振立涉嫌严重违纪违法被立案审查调查", "时讯", "2026/01/24", _day(24)),
    (50, "李亚鹏直播90分钟卖出5000万 医院房租或迎转机", "时讯", "2026/01/24", _day(24)),
    (6, "打虎!正部级孙绍骋涉嫌严重违纪违法被查", "时讯", "2天前", _2_DAYS_AGO),
]

SITE_FACTS = {
    "site": "kankanews",
    "publisher": "看东方(上海)传媒有限公司",
    "copyright": "Copyright © 2016 Kankanews.com Inc. All Rights Reserved. 看东方(上海)传媒有限公司 版权所有",
    "licences": [
        {"name": "广播电视节目制作经营许可证", "number": "(沪)字第510号"},
        {"name": "互联网新闻信息服务许可证", "number": "31120240001"},
        {"name": "网络文化经营许可证", "number": "沪网文[2018]4466-313号"},
        {"name": "网视备", "number": "(沪)02020000020-1号"},
    ],
    "icp_numbers": ["沪ICP备10207042号-1", "沪ICP备10207042号-4"],
    "police_numbers": ["沪公网安备 31010602001114号"],
    "phones": [
        {"number": "021-62870000", "label": "举报电话", "holder": None},
        {"number": "12318", "label": "剑网行动举报电话", "holder": "市文化执法总队"},
        {"number": "021-64334547", "label": "剑网行动举报电话", "holder": "市版权局"},
    ],
    "emails": [
        {"address": "service@kankanews.com", "label": "举报邮箱"},
        {"address": "service@kankanews.com", "label": "违法与不良信息举报邮箱"},
    ],
}


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


FACTS_ID = "kankanews:facts:" + hashlib.sha256(_compact(SITE_FACTS).encode()).hexdigest()[:16]


def content_hash(title: str, paragraphs: list[str]) -> str:
    """As the schema words it: match form of the title and of each paragraph, each ended by a newline."""
    text = ""
    for part in (title, *paragraphs):
        folded = "".join(
            chr(ord(char) - 0xFEE0) if "！" <= char <= "～" else char for char in unicodedata.normalize("NFC", part)
        )
        text += re.sub(r"\s+", "", folded).casefold() + "\n"
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def counts(paragraphs: list[str]) -> dict[str, int]:
    text = "\n".join(paragraphs)
    han = len(re.findall("[\u3400-\u9fff]", text))
    return {
        "chars": len(re.sub(r"\s", "", text)),
        "han": han,
        "words": han + len(re.findall(r"[A-Za-z0-9]+", text)),
        "paragraphs": len(paragraphs),
    }


def recommendations() -> list[dict[str, object]]:
    return [
        {
            "rank": rank, "title": title, "url": DETAIL + card_id, "id": f"kankanews:{card_id}",
            "duration_s": seconds, "channel": channel, "date_raw": raw,
            "date_at": meaning[0], "date_precision": meaning[1],
            "date_earliest": meaning[2], "date_latest": meaning[3],
        }
        for rank, (card_id, (seconds, title, channel, raw, meaning)) in enumerate(
            zip(CARD_IDS, RECOMMENDATIONS, strict=True), 1
        )
    ]  # fmt: skip


def article_record() -> dict[str, object]:
    """The record of the sample page in the current layout; other layouts say where they differ."""
    return {
        "schema_version": "1.1",
        "id": "kankanews:LMwVGgj402z",
        "site": "kankanews",
        "url": DETAIL + "LMwVGgj402z",
        "canonical_url": DETAIL + "LMwVGgj402z",
        "title": "用脚板丈量民情 李强要求大调研不停步",
        "original_title": None,
        "page_title": "用脚板丈量民情 李强要求大调研不停步_时讯_看看新闻网",
        "published_at": "2019-01-09T17:04:22+08:00",
        "published_raw": "2019-01-09 17:04:22",
        "modified_at": None,
        "modification_notes": [],
        "source": {"name": "看看新闻Knews", "url": None},
        "authors": [],
        "editors": [],
        "channel": {"name": "时讯", "url": None},
        "section": None,
        "summary": None,
        "body_text": "\n\n".join(PARAGRAPHS),
        "paragraphs": PARAGRAPHS,
        "blocks": blocks(PARAGRAPHS),
        "body_html": body_html(),
        "images": [
            {"url": url, "alt": None, "caption": None, "credit": None, "position": position} for position, url in IMAGES
        ],
        "image_credit": {"raw": "(图片来源:陈正宝/摄)", "name": "陈正宝", "role": "摄"},
        "videos": [],
        "audio": [],
        "copyright_notice": "版权声明:本文系看看新闻Knews独家稿件,未经授权,不得转载",
        "exclusive": True,
        "is_free": None,
        "sponsored": None,
        "keywords": ["上海市大调研总结和推进会", "李强", "群众", "企业", "大调研", "作风"],
        "keywords_raw": "关键词: 上海市大调研总结和推进会李强群众企业大调研作风",
        "comments": {"count": 0, "state": "empty"},
        "recommendations": recommendations(),
        "language": "zh-CN",
        "amp_url": None,
        "translations": [],
        "counts": counts(PARAGRAPHS),
        "content_hash": content_hash(TITLE, PARAGRAPHS),
        "site_facts": FACTS_ID,
        "fetched_at": CAPTURED_AT,
        "archive": None,
        "pages": [],
        "discovered": None,
        "provenance": {
            "parser": "kankanews",
            "parser_version": "4",
            "layout": "current",
            "charset": {"declared": ["utf-8", "utf-8"], "used": "utf-8", "replacements": 0},
            "cut_off": False,
            "doubts": [],
            "fields": {
                "title": "class:current",
                "page_title": "title",
                "published_at": "landmarks",
                "published_raw": "landmarks",
                "source": "landmarks",
                "channel": "landmarks",
                "body_text": "landmarks",
                "paragraphs": "landmarks",
                "blocks": "landmarks",
                "body_html": "landmarks",
                "images": "landmarks",
                "image_credit": "landmarks",
                "copyright_notice": "landmarks",
                "exclusive": "landmarks",
                "keywords": "landmarks",
                "keywords_raw": "landmarks",
                "comments": "landmarks",
                "recommendations": "landmarks",
                "language": "html lang",
                "site_facts": "landmarks",
                "canonical_url": "og",
                "id": "og",
            },
            "warnings": [],
        },
    }


def blocks(paragraphs: list[str], images: list[tuple[int, str]] | None = None) -> list[dict[str, object]]:
    """The paragraphs, and the images where they stand between them."""
    parts: list[dict[str, object]] = []
    for number, paragraph in enumerate(paragraphs, 1):
        parts.append({"type": "paragraph", "text": paragraph})
        parts += [{"type": "image", "url": url} for position, url in images or IMAGES if position == number]
    return parts


def body_html() -> str:
    """Paragraphs and images, and nothing that a browser could run."""
    images = dict(IMAGES)
    lines = []
    for number, paragraph in enumerate(PARAGRAPHS, 1):
        lines.append(f"<p>{paragraph}</p>")
        if number in images:
            lines.append(f'<p><img src="{images[number]}"></p>')
    return "\n".join(lines)


# ---------------------------------------------------------------------------- the state, as Nuxt 2 writes it
def js(value: object) -> str:
    """JavaScript as devalue prints it: bare keys, ``<``, ``>`` and ``/`` escaped in strings."""
    match value:
        case str():
            text = json.dumps(value, ensure_ascii=False)
            return text.replace("/", r"\u002F").replace("<", r"\u003C").replace(">", r"\u003E")
        case bool() | None:
            return {True: "!0", False: "!1", None: "null"}[value]
        case dict():
            return "{" + ",".join(f"{key}:{js(each)}" for key, each in value.items()) + "}"
        case list():
            return "[" + ",".join(js(each) for each in value) + "]"
        case Name():
            return value.name
    return str(value)


class Name:
    """A parameter of the state's function."""

    def __init__(self, name: str):
        self.name = name


def nuxt(detail: dict[str, object], cards: list[dict[str, object]]) -> str:
    """The state's script; what occurs more than once is passed as an argument, as devalue does."""
    state = {
        "layout": "default",
        "data": [{"detail": detail, "recommend": cards}],
        "fetch": {},
        "error": Name("a"),
        "state": {"user": {"token": Name("c"), "info": Name("a")}, "nav": {"active": 0, "show": Name("b")}},
        "serverRendered": Name("b"),
        "routePath": f"/detail/{detail['id']}",
        "config": {"_app": {"basePath": "/", "assetsPath": "/_nuxt/", "cdnURL": Name("a")}},
    }
    for key, value in detail.items():
        if value == CHANNEL:
            detail[key] = Name("d")
    for card in cards:
        if card["channel_name"] == CHANNEL:
            card["channel_name"] = Name("d")
    call = f'(function(a,b,c,d){{return {js(state)}}}(null,!0,"",{js(CHANNEL)}))'
    return f"<script>window.__NUXT__={call};</script>"


def state_detail() -> dict[str, object]:
    return {
        "id": "LMwVGgj402z",
        "title": TITLE,
        "content": state_html(),
        "publish_time": DATE,
        "source_name": SOURCE,
        "channel_name": CHANNEL,
        "keywords": KEYWORDS,
        "copyright": NOTICE,
        "comment_count": 0,
        "video_info": None,
        "cover": "",
    }


def state_html() -> str:
    return re.sub(r'(<img) src="https:', r'\1 src="', body_html()) + f"<p>{CREDIT}</p>"


def state_cards() -> list[dict[str, object]]:
    return [
        {"id": card_id, "title": title, "duration": length, "channel_name": channel, "publish_time": raw,
         "cover": poster(card_id)}
        for card_id, (length, title, line), (_, _, channel, raw, _)
        in zip(CARD_IDS, CARDS, RECOMMENDATIONS, strict=True)
    ]  # fmt: skip


def poster(card_id: str) -> str:
    return f"https://static.statickksmg.com/image/2026/01/27/{card_id.lower()}_320x240.jpg"


# ---------------------------------------------------------------------------- the current generation
def head(*, title: str, url: str, description: str, metadata: bool = True, charset: str = "utf-8") -> str:
    page_title = f"{title}_{CHANNEL}_看看新闻网"
    lines = [f'<meta charset="{charset}">', f"<title>{page_title}</title>"]
    if metadata:
        lines += [
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta data-n-head="ssr" data-hid="description" name="description" content="{description}">',
            f'<meta data-n-head="ssr" data-hid="og:title" property="og:title" content="{title}">',
            f'<meta data-n-head="ssr" data-hid="og:url" property="og:url" content="{url}">',
            f'<meta data-n-head="ssr" data-hid="og:image" property="og:image" content="{IMAGES[0][1]}">',
            '<meta data-n-head="ssr" property="og:type" content="article">',
        ]
    lines += [
        '<link rel="icon" type="image/x-icon" href="//skin.kankanews.com/favicon.ico">',
        '<link rel="preload" href="/_nuxt/5e1f0a2.js" as="script">',
        '<link rel="stylesheet" href="/_nuxt/css/8d2b7c1.css">',
    ]
    return "<head>\n" + "\n".join(lines) + "\n</head>"


HEADER = """<div class="header"><div class="header-wrap">
<a href="/" class="logo nuxt-link-active"><img src="//skin.kankanews.com/v6/logo.png" alt="看看新闻"></a>
<ul class="nav"><li><a href="/">首页</a></li><li><a href="/k24">24小时</a></li>
<li><a href="/channel/shixun">时讯</a></li><li><a href="/channel/xinwenfang">新闻坊</a></li>
<li><a href="/xinwen/">新闻</a></li></ul>
<div class="app-code"><p>看看新闻APP</p><img src="//skin.kankanews.com/v6/qr.png"><p>扫描二维码下载APP</p></div>
<a href="/app" class="down">下载APP</a>
<div class="user"><span class="login">登录</span>
<div class="drop"><h4>历史</h4><i>⁺</i></div><div class="drop"><h4>收藏</h4><i>⁺</i></div>
<div class="drop"><h4>订阅</h4></div><a href="/user">个人中心</a><a href="javascript:;">退出登录</a></div>
</div></div>"""

TOOLBAR = f"""<div class="detail-tool"><span class="channel">{CHANNEL}</span>
<ul><li><i class="icon-zan"></i><span>点赞</span></li><li><i class="icon-fav"></i><span>收藏</span></li>
<li><i class="icon-share"></i><span>分享</span></li><li><span>用手机看</span><div class="qr"><canvas></canvas></div></li>
</ul></div>"""


def lazy_images(paragraphs: list[str]) -> str:
    images = dict(IMAGES)
    lines = []
    for number, paragraph in enumerate(paragraphs, 1):
        lines.append(f'<p style="text-indent:2em;">\u3000\u3000{paragraph}</p>')
        if number in images:
            src = images[number].removeprefix("https:")
            lines.append(
                f'<p style="text-align:center"><img src="//skin.kankanews.com/v6/blank.gif" data-src="{src}" alt=""></p>'
            )
    return "\n".join(lines)


KEYWORD_LINKS = "".join(f'<a href="/search?wd={word}" target="_blank">{word}</a>' for word in KEYWORDS)

BELOW = f"""<div class="detail-bottom">
<p class="copyright">{NOTICE}</p>
<div class="keyword"><span>关键词: </span>{KEYWORD_LINKS}</div>
</div>"""

COMMENTS = """<div class="comment"><h3>全部评论</h3>
<div class="comment-input"><p>请先<a href="javascript:;">登录</a>后发表评论</p></div>
<div class="comment-empty"><p>暂无评论,快来发表你的评论吧</p></div></div>"""


def card_html() -> str:
    items = "\n".join(
        f'<li><a href="/detail/{card_id}" target="_blank"><div class="pic">'
        f'<img src="{poster(card_id)}"><span class="dur">{length}</span></div>'
        f'<p class="txt">{title}</p></a><div class="info"><span>{channel}</span><span>{raw}</span></div></li>'
        for card_id, (length, title, _), (_, _, channel, raw, _)
        in zip(CARD_IDS, CARDS, RECOMMENDATIONS, strict=True)
    )  # fmt: skip
    return f'<div class="recommend"><h3>推荐视频</h3><ul>\n{items}\n</ul></div>'


FOOTER = f"""<div class="footer"><div class="f-logo">看看新闻</div>
<ul class="f-nav">{"".join(f'<li>• <a href="/about">{word}</a></li>' for word in FOOTER_LINKS)}</ul>
<div class="f-report"><a href="http://www.shjbzx.cn">网上有害信息举报专区</a>
<ul><li>• <a href="http://www.12377.cn">互联网违法和不良信息举报</a></li>
<li>• <a href="http://www.shjbzx.cn">上海互联网举报中心</a></li></ul>
<a href="http://www.12377.cn">儿童色情信息举报专区</a>
<p>举报电话:021-62870000</p><p>举报邮箱:service@kankanews.com</p></div>
<p><a href="http://www.zx110.org">网络社会征信网</a></p><p><a href="http://218.242.124.22">上海工商电子标识</a></p>
<p>广播电视节目制作经营许可证:(沪)字第510号 互联网新闻信息服务许可证:31120240001 网络文化经营许可证:沪网文[2018]4466-313号
<a href="https://beian.miit.gov.cn">互联网ICP备:沪ICP备10207042号-1</a> <a href="https://beian.miit.gov.cn">沪ICP备10207042号-4</a>
网视备(沪)02020000020-1号 违法与不良信息举报邮箱:service@kankanews.com</p>
<p>剑网行动举报电话:12318(市文化执法总队)、021-64334547(市版权局)</p>
<p>Copyright © 2016 Kankanews.com Inc. All Rights Reserved. 看东方(上海)传媒有限公司 版权所有</p>
<div class="f-app">看看新闻APP</div>
<p><a href="http://www.beian.gov.cn/portal/registerSystemInfo?recordcode=31010602001114"><img
src="//skin.kankanews.com/v6/gongan.png"><span>沪公网安备 31010602001114号</span></a></p></div>"""


def current_page(*, metadata: bool = True, state: bool = True) -> str:
    scripts = nuxt(state_detail(), state_cards()) if state else ""
    return f"""<!doctype html>
<html data-n-head-ssr lang="zh-CN">
{head(title=TITLE, url=DETAIL + "LMwVGgj402z", description=PARAGRAPHS[0][:80], metadata=metadata)}
<body>
<div id="__nuxt"><div id="__layout"><div class="container">{HEADER}
<div class="detail"><div class="detail-main">{TOOLBAR}
<h1 class="bt">{TITLE}</h1>
<div class="detail-info"><span class="time">{DATE}</span> <span class="from">{SOURCE}</span></div>
<div class="detail-content">
{lazy_images(PARAGRAPHS)}
<p style="text-indent:2em;">{CREDIT}</p>
</div>
{BELOW}
{COMMENTS}
</div><div class="detail-aside">{card_html()}</div></div>
{FOOTER}
</div></div></div>
{scripts}<script src="/_nuxt/5e1f0a2.js" defer></script>
</body>
</html>
"""


# ---------------------------------------------------------------------------- the legacy generation
def legacy_page(*, charset: str) -> str:
    keywords = "".join(f'<a href="/tag/{word}">{word}</a>' for word in KEYWORDS)
    footer = FOOTER.replace("//skin.kankanews.com/v6", "http://skin.kankanews.com/v5")
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta http-equiv="Content-Type" content="text/html; charset={charset}" />
<title>{TITLE}_{CHANNEL}_看看新闻网</title>
<meta name="keywords" content="{",".join(KEYWORDS)}" />
<script type="text/javascript">var g = {{}}; g.title="{TITLE}"; g.channel="shixun"; var omsid="";</script>
<script type="text/javascript" src="http://skin.kankanews.com/v5/js/jquery.js"></script>
</head>
<body>
<div class="top"><a href="http://www.kankanews.com/"><img src="http://skin.kankanews.com/v5/logo.gif" alt="看看新闻网" /></a>
<ul><li><a href="/xinwen/">新闻</a></li><li><a href="/shixun/">时讯</a></li></ul></div>
<div class="wrap"><div class="nrHeader"><h1>{TITLE}</h1>
<p><span class="time">{DATE}</span> <span class="resource">来源:{SOURCE}</span></p></div>
<div class="textBody">
{lazy_images(PARAGRAPHS).replace("data-src", "data-original")}
<p>{CREDIT}</p>
</div>
<div class="copy">{NOTICE}</div>
<div class="keywords"><em>关键词: {keywords}</em></div>
</div>
{footer}
<script type="text/javascript">document.write('<script src="http://tongji.example/x.js"><\\/script>');</script>
</body>
</html>
"""


def legacy_record() -> dict[str, object]:
    """Legacy pages have neither a toolbar nor comments nor recommendations."""
    record = article_record()
    record |= {
        "id": "kankanews:2019-01-09/0038713052",
        "url": LEGACY,
        "canonical_url": LEGACY,
        "comments": {"count": None, "state": "unknown"},
        "recommendations": [],
        "language": "zh",
    }
    provenance = record["provenance"]
    by_class = [
        "title", "published_at", "published_raw", "source", "body_text", "paragraphs", "blocks", "body_html", "images",
        "image_credit", "keywords", "keywords_raw",
    ]  # fmt: skip
    provenance["layout"] = "legacy"
    provenance["fields"] |= dict.fromkeys(by_class, "class:legacy")
    provenance["fields"] |= {"language": "letters", "channel": "title", "canonical_url": "url", "id": "url"}
    for absent in ("comments", "recommendations"):
        del provenance["fields"][absent]
    return record


# ---------------------------------------------------------------------------- the cases
def scrambled_page() -> str:
    """The current layout after a redesign: other class names, other elements, no metadata, no state."""
    page = current_page(metadata=False, state=False)
    page = re.sub(r"(?s)<head>.*</head>", '<head><meta charset="utf-8"></head>', page)
    page = re.sub(r' (?:lang|data-[a-z-]+-ssr|data-hid|id)="[^"]*"| data-n-head-ssr', "", page)
    names: dict[str, str] = {}

    def other_names(match: re.Match[str]) -> str:
        return 'class="{}"'.format(
            " ".join(
                names.setdefault(name, "_" + hashlib.sha256(name.encode()).hexdigest()[:6]) for name in match[1].split()
            )
        )

    page = re.sub(r'class="([^"]*)"', other_names, page)
    return re.sub(r"<(/?)h[1-4]\b", r"<\1section", page)


def scrambled_record() -> dict[str, object]:
    record = article_record()
    record["page_title"] = None
    record["language"] = "zh"
    record["provenance"]["layout"] = "landmarks"
    fields = dict.fromkeys(record["provenance"]["fields"], "landmarks")
    del fields["page_title"]
    record["provenance"]["fields"] = fields | {"language": "letters", "canonical_url": "url", "id": "url"}
    return record


def state_only_page(state: str | None = None) -> str:
    return f"""<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><title>看看新闻网</title></head>
<body><div id="__nuxt"><!----><div id="nuxt-loading">加载中</div></div>
{state or nuxt(state_detail(), state_cards())}
<script src="/_nuxt/5e1f0a2.js" defer></script>
</body>
</html>
"""


def state_only_record() -> dict[str, object]:
    record = article_record()
    record |= {"page_title": "看看新闻网", "keywords_raw": None, "site_facts": None}
    record["provenance"]["layout"] = "state"
    fields = dict.fromkeys(record["provenance"]["fields"], "state")
    del fields["keywords_raw"], fields["site_facts"]
    record["provenance"]["fields"] = fields | {
        "language": "html lang", "canonical_url": "url", "id": "url", "page_title": "title",
    }  # fmt: skip
    return record


VIDEO_ID = "vT5nQx8ZsKc"
VIDEO_LINE = "美国总统特朗普日前接受媒体采访时谈及此次行动。"
VIDEO_TITLE = "特朗普承认:美军使用声波武器绑架马杜罗"
VIDEO_FILE = "https://mediaplay.kksmg.com/2026/01/24/h264_720k_mp4_5d2c7e0b9a1f4c3e.mp4"


def video_page() -> str:
    detail = {
        "id": VIDEO_ID, "title": VIDEO_TITLE, "content": f"<p>{VIDEO_LINE}</p>", "channel_name": CHANNEL,
        "video_info": {"play_url": VIDEO_FILE, "duration": 33, "width": 1280},
        "cover": poster(VIDEO_ID),
    }  # fmt: skip
    return f"""<!doctype html>
<html data-n-head-ssr lang="zh-CN">
{head(title=VIDEO_TITLE, url=DETAIL + VIDEO_ID, description=VIDEO_LINE)}
<body>
<div id="__nuxt"><div id="__layout"><div class="container">{HEADER}
<div class="video-wrap"><div class="player" data-poster="{poster(VIDEO_ID)}"></div></div>
<div class="detail"><div class="detail-main">{TOOLBAR}
<h1 class="video-bt">{VIDEO_TITLE}</h1>
<div class="detail-info"><span class="time">2026-01-24 09:15:07</span> <span class="from">{SOURCE}</span></div>
<div class="video-intro">{VIDEO_LINE}</div>
{COMMENTS}
</div></div>
{FOOTER}
</div></div></div>
{nuxt(detail, [])}<script src="/_nuxt/5e1f0a2.js" defer></script>
</body>
</html>
"""


def video_record() -> dict[str, object]:
    record = article_record()
    record |= {
        "id": f"kankanews:{VIDEO_ID}", "url": DETAIL + VIDEO_ID, "canonical_url": DETAIL + VIDEO_ID,
        "title": VIDEO_TITLE, "page_title": f"{VIDEO_TITLE}_时讯_看看新闻网",
        "published_at": "2026-01-24T09:15:07+08:00", "published_raw": "2026-01-24 09:15:07",
        "body_text": VIDEO_LINE, "paragraphs": [VIDEO_LINE], "blocks": [{"type": "paragraph", "text": VIDEO_LINE}],
        "body_html": f"<p>{VIDEO_LINE}</p>",
        "images": [], "image_credit": None,
        "videos": [{"url": VIDEO_FILE, "poster": poster(VIDEO_ID), "duration_s": 33, "media_id": None}],
        "copyright_notice": None, "exclusive": None, "keywords": None, "keywords_raw": None, "recommendations": [],
        "counts": {"chars": 23, "han": 22, "words": 22, "paragraphs": 1},
        "content_hash": content_hash(VIDEO_TITLE, [VIDEO_LINE]),
    }  # fmt: skip
    fields = record["provenance"]["fields"]
    for absent in ("images", "image_credit", "copyright_notice", "exclusive", "keywords", "keywords_raw"):
        del fields[absent]
    del fields["recommendations"]
    fields["videos"] = "state"
    return record


def write(case: str, page: str | bytes, expected: dict[str, object], *, kind: str, **about: object) -> None:
    """Write one case: the page, what it is, and the record or the error that it must give."""
    directory = HERE / case
    directory.mkdir(exist_ok=True)
    (directory / "page.html").write_bytes(page if isinstance(page, bytes) else page.encode())
    described = {
        "what": kind,
        "url": DETAIL + "LMwVGgj402z",
        "headers": [["Content-Type", "text/html; charset=utf-8"]],
        "captured_at": CAPTURED_AT,
    } | about
    files = {"page": described, "error" if "error" in expected else "golden": expected}
    if expected.get("site_facts"):
        files["site_facts"] = {
            "schema_version": "1.1", "id": FACTS_ID, **SITE_FACTS,
            "url": described["url"], "fetched_at": CAPTURED_AT, "archive": None,
        }  # fmt: skip
    for name, value in files.items():
        text = json.dumps(value, ensure_ascii=False, indent=2) + "\n"
        (directory / f"{name}.json").write_text(text, encoding="utf-8")


def in_gb18030(record: dict[str, object], *declared: str) -> dict[str, object]:
    record["provenance"]["charset"] = {"declared": list(declared), "used": "gb18030", "replacements": 0}
    return record


def missing_fields() -> tuple[str, dict[str, object]]:
    """A page without source, channel, notice, keywords, images, credit; its comments cannot be read without login."""
    body = (
        "<p>第一段。</p>\n<p>第二段,有<a href='/detail/Yb3kRw7LmDe' onclick='x()'>链接</a>和<strong>强调</strong>。</p>"
    )
    page = f"""<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>缺字段的文章</title></head>
<body><div class="detail-main"><h1 class="bt">缺字段的文章</h1><div>2026-01-29 08:00</div>
<div>{body}<p>(看看新闻Knews记者:张三 李四 编辑:王五)</p></div>
<div class="detail-bottom"></div><div><h3>全部评论(12)</h3><p>请先登录后发表评论</p></div></div></body></html>
"""
    paragraphs = ["第一段。", "第二段,有链接和强调。"]
    record = article_record()
    record |= dict.fromkeys(
        ("source", "channel", "image_credit", "copyright_notice", "exclusive", "keywords", "keywords_raw", "site_facts")
    ) | {
        "title": "缺字段的文章", "page_title": "缺字段的文章",
        "published_at": "2026-01-29T08:00:00+08:00", "published_raw": "2026-01-29 08:00",
        "authors": [{"name": "张三", "role": "记者"}, {"name": "李四", "role": "记者"}],
        "editors": [{"name": "王五", "role": "编辑"}],
        "body_text": "\n\n".join(paragraphs), "paragraphs": paragraphs,
        "blocks": [{"type": "paragraph", "text": each} for each in paragraphs],
        "body_html": '<p>第一段。</p>\n<p>第二段,有<a href="https://www.kankanews.com/detail/Yb3kRw7LmDe">链接</a>'
                     "和<strong>强调</strong>。</p>",
        "images": [], "comments": {"count": 12, "state": "login_required"}, "recommendations": [],
        "counts": {"chars": 15, "han": 12, "words": 12, "paragraphs": 2},
        "content_hash": content_hash("缺字段的文章", paragraphs),
    }  # fmt: skip
    here = "landmarks"
    record["provenance"] |= {
        "charset": {"declared": ["utf-8", "utf-8"], "used": "utf-8", "replacements": 0},
        "fields": {
            "id": "url", "canonical_url": "url", "title": "class:current", "page_title": "title",
            "published_at": here, "published_raw": here, "authors": here, "editors": here, "body_text": here,
            "paragraphs": here, "blocks": here, "body_html": here, "comments": here, "language": "html lang",
        },
        "warnings": [
            "published_at: printed only to the minute: 2026-01-29 08:00",
            "source: no witness knows it",
            "channel: no witness knows it",
        ],
    }  # fmt: skip
    return page, record


def conflict() -> tuple[str, dict[str, object]]:
    """The sample's page with metadata that contradict it, and that name a page of another site as canonical."""
    ld = {"@type": "NewsArticle", "headline": "另一个标题", "datePublished": "2019-01-10T09:00:00+08:00",
          "dateModified": "2019-01-11T10:00:00+08:00"}  # fmt: skip
    extra = (
        f'<script type="application/ld+json">{json.dumps(ld, ensure_ascii=False)}</script>\n'
        '<link rel="canonical" href="https://other.example/detail/LMwVGgj402z">\n</head>'
    )
    record = article_record()
    record["modified_at"] = "2019-01-11T10:00:00+08:00"
    record["provenance"]["fields"]["modified_at"] = "json-ld"
    record["provenance"]["doubts"] = ["canonical_url", "title", "published_at"]
    record["provenance"]["warnings"] = [
        "canonical_url: link names https://other.example/detail/LMwVGgj402z, which is no article of kankanews; ignored",
        "title: class:current says “用脚板丈量民情 李强要求大调研不停步”, json-ld says “另一个标题”",
        "published_at: landmarks says “2019-01-09 17:04:22”, json-ld says “2019-01-10T09:00:00+08:00”",
    ]
    return current_page().replace("</head>", extra), record


def truncated() -> tuple[bytes, dict[str, object]]:
    """The sample's page, cut off after the first sentence of the fifth paragraph, in the middle of a character."""
    page = current_page()
    cut = page.index(PARAGRAPHS[4]) + PARAGRAPHS[4].index("。") + 1
    paragraphs = [*PARAGRAPHS[:4], PARAGRAPHS[4][: PARAGRAPHS[4].index("。") + 1]]
    record = article_record()
    images = [image for image in record["images"] if image["position"] < 5]
    record |= {
        "body_text": "\n\n".join(paragraphs), "paragraphs": paragraphs,
        "blocks": blocks(paragraphs),
        "body_html": body_html().split(PARAGRAPHS[4])[0] + paragraphs[4] + "</p>",
        "images": images, "image_credit": None, "copyright_notice": None, "exclusive": None,
        "keywords": None, "keywords_raw": None, "comments": {"count": None, "state": "unknown"},
        "recommendations": [], "site_facts": None,
        "counts": counts(paragraphs), "content_hash": content_hash(TITLE, paragraphs),
    }  # fmt: skip
    fields = record["provenance"]["fields"]
    for absent in (
        "image_credit", "copyright_notice", "exclusive", "keywords", "keywords_raw", "comments", "recommendations",
        "site_facts",
    ):  # fmt: skip
        del fields[absent]
    record["provenance"] |= {
        "cut_off": True,
        "doubts": ["body_text"],
        "warnings": ["body_text: the page has no end; the rest of the body may be missing"],
    }
    return page[:cut].encode(), record


def hostile_markup() -> tuple[str, dict[str, object]]:
    """Scripts, handlers and addresses that run code, unclosed and unknown elements, and deep nesting in the body."""
    body = (
        "<p onmouseover=alert(1) style='background:url(javascript:alert(1))'>一<script>alert(2)</script>段。</p>"
        "<p><a href='javascript:alert(3)'>二</a><a href=' jAvAscript:alert(4)'>段</a>"
        "<a href='https://a.example/?q=\"><script>'>外</a>。</p>"
        "<p><img src=x onerror=alert(5)><img src='data:image/png;base64,AAAA'><img src='javascript:alert(6)'></p>"
        "<iframe src='https://evil.example/'>帧</iframe><style>p{}</style><svg onload=alert(7)><text>图</text></svg>"
        "<marquee>三<b>段<p>四段&lt;script&gt;alert(8)&lt;/script&gt;</b></p></marquee><p>五段\u200b\ufeff。</p>"
    )
    page = f"""<!doctype html><html lang="zh-CN\"><head><meta charset="utf-8"><title>恶意</title></head>
<body>{"<div>" * 60}<div class="detail-main"><h1 class="bt">恶意</h1><p>2026-01-29 08:00:00 测试</p>
{body}<p>版权声明:无</p></div></body></html>
"""
    paragraphs = ["一段。", "二段外。", "三段", "四段<script>alert(8)</script>", "五段。"]
    record = article_record()
    record |= dict.fromkeys(("channel", "image_credit", "keywords", "keywords_raw", "site_facts")) | {
        "title": "恶意", "page_title": "恶意", "published_at": "2026-01-29T08:00:00+08:00",
        "published_raw": "2026-01-29 08:00:00", "source": {"name": "测试", "url": None},
        "body_text": "\n\n".join(paragraphs), "paragraphs": paragraphs,
        "body_html": (
            "<p>一段。</p>\n"
            '<p><a>二</a><a>段</a><a href="https://a.example/?q=%22%3E%3Cscript%3E">外</a>。</p>\n'
            '<p><img src="https://www.kankanews.com/detail/x"></p>\n'
            "<p>三段</p>\n<p>四段&lt;script&gt;alert(8)&lt;/script&gt;</p>\n<p>五段。</p>"
        ),
        "blocks": [
            {"type": "paragraph", "text": "一段。"}, {"type": "paragraph", "text": "二段外。"},
            {"type": "image", "url": "https://www.kankanews.com/detail/x"},
            {"type": "embed", "kind": "frame", "url": "https://evil.example/"},
            *({"type": "paragraph", "text": each} for each in paragraphs[2:]),
        ],
        "images": [{"url": "https://www.kankanews.com/detail/x", "alt": None, "caption": None, "credit": None,
                    "position": 2}],
        "copyright_notice": "版权声明:无", "exclusive": False,
        "comments": {"count": None, "state": "unknown"}, "recommendations": [],
        "counts": {"chars": 39, "han": 11, "words": 15, "paragraphs": 5},
        "content_hash": content_hash("恶意", paragraphs),
    }  # fmt: skip
    fields = record["provenance"]["fields"]
    for absent in ("channel", "image_credit", "keywords", "keywords_raw", "comments", "recommendations", "site_facts"):
        del fields[absent]
    record["provenance"]["fields"] |= {"id": "url", "canonical_url": "url"}
    record["provenance"]["warnings"] = ["channel: no witness knows it"]
    return page, record


NOT_FOUND = f"""<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>看看新闻网</title></head>
<body>{HEADER}<div class="error-page"><img src="//skin.kankanews.com/v6/404.png"><p>抱歉,您访问的页面不存在</p>
<a href="/">返回首页</a></div>{FOOTER}</body></html>
"""

HOSTILE_STATES = {
    "hostile-state-depth": "[" * 5000 + "]" * 5000,
    "hostile-state-array": "(function(a){return {data:Array(1e9)}}(1))",
    "hostile-state-syntax": '(function(a){while(true){};return {title:fetch("https://evil.example/")}}(1))',
}


def main() -> None:
    utf8 = [["Content-Type", "text/html; charset=utf-8"]]
    write("current", current_page(), article_record(), kind=REAL)
    write("scrambled", scrambled_page(), scrambled_record(), kind=REAL)
    write("state-only", state_only_page(), state_only_record(), kind=REAL)
    write("legacy", legacy_page(charset="utf-8"), legacy_record(), kind=REAL, url=LEGACY)
    gb2312 = legacy_page(charset="gb2312").encode("gb18030")
    write(
        "legacy-gbk-labelled-gb2312", gb2312, in_gb18030(legacy_record(), "gb2312", "gb2312"), kind=REAL, url=LEGACY,
        headers=[["Content-Type", "text/html; charset=gb2312"]],
    )  # fmt: skip
    write(
        "gb18030-labelled-utf8", legacy_page(charset="utf-8").encode("gb18030"),
        in_gb18030(legacy_record(), "utf-8", "utf-8"), kind=REAL, url=LEGACY, headers=utf8,
    )  # fmt: skip
    kind = "title and card text real, the rest made up, HTML reconstructed"
    write("video", video_page(), video_record(), kind=kind, url=DETAIL + VIDEO_ID)
    write("missing-fields", *missing_fields(), kind=MADE_UP)
    write("conflict", *conflict(), kind="text real, HTML reconstructed; the contradicting metadata made up")
    write("truncated", *truncated(), kind="text real, HTML reconstructed, cut off")
    write("hostile-markup", *hostile_markup(), kind=MADE_UP)
    missing = {"error": "UnparsedPageError", "missing": ["title", "body or video"]}
    write("not-found-with-200", NOT_FOUND, missing, kind=MADE_UP)
    for case, source in HOSTILE_STATES.items():
        page = state_only_page(f"<script>window.__NUXT__={source};</script>")
        write(case, page, missing | {"because": "state"}, kind=MADE_UP)


if __name__ == "__main__":
    main()
