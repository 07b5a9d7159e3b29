"""How long, how alike and where a line must be to be taken for the headline. All pages here are made up."""

from __future__ import annotations

import pytest

from newsspider.parsing.headline import MAX_LENGTH, is_of_another
from newsspider.parsing.page import Page
from tests.test_headline import POST, find

SECTION = "<h1 class=entry-title>Sports and more</h1>"
TRAIL = "<nav><h1>Ferry stays here for ever</h1></nav>"


@pytest.mark.parametrize(
    ("body", "said", "found"),
    [
        # Eight characters of a smaller heading that the tab says are enough below a section, seven are not.
        (f"{SECTION}<h2>Ferries!</h2>", {"tab": "Ferries! | City"}, ("Ferries!", "h2", True)),
        (f"{SECTION}<h2>Ferries</h2>", {"tab": "Ferries | City"}, ("Sports and more", "h1", False)),
        # So are they of a heading that says the same behind a label, or that the markup calls the headline.
        ("<h1>Trams and more</h1><h1>Our boats</h1>", {"named": ["Live: Our boats"]}, ("Our boats", "h1", True)),
        ("<h1>Trams and more</h1><h1>My boats</h1>", {"named": ["Live: My boats"]}, ("Live: My boats", "h1", False)),
        ("<h1>Trams of the city</h1><h1 itemprop=headline>Our boats</h1>", {}, ("Our boats", "h1", False)),
        ("<h1>Trams of the city</h1><h1 itemprop=headline>My boats</h1>", {}, ("Trams of the city", "h1", False)),
        ("<h5>Our boats</h5><p>2026-05-05</p>", {"tab": "News"}, ("Our boats", "h5", False)),
        # A line in Chinese above the date has eight characters, and eighty at the most.
        ("<div>老渡轮保留至新桥</div><div>2026-01-29</div>", {"tab": "港口网"}, ("老渡轮保留至新桥", "div", False)),
        ("<div>老渡轮保留至今</div><div>2026-01-29</div>", {"tab": "港口网"}, ("港口网", None, False)),
        (f"<div>{'老渡轮保' * 20}</div><div>2026-01-29</div>", {"tab": "港口网"}, ("老渡轮保" * 20, "div", False)),
        (f"<div>{'老渡轮保' * 20}留</div><div>2026-01-29</div>", {"tab": "港口网"}, ("港口网", None, False)),
        # Headings in the text, above a date and behind the name of the site have 300 characters at the most.
        (f"<h2>{'x' * MAX_LENGTH}</h2><p>2026-05-05</p>", {}, ("x" * MAX_LENGTH, "h2", False)),
        (f"<h2>{'x' * MAX_LENGTH}y</h2><p>2026-05-05</p>", {}, None),
        (f"<p>{'x' * MAX_LENGTH}</p>", {"tab": f"City | {'x' * MAX_LENGTH}"}, ("x" * MAX_LENGTH, "p", True)),
        # A title of which too little is left is passed over for the next one.
        ("<p>Ferry stays afloat</p>", {"named": ["City | Boa"], "tab": "City | Ferry stays afloat"},
         ("Ferry stays afloat", "p", True)),
        # Behind the site's name and a colon stands the headline, however short.
        (f"<h1>{POST}</h1><h1>Ferry</h1>", {"tab": f"{POST}: Ferry", "sites": [POST]}, ("Ferry", "h1", True)),
        ("<h1>港口报</h1><h1>渡轮保留</h1>", {"tab": "港口报：渡轮保留", "sites": ["港口报"]},
         ("渡轮保留", "h1", True)),
        (f"<h1>{POST}</h1><h1>Ferry</h1>", {"tab": f"{POST}:", "sites": [POST]}, ("Ferry", "h1", False)),
        # A label in an element of its own: what stands behind another one in metadata has twenty characters.
        ("<h1><b>Harbour</b> <i>The old ferry stays here</i></h1>", {"named": ["Live: The old ferry stays here"]},
         ("The old ferry stays here", "h1", True)),
        # Four characters of a tab are enough to be its beginning.
        ("", {"tab": "Boat | C"}, ("Boat", None, False)),
        # A heading outside of a trail, and a smaller one where all are in one.
        (f"{TRAIL}<h1>Ferry stays here for a while</h1>", {"named": ["Ferry stays here for ever"]},
         ("Ferry stays here for a while", "h1", True)),
        (f"{TRAIL}<h2>Ferry, stays here for a while</h2>", {"named": ["Ferry stays here for ever"]},
         ("Ferry, stays here for a while", "h2", True)),
        (f"{TRAIL}<h2>Harbour’s ferry stays</h2>", {"named": ["Harbour's ferry stays"]},
         ("Harbour's ferry stays", "h2", True)),
        (f"{TRAIL}<h2>Harbour ferry, stays</h2>", {"named": ["Harbour ferry: stays"]},
         ("Harbour ferry, stays", "h2", True)),
        (f"{TRAIL}<h2>Harbour ferry stays</h2>", {"named": ["“Harbour ferry” stays"]},
         ("“Harbour ferry” stays", "h2", True)),
        # The name of the site is none, though its words are in the title.
        ("<h1>The Harbour Ferry Post</h1><p>Boats</p>",
         {"tab": "Post of the harbour: ferry", "sites": ["The Harbour Ferry Post"]},
         ("Post of the harbour: ferry", None, False)),
        # What metadata has whole loses the site's own name alone; to the letter.
        (f"<h1>Ferry stays - {POST}</h1>", {"named": [f"Ferry stays - {POST}"], "sites": [POST]},
         ("Ferry stays", "h1", True)),
        (f"<h1>Ferry stays - The {POST}</h1>", {"named": [f"Ferry stays - The {POST}"], "sites": [POST]},
         (f"Ferry stays - The {POST}", "h1", True)),
        # Half of a name is one of the site, less is not; six characters may stand beside one in Chinese.
        ("", {"named": ["Ferry stays - Harbour"], "sites": ["Harbour Gazette"]}, ("Ferry stays", None, False)),
        ("", {"named": ["Ferry stays - Harbour"], "sites": ["Harbour Gazettes"]},
         ("Ferry stays - Harbour", None, False)),
        ("", {"named": ["渡轮继续运行 - 港口报客户端新闻版"], "sites": ["港口报"]}, ("渡轮继续运行", None, False)),
        ("", {"named": ["渡轮继续运行 - 港口报客户端新闻版面"], "sites": ["港口报"]},
         ("渡轮继续运行 - 港口报客户端新闻版面", None, False)),
    ],
)  # fmt: skip
def test_how_much_of_a_line_makes_a_headline(body, said, found):
    assert find(body, **said) == found


