"""Clients of the interface, asked through the whole application as it is served."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from mingcha.pipeline.interface.calls import Call
from mingcha.pipeline.interface.tokens import hash_of, new_token
from mingcha.pipeline.store.clients import Client, add_client, load_clients
from tests.review.conftest import TestClient, application, make_case
from tests.review.conftest import store as store

if TYPE_CHECKING:
    from collections.abc import Callable

    from httpx import Response
    from sqlalchemy import Engine

    from tests.review.conftest import Case

ROOT = "/api/v1"


@dataclass(frozen=True)
class Reader:
    """A client with its token."""

    http: Any
    name: str
    token: str
    store: Engine

    def ask(self, path: str, **asked: object) -> Response:
        return self.http.get(ROOT + path, params=asked or None, headers={"Authorization": f"Bearer {self.token}"})

    def key(self, document: str) -> str:
        """Return what stands for a document in the answers to this client."""
        client = next(one for one in load_clients(self.store) if one.name == self.name)
        return Call(self.store, client, {}, {}).key(document)

    def body(self, path: str, **asked: object) -> dict[str, Any]:
        response = self.ask(path, **asked)
        assert response.status_code == 200, response.text
        return response.json()

    def pages(self, path: str, **asked: object) -> list[list[dict[str, Any]]]:
        """Return every page of a list."""
        pages, cursor = [], {}
        while cursor is not None:
            page = self.body(path, **asked, **cursor)
            pages.append(page["items"])
            cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else None
        return pages


@pytest.fixture
def case(store: Engine) -> Case:
    """An assessment with two documents, 26 findings, a fact and passages on integrity."""
    return make_case(store)


@pytest.fixture
def reader_of(store: Engine) -> Callable[..., Reader]:
    def make(assessment: str, *, names: bool = False) -> Reader:
        token, name = new_token(), f"系统{uuid4().hex[:8]}"
        add_client(store, Client(name, assessment, names), hash_of(token), by="管理员")
        return Reader(TestClient(application(store)), name, token, store)

    return make


@pytest.fixture
def reader(reader_of: Callable[..., Reader], case: Case) -> Reader:
    """A client that may read the case, without names."""
    return reader_of(case.name)
