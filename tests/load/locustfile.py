"""Visitors of the site for `make load`: of their requests 70 % are pages, 25 % searches, 5 % questions.

HALILIT_LOAD_PATHS names a JSON file with what they open: {"pages": [...], "words": [...], "questions": [...]}.
"""

import json
import os
import random
from pathlib import Path

from locust import between, task
from locust.contrib.fasthttp import FastHttpUser

SHOWN = json.loads(Path(os.environ["HALILIT_LOAD_PATHS"]).read_text("utf-8"))


class Visitor(FastHttpUser):
    """One visitor: three to eight seconds between two requests."""

    wait_time = between(3, 8)

    @task(70)
    def page(self) -> None:
        self.client.get(random.choice(SHOWN["pages"]), name="page")

    @task(25)
    def search(self) -> None:
        self.client.get("/search/", params={"q": random.choice(SHOWN["words"])}, name="search")

    @task(5)
    def ask(self) -> None:
        self.client.post("/api/chat", json={"question": random.choice(SHOWN["questions"])}, name="ask")
