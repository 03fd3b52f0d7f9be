"""Parts of files in XML: nothing from outside comes in, and names go without their namespaces."""

from __future__ import annotations

import pytest
from lxml import etree

from mingcha.pipeline.reading.failures import RefusalError
from mingcha.pipeline.reading.xml_parts import attribute, local_name, parse_xml


@pytest.mark.parametrize(
    "definition",
    ['[<!ENTITY e "甲">]', '[<!ENTITY e SYSTEM "file:///etc/hostname">]', 'SYSTEM "x.dtd"', '[<!ENTITY % e "甲">]'],
)
def test_a_part_with_definitions_of_its_own_is_refused(definition: str) -> None:
    with pytest.raises(RefusalError, match="实体定义") as refused:
        parse_xml(f"<!DOCTYPE x {definition}><x>甲</x>")
    assert refused.value.kind == "corrupt"


def test_comments_and_instructions_do_not_part_a_text() -> None:
    assert parse_xml("<x>甲<!-- 乙 -->丙<?丁?>戊</x>").text == "甲丙戊"


def test_names_go_without_namespaces() -> None:
    root = parse_xml(b'<a:x xmlns:a="urn:a" a:k="1" l="2"><y/></a:x>')
    assert [local_name(element) for element in root.iter()] == ["x", "y"]
    assert [attribute(root, name) for name in ("k", "l", "m", "a:k")] == ["1", "2", "", ""]
    assert local_name(etree.Comment("x")) == ""


def test_only_huge_parts_may_nest_without_end() -> None:
    deep = "<x>" * 300 + "</x>" * 300
    assert local_name(parse_xml(deep, huge=True)) == "x"
    with pytest.raises(SyntaxError):
        parse_xml(deep)
