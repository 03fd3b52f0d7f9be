"""Where worker processes come from: a process that has loaded what they need, asked through a socket that lasts."""

import sys
import tempfile
from multiprocessing.util import get_temp_dir
from pathlib import Path

import pytest
from pebble import ProcessPool

from mingcha.pipeline.scratch import PREFIX, lasting_temp, private_temp
from mingcha.pipeline.workers import prepare_workers, worker_context

LOADED = ("'mingcha.models.sentence_model' in __import__('sys').modules",)  # no function of a test can be sent there


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere each worker loads everything for itself")
def test_a_worker_begins_with_the_model_loaded(tmp_path):
    prepare_workers(tmp_path)
    with ProcessPool(2, context=worker_context()) as pool:
        assert [pool.schedule(eval, args=LOADED).result() for _ in range(2)] == [True, True]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is no such socket")
def test_workers_can_be_asked_for_after_the_private_folder_is_gone():
    with private_temp():
        assert Path(tempfile.gettempdir()).name.startswith(PREFIX)
        worker_context()
        private = tempfile.gettempdir()
    assert not Path(private).exists()
    assert Path(get_temp_dir()).exists()
    with ProcessPool(1, context=worker_context()) as pool:
        assert pool.schedule(eval, args=LOADED).result()


def test_what_is_to_last_is_made_outside_the_private_folder():
    with private_temp():
        private = tempfile.gettempdir()
        with lasting_temp():
            assert Path(private).parent == Path(tempfile.gettempdir()).parent != Path(private)
        assert tempfile.gettempdir() == private
