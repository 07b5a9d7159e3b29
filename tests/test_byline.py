"""Who wrote an article: the lines by which pages say so, in Chinese and in other languages. Every name is made up."""

from __future__ import annotations

import pytest

from newsspider.parsing.byline import (
    find_byline,
    is_name,
    join_spaced,
    read_bare_byline,
    read_byline,
    read_offices,
    read_reporters,
    read_signature,
)
from newsspider.parsing.people import is_of_person, read_apart, read_labelled, read_line, read_linked, read_names


def pairs(people):
    return [(each.name, each.role) for each in people]


WRITERS = "记者 記者 作者 撰稿 撰稿人 撰文 采写 执笔 執筆 图文 圖文 通讯员 通訊員 实习记者 特约记者 首席记者 见习記者"
EDITORS = "编辑 編輯 责编 責編 主编 編審 责任编辑 責任編輯 值班编辑 新媒体编辑 高级编辑 执行主编 总编辑"
PHOTOGRAPHERS = "摄影 攝影 特约摄影"
OTHERS = (
    "校对 校對 审核 審核 审校 監制 监制 監製 摄像 攝像 拍摄 剪辑 剪輯 后期 後期 制作 製作 配音"
    " 策划 策劃 统筹 統籌 签发 簽發 终审 終審 翻译 翻譯 编译 編譯 美编 供稿 供图 供圖 值班主任"
)


@pytest.mark.parametrize(
    ("roles", "place"), [(WRITERS, 0), (EDITORS, 1), (PHOTOGRAPHERS, 2), (OTHERS, None)], ids="wepo"
)
def test_a_role_says_what_somebody_did(roles, place):
    for role in roles.split():
        said = read_byline(f"{role}:王乐文、方敏")
        found = [pairs(each) for each in said]

        expected = [[], [], []]
        if place is not None:
            expected[place] = [("王乐文", role), ("方敏", role)]
        assert found == expected, role


@pytest.mark.parametrize("mark", [":", "：", "丨", "|", "/", " : "])
@pytest.mark.parametrize("between", [" ", "、", ",", "，", ";", "；", "/", "|", "　", "&", "＆"])
def test_roles_and_names_are_parted_by_many_signs(mark, between):
    said = read_byline(f"记者{mark}王乐文{between}方敏 编辑{mark}李伟")

    assert pairs(said.authors) == [("王乐文", "记者"), ("方敏", "记者")]
    assert pairs(said.editors) == [("李伟", "编辑")]


@pytest.mark.parametrize(
    ("line", "authors", "editors"),
    [
        ("责任编辑 周明 李伟", [], ["周明", "李伟"]),
        ("编辑 周明、李伟", [], ["周明", "李伟"]),
        ("責編 周明", [], ["周明"]),
        ("值班编辑 周明", [], ["周明"]),
        ("(港口网记者:王乐文)", ["王乐文"], []),
        ("【编辑:周明】", [], ["周明"]),
        ("采写:港口日报记者 王乐文 实习生 方敏", ["王乐文", "方敏"], []),
        ("采写:王乐文 通讯员 方敏", ["王乐文", "方敏"], []),
        ("采写:王乐文 實習生:方敏", ["王乐文", "方敏"], []),
        ("责任编辑 欧阳娜娜", [], ["欧阳娜娜"]),
        ("编辑 周明 李伟 王芳 陈静", [], ["周明", "李伟", "王芳", "陈静"]),
        ("编辑 周明 李伟 校对 王芳", [], ["周明", "李伟"]),
        ("责编 周明 审校 王芳 记者 王乐文 方敏", ["王乐文", "方敏"], ["周明"]),
        ("作者:网络整理 编辑:周明", [], ["周明"]),
        ("作者:佚名", [], []),
        ("记者:" + "王" * 20, ["王" * 20], []),
    ],
)
def test_a_line_is_a_byline(line, authors, editors):
    said = read_byline(line)

    assert ([each.name for each in said.authors], [each.name for each in said.editors]) == (authors, editors)


