# Everything starts here: make demo, make demo-check, make practice, make test. No target needs more than a shell, make
# and a Python (practice/find-python says what to install where there is none).
.POSIX:
SHELL = /bin/sh

.PHONY: help demo demo-check practice test lint benchmark soak docs pictures wheel map dump clean

help:
	@echo 'make demo                 NetBox with the plugin and a practice fabric, until Ctrl-C'
	@echo 'KUBECONFIG=F make demo    the same with the cluster that the kubeconfig F names (it is only read)'
	@echo 'make demo-check           start the demo, compare NetBox with the cluster, stop'
	@echo 'make practice DIR=D       the practice fabric alone; D/kubeconfig is written when it is ready'
	@echo '                          [SNAPSHOT=FILE | EMPTY=1] [PORT=N]'
	@echo 'make test                 the whole suite; PYTEST="-k words" for a part of it'
	@echo 'make benchmark            how fast syncs and lists are; BENCHMARK="--large" for 100,000 objects too'
	@echo 'make soak                 a hundred fabrics on three workers, then workers killed (20 minutes); SOAK="--fabrics 20"'
	@echo 'make lint                 only the linters and type checks'
	@echo 'make docs                 the documentation as a site, in build/site; a link that leads nowhere fails'
	@echo 'make pictures             take the pictures of pages in docs/images anew (needs Chromium; minutes)'
	@echo 'make map                  the packages as rooms on floors, and which imports which'
	@echo 'make wheel                the plugin as a wheel, in dist'
	@echo 'make dump                 make the dump of NetBox'"'"'s own migrations anew (minutes)'
	@echo 'make clean                remove .demo and .test, never .venv'

demo:
	@python=$$(./practice/find-python) && exec "$$python" -m practice.demo

demo-check:
	@python=$$(./practice/find-python) && exec "$$python" -m practice.demo --check

practice:
	@test -n "$(DIR)" || { echo 'make practice DIR=D: name the directory for its files' >&2; exit 2; }
	@python=$$(./practice/find-python) && "$$python" -m practice.services.install demo && \
	exec .venv/bin/python -m practice --dir "$(DIR)" $${SNAPSHOT:+--snapshot "$$SNAPSHOT"} $${EMPTY:+--empty} $${PORT:+--port "$$PORT"}

# Three workers on two cores: tests wait (for leases, servers, processes) for two fifths of their time.
# PYTEST is for arguments of your own: make test PYTEST="tests/pure -k diff"
test:
	@python=$$(./practice/find-python) && "$$python" -m practice.services.install test && \
	unset PYTHONDONTWRITEBYTECODE && exec .venv/bin/python -m pytest -n $${WORKERS:-3} --dist loadfile --no-loadscope-reorder --durations 15 $$PYTEST

lint:
	@python=$$(./practice/find-python) && "$$python" -m practice.services.install test && \
	exec .venv/bin/python -m pytest -q tests/lint

benchmark:
	@python=$$(./practice/find-python) && "$$python" -m practice.services.install test && \
	.venv/bin/python -m benchmarks.sync $$BENCHMARK && exec .venv/bin/python -m benchmarks.lists $$BENCHMARK

soak:
	@python=$$(./practice/find-python) && "$$python" -m practice.services.install test && \
	exec .venv/bin/python -m benchmarks.soak $$SOAK

docs:
	@python=$$(./practice/find-python) && "$$python" -m practice.services.install docs && \
	NO_MKDOCS_2_WARNING=1 exec .venv/bin/mkdocs build --strict

# Browser tests take the pictures, each of a page that they have just looked at, so none shows an older page.
pictures:
	@python=$$(./practice/find-python) && "$$python" -m practice.services.install test && \
	HEDGEHOG_SCREENSHOTS=docs/images exec .venv/bin/python -m pytest -q tests/browser --deselect tests/browser/test_axe.py

map:
	@python=$$(./practice/find-python) && "$$python" -m practice.services.install test && \
	exec .venv/bin/python -m tests.lint.map

wheel:
	@python=$$(./practice/find-python) && "$$python" -m practice.services.install release && \
	exec .venv/bin/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

dump:
	@python=$$(./practice/find-python) && "$$python" -m practice.services.install demo && \
	exec .venv/bin/python -m practice.services.make_dump

clean:
	rm -rf .demo .test
