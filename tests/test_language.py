"""People are addressed in their language, and every text that they read has a Chinese one."""

from __future__ import annotations

import io
import re
import threading
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import newsspider
from newsspider.terminal.usage import OF_ARGPARSE
from newsspider.text import language
from newsspider.text.language import named, preferred, speaking, use

PACKAGE = Path(newsspider.__file__).parent
LOCALE = PACKAGE / "text" / "locale"
CATALOGUE = LOCALE / "zh_CN" / "LC_MESSAGES" / "newsspider.po"


@pytest.fixture
def no_language(monkeypatch):
    """Neither setting nor environment names a language."""
    for name in (language.VARIABLE, "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    yield monkeypatch
    use(None)


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "C.UTF-8", "LANGUAGE": "fr:zh_CN:en"}, "zh_CN"),
        ({"LANG": "zh_CN.UTF-8", "NEWSSPIDER_UI_LANGUAGE": "en"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_MESSAGES": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LC_MESSAGES": "zh_CN.UTF-8", "LANG": "en_GB.UTF-8"}, "zh_CN"),
        ({"LC_MESSAGES": "C", "LC_ALL": "zh_CN.UTF-8", "LANGUAGE": ""}, "zh_CN"),
        ({"LANGUAGE": "fr:de", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "NEWSSPIDER_UI_LANGUAGE": "fr"}, "zh_CN"),
        ({"LANG": "POSIX"}, "en"),
    ],
)
def test_environment_chooses_the_language(no_language, variables, expected):
    for name, value in variables.items():
        no_language.setenv(name, value)

    assert language.language() == expected


def test_setting_wins_over_environment_and_request_over_setting(no_language):
    no_language.setenv("LANG", "zh_CN.UTF-8")
    use("en")

    assert language.language() == "en"
    with speaking(preferred("zh-CN,zh;q=0.9,en;q=0.8")):
        assert language.language() == "zh_CN"
        with speaking(preferred("fr")):
            assert language.language() == "zh_CN"
    assert language.language() == "en"
    use(None)
    assert language.language() == "zh_CN"
    with pytest.raises(ValueError, match="'fr'"):
        use("fr")
    assert language.language() == "zh_CN"


def test_language_of_a_request_is_that_of_its_thread(no_language):
    seen = []
    with speaking("zh_CN"):
        thread = threading.Thread(target=lambda: seen.append(language.language()))
        thread.start()
        thread.join()

    assert seen == ["en"]


def test_unknown_language_is_refused_with_those_there_are(scrapy_run):
    ended = scrapy_run("crawl", "kankanews", "-s", "UI_LANGUAGE=fr")

    assert ended.returncode == 2
    assert "UI_LANGUAGE: 'fr' is no language of ours; there are: en, zh_CN" in ended.stderr


@pytest.mark.parametrize(
    ("name", "found"),
    [(" ZH ", "zh_CN"), ("zh@pinyin", "zh_CN"), ("zh.GBK", "zh_CN"), ("zh-TW", "zh_CN"), ("POSIX", "en"), ("C", "en"),
     ("english", None), ("zho", None), ("", None)],
)  # fmt: skip
def test_a_language_has_names_of_many_spellings(name, found):
    assert named(name) == found


@pytest.mark.parametrize(
    ("accepted", "best"),
    [
        ("zh;q=0.5, en;q=0.9, zh-TW;q=0.95", "zh_CN"),
        ("zh-TW;q=0.95, en;q=0.9, zh;q=0.5", "zh_CN"),
        ("en;q=0.9, zh;q=1.", "zh_CN"),
        ("en;q=0., zh;q=0.001", "zh_CN"),
        ("zh-Hans-CN-x-a1b2 ; q = 0.9, en;q=0.8", "zh_CN"),
        ("en;q=0.8,zh;q=0.9999,", "en"),  # three digits at most
        ("en;q=2, zh;q=0.1", "zh_CN"),
        ("en, zh", "en"),
        ("zh;q=0", None),
        ("zh;q=0, en;q=0.0", None),
        ("*;q=0.5", None),
        ("fr," * 332 + "zh", "zh_CN"),
        ("fr," * 332 + "xx,zh", None),  # 1000 characters are read
    ],
)
def test_a_browser_names_the_language_that_it_likes_best(accepted, best):
    assert preferred(accepted) == best


