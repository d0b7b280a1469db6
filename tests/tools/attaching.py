"""For a DuckDB that has its extension httpfs: attaches the published file as docs/remote.md says,
then answers each line of SQL with a line of JSON.

    python tests/tools/attaching.py SITE TOKEN EXTENSION
"""

import json
import sys
import urllib.request

import duckdb


def main(site: str, token: str, extension: str) -> None:
    asked = urllib.request.Request(f"{site}/files", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(asked) as answer:
        links = {one["file"]: one["link"] for one in json.load(answer)["files"]}
    db = duckdb.connect()
    db.execute(f"load '{extension}'")
    db.execute(f"create secret (type http, bearer_token '{token}', scope '{site}')")
    db.execute(f"attach '{site}{links['calltouch.duckdb']}' as calltouch (read_only)")
    print("attached", flush=True)
    for line in sys.stdin:
        print(json.dumps(db.sql(line).fetchall(), default=str), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
