VENV ?= .venv
PY = $(VENV)/bin/python

.PHONY: demo setup check test
# Its own environment, the core only, the shipped sample: no torch, no download beyond the core's packages.
demo: $(VENV)/core
	$(VENV)/bin/tingzha demo

$(VENV)/core: pyproject.toml
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install -q --disable-pip-version-check -e .
	touch $@

setup: $(VENV)/full
$(VENV)/full: pyproject.toml
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install -q --disable-pip-version-check -e '.[test]'
	touch $(VENV)/core $@

check: setup
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(PY) -m corpora check

test: setup
	$(PY) -m pytest --cov --cov-report=term