@pytest.mark.parametrize("name", ["en", "zh_CN"])
def test_a_text_without_values_is_no_format_and_nothing_is_no_text(name):
    with speaking(name):
        assert language._("100 %, %(path)s") == "100 %, %(path)s"
        assert language._("%(path)s, 100 %%", path="a%") == "a%, 100 %"
        assert language._("") == ""
        assert language.ngettext("%(number)s x", "%(number)s xs", 1234) == "1,234 xs"
        assert language.ngettext("%(number)s x", "%(number)s xs", 1, number="one") == "one x"
        assert language.tag() == {"en": "en", "zh_CN": "zh-CN"}[name]
        with speaking(None):
            assert language.language() == name


def test_a_language_that_is_spoken_for_a_while_is_forgotten_after_an_error(no_language):
    with pytest.raises(KeyError), speaking("zh_CN"):
        raise KeyError

    assert language.language() == "en"


def test_long_accept_language_is_not_read_to_its_end():
    assert preferred("fr," * 1000 + "zh") is None


def collected() -> dict[str | tuple[str, ...], set[str]]:
    """The texts of the sources, with the files that they are in."""
    with (LOCALE / "babel.ini").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    texts: dict[str | tuple[str, ...], set[str]] = {}
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None, "message": None, "messages": (1, 2)}
    for found in extract_from_dir(PACKAGE, methods, options, keywords):
        texts.setdefault(found[2], set()).add(str(found[0]))
    return texts


def catalogue():
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh_CN", domain="newsspider")


def test_every_text_has_a_chinese_one():
    known = catalogue()
    lacking = {
        text: sorted(places)
        for text, places in collected().items()
        if not (found := known.get(text)) or not any(found.string if found.pluralizable else [found.string])
    }

    assert lacking == {}, "run `make catalogues`, and write what is empty in newsspider.po"


def test_chinese_texts_take_the_values_of_the_english_ones():
    values = re.compile(r"%\((\w+)\)s")
    odd = {}
    for message in catalogue():
        if message.id and message.string:
            english = message.id if isinstance(message.id, tuple) else (message.id,)
            chinese = message.string if isinstance(message.string, tuple) else (message.string,)
            wanted = set(values.findall(english[-1]))
            if any(set(values.findall(each)) != wanted for each in chinese):
                odd[message.id] = message.string

    assert odd == {}


def test_chinese_texts_have_no_percent_sign_that_a_template_would_take_for_a_value():
    signs = re.compile(r"%(?!\(\w+\)s|%)")
    ours = (message for message in catalogue() if message.id and message.id not in OF_ARGPARSE)
    odd = [message.string for message in ours if signs.search(str(message.string))]

    assert odd == []


def test_no_text_is_fuzzy_or_obsolete():
    known = catalogue()

    assert [message.id for message in known if message.fuzzy and message.id] == []
    assert not known.obsolete
    assert {message.id for message in known if message.id} <= collected().keys(), "run `make catalogues`"


def test_compiled_catalogue_is_that_of_the_texts():
    compiled = io.BytesIO()
    write_mo(compiled, catalogue())

    assert CATALOGUE.with_suffix(".mo").read_bytes() == compiled.getvalue(), "run `make catalogues`"


def test_readme_is_short_and_has_a_chinese_one_with_the_same_commands():
    readme, chinese = (
        PACKAGE.parent.joinpath(name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md")
    )

    def commands(text: str) -> list[str]:
        lines = re.findall(r"^    (?=newsspider |make |pip |docker )(.*)$", text, re.MULTILINE)
        return [line.partition("  #")[0].strip() for line in lines]

    assert len(readme.splitlines()) <= 120
    assert commands(readme) == commands(chinese)
    assert len(commands(readme)) == 13


def test_glossary_says_each_event_and_kind_as_the_catalogue_does():
    glossary = PACKAGE.parent.joinpath("docs/glossary.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \|", glossary, re.MULTILINE))
    known = catalogue()
    names = ("published", "edited", "silently edited", "headline changed", "corrected", "moved", "gone", "soft gone",
             "restored", "capture", "page requisite", "witness", "collection")  # fmt: skip

    assert {name: rows[name] for name in names} == {name: known.get(name).string for name in names}
    assert rows["live, archive, urls, fetch"].split("、") == [
        known.get(name).string for name in ("live", "archive", "urls", "fetch")
    ]