@pytest.mark.parametrize(
    ("one", "other", "within", "is_of_another_article"),
    [
        # Within the element of an article a heading is called as the headline is.
        ("<h1 class=t>", "<h1 class=t>", True, True),
        ("<h1 class='t big'>", "<h1 class=t>", True, True),
        ("<h1 class=t>", "<h1 class='t big'>", True, False),
        ("<h1 class=t>", "<h1 class=u>", True, False),
        ("<h1>", "<h1 class=t>", True, False),
        ("<h1 class=t>", "<h1>", True, False),
        ("<h1>", "<h1>", True, False),
        # Elsewhere the elements around them are alike, whatever they are called themselves.
        ("<h1 class=t>", "<h1>", False, True),
    ],
)
def test_a_heading_of_another_article(one, other, within, is_of_another_article):
    headline, h1 = _two(f"<div class=a>{one}Ferry</h1></div>", f"<div class=a>{other}Tram</h1></div>")

    assert is_of_another(h1, headline, within=within) is is_of_another_article


@pytest.mark.parametrize(
    ("one", "other"), [("<div class=a>", "<div class=b>"), ("<div class=a>", "<p class=a>"), ("<div class=a>", "<div>")]
)
def test_headings_in_unlike_elements_are_of_one_article(one, other):
    assert not is_of_another(*_two(f"{one}<h1>Ferry</h1></div>", f"{other}<h1>Tram</h1></div>"), within=False)


@pytest.mark.parametrize("within", [False, True])
def test_headings_in_one_element_are_of_one_article(within):
    headline, h1 = _two("<h1 class=t>Ferry</h1>", "<h1 class=t>Tram</h1>")

    assert not is_of_another(h1, headline, within=within)


def _two(one: str, other: str):
    html = f"<body><main>{one}{other}</main>".encode()
    return Page(html, "https://www.news.example/a", [(b"Content-Type", b"text/html")]).elements["h1"]
