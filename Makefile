# firereach: `make demo` shows it, `make test` proves it. Both install what is missing and need only a Rust toolchain
# and Debian's apt (as root or with sudo).

CARGO ?= cargo
DEMO_OUT ?= out/hill-town
FIREREACH = target/release/firereach

.PHONY: demo test setup build fmt clippy doc unit doctests benches bench clean pictures

demo: build
	@rm -rf $(DEMO_OUT)
	$(FIREREACH) demo hill-town -o $(DEMO_OUT)/study --force
	$(FIREREACH) run $(DEMO_OUT)/study/study.toml -o $(DEMO_OUT)/result --force

test: setup fmt clippy doc unit doctests benches
	@echo "make test: formatting, lints, documentation, unit tests, laws, golden runs, real-data tests, doctests and benches (once) are clean"

# Installs what is missing and says what it installs.
setup:
	@./.ci/setup.sh

build:
	@./.ci/setup.sh no-nextest
	@echo "building firereach (the first build takes some minutes)"
	$(CARGO) build --release -p firereach-cli

fmt:
	$(CARGO) fmt --all --check

clippy:
	$(CARGO) clippy --release --workspace --all-targets -- -D warnings

doc:
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --release --workspace --no-deps

# Unit tests, laws, golden runs and the tests on real data; the last say aloud when the data is not there.
unit:
	$(CARGO) nextest run --release --workspace --no-fail-fast

doctests:
	$(CARGO) test --release --workspace --doc

# Every bench once, so that none can rot; `make bench` measures.
benches:
	$(CARGO) bench -p firereach-benches --benches -- --test

bench:
	$(CARGO) bench -p firereach-benches

clean:
	$(CARGO) clean
	rm -rf out
