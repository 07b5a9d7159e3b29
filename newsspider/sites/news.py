"""Any news site: what pages of most sites have in common."""

from __future__ import annotations

from newsspider.parsing.site import AnySite
from newsspider.parsing.words import Words

SITE = AnySite(name="news", words=Words(footer=r"[•·\s]*关于我们$|举报电话\s*[:\uff1a]|Copyright|©|\S{0,10}ICP备\d"))
