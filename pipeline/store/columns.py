"""What tables are made of: kinds of columns, the text type that takes any characters, names of constraints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKeyConstraint, Integer, MetaData, Text, TypeDecorator

from mingcha.pipeline.store.escapes import escape, unescape

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Dialect

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class Words(TypeDecorator[str]):
    """Text of any characters, NUL and lone surrogates included."""

    impl = Text
    cache_ok = True

    # The processors are given whole instead of through process_bind_param: one call less for each of fifteen
    # strings of each finding.
    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:
        """Write what databases refuse in a form they accept."""
        return _escaped

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], str | None]:
        """Give back the characters as they were."""
        return _unescaped


def _escaped(text: str | None) -> str | None:
    return None if text is None else escape(text)


def _unescaped(text: str | None) -> str | None:
    return None if text is None else unescape(text)


def key(name: str, *constraints: Any) -> Column[str]:
    """Return a column of the primary key."""
    return Column(name, Words, *constraints, primary_key=True)


def words(name: str, *constraints: Any) -> Column[str]:
    """Return a column of text that is always given."""
    return Column(name, Words, *constraints, nullable=False)


def some_words(name: str, *constraints: Any) -> Column[str]:
    """Return a column of text that may be missing."""
    return Column(name, Words, *constraints, nullable=True)


def number(name: str, **options: Any) -> Column[int]:
    """Return a column of whole numbers."""
    return Column(name, Integer, **({"nullable": False} | options))


def json(name: str, *, nullable: bool = False) -> Column[Any]:
    """Return a column of JSON."""
    return Column(name, JSON(none_as_null=True), nullable=nullable)


def one_of(column: str, vocabulary: Any) -> CheckConstraint:
    """Return the constraint that a column holds one of the words of *vocabulary*."""
    words = ", ".join(f"'{word}'" for word in get_args(vocabulary))
    return CheckConstraint(f"{column} IN ({words})", name=column)


def is_span() -> CheckConstraint:
    """Return the constraint that start and end make a span."""
    return CheckConstraint('0 <= start AND start <= "end"', name="span")


def of_document() -> ForeignKeyConstraint:
    """Return the reference to the document that a row belongs to."""
    return ForeignKeyConstraint(["assessment", "document"], ["documents.assessment", "documents.name"])


def told(name: str, otherwise: str) -> Column[str]:
    """Return a column of text with the value that rows of older versions have."""
    return Column(name, Text, nullable=False, server_default=otherwise)
