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
	@echo "open $(DEMO_OUT)/result/sheets/atlas.pdf for the policy sheets of all sites, or the sheet of one beside it"

test: setup fmt clippy doc unit doctests benches
	@echo "make test: formatting, lints, documentation, unit tests, laws, golden runs, real-data tests, doctests and benches (once) are clean"

# Installs what is missing and says what it installs.
setup:
	@./.ci/setup.sh

# Every target builds for the whole workspace, so that all share one build of every dependency.
build:
	@./.ci/setup.sh no-nextest
	@echo "building firereach (the first build takes some ten minutes on two cores, most of them for the typesetter of the sheets)"
	$(CARGO) build --release --workspace --bin firereach

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
	$(CARGO) bench --workspace --bench '*' -- --test

bench:
	$(CARGO) bench --workspace --bench '*'

# The sheet and the map that the README shows, made anew from the synthetic district with pdftoppm (Debian: poppler-utils)
# and chromium.
PICTURE_SITE = WW-001
PICTURE_MAP = difference-04
pictures: build
	@rm -rf out/pictures
	$(FIREREACH) demo hill-town -o out/pictures/study --force
	$(FIREREACH) run out/pictures/study/study.toml -o out/pictures/result --sheets $(PICTURE_SITE) --force
	mkdir -p docs
	pdftoppm -png -singlefile -f 1 -l 1 -scale-to 1150 out/pictures/result/sheets/$(PICTURE_SITE).pdf docs/sheet
	chromium --headless --no-sandbox --hide-scrollbars --force-device-scale-factor=0.95 --window-size=1210,681 \
		--screenshot=docs/map.png file://$(CURDIR)/out/pictures/result/maps/$(PICTURE_MAP).svg

clean:
	$(CARGO) clean
	rm -rf out
