"""江城晨报 (jiangcheng.example): what scrapy newsite read on its pages."""

from newsspider.parsing.site import Site

SITE = Site(
    name="jiangcheng",
    domains=("jiangcheng.example",),
    start_urls=(
        "https://www.jiangcheng.example/",
        "https://www.jiangcheng.example/yw/",
        "https://www.jiangcheng.example/ms/",
    ),
    articles={
        "https://www.jiangcheng.example/{}.htm": r"[a-z]{1,8}/(?P<day>\d{4}-\d\d/\d\d)/content_\d{1,8}",
    },
    selectors={
        "2026": {
            "title": ".art_title",
            "published_at": ".art_time",
            "source": ".art_from",
            "authors": ".art_by",
            "body": ".art_text",
        }
    },
    page_title="(?P<title>.+)_江城晨报",
    expected=("title", "published_at", "source", "authors", "channel", "body_text"),
)
