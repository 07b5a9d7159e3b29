"""The Harbour Gazette (harbour.example): what scrapy newsite read on its pages."""

from newsspider.parsing.site import Site

SITE = Site(
    name="harbour",
    domains=("harbour.example",),
    start_urls=(
        "https://www.harbour.example/",
        "https://www.harbour.example/town/",
        "https://www.harbour.example/sea/",
    ),
    articles={
        "https://www.harbour.example/{}.html": r"(?P<day>\d{4}/\d\d/\d\d)/[a-z0-9-]{1,64}",
    },
    selectors={
        "2026": {
            "title": "h1",
            "published_at": "time::attr(datetime)",
            "authors": ".story-author",
            "body": ".story-body",
        }
    },
    page_title=r"(?P<title>.+) \| The Harbour Gazette",
    expected=("title", "published_at", "authors", "body_text"),
)
