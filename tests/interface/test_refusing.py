"""What other systems do not get: matters of other assessments, more than their share, answers to senseless questions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from mingcha.cli import app
from mingcha.pipeline.assessments import Assessment, Run
from mingcha.pipeline.errors import DataError, UsageError
from mingcha.pipeline.interface.application import Desk, interface_application
from mingcha.pipeline.interface.buckets import Buckets, Rate
from mingcha.pipeline.interface.recording import Tally
from mingcha.pipeline.interface.tokens import hash_of
from mingcha.pipeline.store.chain import load_record, verify_chain
from mingcha.pipeline.store.clients import load_clients, load_secrets
from mingcha.pipeline.store.database import open_store
from mingcha.pipeline.store.writing import start_run
from tests.review.conftest import Browser, TestClient, make_case

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Engine

    from tests.interface.conftest import Reader
    from tests.review.conftest import Case


def test_without_a_token_that_holds_nothing_is_read(reader: Reader, store: Engine) -> None:
    headers: list[dict[str, str]] = [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": f"Bearer {reader.token}x"},
        {"Authorization": f"Basic {reader.token}"},
        {"Authorization": f"Bearer {hash_of(reader.token)}"},
        {"Cookie": f"mingcha={reader.token}"},
    ]
    for given_headers in headers:
        refused = reader.http.get("/api/v1/findings", headers=given_headers)
        assert refused.status_code == 401, given_headers
        assert refused.headers["WWW-Authenticate"] == "Bearer"
        assert refused.json()["code"] == "unauthorized"
    secrets = [secret for client, secret in load_secrets(store) if client.name == reader.name]
    assert secrets == [hash_of(reader.token)]
    assert reader.token not in str(secrets)


def test_a_session_of_the_page_is_no_token(case: Case, store: Engine) -> None:
    assert Browser(store, "wang").get("/api/v1/findings").status_code == 401


def test_ids_of_another_assessment_are_as_unknown_as_those_of_none(
    case: Case, store: Engine, reader_of: Callable[..., Reader]
) -> None:
    other = make_case(store)
    reader = reader_of(case.name)
    theirs, key = other.findings[0].id, reader.key(other.documents[0].name + "不同")
    for path, none in (
        (f"/findings/{theirs}", f"/findings/{'0' * 20}"),
        (f"/documents/{key}", f"/documents/{'0' * 16}"),
        ("/scorecards/2147483648", "/scorecards/999999999"),
    ):
        refused, unknown = reader.ask(path), reader.ask(none)
        assert refused.status_code == unknown.status_code == 404
        assert refused.json() == unknown.json()
    mine = {one["id"] for one in reader.body("/findings", standing="any", limit=500)["items"]}
    assert mine.isdisjoint(one.id for one in other.findings)
    assert (
        reader.body("/findings", standing="any", cursor=f"{theirs}.{reader.key(case.documents[0].name)}")["items"]
        == [one for one in reader.body("/findings", standing="any", limit=500)["items"] if one["id"] > theirs][:100]
    )


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"kinds": "risk"}, "没有名为“kinds”的参数"),
        ({"kind": "guilt"}, "kind 只能是"),
        ({"limit": "0"}, "limit 应是 1 至 500"),
        ({"limit": "501"}, "limit 应是 1 至 500"),
        ({"limit": "٣"}, "limit 应是 1 至 500"),
        ({"limit": "9" * 5000}, "limit 应是 1 至 500"),
        ({"subject": ""}, "subject 应是 1 至 200"),
        ({"subject": "p1\x00"}, "subject 应是 1 至 200"),
        ({"cursor": "' OR 1=1 --"}, "cursor 不对"),
        ({"limit": ["1", "2"]}, "limit 写了两次"),
    ],
)
def test_senseless_questions_are_refused_in_chinese(reader: Reader, asked: dict[str, Any], said: str) -> None:
    refused = reader.ask("/findings", **asked)
    assert refused.status_code == 422
    assert refused.json()["code"] == "invalid"
    assert said in refused.json()["message"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_only_reading_is_answered(store: Engine, reader: Reader, method: str) -> None:
    inner = TestClient(interface_application(Desk(store)))
    refused = inner.request(method, "/findings", headers={"Authorization": f"Bearer {reader.token}"})
    assert (refused.status_code, refused.json()["code"]) == (405, "method")
    assert set(refused.headers["Allow"].split(", ")) == {"GET", "HEAD"}
    assert reader.http.request(method, "/api/v1/findings").status_code in (403, 405)


def test_head_is_answered_and_unknown_addresses_are_refused_in_json(reader: Reader) -> None:
    given_headers = {"Authorization": f"Bearer {reader.token}"}
    assert reader.http.head("/api/v1/findings", headers=given_headers).status_code == 200
    for path in ("/nothing", "/findings/", "/", "/documents/../findings/x"):
        refused = reader.http.get(f"/api/v1{path}", headers=given_headers)
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found")


def test_who_asks_too_often_waits_and_others_do_not(
    case: Case, store: Engine, reader_of: Callable[..., Reader]
) -> None:
    now = [0.0]
    desk = Desk(store, clients=Buckets(Rate(3, 0.5), lambda: now[0]))
    inner = TestClient(interface_application(desk))
    first, second = ({"Authorization": f"Bearer {reader_of(case.name).token}"} for _ in range(2))
    codes = [inner.get("/assessment", headers=first).status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]
    refused = inner.get("/assessment", headers=first)
    assert (refused.headers["Retry-After"], refused.json()["code"]) == ("2", "too_many")
    assert inner.get("/assessment", headers=second).status_code == 200
    now[0] = 2.0
    assert [inner.get("/assessment", headers=first).status_code for _ in range(2)] == [200, 429]


def test_who_tries_tokens_is_slowed_and_owners_of_tokens_are_not(store: Engine, reader: Reader) -> None:
    inner = TestClient(interface_application(Desk(store, strangers=Buckets(Rate(2, 0.01)))))
    tried = [inner.get("/findings", headers={"Authorization": f"Bearer {n}"}).status_code for n in range(3)]
    assert tried == [401, 401, 429]
    assert inner.get("/findings", headers={"Authorization": f"Bearer {reader.token}"}).status_code == 200


@given(
    st.floats(1, 50),
    st.floats(0.01, 50),
    st.lists(st.floats(0, 20, allow_nan=False, width=32), min_size=1, max_size=60),
)
def test_a_bucket_never_gives_more_than_its_rate(burst: float, a_second: float, pauses: list[float]) -> None:
    now = [0.0]
    bucket = Buckets(Rate(burst, a_second), lambda: now[0])
    given_out = 0
    for pause in pauses:
        now[0] += pause
        waiting = bucket.take("甲")
        given_out += not waiting
        assert given_out <= burst + now[0] * a_second + 1e-6
        if waiting:
            now[0] += waiting
            assert bucket.take("甲") == 0  # whoever waits as told is served
            given_out += 1


def test_calls_are_recorded_once_a_minute_and_target(case: Case, store: Engine, reader: Reader) -> None:
    now = [0.0]
    inner = TestClient(interface_application(Desk(store, tally=Tally(lambda: now[0]))))
    mine = {"Authorization": f"Bearer {reader.token}"}
    for path in ("/findings", "/findings", "/findings", "/facts/f1", "/facts/f9", "/facts/f8"):
        inner.get(path, headers=mine)
    now[0] = 61.0
    inner.get("/findings", headers=mine)
    entries = [one for one in load_record(store, assessment=case.name, limit=500) if one["who"] == reader.name]
    told = [(one["action"], one["target"], json.loads(one["detail"])["uncounted_before"]) for one in reversed(entries)]
    assert told == [
        ("client_read", "/findings", 0),
        ("client_read", "/facts/f1", 0),
        ("client_missed", "/facts/{fact}", 0),
        ("client_read", "/findings", 2),
    ]
    assert verify_chain(store).faults == ()


def test_the_description_is_open_to_all_and_names_every_refusal(reader: Reader) -> None:
    described = reader.http.get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    operations = [path["get"] for path in described["paths"].values()]
    assert all({"200", "401", "404", "422", "429"} <= set(one["responses"]) for one in operations)
    assert all(set(path) == {"get"} for path in described["paths"].values())


def test_a_client_is_added_listed_and_revoked_from_the_command_line(tmp_path: Path) -> None:
    place = tmp_path / "a.db"
    store = open_store(place)
    case = make_case_alone(store)
    added = CliRunner().invoke(app, ["clients", "add", "人事系统", "--db", str(place), "--assessment", case])
    token = added.stdout.strip()
    assert added.exit_code == 0
    assert token.startswith("mc_")
    assert [secret for _, secret in load_secrets(store)] == [hash_of(token)]
    listed = CliRunner().invoke(app, ["clients", "list", "--db", str(place)]).output
    assert f"人事系统：{case}" in listed
    assert token not in listed
    again = CliRunner().invoke(app, ["clients", "add", "人事系统", "--db", str(place), "--assessment", case])
    assert isinstance(again.exception, DataError)
    for wrong in (["add", "乙", "--assessment", "没有的"], ["revoke", "没有的"]):
        refused = CliRunner().invoke(app, ["clients", *wrong, "--db", str(place)])
        assert isinstance(refused.exception, DataError)
    unnamed = CliRunner().invoke(app, ["clients", "add", " ", "--db", str(place), "--assessment", case])
    assert isinstance(unnamed.exception, UsageError)
    assert CliRunner().invoke(app, ["clients", "revoke", "人事系统", "--db", str(place)]).exit_code == 0
    assert load_secrets(store) == ()
    assert [client.revoked_at is not None for client in load_clients(store)] == [True]
    store.dispose()


def make_case_alone(store: Engine) -> str:
    start_run(
        store,
        Assessment("青岭县2024年度考核", "2024"),
        Run("r", "青岭县2024年度考核", "材料", "2024-03-01T09:00:00+08:00", {}),
    )
    return "青岭县2024年度考核"
