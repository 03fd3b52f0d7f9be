"""Tokens of clients: 256 random bits each, kept as a hash, compared in constant time."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mingcha.pipeline.store.clients import Client

_BEGINNING = "mc_"  # so that a token that strayed into a file is recognized


def new_token() -> str:
    """Return a new token."""
    return _BEGINNING + secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """Return what the store keeps of a token; what is random needs no slow hash."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def owner_of(token: str, known: Iterable[tuple[Client, str]]) -> Client | None:
    """Return whose token it is, ``None`` for nobody's; all are compared, so that the time tells nothing."""
    given = hash_of(token).encode()
    fitting = [client for client, secret in known if hmac.compare_digest(given, secret.encode())]
    return fitting[0] if fitting else None
