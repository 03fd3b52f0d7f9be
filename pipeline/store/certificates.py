"""The certificate of a purge: what was removed, what remains, and what people must still do; as JSON and to be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mingcha.pipeline.store.retention import Purge

_TABLES = {
    "assessments": "考核",
    "subjects": "考核对象",
    "runs": "运行",
    "documents": "材料",
    "files": "文件登记",
    "texts": "正文",
    "blocks": "文字块",
    "repairs": "文字修复",
    "structures": "文书要素",
    "findings": "线索",
    "quantities": "数量",
    "facts": "事实",
    "fact_members": "事实的成员",
    "decisions": "人工决定",
    "scorecards": "计分卡",
    "ledger_lines": "计分明细",
    "ledger_sources": "计分明细的出处",
    "registers": "填报的表",
    "register_rows": "填报表的行",
    "ballots": "测评票数",
    "permissions": "账号权限",
    "clients": "接口客户端",
    "assignments": "分工",
    "notes": "备注与标记",
    "standings": "审阅状态",
    "missed_passages": "人工标出的漏检处",
    "elusion_samples": "漏检抽样",
    "elusion_sentences": "抽出的句子",
    "elusion_verdicts": "抽查判断",
    "referrals": "涉及廉洁的表述",
}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a certificate says besides the purge itself: the database, who, why, when (ISO 8601) and the backups known.

    ``version`` is that of the software.
    """

    database: str
    by: str
    reason: str
    at: str
    backups: tuple[str, ...]
    version: str


def certificate(purge: Purge, circumstances: Circumstances) -> dict[str, Any]:
    """Return the certificate as values that JSON can hold."""
    return {
        "certificate": "purge",
        "assessment": purge.assessment,
        "database": circumstances.database,
        "by": circumstances.by,
        "reason": circumstances.reason,
        "at": circumstances.at,
        "software": circumstances.version,
        "removed": dict(purge.removed),
        "removed_files_sha256": list(purge.hashes),
        "space_given_back": purge.compacted,
        "remaining": {
            "assessments": list(purge.remaining),
            "emptied_record_entries": purge.emptied,
            "record_entry_of_the_purge": 1,
        },
        "outside_the_database": {"material_folders": list(purge.folders), "backups": list(circumstances.backups)},
    }


def certificate_text(written: Mapping[str, Any]) -> str:
    """Return a certificate in Chinese, to be printed and signed."""
    return "\n".join((*_heading(written), "", *_removed(written), "", *_remaining(written), "", *_outside(written), ""))


def _heading(written: Mapping[str, Any]) -> Iterator[str]:
    yield "数据清除证明"
    yield ""
    yield f"考核名称：{written['assessment']}"
    yield f"数据库：{written['database']}"
    yield f"清除时间：{written['at'][:19].replace('T', ' ')}"
    yield f"执行人：{written['by']}"
    yield f"理由：{written['reason']}"
    yield f"软件：明察 {written['software']}"


def _removed(written: Mapping[str, Any]) -> Iterator[str]:
    yield "一、已从数据库中清除"
    for table, count in written["removed"].items():
        yield f"　　{_TABLES.get(table, table)}：{count} 条"
    count = len(written["removed_files_sha256"])
    yield f"　　涉及 {count} 份文件，其散列值列在同名的 JSON 文件里，可用来辨认别处的副本。"
    if written["space_given_back"]:
        yield "　　数据库文件中的空间已经收回，原内容不再存在于数据库文件中。"
    else:
        yield "　　数据库正被别的程序使用，空间尚未收回。请关闭其他程序，再执行 mingcha db compact。"


def _remaining(written: Mapping[str, Any]) -> Iterator[str]:
    kept = written["remaining"]
    yield "二、数据库中仍保留"
    yield f"　　其他考核：{'、'.join(kept['assessments']) or '没有'}。"
    yield (
        f"　　操作记录 {kept['emptied_record_entries']} 条：只留时间、操作人、操作种类和编号，文字内容已换成散列值；"
        "另有一条记录本次清除。"
    )
    yield "　　账号和评分方案不属于某次考核，没有清除。"


def _outside(written: Mapping[str, Any]) -> Iterator[str]:
    outside = written["outside_the_database"]
    yield "三、数据库以外，须由人处理（软件没有改动）"
    for folder in outside["material_folders"]:
        yield f"　　材料原件：{folder}"
    yield "　　各次运行的输出文件夹：report.html、*.jsonl、run.log，以及导出的文件"
    for backup in outside["backups"]:
        yield f"　　备份：{backup}"
    if not outside["backups"]:
        yield "　　备份：执行人没有列出。请核查是否另有备份。"
    yield "　　PostgreSQL 的归档日志和磁盘快照（如有）"
    yield ""
    yield "经办人签字：＿＿＿＿＿＿　　日期：＿＿＿＿＿＿"
