"""Tells pages that stand in the place of an article by their titles: errors, checks of the browser, consent, sign-ins.

Servers send them under a 200 at the address of an article. Only pages that do not call themselves an article are asked,
as an article may be called so.
"""

from __future__ import annotations

import re

_MAX_TITLE = 120
"""Characters of a title that are looked at."""

_SITE = re.compile(r"\s+[|\-\u2013\u2014·:]\s.*|[|_\uff5c].*|[-\u2013\u2014](?=[\u4e00-\u9fff]).*", re.DOTALL)
"""The name of the site behind a title."""
_ENDS = " .…!！。?？*"

_PAGE = r"(?:the\s|this\s|that\s|your\s)?(?:page|article|url|content|file)?\s?(?:(?:you|that)\s[\w\s]{0,40})?"
_REGRETS = r"(?:(?:we['’]re\s|we\sare\s)?sorry\W+|oops\W+)?"
_OF_PAGE = (
    r"(?:您|你|该|此|本)?[所要想]?(?:访问|訪問|浏览|瀏覽|查看|查找|请求|找)?的?"
    r"(?:页面|頁面|[网網][页頁]|内容|文章|新[闻聞]|信息)?"
)
_GONE = r"(?:已经?|可能)?被?(?:不存在|找不到了?|無法显示|无法访问|无法显示|未找到|[删刪]除|下线|移除)"
_WALLS = (
    r"(?:http\s?)?(?:error\s)?(?:4[01][0-9]|50[0-9])(?:\s?[:\-\u2013]?\s?(?:error|(?:page\s)?not\sfound|forbidden|gone))?",
    _REGRETS + _PAGE + r"(?:was\s|is\s|could\s|can)?\s?(?:not\s(?:be\s)?found|no\slonger\s(?:available|exists))",
    r"(?:access|permission)\s(?:is\s|was\s|to\sthis\spage\s(?:is|has\sbeen)\s)?(?:denied|blocked|restricted)",
    r"(?:403\s)?forbidden|attention\srequired|just\sa\smoment|one\smoment,?\splease|please\swait",
    r"before\syou\scontinue[\w\s]{0,40}|security\scheck(?:point)?|robot\scheck|captcha|are\syou\s(?:a\s)?(?:human|robot)",
    r"checking\s(?:your\sbrowser|if\sthe\ssite)[\w\s.]{0,80}",
    r"(?:please\s)?(?:confirm|verify)(?:ing)?\s(?:that\s)?you\s?(?:['’]re|are)\s[\w\s]{0,40}",
    r"(?:we|why\swe)\s(?:value|respect|care\sabout)\syour\sprivacy|your\sprivacy(?:\schoices|\smatters)?|privacy\sconsent",
    r"(?:this\s(?:web)?site\suses|we\suse|accept|manage)\scookies|cookies?(?:\s(?:consent|settings|preferences|wall))?",
    r"(?:please\s)?(?:sign|log)\s?[io]n(?:\sto\s[\w\s]{0,40})?",
    r"(?:please\s)?(?:enable|turn\son)\s(?:javascript|cookies)[\w\s]{0,40}",
    r"(?:service|site|page|temporarily)\s(?:is\s)?(?:temporarily\s)?unavailable|(?:site\s)?(?:under|down\sfor)\smaintenance",
    r"too\smany\srequests|internal\sserver\serror|bad\s(?:gateway|request)|(?:gateway\s)?time-?out",
    r"(?:die\s)?seite\s(?:wurde\s|konnte\s)?nicht\sgefunden(?:\swerden)?|zugriff\sverweigert|anmelden|einwilligung",
    r"page\s(?:non\strouvée|introuvable)|accès\s(?:refusé|interdit)|página\sno\sencontrada|pagina\snon\strovata",
    r"(?:抱歉|对不起|對不起|很遗憾)?[,，!！\s]*" + _OF_PAGE + _GONE,
    r"(?:安全|人机|人機|滑动|身份|访问)[验驗][证證]|访问(?:被拒绝|受限|过于频繁|异常)|拒绝访问|正在(?:跳转|验证)\w{0,12}",
    r"[请請]?(?:先|您)?(?:登[录錄入]|完成[下方列安全]{0,4}[验驗][证證])(?:[后後]?(?:继续|查看|访问)\w{0,8})?",
    r"系统(?:提示|维护中?|繁忙)|温馨提示|ページが見つかりません(?:でした)?|페이지를\s찾을\s수\s없습니다",
)
_WALL = re.compile("|".join(_WALLS), re.IGNORECASE)


def is_wall(title: str) -> bool:
    """Tell whether a page is none of its site's articles by its *title*.

    >>> [is_wall(title) for title in ("Just a moment...", "页面不存在 - 江城网", "404 | The Post", "Page not found")]
    [True, True, True, True]
    >>> [is_wall(title) for title in ("404 boats left", "Not found guilty", "市民登录新平台办事")]
    [False, False, False]
    """
    return _WALL.fullmatch(_SITE.sub("", title[:_MAX_TITLE].strip()).strip(_ENDS)) is not None
