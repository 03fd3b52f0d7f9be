# make run   install and run the main job on the sample case      make test  install and run the whole suite
# make check formatting, lint, types, import contracts, packaging  make soak  the long runs      make bench  the figures
# make install-ocr  recognition of scanned pages (280 MB more, works offline)
# make wheelhouse   everything a machine without a network needs, in dist/wheelhouse (OCR=1: recognition, too)
SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: run test check fmt install install-dev install-ocr soak bench rivals fuzzing train encoder encoder-pretraining encoder-schooling senses reference wheelhouse clean

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
OUT ?= out/sample
# The requirements name every package with its hash, so pip has nothing left to resolve (an old pip would look for others).
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps

run: install
	@$(BIN)/mingcha run corpora/sample/材料 --out $(OUT) --assessment 青岭县2024年度考核 --period 2024 \
		--roster corpora/sample/花名册.csv --inputs corpora/sample/手工填写.csv --scores || [ $$? -eq 3 ]

test: install-dev
	$(BIN)/python -m pytest -q -n auto --maxprocesses 4 --dist loadfile

check: install-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/test_packaging.py

fmt:
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

soak: install-dev install-ocr fuzzing
	$(BIN)/python -m pytest -q -m soak tests
	$(BIN)/python benchmarks/fuzz.py
	$(BIN)/python benchmarks/speed.py --growth-only --sizes 1000 10000 100000
	$(BIN)/python benchmarks/fuzzing/drive.py

bench: install-dev install-ocr rivals
	$(BIN)/python benchmarks/quality.py
	$(BIN)/python benchmarks/learning.py
	$(BIN)/python benchmarks/agreement.py
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/reading.py
	$(BIN)/python benchmarks/store.py --million
	$(BIN)/python benchmarks/cluster.py
	$(BIN)/python benchmarks/cost.py
	$(BIN)/python benchmarks/quantities.py
	$(BIN)/python benchmarks/subjects.py
	$(BIN)/python benchmarks/facts.py
	$(BIN)/python benchmarks/scoring.py
	$(BIN)/python benchmarks/errors.py
	$(BIN)/python benchmarks/review.py
	$(BIN)/python benchmarks/faults.py

# Other readers, in an environment of their own: the benchmark runs them beside ours on the same files.
rivals: .venv/rivals/installed

# A folder of its own, which only the fuzzing looks into. There are wheels for some machines and Pythons only; where
# there is none the fuzzing says so and runs nothing.
fuzzing: .venv/installed
	@test .venv/fuzzing/installed -nt benchmarks/requirements-fuzzing.txt || { $(PIP) --upgrade --only-binary :all: \
		--require-hashes --target .venv/fuzzing -r benchmarks/requirements-fuzzing.txt && touch .venv/fuzzing/installed; } \
		|| echo "这台机器或这个 Python 没有 atheris 的安装包，不做覆盖引导的模糊测试。"

train: install-dev
	$(BIN)/mingcha train --out models/weights/sentence.npz

# The encoder. `encoder-pretraining` reads the public text beside the project (four hours on two cores) and is seldom wanted;
# `encoder` tunes what it gave on the labelled corpus and joins it to the sentence model (an hour), after every `make
# train`. torch is installed for these and `senses` alone.
MAKING := $(BIN)/python -m mingcha.models.encoding.making
encoder-pretraining: .venv/installed-training
	mkdir -p out/encoder
	$(MAKING) vocabulary out/encoder && $(MAKING) pretraining out/encoder
	cp out/encoder/pretrained.npz models/encoding/making/
	for part in second third fourth; do $(MAKING) $$part out/encoder && cp out/encoder/pretrained.npz models/encoding/making/ || exit; done

# Before it sees our labels: what the shipped light model and encoder say together of the public text (three quarters of an hour).
encoder-schooling: .venv/installed-training
	mkdir -p out/encoder
	$(MAKING) schooling out/encoder
	cp out/encoder/schooled.npz models/encoding/making/

encoder: .venv/installed-training
	mkdir -p out/encoder models/weights/encoder
	$(MAKING) held-out out/encoder && $(MAKING) tuning out/encoder && $(MAKING) joining out/encoder
	cp out/encoder/model.onnx out/encoder/encoder.json models/weights/encoder/

# Which words speak of one matter, from corpora/denials (half a minute), after every change there or of the pretraining.
senses: .venv/installed-training
	mkdir -p out/encoder
	$(MAKING) senses out/encoder
	cp out/encoder/senses.npz out/encoder/senses.json models/weights/

.venv/installed-training: requirements-training.txt .venv/installed-dev
	@$(PIP) --require-hashes -r requirements-training.txt
	@touch $@

# The modules of the public interface, one a line in docs/python.md, as pages made from their docstrings.
reference: install-dev
	@$(BIN)/python -m pdoc --docformat restructuredtext --output-directory dist/reference \
		$$(grep -Ex 'mingcha\.[a-z_.]+' docs/python.md)
	@echo "接口参考在 dist/reference/index.html。"

# The editable install is a tree of links; linking again picks up new files and takes two seconds.
install: .venv/installed
	@$(PIP) --no-build-isolation --config-settings editable_mode=strict -e .

install-dev: .venv/installed-dev install

install-ocr: .venv/installed-ocr

# Wheels for this kind of machine and this Python, each checked against its hash; what comes as source is built here.
WHEELHOUSE := dist/wheelhouse
WHEEL := $(BIN)/python -m pip --disable-pip-version-check wheel --quiet --no-deps --no-build-isolation --wheel-dir $(WHEELHOUSE)

wheelhouse: install
	@rm -rf $(WHEELHOUSE)
	@$(WHEEL) --require-hashes -r requirements.txt $(if $(OCR),-r requirements-ocr.txt)
	@$(WHEEL) .
	@cp requirements.txt $(if $(OCR),requirements-ocr.txt) $(WHEELHOUSE)/
	@(cd $(WHEELHOUSE) && sha256sum -- *.whl *.txt) > $(WHEELHOUSE)/SHA256SUMS
	@echo "离线安装包在 $(WHEELHOUSE)，共 $$(ls $(WHEELHOUSE)/*.whl | wc -l) 个，$$(du -sm $(WHEELHOUSE) | cut -f1) MB；怎样安装见 docs/安装.md 第三节。"

.venv/installed: requirements.txt
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11 至 3.14，请先安装后重试。"; exit 1; }
	@test -x $(BIN)/python || "$(PYTHON)" -m venv .venv
	@echo "正在安装（首次约一分钟）……"
	@$(PIP) --require-hashes -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	@$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@

.venv/installed-ocr: requirements-ocr.txt .venv/installed
	@$(PIP) --require-hashes -r requirements-ocr.txt
	@touch $@

.venv/rivals/installed: benchmarks/requirements-rivals.txt .venv/installed
	@test -x .venv/rivals/bin/python || $(BIN)/python -m venv .venv/rivals
	@.venv/rivals/bin/python -m pip --disable-pip-version-check install --quiet --no-deps --require-hashes -r $<
	@touch $@

clean:
	rm -rf build out *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
