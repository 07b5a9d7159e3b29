"""The exit code is decided from what happened."""

from __future__ import annotations

import pytest

from newsspider.verdict import judge

GOOD = {"finish_reason": "finished", "articles/sought": True, "item_scraped_count": 10}


@pytest.mark.parametrize(
    ("happened", "code"),
    [
        ({}, 0),
        ({"articles/unparsed": 3}, 0),
        ({"finish_reason": "start_error"}, 3),
        ({"finish_reason": "closespider_errorcount"}, 3),
        ({"finish_reason": "shutdown"}, 75),
        ({"finish_reason": "shutdown", "item_scraped_count": 0}, 75),
        ({"finish_reason": "retry_after"}, 75),
        ({"archive/write_failed": 1, "finish_reason": "archive_failed"}, 4),
        ({"feed/write_failed": 1}, 4),
        ({"feedexport/failed_count/S3FeedStorage": 1}, 4),
        ({"articles/invalid": 1}, 4),
        ({"item_scraped_count": 0}, 5),
        ({"item_scraped_count": 0, "articles/older": 7}, 0),
        ({"item_scraped_count": 0, "articles/sought": None}, 0),
        ({"articles/unparsed": 11}, 6),
        ({"spider_exceptions/count": 12, "spider_exceptions/ValueError": 12}, 6),
        ({"spider_exceptions/count": 9, "spider_exceptions/ValueError": 9}, 0),
        ({"spider_exceptions/count": 1, "item_scraped_count": 0}, 6),
    ],
)
def test_exit_code(happened, code):
    verdict = judge({**GOOD, **happened})

    assert verdict.exit_code == code
    assert bool(verdict.reasons) == bool(code)


def test_gravest_reason_decides_and_all_are_told():
    verdict = judge({"finish_reason": "shutdown", "item_scraped_count": 1, "archive/write_failed": 2})

    assert (verdict.exit_code, len(verdict.reasons)) == (4, 2)
