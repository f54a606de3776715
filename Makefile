# Two commands do everything on a fresh Debian or Ubuntu with python3 and make: `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
APT := blender ffmpeg openimageio-tools tcl slurm-wlm slurm-wlm-basic-plugins munge slurmdbd mariadb-server-core
QT := libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1 fonts-dejavu-core
# A screen with a window manager, for the test that clicks and types.
SCREEN := xvfb openbox xdotool libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 \
	libxcb-render-util0 libxcb-shape0 libxcb-xinerama0

.PHONY: demo test env system lint bench clean

demo: env
	$(BIN)/farmsubmit demo

test: env lint
	$(BIN)/python tests/every_python.py

env: $(VENV)/.done

# The environment is made again only when what it is made from changed.
$(VENV)/.done: pyproject.toml tests/system_packages.sh
	sh tests/system_packages.sh $(PYTHON) $(APT) $(QT) $(SCREEN)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[desktop,test,lint]' pytest-qt
	touch $@

lint: env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: env
	for script in bench/[a-z]*.py; do $(BIN)/python $$script || exit 1; done

clean:
	rm -rf $(VENV) .venvs dist demo-output
