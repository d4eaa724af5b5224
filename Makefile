# `make help` lists what can be made. All state is below var/ (and .build/); system packages come from deploy/setup.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

export BINFARM_IMAGE_CACHE := $(CURDIR)/var/cache/images
test_image := $(CURDIR)/var/images/faults.tar.zst
test_tag := localhost/binfarm-test:latest

.PHONY: help test-docker setup setup-tests build install uninstall deb test fuzz torture test-image screenshots demo demo-stop demo-clean image-mini lint generate bench simulate

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: ## Install missing system packages, or print the command that does
	@deploy/setup

build: setup ## Build the three programs in release: .build/release/{binfarm-coordinator,binfarm-worker,farmctl}
	swift build -c release

# Variables of make's command line reach the script by its environment.
install: ## Install what was built, manual pages, completions and units: PREFIX=/usr/local DESTDIR=
	@deploy/install

uninstall: ## Remove what `make install` has put there
	@deploy/install --uninstall

deb: ## Make a Debian package of what was built: var/deb/binfarm_VERSION_ARCHITECTURE.deb
	@deploy/deb/build

setup-tests: setup
	@deploy/setup --tests

test: setup-tests test-image ## Run all tests: the probe's in its image, unit, integration, end to end
	deploy/images/tests/run $(test_tag)
	swift build --build-tests
	BUILD=.build/debug Tests/Install/run
	BUILD=.build/debug Tests/Deb/run
	@# One test at a time: several look at clocks, and all at once on two cores they starve each other.
	swift test --skip-build --disable-xctest --no-parallel --skip EndToEndTests
	engine=$$(deploy/images/probe-engine $(test_tag)); \
	BINFARM_TEST_IMAGE=$(test_image) BINFARM_TEST_DIRECTORY=$(CURDIR)/var/test \
		BINFARM_TEST_ENGINE=$$(head -n 1 <<<"$$engine") BINFARM_TEST_ENGINE_OPTIONS=$$(sed -n 2p <<<"$$engine") \
		swift test --skip-build --disable-xctest --no-parallel --filter EndToEndTests

# Those that look at what workers do with their engine.
DOCKER_TESTS ?= MainPath|Hermetic|Cancel|PreparedRoot|Fault|WorkerDeath|Shell|Trial|Ccache|WorkDirectory|Evidence|FarmImage
test-docker: setup-tests test-image ## Run end-to-end tests with docker: DOCKER_TESTS=MainPath
	swift build --build-tests
	BINFARM_TEST_IMAGE=$(test_image) BINFARM_TEST_DIRECTORY=$(CURDIR)/var/test-docker BINFARM_TEST_ENGINE=docker \
		swift test --skip-build --disable-xctest --no-parallel --filter 'EndToEndTests.*($(DOCKER_TESTS))Tests'

SEEDS ?= 100000
FIRST ?= 0
simulate: ## Simulate SEEDS=n farms in which everything goes wrong, from seed FIRST=k; a failing one is shown made small
	swift build -c release --product simulate-faults
	.build/release/simulate-faults $(SEEDS) $(FIRST)

FUZZ_SEEDS ?= 2000
fuzz: setup ## Throw damaged packages, indexes and messages at what reads them: FUZZ_SEEDS=2000, each some hundred
	swift build --build-tests
	BINFARM_FUZZ_SEEDS=$(FUZZ_SEEDS) swift test --skip-build --disable-xctest --no-parallel --filter FuzzTests

KILLS ?= 200
torture: setup test-image ## Kill a coordinator at random while real workers build: KILLS=200
	swift build --build-tests
	engine=$$(deploy/images/probe-engine $(test_tag)); \
	BINFARM_TEST_IMAGE=$(test_image) BINFARM_TEST_DIRECTORY=$(CURDIR)/var/test BINFARM_TEST_KILLS=$(KILLS) \
		BINFARM_TEST_ENGINE=$$(head -n 1 <<<"$$engine") BINFARM_TEST_ENGINE_OPTIONS=$$(sed -n 2p <<<"$$engine") \
		swift test --skip-build --disable-xctest --no-parallel --filter CoordinatorKillTests

test-image: setup
	deploy/images/build-image --mini --cache $(BINFARM_IMAGE_CACHE) --overlay examples/faults \
		--tag $(test_tag) --output $(test_image) --parts $(dir $(test_image))parts
	@podman image exists $(test_tag) || podman load --quiet --input $(test_image)

screenshots: test-image ## Take the pictures of docs/page.md anew: a farm of two workers builds examples/faults
	@deploy/setup --tests
	swift build -c release
	docs/screenshots/take

demo: setup ## Two hosts build examples/hep, a third installs it; the second time takes under a minute
	@deploy/demo/run

demo-stop: ## End what the demo started; what it built stays
	@deploy/demo/stop

demo-clean: ## End the demo and remove all it made
	@deploy/demo/stop --clean

image-mini: setup ## Make the image without a Gentoo stage3, with examples/hep: var/images/hep.tar.zst
	deploy/images/build-image --mini --cache $(BINFARM_IMAGE_CACHE) --overlay examples/hep --profile hep:stack \
		--tag localhost/binfarm-hep:latest --output var/images/hep.tar.zst

scripts = $(shell git ls-files -- deploy .ci proto benchmarks docs Tests | xargs -r grep -lE '^\#!/bin/(ba)?sh')

lint: ## Check how the sources are written
	swift format lint --strict --recursive Package.swift Sources Tests deploy/images/binfarm benchmarks/Package.swift benchmarks/Sources benchmarks/Dispatch benchmarks/Layers benchmarks/Makespan benchmarks/Plan benchmarks/Binhost benchmarks/Page benchmarks/Publish benchmarks/Support benchmarks/Transfer
	@for script in $(scripts); do bash -n "$$script"; done
	@if command -v shellcheck >/dev/null; then shellcheck -x -P SCRIPTDIR $(scripts); else echo "lint: no shellcheck, scripts not checked"; fi

generate: ## Generate the Swift of proto/farm.proto
	proto/generate

bench: test-image ## Measure; BINFARM_DATA is the directory with the recorded graphs
	@deploy/setup --benchmarks
	swift run --package-path benchmarks -c release zeromq-echo
	swift build -c release --product DispatchBenchmark
	swift build -c release --product MakespanBenchmark
	swift build -c release --product PlanBenchmark
	.build/release/DispatchBenchmark
	swift build -c release --product binfarm-coordinator
	swift build -c release --product TransferBenchmark
	.build/release/TransferBenchmark
	.build/release/MakespanBenchmark
	zstd -dcq $${BINFARM_DATA:-../shared/data}/pkgsrc-full.edges.tsv.zst | .build/release/PlanBenchmark
	swift build -c release --product LayerBenchmark
	.build/release/LayerBenchmark <$${BINFARM_DATA:-../shared/data}/gentoo-portage-stable.graph.json
	swift build -c release --product BinhostBenchmark
	@mkdir -p var
	benchmarks/Binhost/pack /usr/include var/benchmark.gpkg.tar
	.build/release/BinhostBenchmark var/benchmark.gpkg.tar
	swift build -c release --product PublishBenchmark
	benchmarks/Publish/run $(test_tag) var/publish
	benchmarks/Probe/run $(test_tag)
	benchmarks/Roots/run
	benchmarks/Serve/run
	benchmarks/Page/run
	benchmarks/Overhead/run