@pytest.mark.parametrize(
    "line",
    [
        *("港口网记者:王乐文", "他说记者:王乐文", "记者 王乐文", "主编 王乐文", "编辑部 周明", "编辑:周明。李伟"),
        *("(港口网记者:王乐文", "港口网记者:王乐文)", "记者:" + "王" * 21),
        *("责任编辑 港口欧阳娜", "编辑 周明 李伟 王芳 陈静 何平"),
        *("记者:你怎么看！", "记者:为什么?", "上海今天下雨", ""),
    ],
)
def test_other_lines_are_no_byline(line):
    assert read_byline(line) is None


@pytest.mark.parametrize(
    ("line", "people"),
    [
        ("本报记者 王乐文", [("王乐文", "记者")]),
        ("□本报记者 王乐文、方敏", [("王乐文", "记者"), ("方敏", "记者")]),
        ("港口日报 记者 王乐文 摄", [("王乐文", "记者")]),
        ("总台央视记者 王乐文 方敏 报道", [("王乐文", "记者"), ("方敏", "记者")]),
        ("见习记者 王乐文 编辑 李伟", [("王乐文", "见习记者")]),
        *((f"{role} 王乐文", [("王乐文", role)]) for role in ("通讯员", "通訊員", "记者", "記者", "首席记者")),
        ("本报记者 王乐文 方敏 李伟 周明 陈静 何平",
         [(name, "记者") for name in ("王乐文", "方敏", "李伟", "周明", "陈静", "何平")]),
        ("本报记者 王乐文 方敏 李伟 周明 陈静 何平 陆羽", []),
        ("文/王乐文", [("王乐文", None)]),
        ("文 | 王乐文 图 | 李伟", [("王乐文", None)]),
        ("撰文：王乐文", [("王乐文", None)]),
        ("图文 王乐文", [("王乐文", None)]),
        ("記者王樂天／台北報導", [("王樂天", "記者")]),
        ("記者張樂天／台北報導", [("張樂天", "記者")]),
        ("王樂天／台北報導", [("王樂天", None)]),
        ("王樂天_台北", [("王樂天", None)]),
        ("王樂天、方敏＿新北市", [("王樂天", None), ("方敏", None)]),
        ("王樂天_台北地方法院", []),
        ("王樂天 方敏／台北 高雄報導", [("王樂天", None), ("方敏", None)]),
        ("王樂天 方敏／編譯", [("王樂天", None), ("方敏", None)]),
        ("王樂天／台北", []),
        ("渡輪／台北報導", []),
        *((f"港口{press}／王樂天、方敏", [("王樂天", None), ("方敏", None)]) for press in ("報", "快訊", "網", "中心")),
        ("港口黨／王樂天", []),
        ("港央社記者王樂天台北9日電", [("王樂天", "記者")]),
        ("港口社记者王乐文", [("王乐文", "记者")]),
        ("港口周刊特约记者王乐文", [("王乐文", "特约记者")]),
        ("香港特約記者 王樂天", [("王樂天", "特約記者")]),
        ("北京特派記者 王樂天", [("王樂天", "特派記者")]),
        ("香港記者 王樂天", []),
        *((f"本报记者 王乐文 {end}", [("王乐文", "记者")]) for end in
          ("文", "摄", "攝", "摄影", "图", "圖", "报道", "報道", "文/图", "文并摄", "摄影报道")),
        ("本报记者 欧阳乐文", [("欧阳乐文", "记者")]),
        ("王乐文/港口日报", [("王乐文", None)]),
        ("王乐文、方敏|港口新闻", [("王乐文", None), ("方敏", None)]),
        ("渡轮/港口日报", []),
        ("王乐文/港口", []),
        ("记者 调查发现", []),
        ("记者 王乐文发现了问题", []),
        ("本报记者", []),
        ("他是记者 王乐文的朋友", []),
        ("本报记者 李四光荣退休", []),
    ],
)  # fmt: skip
def test_a_line_without_a_colon_names_reporters_where_nothing_but_names_follows(line, people):
    assert pairs(read_bare_byline(line)) == people


