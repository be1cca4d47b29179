#!/bin/sh
# Every check, the quick ones first.
set -eu
cd "$(dirname "$0")/.."
tools=${UNDERPIN_TOOLS:?}
step() { printf '\n== %s (%s s)\n' "$1" "$(($(date +%s) - begun))"; }
begun=$(date +%s)

step "format"
cargo fmt --all --check
step "tidy"
cargo xtask tidy
step "dependencies"
"$tools/cargo-deny/bin/cargo-deny" --locked check --hide-inclusion-graph bans licenses sources
step "clippy"
cargo clippy --workspace --all-targets --locked -- -D warnings
step "documentation"
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked --quiet
step "binary"
cargo build --package underpin-server --locked
step "unit, property and integration tests"
cargo test --workspace --locked
step "integration and conformance tests on PostgreSQL"
# But for what starts the binary on a folder, which is SQLite's and was tested above.
UNDERPIN_TEST_DATABASE=postgres cargo test --workspace --locked --test it -- \
    --skip durability --skip cli:: --skip console::
step "console: lint, types, unit tests"
(cd admin-ui && npm run lint && npm run typecheck && npm test)
step "console: journey in a browser"
(cd admin-ui && UNDERPIN_BIN="${CARGO_TARGET_DIR:?}/debug/underpin" npm run e2e)
step "done"
