"""Invented local news in Chinese, written from templates: titles, paragraphs and keywords.

Neutral by design, about places that do not exist: no text here is of the real site, no person or event is
real.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

PLACES = (
    "青禾街道",
    "望潮路",
    "白榆镇",
    "星桥社区",
    "临湾新城",
    "南柯里",
    "听雨巷",
    "云杉公园",
    "渡口老街",
    "麦浪村",
    "石榴园",
    "晴川桥",
    "小满集市",
    "鹭影湖",
    "长亭站",
    "橘井坊",
)
PHOTOGRAPHERS = ("样例一", "样例二", "安例文", "柯例图", "例小样")
"""Made to be recognised as invented."""

# Printed alike in every topic, as agency prose is.
_COMMON = (
    "{place}的工作人员介绍，这项安排从{month}月开始准备，前后听取了{n}位居民的意见。",
    "不少居民表示，变化虽然不大，却实实在在方便了每天的生活。",
    "接下来，{place}还将根据使用情况逐步完善细节，并定期公布进展。",
    "据统计，首周共有{n}人次参与，其中周末占到了六成以上。",
    "现场设置了{small}个服务点，志愿者在早晚高峰时段轮流值守。",
    "“希望大家多提建议，我们边用边改。”一位参与筹备的工作人员说。",
    "相关信息可以在社区公告栏查看，也可以向服务台咨询。",
    "为了照顾老人和孩子，指示牌的字号放大了一倍，坡道和扶手也重新检查了一遍。",
    "记者在现场看到，秩序井然，不时有人停下来拍照留念。",
    "住在附近的居民说，早就盼着这一天，以后来往方便多了。",
    "筹备期间，工作组先后开了{small}次碰头会，方案改了又改。",
    "有居民在留言簿上写道：“小事办好了，日子就舒心了。”",
    "考虑到上班族的时间，咨询窗口在工作日延长到晚上八点。",
    "附近学校的学生也来帮忙，负责整理登记表和引导路线。",
    "遇到雨雪天气，相关安排会提前一天在公告栏和广播里通知。",
    "下一阶段的重点，是把大家反映最集中的{small}个问题逐一落实。",
    "目前各项准备工作已经就绪，欢迎市民前来体验。",
    "{place}还准备了一份简明手册，把常见问题列成问答，免费取阅。",
    "工作人员每天记录意见，当天能解决的当天答复。",
    "一位退休工程师主动承担了义务讲解，每周来两个下午。",
    "从前期调查看，最受关注的是安全、便利和费用三个方面。",
    "为减少等候，现场采用分时段预约，每个时段不超过{small}0人。",
    "同样的做法，年底前还会在另外{small}个地方推广。",
    "参与设计的年轻人说，最难的不是画图，而是听懂大家真正需要什么。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Topic:
    titles: tuple[str, ...]
    sentences: tuple[str, ...]
    keywords: tuple[str, ...]


_TOPICS = (
    _Topic(
        titles=(
            "{place}图书角开放 {n}册新书上架",
            "夜读时间延长一小时 {place}的灯亮到十点",
            "{place}：把书架搬到家门口",
        ),
        sentences=(
            "{place}的社区图书角今天正式开放，首批上架图书{n}册，涵盖文学、科普和绘本。",
            "图书角由一间闲置的值班室改造而成，保留了原来的木窗和水磨石地面。",
            "借阅不需要押金，登记姓名和电话即可，每次最多可以借{small}册。",
            "每到傍晚，放学的孩子会在这里写作业，退休教师轮流来讲故事。",
        ),
        keywords=("图书角", "全民阅读", "社区服务", "绘本", "志愿者"),
    ),
    _Topic(
        titles=(
            "{place}新增{small}条公交线 早高峰最短三分钟一班",
            "末班车延后半小时 {place}夜归更方便",
            "{place}站台添了座椅和雨棚",
        ),
        sentences=(
            "从本周起，途经{place}的公交线路增加到{small}条，早高峰发车间隔缩短至三分钟。",
            "新线路串起了学校、医院和菜市场，全程约{n}米设一站。",
            "站台新装了电子站牌，可以看到车辆距离本站还有几分钟。",
            "司机们提前一个月踏勘路线，记录了每一个容易积水的路口。",
        ),
        keywords=("公交", "出行", "早高峰", "电子站牌", "便民"),
    ),
    _Topic(
        titles=(
            "{place}口袋公园完工 多了{n}棵树",
            "推窗见绿 {place}的边角地变成花园",
            "{place}步道贯通：散步不用再绕路",
        ),
        sentences=(
            "{place}一块闲置多年的边角地近日变成了口袋公园，新栽乔木和灌木{n}棵。",
            "设计人员保留了三株老榆树，步道特意绕开树根。",
            "公园里铺设了透水砖，雨后半小时内路面基本没有积水。",
            "长椅旁的小木牌上写着植物的名字，孩子们可以边走边认。",
        ),
        keywords=("口袋公园", "城市更新", "绿化", "步道", "透水砖"),
    ),
    _Topic(
        titles=(
            "{place}社区食堂推出{small}种早餐",
            "一碗热粥的温度 {place}食堂今天开门",
            "{place}：菜价公示 一周一换",
        ),
        sentences=(
            "{place}社区食堂今天试营业，早餐有{small}种，午餐三荤三素，菜单一周一换。",
            "食堂把每道菜的盐和油用量写在窗口旁边，方便有需要的居民选择。",
            "行动不便的老人可以预约送餐，送餐员会在十一点半之前送到门口。",
            "第一天共卖出{n}份早餐，最受欢迎的是青菜粥和葱油饼。",
        ),
        keywords=("社区食堂", "早餐", "助餐", "养老服务", "菜单"),
    ),
    _Topic(
        titles=(
            "降温啦！{place}明晨最低{small}度",
            "一周天气：{place}雨水渐止 周末放晴",
            "{place}迎来今年首场大雾 出行请慢行",
        ),
        sentences=(
            "受弱冷空气影响，{place}明天早晨的最低气温预计在{small}度左右，体感偏凉。",
            "未来三天以多云为主，偏北风三到四级，江面阵风可达六级。",
            "气象部门提醒，早晚温差较大，出门请适当添衣。",
            "周末云量减少，阳光重新上线，适合晾晒和户外活动。",
        ),
        keywords=("天气", "降温", "大雾", "出行提醒", "周末"),
    ),
    _Topic(
        titles=(
            "{place}老物件展开幕 {n}件展品来自街坊",
            "把记忆留住 {place}办起弄堂影像展",
            "{place}小剧场开票：票价从{small}元起",
        ),
        sentences=(
            "一场老物件展在{place}开幕，{n}件展品全部由街坊提供，包括搪瓷杯、缝纫机和老照片。",
            "每件展品旁都附有一段口述，观众扫码就能听到主人的讲述。",
            "展览不设围栏，只请大家轻拿轻放，看完放回原处。",
            "展期为{small}周，周一闭馆，其余时间免费开放。",
        ),
        keywords=("展览", "老物件", "文化生活", "口述历史", "小剧场"),
    ),
    _Topic(
        titles=(
            "{place}亲子跑开跑 {n}人参加",
            "晨跑打卡第{small}年 {place}的人越来越多",
            "{place}球场翻新：塑胶地面换了颜色",
        ),
        sentences=(
            "今天上午，{n}人参加了在{place}举行的亲子跑，全程两公里，不设名次。",
            "起点和终点之间设置了{small}个补给点，提供温水和香蕉。",
            "跑在最后的小朋友由志愿者陪着走完全程，同样领到了纪念章。",
            "球场的地面换成了缓冲更好的材料，灯光也改成了不刺眼的暖色。",
        ),
        keywords=("亲子跑", "健身", "球场", "体育", "纪念章"),
    ),
    _Topic(
        titles=(
            "{place}码头试行自助检票 排队缩短到{small}分钟",
            "看潮水 {place}观景台今起预约",
            "{place}渡轮换新：能停{n}辆自行车",
        ),
        sentences=(
            "{place}码头今天试行自助检票，平均排队时间由过去的二十分钟缩短到{small}分钟。",
            "新渡轮的下层甲板可以停放{n}辆自行车，并装有防滑条。",
            "观景台每半小时放行一批游客，预约从前一天中午开始。",
            "船员每天出航前要检查救生衣和消防器材，并记录在册。",
        ),
        keywords=("渡轮", "码头", "观景台", "预约", "自助检票"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """The texts of one invented article."""

    title: str
    paragraphs: tuple[str, ...]
    keywords: tuple[str, ...]


def write(random: Random, *, paragraphs: int) -> Prose:
    """Write an article of so many paragraphs, 9 at most; the same random state gives the same article."""
    topic = random.choice(_TOPICS)
    slots = {
        "place": random.choice(PLACES),
        "n": random.randrange(120, 4800),
        "small": random.randrange(3, 12),
        "month": random.randrange(1, 13),
    }
    opening, *rest = topic.sentences
    sentences = [opening, *random.sample(rest + list(_COMMON), len(rest) + len(_COMMON))]
    return Prose(
        title=random.choice(topic.titles).format_map(slots),
        paragraphs=tuple("".join(sentences[3 * i : 3 * i + 3]).format_map(slots) for i in range(paragraphs)),
        keywords=(str(slots["place"]), *random.sample(topic.keywords, random.randrange(2, 5))),
    )