@pytest.mark.parametrize(
    ("paragraph", "people"),
    [
        ("新港社海城1月29日电（记者王乐文、方敏）会议举行。", [("王乐文", "记者"), ("方敏", "记者")]),
        ("会议今天举行。（见习记者 王乐文）", [("王乐文", "见习记者")]),
        ("会议今天举行。[作者 王乐文]", [("王乐文", "作者")]),
        ("会议今天举行。〔撰文：王乐文〕", [("王乐文", None)]),
        ("会议今天举行。(文/王乐文 摄影/李伟)", [("王乐文", None)]),
        ("会议今天举行。(记者 王乐文 编辑 李伟 校对 周明)", [("王乐文", "记者")]),
        ("（记者 方　敏）会议今天举行。", [("方敏", "记者")]),
        ("会议今天举行。（记者 王乐文；编辑 李伟）", [("王乐文", "记者")]),
        ("会议今天举行。（记者、王乐文，）", [("王乐文", "记者")]),
        ("記者王樂天／台北報導　會議。（记者 王乐文）", [("王乐文", "记者")]),
        ("会议今天举行。(记者 王乐文 通讯员 李伟)", [("王乐文", "记者"), ("李伟", "通讯员")]),
        # The correspondents of a paper wrote it where nobody else is named.
        ("会议今天举行。（通讯员 王乐文 方敏）", [("王乐文", "通讯员"), ("方敏", "通讯员")]),
        ("本站讯（职工通訊員 王乐文）会议今天举行。", [("王乐文", "通訊員")]),
        *((f"海城1月29日讯（记者王乐文 {did}）会议举行。", [("王乐文", "记者")]) for did in
          ("整合", "整理", "综合", "編譯", "采写", "报道", "综合报道", "文/图")),
        ("海城1月29日讯（记者王乐文 感叹）会议举行。", []),
        ("中港网海城1月29日讯（王乐文 方敏）会议举行。", [("王乐文", None), ("方敏", None)]),
        ("記者王樂天／台北報導　會議今天舉行。", [("王樂天", "記者")]),
        ("他（记者注）说。", []),
        ("会议（编辑 李伟）举行。", []),
        ("看" * 61 + "（记者 王乐文）" + "看" * 60, []),
        ("看" * 50 + "（记者 王乐文）" + "看" * 60, [("王乐文", "记者")]),
        ("看" * 60 + "（记者 王乐文）" + "看" * 50, [("王乐文", "记者")]),
        ("会议举行（记者 王乐文）。又一次（记者 王乐文）。", [("王乐文", "记者")]),
    ],
)  # fmt: skip
def test_a_paragraph_names_reporters_in_brackets_at_either_end(paragraph, people):
    assert pairs(find_byline(paragraph)) == people


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("（记者 王乐文 方敏）", ["王乐文", "方敏"]),
        ("本报记者 王乐文", ["王乐文"]),
        ("【记者 王乐文】", ["王乐文"]),
        ("（记者 王乐文）会议（完）", []),
        ("", []),
        ("本报记者 " + "王乐文 " * 5 + " " * 40, []),
        ("本报记者" + " " * 53 + "王乐文", ["王乐文"]),
        ("本报记者" + " " * 54 + "王乐文", []),
    ],
)
def test_a_line_of_reporters_names_them_and_nothing_else(line, names):
    assert [each.name for each in read_reporters(line)] == names


@pytest.mark.parametrize(
    ("paragraph", "names"),
    [
        ("会议今天举行。（王乐文）", ["王乐文"]),
        ("“会议今天举行！” (王乐文 方　敏)", ["王乐文", "方敏"]),
        ("（王乐文）", ["王乐文"]),
        ("看" * 80 + "。（王乐文）", ["王乐文"]),
        ("会议今天由他（王乐文）", []),
        ("会议今天举行。（完）", []),
        ("渡轮靠岸。（王乐文摄）", []),
        ("会议今天举行。（王乐文）他说。", []),
    ],
)
def test_the_last_paragraph_is_signed_in_brackets(paragraph, names):
    assert [each.name for each in read_signature(paragraph)] == names


def test_names_have_a_family_name_and_no_more_than_two_characters_behind():
    for family in ("欧阳", "歐陽", "上官", "司马", "司馬", "诸葛", "諸葛", "皇甫"):
        assert is_name(f"{family}亮"), family
        assert is_name(f"{family}相如"), family
    for text in ("王乐", "王乐文", "诸葛亮", "司馬相如"):
        assert is_name(text), text
    for text in ("王", "王乐文方", "港口报", "王 乐", "王乐文说了"):
        assert not is_name(text), text


