"""Chrome: the buttons and counts that news pages print around and between the lines of an article."""

from __future__ import annotations

import re

MAX_LENGTH = 60
"""Characters; a longer line says more than a button."""

_NUMBER = r"[\d.,]+\s?[万萬千亿億wWkK]?\+?"
_COUNTED = (
    r"[阅閱][读讀]|[浏瀏][览覽]|[点點][击擊]|播放|[观觀]看|[评評][论論]|[点點][赞讚]|[转轉][发發]|收藏|分享|[热熱]度|人[气氣]"
    r"|[点點][阅閱]|[访訪][问問]"
)
_APP = r"(?:APP|App|app|客户端)"

IN_LINE = (
    rf"(?:{_COUNTED})(?:量|[数數]|次[数數]|人[数數])?\s?[:\uff1a]?\s?[(\uff08]?{_NUMBER}\s?(?:次|人|[条條])?(?!\w)[)\uff09]?"
    rf"|(?<![\w.])(?:共|已有)?{_NUMBER}\s?(?:次|人|条|个)?(?:{_COUNTED})(?:量|数)?"
    r"|字[号体](?:大小)?\s?[:\uff1a]?[\s大中小+A-]*|分享[到至]\s?[:\uff1a]?|听新闻|打印|纠错"
)
"""Pattern of what stands beside the date of an article: counts, sizes of type."""

_BUTTONS = (
    r"点赞|收藏|分享(?:[到至]\s?[:\uff1a]?)?|用手机看|评论|举报|转发|打赏|复制链接"
    r"|微信(?:好友)?|朋友圈|(?:新浪)?微博|QQ(?:空间|好友)?"
)
_LINE = re.compile(
    rf"[【\[]纠错[】\]]|(?:\s*(?:{_BUTTONS}|{IN_LINE})[\s|·、]*\d{{0,9}})+"
    r"|[\w.+-]{1,40}@[\w-]{1,40}(?:\.[\w-]{2,20}){1,3}|[<〈(\[ⓒ©\s]{0,3}저작권자.{0,50}|.{0,12}무단\s?(?:전재|복제).{0,40}"
    r"|[-—=~·•\s]{0,9}(?i:(?:the\s)?end)[-—=~·•\s]{0,9}|广告|推广|(?:视频|图片|页面|正在)?加载中[\s.…。]*|(?:点击|點擊)?(?:阅读|閱讀|查看)原文|返回(?:首页|顶部)|回到顶部|关闭窗口"
    r"|(?i:advert(?:isement|s)?|anzeige|werbung|publicité|publicidad|publicidade|pubblicità|реклама|reklama?e?|annons"
    r"|advertising|iklan|広告|광고|share(?: this)?|be sociable, share|tweet|print|(?:add )?comments?|read more"
    r"|(?:sign up (?:for|to)|subscribe to|get) (?:our|the) .{0,25}newsletter"
    r"|this slideshow requires javascript)[.:!]?|×"
    rf"|(?:点击|立即|请)?(?:打开|下载|安装)[^\s。]{{0,10}}?{_APP}[^。]{{0,15}}"
    r"|(?:点击)?(?:展开|查看|阅读|显示)(?:全文|更多|剩余[^。]{0,6})|收起(?:全文)?|(?:点击)?加载更多"
    r"|请?先?登录后?可?(?:查看|阅读|观看)(?:全文|更多|完整)[^。]{0,6}"
    r"|[上下]一[篇条](?:\s?[:\uff1a][^。]*|(?:\s*[上下]一[篇条])?)"
    rf"|(?:长按|扫描|扫一扫|扫码|微信扫)[^。]{{0,20}}(?:二维码|关注|{_APP}|分享)[^。]{{0,15}}"
    r"|[您你]的浏览器(?:不支持|版本过低)[^。]{0,30}"
    r"|(?:主[办辦管]|承[办辦]|指导)[单單]位\s?[:\uff1a][^。]{2,50}|(?:地址|电话|邮编)\s?[:\uff1a][^。]{2,40}(?:电话|邮编|传真)\s?[:\uff1a][^。]{2,20}"
    r"|©.{1,50}|(?i:copyright)\s(?:©|\([cC]\)|[12][0-9]{3}).{0,50}|版[权權]所有[^。]{0,30}"
    r"|.{0,40}(?i:all rights reserved|alle rechte vorbehalten|todos los derechos reservados|tous droits réservés"
    r"|todos os direitos reservados|tutti i diritti riservati|все права защищены)[.!]?"
)
_RELATED = re.compile(
    r"(?:相[关關]|延伸|推[荐薦]|看?更多|[热熱][门門]|猜你喜[欢歡]|往期|你可能.{0,5})"
    r"(?:精彩|[阅閱][读讀]|新[闻聞]|[报報][道導]|推[荐薦]|文章|[链鏈][接結]|[连連][结結]|[视視][频頻]|影片|[内內]容|回[顾顧]|[话話][题題]){0,2}\s?[:\uff1a]?"
    r"|(?i:related(?:\s(?:posts?|articles?|stor(?:y|ies)|topics?|content|links?|news|coverage|reading|videos?))?"
    r"|(?:read|see)\s(?:also|next)|also\sread|more\son\sthis(?:\sstory)?|you\s(?:may|might)\salso\slike|recommended(?:\sreading)?"
    r"|mehr\szum\sthema|(?:lesen\ssie\sauch|zum\sthema|auch\sinteressant)|(?:à\s)?lire\saussi|sur\sle\smême\s(?:sujet|thème)"
    r"|le(?:i?a|e)\s(?:también|además|também)|(?:noticias|notas|notícias)\s(?:relacionadas)|leggi\sanche|lees\sook|läs\s(?:också|även|mer)"
    r"|les\s(?:også|mer)|læs\sogså|czytaj\s(?:także|też|również)|читайте\s(?:также|ещё|еще)|читайте\sтакож|baca\sjuga"
    r"|ayrıca\sokuyun|関連記事|あわせて読みたい|관련\s?기사|اقرأ\sأيضا|xem\sthêm|tin\sliên\squan)\s?[:\uff1a]?"
)


def is_chrome(line: str) -> bool:
    """Tell whether a line is no more than buttons, counts and the like.

    >>> [is_chrome(line) for line in ("分享到: 微信 微博", "阅读 1.2万", "打开APP,看更多精彩内容", "点赞的人很多")]
    [True, True, True, False]
    """
    return len(line) <= MAX_LENGTH and _LINE.fullmatch(line) is not None


def is_related_heading(line: str) -> bool:
    """Tell whether links to other articles follow.

    >>> is_related_heading("相关阅读:"), is_related_heading("相关部门")
    (True, False)
    """
    return len(line) <= MAX_LENGTH and _RELATED.fullmatch(line) is not None
