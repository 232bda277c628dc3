# One command for each job. Each sets up what it needs in .venv; nothing else on the machine is changed,
# but that `make test` installs Chromium where it may (as root, on Debian and its kin).
#
#   make chat    the page, in a browser          make index   build or update the index
#   make test    every test                      make eval    ask the evaluation's questions
#   make lint    style and types                 make clean   remove what was built
#   make bench        index and retrieval beside txtai, Haystack and LlamaIndex, as ratios (some twenty minutes; Linux)
#   make page-speed   how fast the page answers in a browser, and thirty people at once (some minutes)
#   make scale   snapshots of up to a million passages, built, searched and drawn (an hour, 20 GB under build/)
#   make injections   try to have something obeyed, in documents and questions, with a model that obeys (some minutes)
#   make gate-proof   plant faults one at a time and see the gate shut; see it stay open twenty times (some minutes)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export HF_HUB_OFFLINE := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: chat index test eval bench page-speed scale injections gate-proof lint chromium axe clean

chat: index
	$(BIN)/python -m streamlit run app.py

index: $(VENV)/.chat
	$(BIN)/python -m index

eval: $(VENV)/.dev index
	$(BIN)/python -m eval

# Files are shared out among a few processes; each of them holds the models.
test: $(VENV)/.dev chromium axe
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

# The peers are installed in build/bench/environments, each in one of its own, the first time.
bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks.peers

page-speed: $(VENV)/.dev chromium index
	$(BIN)/python -m benchmarks.page_speed
	$(BIN)/python -m benchmarks.page_load

scale: $(VENV)/.dev index
	$(BIN)/python -m benchmarks.scale
	$(BIN)/python -m benchmarks.scale_simulation

injections: $(VENV)/.dev
	$(BIN)/python -m trials.injections

gate-proof: $(VENV)/.dev
	GATE_PROOF=1 $(BIN)/python -m pytest -q -s tests/eval/test_faults.py

lint: $(VENV)/.dev
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy

chromium:
	@sh tests/browser/chromium.sh

axe:
	@sh tests/browser/axe.sh

clean:
	rm -rf build $(VENV)

# pip and not another installer: the pin of torch must find the build for this machine.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.chat: requirements.txt | $(VENV)/bin/python
	@echo "Installing what the chat needs (some minutes, once) …"
	$(BIN)/python -m pip install --quiet --requirement requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.chat
	@echo "Installing what the tests need …"
	$(BIN)/python -m pip install --quiet --requirement requirements-dev.txt
	@touch $@