def test_a_space_within_a_name_of_two_characters_is_no_space():
    assert [join_spaced(text) for text in ("方 敏", "方　　敏 王乐文", "王乐 文敏", "方\xa0敏")] == [
        "方敏", "方敏 王乐文", "王乐 文敏", "方敏",
    ]  # fmt: skip


# ------------------------------------------------------------------------------------------------ other languages

BY = """
By|Written by|Text by|Words by|Story by|Report by|Reported by|Reporting by|Posted by|Published by|von|Geschrieben von
Aufgezeichnet von|Par|Texte par|Propos recueillis par|Por|Door|przez|Oleh|A cura di|Eine Analyse von
Ein Kommentar von|Une enquête de|Aus Berlin berichtet|Author:|Autor:|Autorin:|Auteur:|Autore:|Autora:|Author(s):
Reporter:|Text:|Texte:|Texto:|Testo:|Redaktion:|Текст:|Автор|كتب:|بقلم|本报记者：|记者 |作者/|撰文|文|di
"""


AND = "and und et y og och & и та dan ve"


def test_words_before_a_name_say_that_it_is_the_authors():
    for word in BY.replace("\n", "|").split("|"):
        if word:
            assert read_line(f"{word.strip()} Ada Lovelace") == ["Ada Lovelace"], word


