#!/bin/bash
# Scrapy 2.19.0: in an XML feed a field that is None is the text "None": an article without an author has one called None, which
# no reader can tell from a person of that name, and one without a date has a date that is no date. The same item has null in
# the JSON feed and nothing in the CSV feed. The documentation of XmlItemExporter says how lists are written, and nothing of None;
# XML Schema has the attribute xsi:nil for such an element (Part 1, 2.6.2).
# Seen under Python 3.11.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'Scrapy==2.19.0' 2>/dev/null
seen=$(env/bin/python - <<'PYTHON'
from io import BytesIO

import scrapy
from scrapy.exporters import CsvItemExporter, JsonLinesItemExporter, XmlItemExporter

print("Scrapy", scrapy.__version__)
for kind in (XmlItemExporter, JsonLinesItemExporter, CsvItemExporter):
    file = BytesIO()
    exporter = kind(file)
    exporter.start_exporting()
    exporter.export_item({"title": "Ferry", "author": None, "published": None})
    exporter.finish_exporting()
    print(kind.__name__, *file.getvalue().decode().splitlines())
PYTHON
)
expected='Scrapy 2.19.0
XmlItemExporter <?xml version="1.0" encoding="utf-8"?> <items><item><title>Ferry</title><author>None</author><published>None</published></item></items>
JsonLinesItemExporter {"title": "Ferry", "author": null, "published": null}
CsvItemExporter title,author,published Ferry,,'
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
