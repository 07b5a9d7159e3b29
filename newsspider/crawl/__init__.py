"""All that knows Scrapy's engine: download handlers, the tap on the wire, middlewares, extensions, pipelines."""
