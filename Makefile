# Two commands: `make demo` and `make test`. Debian or Ubuntu with a Swift 6.2+ toolchain is all they ask for.

# Every system package that building, testing and looking needs: the one list.
PACKAGES := libncurses-dev libturbojpeg0-dev libpng-dev libwebp-dev pkg-config tmux binutils python3 ncurses-base
# What `make test-python` needs besides.
PYTHON_PACKAGES := python3-venv dataset-fashion-mnist

BUILD := .build/release
VENV := .venv
SUDO := $(if $(filter-out 0,$(shell id -u)),sudo,)
MODEL := sample-weights/model.bin
IMAGES := sample-images

.PHONY: demo build test lint format test-python packages python-packages screen clean

demo: build
	$(BUILD)/dyviz $(MODEL) $(IMAGES)

build: packages
	swift build -c release --product dyviz

# One configuration for everything: the tests run the code that users run.
test: packages
	swift build -c release --build-tests
	swift build -c release --product dyviz
	Scripts/check-vectorisation $(BUILD)
	swift test -c release --skip-build

lint:
	swift format lint --strict --recursive Sources Tests Package.swift
	python3 -m compileall -q -f training Scripts

format:
	swift format format --in-place --recursive Sources Tests Package.swift

packages:
	@Scripts/install-packages $(PACKAGES)

clean:
	rm -rf .build $(VENV)