@pytest.mark.parametrize(
    ("line", "names"),
    [
        *((f"By Ada Lovelace {word} Alan Turing", ["Ada Lovelace", "Alan Turing"]) for word in AND.split()),
        ("By Ada Lovelace; Alan Turing", ["Ada Lovelace", "Alan Turing"]),
        ("By Ada Lovelace, Alan Turing and Grace Hopper", ["Ada Lovelace", "Alan Turing", "Grace Hopper"]),
        ("By Ada Lovelace, Senior Correspondent", ["Ada Lovelace"]),
        ("By Ada Lovelace, Reuters", ["Ada Lovelace"]),
        *((f"By Ada Lovelace, {agency}", ["Ada Lovelace"]) for agency in
          ("The Associated Press", "Agence France-Presse", "Press Association", "PA Media", "The Canadian Press",
           "Press Trust of India", "AFP", "Reuters", "Bloomberg News", "Xinhua", "Kyodo News", "Yonhap News",
           "Europa Press", "BBC News", "CNN")),
        ("By Ada, Bob", ["Ada", "Bob"]),
        ("By Ada, ANSA", ["Ada"]),
        ("By Ada Lovelace, and Alan Turing", ["Ada Lovelace", "Alan Turing"]),
        ("By Ada Lovelace, the captain of the boat", []),
        ("By Ada Lovelace (Harbour Post, on the quay)", ["Ada Lovelace"]),
        ("By Anna Maria Luisa Byron Lovelace", ["Anna Maria Luisa Byron Lovelace"]),
        *((f"By Jan {words} Berg", [f"Jan {words} Berg"]) for words in
          ("van", "van den", "von der", "de la", "del", "della", "di", "da", "dos", "du", "le", "el", "al", "bin",
           "zu")),
        *((f"Par Jan Berg {day}", ["Jan Berg"]) for day in ("le 9 janvier", "le lundi 9 janvier", "el 9 de enero")),
        ("By ada", []),
        ("By Ada Lovelace, London", ["Ada Lovelace"]),
        ("By Ada Lovelace (in London)", ["Ada Lovelace"]),
        ("By Ada Lovelace in London", ["Ada Lovelace"]),
        ("By Ada Lovelace | 9 January", ["Ada Lovelace"]),
        ("By Ada Lovelace and Alan Turing / Harbour Post Staff Writers", ["Ada Lovelace", "Alan Turing"]),
        ("By Ada Lovelace/Harbour Post", []),
        ("By Ada Lovelace updated today", ["Ada Lovelace"]),
        ("By Ada Lovelace 9 January 2026", ["Ada Lovelace"]),
        ("By Ludwig van der Rohe", ["Ludwig van der Rohe"]),
        ("By Ada", ["Ada"]),
        ("By the river it began", []),
        ("By ada lovelace", []),
        ("By Ada Lovelace22 Dec 2026", []),
        ("by ada@post.example", []),
        ("Ada Lovelace", []),
        ("Di Ada Lovelace", []),
        ("di nuovo in casa", []),
        ("홍길동 기자", ["홍길동"]),
        ("항구일보 홍길동·김철수 선임기자 hong@post.example", ["홍길동", "김철수"]),
        ("記者：山田太郎", ["山田太郎"]),
        ("山田太郎 記者", ["山田太郎"]),
        ("홍길동 기자는 말했다", []),
        *((f"홍길동 {rank}기자", ["홍길동"]) for rank in ("선임", "수습", "인턴", "전문")),  # senior, new, and so on
        ("di Roma", []),  # one word is a place as well
        ("By Ada Lovelace, Senior Columnist", ["Ada Lovelace"]),
    ],
)  # fmt: skip
def test_a_line_says_who_wrote_it(line, names):
    assert read_line(line) == names


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        (["Ada Lovelace (al)"], ["Ada Lovelace"]),
        (["Ada Lovelace <ada@post.example>"], ["Ada Lovelace"]),
        (["Ada Lovelace", "By Ada Lovelace", "Alan Turing"], ["Ada Lovelace", "Alan Turing"]),
        (["王乐文、方敏，李伟；周明|陈静"], ["王乐文", "方敏", "李伟", "周明", "陈静"]),
        (["https://post.example/ada", "www.post.example", "admin", "Administrator", "editor", "null"], []),
        (["None", "undefined"], []),
        (["unknown", "Staff", "Redaction", "17", "…", "", " "], []),
        (["Administrator Ada"], ["Administrator Ada"]),
        (["Ada at www.post.example", "3 comments", "12 Comments", "No comments", "Leave a comment"], []),
        (["Ada Lovelace, Ma Rainey"], ["Ada Lovelace", "Ma Rainey"]),
        (["Grace Hopper (con Ada Byron)", "Anna Muster (afp/muster)"], ["Grace Hopper", "Ada Byron", "Anna Muster"]),
        (["Anna (Anni) Muster"], ["Anna (Anni) Muster"]),
        (["Ada Lovelace (with Alan Turing and Grace Hopper)"], ["Ada Lovelace", "Alan Turing", "Grace Hopper"]),
        (["Ada Lovelace (avec Alan Turing)", "Grace Hopper (mit Emmy Noether)"],
         ["Ada Lovelace", "Alan Turing", "Grace Hopper", "Emmy Noether"]),
        *(([f"Ada Lovelace, {degree}"], ["Ada Lovelace"]) for degree in
          ("PhD", "Ph.D.", "MD", "M.B.A.", "MPH", "M.Sc.", "MSc", "MA", "B.A.", "JD", "R.N.", "Esq.")),
        (["Ma"], ["Ma"]),
        (["A" * 80, "B" * 81], ["A" * 80]),
        (["X & Ada Lovelace"], ["X", "Ada Lovelace"]),
        *(([f"{words} Ada Lovelace"], ["Ada Lovelace"]) for words in
          ("View all posts by", "all articles from", "More stories by By", "Zeige alle Beiträge von",
           "Voir tous les articles de", "Ver todos los artículos de", "Vedi tutti gli articoli di")),
        (["Sea & i", "Ada & Alan"], ["Sea & i", "Ada", "Alan"]),
        (["\"Ada Lovelace\",", "'Alan Turing'/"], ["Ada Lovelace", "Alan Turing"]),
        (["[王乐文，ITPost]"], ["王乐文", "ITPost"]),
        # What stands around names: addresses in networks, offices and agencies, who took the pictures, buttons.
        (["Ada Lovelace, @ada", "Alan Turing @turing", "@grace"], ["Ada Lovelace", "Alan Turing"]),
        (["Ada Lovelace, UNHCR", "Alan Turing, AP"], ["Ada Lovelace", "Alan Turing"]),
        (["Ada Lovelace, CEO"], ["Ada Lovelace"]),
        (["NDR, WDR"], ["NDR", "WDR"]),
        *(([f"Ada Lovelace {words} Alan Turing"], ["Ada Lovelace"]) for words in
          ("Illustration by", ", photos by", "Illustration von", "Fotos:", "with photographs by", "Photography by")),
        (["© Alan Turing"], []),
        *(([f"Ada Lovelace, {label}"], ["Ada Lovelace"]) for label in
          ("View Author Page", "View my complete profile", "Full Profile", "Bio", "Last Updated", "Filed",
           "Follow author", "First published")),
        (["Viewfinder Page", "Ada Profile"], ["Viewfinder Page", "Ada Profile"]),
        (["By", "von", "Par", "Written by", "Autor", "Print", "Share", "Name"], []),
        (["post.test/harbour"], []),
        *(([f"{label}: 山田太郎"], ["山田太郎"]) for label in
          ("著者", "筆者", "執筆", "執筆者", "取材・文", "ライター")),
        (["Interview: Ada Lovelace"], ["Ada Lovelace"]),
    ],
)  # fmt: skip
def test_names_in_metadata_are_each_a_name(texts, names):
    assert read_names(texts) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # What templates write out: markup, and JSON.
        ("<a href='/ada'>Ada Lovelace</a>", ["Ada Lovelace"]),
        ('{ "@type": "Person", "name": "Ada Lovelace" }', ["Ada Lovelace"]),
        ('{ "@type": "Person" }', []),
        # An agency beside a person; people beside each other are parted elsewhere.
        ("Ada Lovelace/dpa", ["Ada Lovelace"]),
        ("Ada Lovelace / AP-X", ["Ada Lovelace"]),
        ("Ada/dpa", ["Ada/dpa"]),
        ("Ada Lovelace/Harbour Post", ["Ada Lovelace/Harbour Post"]),
        # Publishers, and offices that commas do not part.
        ("Harbour Media GmbH", []),
        ("Hafenfreunde Insel e. V.", []),
        ("Copyright Harbour Media, all rights reserved", []),
        ("Ministerium für Häfen, Inseln und Fähren", ["Ministerium für Häfen, Inseln und Fähren"]),
        ("Ada Lovelace, Institut für Häfen", ["Ada Lovelace", "Institut für Häfen"]),
        # The end of a sentence, questions, what buttons and templates say.
        ("Recueilli par Ada Lovelace.", ["Ada Lovelace"]),
        ("Ada Byron Jr.", ["Ada Byron Jr."]),
        ("Recipe by Ada Lovelace", ["Ada Lovelace"]),
        *((text, []) for text in ("Found a fault?", "Artikel empfehlen", "Fehler melden", "publisher", "Anónimo")),
    ],
)
def test_what_stands_in_the_place_of_a_name_is_none(text, names):
    assert read_names([text]) == names


