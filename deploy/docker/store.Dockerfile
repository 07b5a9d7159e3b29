# docker build -f deploy/docker/store.Dockerfile -t newsspider-store .    after newsspider itself, with what S3 needs
# Made on this machine just now.
# hadolint ignore=DL3006
FROM newsspider
USER 0:0
COPY deploy/requirements-s3.txt /app/
RUN /app/.venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r /app/requirements-s3.txt
USER 10001:10001
CMD ["crawl", "--help"]
