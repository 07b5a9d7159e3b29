"""Names of authors as metadata and the lines around a headline have them, in any language.

``byline.py`` reads the Chinese bylines that part roles from names; here a name stands alone, or after ``By``.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from newsspider.parsing.byline import NOBODY
from newsspider.text.processors import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAX_NAMES = 50
"""Authors of one article that are read."""

_MAX_NAME = 80  # characters
_MAX_TEXT = 5000  # characters of a text in which names are
_BY = re.compile(
    r"(?:(?:(?:written|text|texte?|words|story|recipe|article|report(?:ed|ing)?|posted|published|submitted|created|geschrieben"
    r"|aufgezeichnet|erstellt|verfasst|gespeichert|eingestellt|ver[öo]ffentlicht|publiziert|écrit|rédigé|publié|escrito"
    r"|publicado|scritto|pubblicato|geschreven|skrevet)\s+)?"
    r"(?:by|von|par|por|door|przez|oleh|автор|بقلم|(?:propos\s+)?recueillis?\s+par|a\s+cura\s+di"
    r"|eine?\s+\w{4,20}\s+von|une?\s+\w{4,20}\s+de|aus\s+\w{2,20}\s+(?:berichtet|berichten))\s*:?\s+"
    r"|autor(?:[/*:_]?inn)?en\s*(?::\s+|\s(?=.{5,60}\s(?:und|&)\s))|(?:authors?|autor(?:[/*:_]?in)?|auteur|autore|autora|author\(s\)|reporter|text|texte|texto|testo|redaktion|interview|текст|كتب)\s*:\s*"
    r"|(?:本报记者|记者|作者|撰文|文)\s*[:\uff1a/|\s]\s*|(?:著者|筆者|執筆者?|取材・文|ライター)\s*[:\uff1a]\s*|文\s?●\s*)",
    re.IGNORECASE,
)
_AND = re.compile(
    r"\s*[;；、|]\s*|\s*[,，]\s*(?:(?:and|und|et|y|e|&)\s+)?|\s+(?:and|und|et|y|og|och|&|и|та|dan|ve)\s+", re.IGNORECASE
)
_NO_NAME = re.compile(
    r"https?://|www\.|\.\w{2,4}/|^[\W\d_]*$|^©|\?$|^(?:admin|administrator|editor|null|none|undefined|unknown|staff|redaction"
    r"|no author|super user|name|publisher|anonymous|anonym|an[óo]nimo|anonyme|cortesía.*"
    r"|(?:(?:artikel|beitrag|seite) |fehler )(?:empfehlen|drucken|teilen|melden|merken|kommentieren)|sende? uns .*"
    # words before a name that stand alone, of which the name is elsewhere
    r"|(?:(?:written|posted|published|article|submitted) )?by|von|par|por|door|przez|oleh|autor(?:in)?|author|auteur"
    r"|print|share|follow(?:ing)?(?: author)?|(?:veröffentlicht|publiziert|publié|publicado|pubblicato)(?: \w\w)?"
    r"|著者|筆者|作者|イラスト"
    # labels of what stands in a name's place: parts of a site, comments, days
    r"|home|startseite|accueil|inicio|uncategorized"
    r"|(?:last |first )?(?:posted|published|updated|modified|filed|submitted)(?: on)?"
    r"|(?:(?:full|complete|author|my) )?(?:bio|biography|profile)|(?:view|see|read|follow|meet|about)(?: \w+){0,3}"
    r" (?:author|profile|page|bio)|skip to (?:main )?content|zum inhalt springen"
    r"|.{0,8}(?:参与|条|网友)评论|.{0,4}跟[贴帖]"
    r"|(?:(?:leave|post) a |[0-9]+ |no )?(?:comments?|reply|replies)|(?:laisser un )?commentaires?"
    r"|(?:(?:schreibe?|hinterlasse?) (?:einen )?|keine )?kommentare?"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch)$",
    re.IGNORECASE,
)
_DEGREE = re.compile(r"(?:ph\.?d|m\.?d|m\.?b\.?a|m\.?p\.?h|m\.?sc|m\.?a|b\.?a|j\.?d|r\.?n|esq)\.?", re.IGNORECASE)
"""What stands after a name and a comma, and is no other name."""
_SUFFIX = re.compile(r"[JjSs][Rr]\.?|III?|IV")
"""The end of a name that some write after a comma: Martin Luther King, Jr."""
_ALL_OF = re.compile(
    r"(?:(?:zeige?|view|show|see|read|voir|ver|vedi|lire)\s+)?"
    r"(?:all|more|alle|weitere|mehr|tous\s+les|toutes\s+les|todos\s+los|tutti\s+gli)\s+"
    r"(?:posts?|articles?|stories|entries|beiträge|artikel|publications?|artículos|articoli)\s+"
    r"(?:by|of|from|von|de|par|di)\s*",
    re.IGNORECASE,
)
"""The words before a name in a link to all that somebody wrote."""
_PICTURES = re.compile(
    r"\s*[,;]?\s*\b(?:(?:with\s)?(?:illustrat(?:ions?|ed)|photo(?:graph)?s?|photograph(?:y|ed)|video|fotos?|bilder?)"
    r"\s(?:by|von|de|par)\b|fotos?\s?:).*$",
    re.IGNORECASE,
)
"""Who took or drew the pictures, after who wrote the text."""
_HANDLE = re.compile(r"(?:^|(?<=\s))@\w{2,30}\b")
_ABBREVIATED = re.compile("[A-Z]{2,5}")
"""An agency or an office after a name and a comma."""
_MAIL = re.compile(r"\s*[(<]?[\w.+-]+@[\w-]+(?:\.[\w-]+)+[)>]?")
_TOGETHER = re.compile(r"\s*\(\s*(?:with|avec|mit|con|com|met)\s+([^()]*)\)", re.IGNORECASE)
_ASIDE = re.compile(r"\s*\([^()]{1,12}\)$")
"""A sign after a name: Anna Muster (amu)."""
_TAG, _IN_JSON = re.compile(r"<[^<>]{1,1000}>"), re.compile(r'"name"\s*:\s*"(?P<name>[^"]{1,100})"')
_MINISTRY = re.compile(
    r"(?:minist|depart|institut|universit|sekretariat|secretar|direc[tç])\w{0,20}\s(?:für|for|of|de|des|du|der|da|del|di)\s",
    re.IGNORECASE,
)
"""An office whose name has commas and words that stand between names."""
_COMPANY = re.compile(
    r"\b(?:GmbH|mbH|KG|AG|SE|LLC|Ltd\.?|Inc\.?|S\.A\.|S\.L\.|S\.p\.A\.|B\.V\.|e\.\s?V\.?)$|(?i:copyright|rights\sreserved)"
)
"""What publishers are called, not authors."""
_FULL_STOP = re.compile(r"\s\w{4,}\.$")
_AGENCY_BEHIND = re.compile(r"\A(\s*[^\s/]+\s[^/]*[^\s/])\s?/\s?[\w-]{2,12}\s*\Z")
"""The agency beside a name: Anna Muster/dpa."""
_FOR_PAPER = re.compile(r"(?<=\w\s)(\w[\w'’-]+)\s+(?:[Ff]or|FOR)\s+(?:[Tt]he\s+)?[A-Z][\w.]*(?:\s[\w.]+){0,4}$")
"""The paper for which somebody wrote, after first and family name."""
_LETTERS = re.compile(r"[^\W\d_]")


def read_names(texts: Iterable[str]) -> list[str]:
    """The names in *texts*, each once, without the word before them, addresses and signs.

    >>> read_names(["By Ada Lovelace and Alan Turing", "https://example.org/ada", "Ada Lovelace"])
    ['Ada Lovelace', 'Alan Turing']
    """
    found: dict[str, None] = {}
    for text in texts:
        text = " ".join(text[:_MAX_TEXT].split())
        if "<" in text or text.startswith("{"):  # markup, or JSON, that a template wrote out
            text = match["name"] if (match := _IN_JSON.search(text)) else _TAG.sub("", text)
        line = clean_text(_HANDLE.sub("", _PICTURES.sub("", _MAIL.sub("", text))))
        if not line or line[0] in "{<":
            continue
        for before in (_ALL_OF, _BY):
            if match := before.match(line):
                line = line[match.end() :]
        line = _TOGETHER.sub(r", \1", line)
        parts = _AND.split(line)
        if any(len(part) == 1 and part.islower() for part in parts) or _MINISTRY.search(parts[0]):
            parts = [line]  # of a title, such as Sea & i
        for place, part in enumerate(parts):
            name = _FOR_PAPER.sub(r"\1", _ASIDE.sub("", _AGENCY_BEHIND.sub(r"\1", part).strip(" \"'·/:,→»›[]")).strip())
            name = name[:-1] if _FULL_STOP.search(name) else name
            if not name or len(name) > _MAX_NAME or _COMPANY.search(name):
                continue
            if _SUFFIX.fullmatch(name):
                if place and found:
                    found[f"{found.popitem()[0]}, {name}"] = None
                continue
            if place and " " in parts[0] and (_DEGREE.fullmatch(name) or _ABBREVIATED.fullmatch(name)):
                continue
            if _LETTERS.search(name) and not (_NO_NAME.search(name) or NOBODY.fullmatch(name)):
                found.setdefault(name)
    return list(found)[:MAX_NAMES]


def read_line(line: str) -> list[str]:
    """The names on a line of a page that says who wrote it; none where it says anything else.

    >>> read_line("By Ada Lovelace, Alan Turing"), read_line("By the time they came it was over.")
    (['Ada Lovelace', 'Alan Turing'], [])
    """
    if match := _REPORTER.fullmatch(line) or _REPORTER.fullmatch(_DATE_BEHIND.sub("", line)):
        return [name for name in _AND_EAST.split(match["ko"] or match["ja"] or match["ja_then"]) if name]
    match = _BY.match(line) or _BY_ITALIAN.match(line)
    if match is None:
        return []
    names = read_names([_DATE_BEHIND.sub("", _IN_BRACKETS.sub("", line[match.end() :]))])
    names = [name for n, name in enumerate(names) if not (n and _is_beside(name, names[0]))]
    if ":" in match[0] and names and is_of_person(names[0]) and not any(map(_is_name, names[1:])):
        return names[:1]  # what comes after says who that is
    return names if names and all(_is_name(name) for name in names) else []


def read_linked(links: Iterable[tuple[str, str | None]]) -> list[str]:
    """The names in *links*, texts and where they lead to, of those that lead to the page of an author."""
    names = read_names(text for text, href in links if href and is_of_author(href))
    return [name for name in names if _NAME.fullmatch(name) and " " in name and not _NO_PERSON.search(name)]


def is_of_author(href: str) -> bool:
    """Tell whether a link leads to the page of an author."""
    return _OF_AUTHOR.search(href) is not None


def read_labelled(nodes: Sequence[tuple[str, str | None]]) -> list[str]:
    """The names on a line whose first node is no more than ``By``: its links, or else the node behind.

    >>> read_labelled([("By", None), ("Ada Lovelace", "/staff/ada"), ("Staff Writer", None)])
    ['Ada Lovelace']
    """
    texts = [(text.strip(), href) for text, href in nodes if text.strip()]
    if len(texts) < 2 or not _LABEL.fullmatch(texts[0][0]):
        return []
    linked = [text for text, href in takewhile(lambda node: node[1] or _JOINT.fullmatch(node[0]), texts[1:]) if href]
    names = read_names(linked or [texts[1][0]])
    return names if all(_is_name(name) and not _NO_PERSON.search(name) for name in names) else []


def read_dated(nodes: Sequence[tuple[str, str | None]]) -> list[str]:
    """The names on a line that begins with a date: behind a word that says so, in the same node or the next one.

    >>> read_dated([("5 May 2026 by Ada Lovelace | Harbour", None)])
    ['Ada Lovelace']
    >>> read_dated([("5 May 2026 by ", None), ("ada", "/author/ada"), ("in News", None)])
    ['ada']
    """
    before = ""
    for n, (text, _) in enumerate(nodes[:_MOST_NODES]):
        match = _WITHIN.search(text) if len(text) <= _MAX_DATED else None
        is_alone = match is not None and not (match.end() < len(text) or _LETTERS.search(text[: match.start()]))
        if match and (_is_date(before + text[: match.start()]) or (is_alone and n and _is_beside_label(before))):
            if rest := _DATE_BEHIND.sub("", text[match.end() :]).strip():
                names = read_names([rest])
                return names if all(_is_name(name) and not is_office(name) for name in names) else []
            return read_labelled([("by", None), *nodes[n + 1 :]]) or read_accounts(
                [each for each, href in nodes[n + 1 : n + 2] if href]
            )
        before += text
        if len(before) > _MAX_DATED:
            break
    return []


def read_accounts(texts: Iterable[str]) -> list[str]:
    """Those of *texts* by which people log in: in the markup of an author they are names.

    >>> read_accounts(["ada1815", "by", "the authors of the harbour"])
    ['ada1815']
    """
    names = dict.fromkeys(name for name in map(str.strip, texts) if _ACCOUNT.fullmatch(name) and "admin" not in name)
    return [name for name in names if read_names([name]) == [name] and not _OF_ALL.search(name)]


def _is_beside_label(before: str) -> bool:
    """Whether what stands before the word in front of a name is a topic, and not what was drawn or photographed."""
    return len(before) <= _MOST_BEFORE and not _OF_PICTURES.search(before)


def _is_date(text: str) -> bool:
    """Whether a text before a name is no more than a date and what says that it is one."""
    said = _SAID_OF_DATE.sub("", text)
    return _END_OF_DATE.search(said) is not None and sum(map(str.isalpha, said)) <= _MOST_IN_DATE


def is_label(line: str) -> bool:
    """Tell whether a line is no more than the word before a name, which stands in another box.

    >>> is_label("Article by"), is_label("By Ada Lovelace")
    (True, False)
    """
    return _LABEL.fullmatch(line) is not None


def is_of_person(name: str) -> bool:
    """Tell whether a name is one of several words, or in Chinese characters, as those of most people are.

    >>> [is_of_person(name) for name in ("Ada Lovelace", "松村太郎", "Business", "Posted on")]
    [True, True, False, False]
    """
    return (" " in name and _is_name(name)) or _IN_HAN.fullmatch(name) is not None


def without_offices(names: list[str]) -> list[str]:
    """Leave out those of *names* that are an office of somebody beside them, and none where all are.

    >>> without_offices(["Ada Lovelace", "Senior Harbour Correspondent"]), without_offices(["Staff Writer"])
    (['Ada Lovelace'], ['Staff Writer'])
    """
    return [name for name in names if not _NO_PERSON.search(name)] or names


def is_office(name: str) -> bool:
    """Tell whether a name is that of an office, an agency or a paper by the words in it.

    >>> [is_office(name) for name in ("The Associated Press", "Harbour Post Staff", "Deutsche Welle", "Ada Lovelace")]
    [True, True, True, False]
    """
    return bool(_NO_PERSON.search(name) or _AGENCY.fullmatch(name) or _OFFICE.search(name))


def are_apart(texts: Iterable[str]) -> bool:
    """Tell whether no comma may stand between a name in *texts* and a place or an office: there is none, or an *and*.

    >>> are_apart(["Ada Lovelace", "Alan Turing; Grace Hopper"]), are_apart(["Ada Lovelace, Alan Turing and others"])
    (True, True)
    >>> are_apart(["Ada Lovelace, San Francisco"])
    False
    """
    return all("," not in text or _AND_LAST.search(text[text.rindex(",") :]) for text in texts)


def read_apart(texts: Sequence[str]) -> list[str]:
    """The names in *texts* that stand beside each other, where each is a name of several words; else none."""
    names = [text for each in texts if (text := each.strip())]
    are_names = len(names) > 1 and all(" " in name and _NAME.fullmatch(name) for name in names)
    return read_names(names) if are_names else []


def _is_name(text: str) -> bool:
    """Whether a text may be the name of a person; a number in it is of a day that follows without a space."""
    return _NAME.fullmatch(text) is not None and not text[0].islower() and not any(map(str.isdigit, text))


def _is_beside(text: str, name: str) -> bool:
    """Whether a text after the *name* of a person is an office, an agency or a place."""
    return bool(_NO_PERSON.search(text) or _AGENCY.fullmatch(text) or (" " in name and " " not in text))


_LABEL = re.compile(
    r"\W*(?:(?:written|words|text|story|reported|article|submitted|posted|published|created|erstellt|eingestellt|verfasst"
    r"|geschrieben|gespeichert|ver[öo]ffentlicht|publiziert|écrit|publié|rédigé|escrito|publicado|scritto|pubblicato)\s)?"
    r"(?:by|von|par|por|di|door|przez)\s?:?"
    r"|(?:author|autor|autorin|auteur|autore|作者)\s?[:,\uff1a\uff0c]",
    re.IGNORECASE,
)
_WITHIN = re.compile(r"(?:^|(?<=[\s,|·•–—-]))(?:by|von|par|por|door)(?:\s*:?\s+|\s*:?$)", re.IGNORECASE)
_SAID_OF_DATE = re.compile(
    r"posted|published|written|submitted|created|updated|veröffentlicht|publiziert|geschrieben|erstellt|gespeichert|verfasst"
    r"|eingestellt|publié|publicado|pubblicato|geplaatst",
    re.IGNORECASE,
)
_END_OF_DATE = re.compile(r"[0-9]\W*(?:(?:uhr|[ap]\.?\s?m\.?|h|[a-z]{2,3}t|utc|z)\W*)?$", re.IGNORECASE)
_MOST_IN_DATE = 20  # letters: the names of a day and a month, a zone
_OF_PICTURES = re.compile(
    r"illustra|photo|video|image|audio|music|graphic|design|foto|bild|grafik|musik|übersetz|translat|edit|review|sponsor"
    r"|present|power|made|follow|recommend|brought|hosted|funded|support|produced|directed|zeichnung|dibujo|dessin|vidéo|fact|checked",
    re.IGNORECASE,
)
_MOST_BEFORE = 30  # characters of a topic before the word in front of a name
_MOST_NODES = 8  # of a line
_MAX_DATED = 150  # characters of it
_ACCOUNT = re.compile(r"[^\W\d_][\w.-]{1,29}(?:\s[^\W\d_a-z]\w{1,19})?")
_JOINT = re.compile(r"[,;、·&]|(?:,\s?)?(?:and|und|et|y|e|og|och|en)", re.IGNORECASE)
_BY_ITALIAN = re.compile(r"di\s+(?=[^\W\d_a-z]\S*\s+[^\W\d_a-z])")  # in capitals it begins a family name
_IN_BRACKETS = re.compile(r"\s*\([^()]{1,60}\)")
_NO_SERVICE = (
    r"(?!meine?-|(?:[^/?#]{1,40}-)?(?:kontakt|contact|log-?in|log-?out|artikel|articles|guidelines|impressum|newsletter"
    r"|register|settings|abo)(?:[-/?#.]|$))"
)
"""What the pages of a service are called, not those of authors."""
_OF_AUTHOR = re.compile(
    r"/(?:(?:authors?|autor(?:es|en|in)?|auteurs?|autor[ei]|firmas?|people|person|staff|journalists?|profile?s?|reporters?"
    rf"|contributors?|by|redakteure?|columnists?|schrijver|penulis|yazar(?:lar)?)/{_NO_SERVICE}[^/]"
    rf"|(?:redaktion|editors?|writers?)/{_NO_SERVICE}[^/.?#]+/?(?:[?#]|$))",
    re.IGNORECASE,
)
_AGENCY = re.compile(
    r"(?:the\s)?(?:associated press|agence france-presse|press association|pa media|canadian press|press trust of india"
    r"|(?-i:[A-Z]{2,5})|reuters|bloomberg(?: news)?|xinhua|kyodo(?: news)?|yonhap(?: news)?|europa press|bbc news|cnn)",
    re.IGNORECASE,
)
_DATE_BEHIND = re.compile(
    r"\s*(?:[|·•–—]|\s-|\s/\s|,?\s+in\s|\b(?:on|am)\b|(?<![^\W_])[0-9]|\b(?:updated|published|posted|stand:?)\b"
    r"|\b(?:le|el)\s(?-i:[a-z0-9])"  # before a capital it is part of a name
    r"|\s(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?\s[0-9]{1,2}\b).*$",
    re.IGNORECASE | re.DOTALL,
)
# What stands after the name of a person: an office, a degree, an address.
_NO_PERSON = re.compile(
    r"\bspecial (?:to|for) "
    r"|\b(?:writers?|reporters?|correspondents?|editors?|columnists?|journalists?|contributors?|staff|producers?|ph\.?d"
    r"|ceo|cto|cfo|\w*redakteur(?:in)?|korrespondent(?:in)?|journaliste|periodista|repórter)\b|[0-9]",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    r"\b(?:news(?:wire|room|desk)?|press|presse|post|times|tribune|herald|gazette|journal|chronicle|telegraph|broadcast\w*"
    r"|media|medien|radio|tv|television|network|agency|agence|agencia|agenzia|\w*(?:agentur|zeitung|blatt|redaktion)|rundschau"
    r"|anzeiger|kurier|nachrichten|magazine?|verlag|welle|desk|team|redacci[oó]n|reda[cç][tç]?(?:ion|ão|ao)|redazione"
    r"|institute?|universit\w*|foundation|council|ministry|office|company|group|union|online)\b",
    re.IGNORECASE,
)
"""Words in the names of papers, agencies and offices."""
_AND_LAST = re.compile(r"[,\s&](?:and|und|et|y|e|og|och)\s|[&;]", re.IGNORECASE)
_OF_ALL = re.compile(
    r"(?:\A|[-_])(?:web(?:master)?|redaktion|redazione|redaccion|redaction|redacao|news|team|editors?|online|press|staff|user)"
    r"[0-9]*(?:[-_]|\Z)",
    re.IGNORECASE,
)
"""Words in the names by which a whole office logs in."""
_REPORTER = re.compile(
    r"(?:[(\[【]?(?:[가-힣A-Za-z]{2,10}[\s=])?(?P<ko>(?!(?:선임|수습|인턴|전문)\s?기자)[가-힣]{2,4}(?:[\s·,]{1,2}[가-힣]{2,4}){0,3}?)"
    r"\s?(?:선임|수습|인턴|전문)?\s?기자[)\]】]?"
    r"(?:\s*[(]?[\w.+-]+@[\w.-]+[)]?)?"
    r"|記者[\s:\uff1a]\s?(?P<ja>[\u3041-\u30ff\u4e00-\u9fff]{2,8})"
    r"|(?P<ja_then>[\u3041-\u30ff\u4e00-\u9fff]{2,8})\s?記者)"
)
_IN_HAN = re.compile("[\u3041-\u30ff\u4e00-\u9fff]{2,8}")
_AND_EAST = re.compile(r"[\s·,、]+")
_NAME = re.compile(
    r"(?:(?!\d)[^\W\d_][\w.'’-]*)(?:\s+(?:(?:van|von|der|den|de|del|della|di|da|dos|du|la|le|el|al|bin|zu)\s+)*[^\W\d_a-z][\w.'’-]*){0,4}"
    rf"(?:, (?:{_SUFFIX.pattern}))?"
)
