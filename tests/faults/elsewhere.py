"""Faults that other tests bring about: what, what is expected, and the test, for the table of faults."""

from __future__ import annotations

ELSEWHERE = (
    ("一个文件占用内存无度", "只有这个文件记为未读取", "test_isolation.py::test_too_much_memory_costs_the_file_only"),
    ("一个文件没完没了", "到时放弃，只有这个文件记为未读取", "test_isolation.py::test_too_much_time_costs_the_file_only"),
    ("一个处理进程死掉", "只有它手上的文件记为未读取", "test_run.py::test_a_worker_that_dies_costs_its_file_only"),
    ("工作簿里的实体炸弹", "不展开，拒绝", "test_reading_files.py::test_an_entity_bomb_in_a_workbook_does_not_expand"),
    ("XML 自带定义", "拒绝", "test_reading_xml_parts.py::test_a_part_with_definitions_of_its_own_is_refused"),
    ("Word 文档带外部实体", "拒绝，不去读取", "test_reading_word.py::test_entities_are_refused"),
    ("OFD 带实体", "拒绝", "test_reading_ofd.py::test_entities_are_refused"),
    ("文件大过上限", "不读，说明上限", "test_reading_files.py::test_a_file_over_the_limit_is_refused_unread"),
    ("表格坐标远在天边", "不占内存", "test_reading_workbooks.py::test_far_corners_cost_no_memory"),
    ("写库时被 kill -9", "材料完整或没有，再做一遍就齐", "store/test_kill.py::test_a_killed_run_leaves_whole_documents_and_the_next_completes_it"),
    ("搬移、清除时被 kill -9", "全部或零", "store/test_kill.py::test_a_killed_move_leaves_all_or_nothing"),
    ("临时文件还在时被 kill -9", "下一条命令清掉", "test_leaks.py::test_what_a_killed_run_leaves_is_removed_by_the_next_command"),
    ("写库时磁盘写满", "整份材料不写，有了空间接着写", "store/test_failures.py::test_a_full_disk_is_told_keeps_what_was_saved_and_goes_on_when_there_is_room"),
    ("与数据库服务器的连接断开", "说明，整份材料可以再写", "store/test_failures.py::test_a_connection_lost_within_a_document_is_told_and_the_document_may_be_saved_again"),
    ("别的程序锁住数据库", "等待，仍不行则说明", "store/test_failures.py::test_a_store_that_another_program_locks_in_the_middle_waits_and_then_tells"),
    ("升级到一半失败", "旧版原样", "store/test_migrations.py::test_an_upgrade_that_fails_leaves_the_old_version_as_it_was"),
    ("操作记录被删、改、插、换序", "逐一指出", "store/test_chain.py::test_tampering_is_found_and_named"),
    ("操作记录之前的决定被伪造", "指出", "store/test_chain.py::test_what_is_older_than_the_record_cannot_be_forged_either"),
    ("触发器被换成不管用的", "指出", "store/test_verification.py::test_a_guard_that_does_nothing_is_noticed"),
    ("候选模型被改，连模型卡也改成相符", "拒绝采用", "test_models.py::test_a_tampered_candidate_is_refused_even_where_its_card_was_made_to_fit"),
    ("采用后的模型被改", "拒绝使用", "test_models.py::test_a_model_that_changed_after_its_adoption_is_not_used"),
    ("模型在标准例句上得分不同", "拒绝使用", "test_sentence_model.py::test_a_model_that_scores_its_golden_sentences_otherwise_is_refused"),
    ("审阅页面出错", "页面只说时间，日志只记类别和位置", "test_leaks.py::test_the_log_of_the_review_page_leaks_nothing_when_a_page_breaks"),
)  # fmt: skip
