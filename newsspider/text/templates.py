"""HTML pages by Jinja2: everything that a template shows is made harmless and escaped, unless it is markup already.

Templates lie beside the modules that fill them, and are called by room and name: ``runs/page.html``. What they say is
in ``{% trans %}`` or ``_("…")``, and comes in the present language; ``{{ language() }}`` is that of the page.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import cache
from importlib.resources import files
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from newsspider.text import language
from newsspider.text.counted import counted
from newsspider.text.escaping import as_html

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.bccache import Bucket


def render(name: str, **values: Any) -> str:
    """Return the page that the template called *name* makes of *values*."""
    return _environment().get_template(name).render(values)


def compile_all() -> None:
    """Compile all templates, and keep them beside Python's compiled modules, as ``compileall`` does with those."""
    package = Path(str(files("newsspider")))
    environment = _environment(keep=True)
    for path in package.rglob("*.html"):
        environment.get_template(path.relative_to(package).as_posix())


@cache
def _environment(*, keep: bool = not sys.dont_write_bytecode) -> Environment:
    # It takes a twentieth of a second to load, and most commands show no page.
    from jinja2 import Environment, FileSystemBytecodeCache, FunctionLoader, StrictUndefined

    kept = Path(cache_from_source(__file__)).parent

    class Compiled(FileSystemBytecodeCache):
        """Templates as Jinja2 compiled them: to do that again takes longer than all else of a report."""

        def get_source_checksum(self, source: str) -> str:
            return super().get_source_checksum(source + Path(__file__).read_text(encoding="utf-8"))

        def dump_bytecode(self, bucket: Bucket) -> None:
            if keep:
                with suppress(OSError):  # who may not write there compiles them each time, as Python does its modules
                    kept.mkdir(parents=True, exist_ok=True)
                    super().dump_bytecode(bucket)

    environment = Environment(
        loader=FunctionLoader(lambda name: (files("newsspider") / name).read_text(encoding="utf-8")),
        autoescape=True,
        finalize=shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
        bytecode_cache=Compiled(str(kept)),
    )
    environment.policies["ext.i18n.trimmed"] = True
    # The values of {% trans %} are given to these, not put in by the template.
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    environment.globals |= {"_": _said, "gettext": _said, "ngettext": _said_of, "language": language.tag}
    environment.filters |= {"link": link, "lines": lines, "thousands": "{:,}".format, "counted": counted}
    return environment


def _said(text: str, /, **values: Any) -> Markup:
    """Translate text of a template, which is markup; the *values* in it are not."""
    return Markup(language.translated(text)) % {name: shown(value) for name, value in values.items()}


def _said_of(one: str, many: str, number: int, /, **values: Any) -> Markup:
    said = {**values, "number": f"{number:,}"}
    return Markup(language.translated(one, many, number)) % {name: shown(value) for name, value in said.items()}


def shown(value: Any) -> Any:
    r"""Return what a template shows for *value*: itself if it is markup.

    >>> print(shown("<b>\x1b"), shown(Markup("<b>")))
    &lt;b&gt;\x1b <b>
    """
    return value if isinstance(value, Markup) else Markup(as_html(str(value)))


def lines(text: str) -> Markup:
    r"""Return text as markup in which a line break stays one.

    >>> lines("a\n<b>")
    Markup('a<br>&lt;b&gt;')
    """
    return Markup(as_html(text).replace("\n", "<br>"))


def link(url: str) -> Markup:
    """Link to a page of the web, and to nothing else.

    >>> print(link("https://a.cn/?b&c"), link("javascript:alert(1)"))
    <a href="https://a.cn/?b&amp;c" rel="noreferrer">https://a.cn/?b&amp;c</a> javascript:alert(1)
    """
    text = as_html(url)
    return Markup(f'<a href="{text}" rel="noreferrer">{text}</a>' if url.startswith(("https://", "http://")) else text)


if __name__ == "__main__":
    compile_all()
