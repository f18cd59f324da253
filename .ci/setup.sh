#!/bin/sh
# Installs what firereach needs beside a Rust toolchain: system libraries, a CJK font and the test runner.
set -eu

missing=""
need() { # need PACKAGE TEST...
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}
# Names of relics hold rare characters: the font has to hold those beyond the basic plane (here U+20BB7) as well.
has_cjk_font() { fc-list ':charset=20bb7' family 2>/dev/null | grep -q . ; }

need gcc cc --version
need pkg-config pkg-config --version
need libgdal-dev pkg-config --exists gdal
need fontconfig fc-list --version
if [ "${1:-}" != "no-nextest" ]; then
    # Opens the page of a run in a test.
    need chromium chromium --version
fi
need fonts-noto-cjk has_cjk_font

if [ -n "$missing" ]; then
    echo "installing with apt-get:$missing"
    if [ "$(id -u)" -eq 0 ]; then
        as_root=""
    elif command -v sudo >/dev/null 2>&1; then
        as_root="sudo"
    else
        echo "setup: these packages are missing and neither root nor sudo is at hand:$missing" >&2
        exit 2
    fi
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi

if ! cargo --version >/dev/null 2>&1; then
    echo "setup: cargo is not on the path; install a Rust toolchain (1.95 or newer) first" >&2
    exit 2
fi
if [ "${1:-}" != "no-nextest" ] && ! cargo nextest --version >/dev/null 2>&1; then
    echo "installing the test runner cargo-nextest with cargo (some minutes)"
    cargo install --locked cargo-nextest
fi
