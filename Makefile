# One command for each job. Each sets up what it needs in .venv; nothing else on the machine is changed,
# but that `make test` installs Chromium where it may (as root, on Debian and its kin).
#
#   make chat    the page, in a browser          make index   build or update the index
#   make test    every test                      make eval    ask the evaluation's questions
#   make lint    style and types                 make clean   remove what was built
#   make bench        index and retrieval beside txtai, Haystack and LlamaIndex, as ratios (some twenty minutes; Linux)
#   make page-speed   how fast the page answers in a browser, and thirty people at once (some minutes)
#   make scale   snapshots of up to a million passages, built, searched and drawn (an hour, 20 GB under build/)
#   make restore     back up, destroy and restore a desk in use (some minutes)
#   make supply      licences, known weaknesses and a bill of what is installed (SBOM); make lock renews requirements.lock
#   make offline     the whole test run where no network is, counting what tries to leave (Linux)
#   make load        fifty people asking for twenty minutes, twice, with a re-index in the middle of the second
#   make faults  kills, damage, power cuts, full disks and swaps, done to an index (some six minutes; Linux)
#   make fuzz    hostile documents, questions, lines and files, 226,000 of them (some twenty minutes)
#   make injections   try to have something obeyed, in documents and questions, with a model that obeys (some minutes)
#   make gate-proof   plant faults one at a time and see the gate shut; see it stay open twenty times (some minutes)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SUPPLY := build/supply/bin
# Licences that let anyone use, change and pass on the program, and ask for no more than to be named or for their own files.
LICENCES := MIT;BSD;0BSD;Apache;ISC;PSF;Python Software Foundation;Mozilla Public License 2.0;MPL-2.0;Unlicense;CC0;Zlib
export HF_HUB_OFFLINE := 1
export ORT_DISABLE_TELEMETRY := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: chat index test eval bench page-speed scale restore offline load gate-proof supply lock lint chromium axe clean faults fuzz injections

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

restore: $(VENV)/.dev
	$(BIN)/python -m trials.restore

offline: $(VENV)/.dev chromium axe
	$(BIN)/python -m trials.offline

load: $(VENV)/.dev index
	$(BIN)/python -m trials.load

fuzz: $(VENV)/.dev
	$(BIN)/python -m trials.fuzz_patterns
	$(BIN)/python -m trials.fuzz

injections: $(VENV)/.dev
	$(BIN)/python -m trials.injections
	$(BIN)/python -m trials.trespass

gate-proof: $(VENV)/.dev
	GATE_PROOF=1 $(BIN)/python -m pytest -q -s tests/eval/test_faults.py

# What could not be audited is printed: there is no service of known weaknesses without a network.
supply: $(VENV)/.dev build/supply/.done
	$(SUPPLY)/pip-licenses --python $(BIN)/python --partial-match --allow-only "$(LICENCES)" > build/supply/licences.txt
	$(SUPPLY)/pip-audit --progress-spinner off --disable-pip --require-hashes --requirement requirements.lock
	$(SUPPLY)/hadolint deploy/Containerfile
	$(SUPPLY)/cyclonedx-py environment --output-reproducible --output-file build/supply/sbom.json $(BIN)/python
	@echo "Licences: build/supply/licences.txt. Bill of materials: build/supply/sbom.json"

lock: build/supply/.done
	$(SUPPLY)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --strip-extras \
		--no-allow-unsafe --unsafe-package torch --output-file build/supply/lock.txt requirements.txt
	sed -n '/^#/!q;p' requirements.lock | cat - build/supply/lock.txt > build/supply/whole.lock
	mv build/supply/whole.lock requirements.lock

build/supply/.done: requirements-supply.txt
	$(PYTHON) -m venv build/supply
	$(SUPPLY)/python -m pip install --quiet --requirement requirements-supply.txt
	@touch $@

faults: $(VENV)/.dev
	$(BIN)/python -m trials.faults

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
