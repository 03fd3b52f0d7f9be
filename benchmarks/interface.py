"""Let schemathesis ask the read-only interface whatever its own description allows, and write down what came of it.

``python benchmarks/interface.py SCHEMATHESIS`` (its program, installed in an environment of its own) serves a small
store of fictional matter on this computer and writes ``results/interface.md``.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from mingcha.pipeline.interface.application import Desk, interface_application
from mingcha.pipeline.interface.tokens import hash_of, new_token
from mingcha.pipeline.store.clients import Client, add_client
from mingcha.pipeline.store.database import open_store

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "benchmarks" / "results" / "interface.md"
NAME, PORT, SECONDS = "年度考核", 8497, 90
# A cursor is a word that only an answer before it gives, and a place must lie in its text, which no schema can say:
# anything else is refused (422).
REFUSALS = ("--exclude-checks", "positive_data_acceptance")


def main(program: str) -> None:
    sys.path.insert(0, str(ROOT))
    from tests.store.stocked import stock

    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "a.db")
        stock(store, NAME)
        token = new_token()
        add_client(store, Client("试", NAME, may_see_names=False), hash_of(token), by="管理员")
        served = Starlette(routes=[Mount("/api/v1", interface_application(Desk(store)))])
        server = uvicorn.Server(uvicorn.Config(served, port=PORT, log_level="warning"))
        thread = threading.Thread(target=server.run)
        thread.start()
        time.sleep(1)
        done = ask(program, token, folder)
        server.should_exit = True
        thread.join()
        store.dispose()
    RESULT.write_text(told(done.stdout), encoding="utf-8")
    print(done.stdout[-4000:], done.stderr[-2000:])


def ask(program: str, token: str, folder: str) -> subprocess.CompletedProcess[str]:
    """Ask as quickly as one client may: eight times a second."""
    address = f"http://127.0.0.1:{PORT}/api/v1/openapi.json"
    header = ("--header", f"Authorization: Bearer {token}")
    bounds = ("--rate-limit", "8/s", "--max-time", str(SECONDS), "--seed", "1", "--no-color")
    command = [program, "run", address, *header, *bounds, "--checks", "all", *REFUSALS]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)


def told(said: str) -> str:
    """Return what schemathesis said, from its phases on, without what belongs to this computer."""
    plain = re.sub(r"mc_\w+", "mc_…", said)
    return f"# 只读接口：schemathesis\n\n`python benchmarks/interface.py SCHEMATHESIS`，按接口自己的说明随机发问 {SECONDS} 秒。翻页用的 cursor 只能来自上一页，取正文的起止不能超出全文，随便写的一律拒绝（422），因此不查“合乎说明的都要接受”。\n\n```text\n{plain.strip()}\n```\n"


if __name__ == "__main__":
    main(sys.argv[1])