@pytest.mark.parametrize("suffix", ["Jr.", "Jr", "Sr.", "II", "III", "IV"])
def test_a_suffix_behind_a_comma_is_the_end_of_a_name(suffix):
    name = f"Alan Turing, {suffix}"

    assert read_names([f"By {name} and Ada Lovelace"]) == [name, "Ada Lovelace"]
    assert read_names([f"{name}, MD, PhD, Ada Lovelace"]) == [name, "Ada Lovelace"]
    assert read_line(f"By {name}") == [name]
    assert read_names([suffix]) == []


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("作者：Zhang Wei", ["Zhang Wei"]),
        ("作者：Ada Lovelace、Zhang Wei 王乐文", ["Ada Lovelace", "Zhang Wei", "王乐文"]),
        ("作者：王乐文 Ada Lovelace/方敏", ["王乐文", "Ada Lovelace", "方敏"]),
        ("记者：Ada King and José Núñez", ["Ada King", "José Núñez"]),
        ("记者：Ada King 摄影：Zhang Wei", ["Ada King"]),
        ("作者：阿不都热依木·买买提 欧阳雪", ["阿不都热依木·买买提", "欧阳雪"]),
        ("作者：次仁·卓玛、司徒小雨", ["次仁·卓玛", "司徒小雨"]),
    ],
)
def test_a_space_within_a_name_in_latin_letters_parts_nothing(line, names):
    assert [each.name for each in read_byline(line).authors] == names


