"""What templates of pages do with text, blanks, and sentences in another language."""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from newsspider.text.language import speaking
from newsspider.text.templates import _environment, compile_all, render


def rendered(template: str, **values: object) -> str:
    with speaking("en"):
        return _environment(keep=False).from_string(template).render(values)


@pytest.mark.parametrize(
    ("template", "page"),
    [
        ("<p>{{ text }}</p>", "<p>&lt;b&gt; &amp; \\x1b</p>"),
        ("{{ markup }}{{ number }}", "<i>x</i>1234567"),
        ("{% macro item(x) %}<li>{{ x }}</li>{% endmacro %}{{ item(text) }}", "<li>&lt;b&gt; &amp; \\x1b</li>"),
        ("{% set x %}<li>{{ text }}</li>{% endset %}{{ x }}", "<li>&lt;b&gt; &amp; \\x1b</li>"),
        ("<ul>\n  {% if number %}\n  <li>x\n  {% endif %}\n</ul>\n", "<ul>\n  <li>x\n</ul>\n"),
        ("{{ number|thousands }} {{ number|counted('run') }}", "1,234,567 1,234,567 runs"),
        ("{{ 'https://a.b/?c&d'|link }}", '<a href="https://a.b/?c&amp;d" rel="noreferrer">https://a.b/?c&amp;d</a>'),
        ("{{ 'a\n<b>'|lines }}", "a<br>&lt;b&gt;"),
        ("{{ language() }}", "en"),
        # Sentences: their own markup stays, that of what is put in does not; the blanks around a line do not matter.
        ("{{ _('<b>%(x)s</b> 100 %%', x=text) }}", "<b>&lt;b&gt; &amp; \\x1b</b> 100 %"),
        ("{% trans %}\n  one\n  two\n{% endtrans %}", "one two"),
        ("{% trans x=text %}<b>{{ x }}</b> 100 %{% endtrans %}", "<b>&lt;b&gt; &amp; \\x1b</b> 100 %"),
        ("{% trans x=markup %}{{ x }}{% endtrans %}", "<i>x</i>"),
        ("{% trans number=number, x=text %}{{ number }} {{ x }}{% pluralize %}{{ number }} of {{ x }}{% endtrans %}",
         "1,234,567 of &lt;b&gt; &amp; \\x1b"),
        ("{% trans number=1 %}{{ number }} run{% pluralize %}{{ number }} runs{% endtrans %}", "1 run"),
    ],
)  # fmt: skip
def test_a_template_shows_text_as_text_and_markup_as_markup(template, page):
    assert rendered(template, text="<b> & \x1b", markup=Markup("<i>x</i>"), number=1234567) == page


def test_a_template_is_called_by_its_room_and_name():
    assert _environment(keep=False).get_template("history/compared.html").name == "history/compared.html"


def test_a_page_is_what_a_template_makes_of_the_values():
    assert "<h1>a &lt;b&gt;" in render("browser/playback/page.html", collection="a <b>", path="c", command="x")


@pytest.fixture
def compiled(monkeypatch, tmp_path):
    """Where compiled modules lie, and so templates."""
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "compiled"))
    _environment.cache_clear()
    yield tmp_path / "compiled"
    _environment.cache_clear()


def test_compiled_templates_are_kept_beside_the_compiled_modules(compiled):
    package = Path(str(files("newsspider")))

    _environment(keep=False).get_template("history/compared.html")
    assert not compiled.exists()
    compile_all()
    assert len([each for each in compiled.rglob("*") if each.is_file()]) == len(list(package.rglob("*.html"))) > 3


def test_who_may_not_keep_templates_compiles_them_each_time(compiled):
    compiled.symlink_to("nowhere")

    compile_all()


def test_a_page_is_in_the_present_language():
    with speaking("zh_CN"):
        assert _environment(keep=False).from_string("{{ language() }}").render() == "zh-CN"
        assert _environment(keep=False).from_string("{{ _('Address of a page') }}").render() == "网页地址"


def test_a_value_that_is_not_given_is_an_error():
    for template in ("{{ nothing }}", "{% if nothing %}x{% endif %}", "{% trans %}{{ nothing }}{% endtrans %}"):
        with pytest.raises(UndefinedError, match="'nothing' is undefined"):
            rendered(template)
