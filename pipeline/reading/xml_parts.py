"""XML parts of files: parsed so that nothing outside comes in, their names read without namespaces."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from lxml import etree

from mingcha.pipeline.reading.failures import RefusalError

if TYPE_CHECKING:
    Element = etree._Element


def parse_xml(data: bytes | str, *, huge: bool = False) -> Element:
    """Return the root of an XML part, comments and processing instructions left out.

    *huge* lifts lxml's limits on depth and length, for pictures written as text. Raises ``RefusalError`` for a part
    that has definitions of its own, and what lxml raises for broken XML.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True, huge_tree=huge
    )
    root = etree.fromstring(data, parser)
    refuse_entities(root)
    return root


def refuse_entities(root: Element) -> None:
    """Refuse a part with definitions of its own: entities are never expanded, and no office program writes any."""
    if root.getroottree().docinfo.internalDTD is not None:
        raise RefusalError("corrupt", "文件里夹带了不该有的实体定义，可能被改动过，没有读取")


def local_name(element: Element) -> str:
    """Return the name without its namespace, which differs between dialects; empty for what is no element."""
    return _without_namespace(element.tag) if isinstance(element.tag, str) else ""


def attribute(element: Element, name: str) -> str:
    """Return an attribute whatever its namespace, empty where it is not set."""
    return next((str(value) for key, value in element.items() if _without_namespace(str(key)) == name), "")


@lru_cache(maxsize=4096)
def _without_namespace(name: str) -> str:
    return name.rpartition("}")[2]