@pytest.mark.parametrize("behind", ["1151120", " 1151120", "20261120"])
def test_a_number_behind_the_bracket_is_of_a_day(behind):
    assert pairs(read_byline(f"（譯者：王樂文/編輯：方敏）{behind}").editors) == [("方敏", "編輯")]


NAMES = "阿不都热依木·买买提 艾力•玉素甫 次仁·旺堆·多吉 司徒小雨 慕容雪 尉迟敏"


@pytest.mark.parametrize("name", NAMES.split())
def test_names_of_two_parts_and_family_names_of_two_characters_are_names(name):
    assert is_name(name)
    assert [each.name for each in read_reporters(f"（记者：{name}）")] == [name]


@pytest.mark.parametrize("name", ["东方网络", "百里之外", "买买提", "港口·"])
def test_words_that_begin_as_such_names_are_none(name):
    assert not is_name(name)


PLACES = """
author authors autor autores autoren autorin auteur auteurs autore autori firma firmas people person staff journalist
journalists profile profiles reporter reporters contributor contributors by redakteur redakteure schrijver penulis yazar
yazarlar
"""


@pytest.mark.parametrize(
    ("nodes", "names"),
    [
        ([("By", None), ("Ada Lovelace", "/staff/ada"), ("Staff Writer", None)], ["Ada Lovelace"]),
        ([(" By ", None), (" ", None), ("Ada Lovelace", None), ("Staff Writer", None)], ["Ada Lovelace"]),
        ([("Written by:", None), ("Ada Lovelace", "/a"), (" and ", None), ("Alan Turing", "/b")],
         ["Ada Lovelace", "Alan Turing"]),
        ([("Von", None), ("Ada Lovelace", "/a"), (",", None), ("Alan Turing", "/b"), ("in", None), ("Berlin", "/c")],
         ["Ada Lovelace", "Alan Turing"]),
        ([("di", None), ("Ada Rossi", "/a")], ["Ada Rossi"]),
        ([("Auteur :", None), ("Ada Lovelace", "/a")], ["Ada Lovelace"]),
        ([("By", None)], []),
        ([("By the river", None), ("Ada Lovelace", "/a")], []),
        ([("By", None), ("our reporters", "/a")], []),
        ([("By", None), ("Staff Reporter", "/a")], []),
    ],
)  # fmt: skip
def test_a_word_before_links_says_who_wrote_it(nodes, names):
    assert read_labelled(nodes) == names


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("Ada Lovelace", True), ("Jean le Rond", True), ("山田太郎", True), ("タロウ", True), ("Business", False),
     ("Posted on", False), ("Post 24", False), ("山", False), ("山田太郎の書いた記事", False),
     ("阿不都热依木", True), ("ウィリアムソン", True)],
)  # fmt: skip
def test_a_name_of_several_words_or_in_chinese_characters_is_of_a_person(name, is_one):
    assert is_of_person(name) is is_one


def test_a_link_to_the_page_of_an_author_names_one():
    for place in PLACES.split():
        assert read_linked([("Ada Lovelace", f"/{place}/ada")]) == ["Ada Lovelace"], place


@pytest.mark.parametrize(
    ("text", "href"),
    [
        *(("Ada Lovelace", href) for href in ("/author/", "/town/ada", None)),
        *((text, "/author/ada") for text in ("Ada", "Staff Writer", "Ada Lovelace 2", "the harbour today")),
    ],
)
def test_another_link_names_no_author(text, href):
    assert read_linked([(text, href)]) == []


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        (["Ada Lovelace", " Alan Turing "], ["Ada Lovelace", "Alan Turing"]),
        (["Ada Lovelace"], []),
        (["Ada Lovelace", "", "Alan Turing"], ["Ada Lovelace", "Alan Turing"]),
        (["Ada Lovelace", "Turing"], []),
        (["Ada Lovelace", "the harbour today"], []),
    ],
)
def test_names_that_stand_beside_each_other(texts, names):
    assert read_apart(texts) == names


@pytest.mark.parametrize(
    ("line", "authors", "editors"),
    [
        ("每港记者｜王乐文 每港编辑｜方敏", ["王乐文"], ["方敏"]),
        ("港口在线记者 王乐文", ["王乐文"], []),
        ("港口日报记者 王乐文 港口日报通讯员 港交宣", ["王乐文", "港交宣"], []),
        ("港口+记者 王乐文 方敏 实习生 章雪", ["王乐文", "方敏", "章雪"], []),
        ("港口新闻编辑 | 方敏", [], ["方敏"]),
        ("（港口日报 记者王乐文 责编方敏）", ["王乐文"], ["方敏"]),
        ("记者 阿里木·买买提 编辑 Ada Lovelace", None, None),
        ("港口网记者 " + " ".join(["王乐文"] * 6), ["王乐文"] * 6, []),
        ("港口网记者 " + " ".join(["王乐文"] * 7), None, None),
        ("香港记者 王乐文", None, None),
        ("港口网记者 调查发现", None, None),
        ("编辑部记者会 方敏", None, None),
        ("港口网记者 王乐文 说明情况", None, None),
    ],
)
def test_offices_of_a_paper_and_names_in_turn_are_a_byline(line, authors, editors):
    said = read_offices(line)

    assert (said and [each.name for each in said.authors]) == authors
    assert (said and [each.name for each in said.editors]) == editors


@pytest.mark.parametrize(
    ("line", "people"),
    [
        ("文字 | 王乐文", (["王乐文"], [], [])),
        ("文字：王乐文 摄影：方敏 编辑：章雪", (["王乐文"], ["章雪"], ["方敏"])),
        ("文/王乐文 图/方敏 编辑/章雪", (["王乐文"], ["章雪"], ["方敏"])),
        ("图：王乐文 文：方敏", (["方敏"], [], ["王乐文"])),
        ("本文来自微信公众号“笔记”（ID：hb），作者：王乐文，港口网经授权发布。", (["王乐文"], [], [])),
        ("本文来自“笔记（ID：hb）”，作者：王乐文，编辑：方敏，本站获授权转载", (["王乐文"], ["方敏"], [])),
        ("本文转自笔记（ID：hb），作者：王乐文", (["王乐文"], [], [])),
        ("本文来源于公众号「笔记」，作者：王乐文，已获作者同意刊载。", (["王乐文"], [], [])),
        ("本文来自公众号：笔记，作者：王乐文，原文标题：《渡轮：九十年》，题图来自：港", (["王乐文"], [], [])),
        ("本文来自微信公众号：笔记 （ID：hb），作者：王乐文，编辑：方敏，题图来自：港", (["王乐文"], ["方敏"], [])),
        ("责任编辑：方敏 | 版面编辑：章雪", ([], ["方敏", "章雪"], [])),
        ("责任编辑：方敏_NB12345", ([], ["方敏"], [])),
        ("责任编辑：方敏 PK123", ([], ["方敏"], [])),
    ],
)
def test_words_and_numbers_around_names_are_no_names(line, people):
    assert tuple([each.name for each in kind] for kind in read_byline(line)) == people


@pytest.mark.parametrize(
    "line",
    [
        "图：列车驶出车站", "本文来自港口。", "字体：大 中 小", "图：列车驶出车站。 文：方敏", "图：文：方敏",
        "本文说的“渡轮”，作者认为：王乐文说得对，已发布。", "本文讲渡轮，作者：王乐文",
        "本文来自“笔记”，港口网经授权发布。",
        "本文来自“笔记”，作者：王乐文。他说，该文已经发布。",
    ],
)  # fmt: skip
def test_captions_and_labels_of_other_things_are_no_byline(line):
    assert read_byline(line) is None


def test_a_date_may_stand_behind_a_reporter():
    assert read_line("홍길동 기자 | 2026-01-09 17:04:00") == ["홍길동"]


def test_names_are_read_in_so_many_characters():
    for more, names in ((0, ["Ada", "Alan Turing"]), (1, ["Ada", "Alan Turin"])):
        text = "Ada," + " " * (5000 - len("Ada,Alan Turing") + more) + "Alan Turing"
        assert read_names([text]) == names


def test_a_name_that_never_ends_costs_no_more_than_its_length():
    for text in ("minist" * 100_000, "Ada " * 100_000 + "/dpa", '"name": ' * 100_000, "<a" * 100_000, " " * 100_000):
        assert len(read_names([text])) <= 1
