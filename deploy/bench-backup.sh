#!/bin/sh
# Backs a large project up while it is written to, restores it, and tells how long that took:
#   cargo build --release && BIN=target/release/underpin deploy/bench-backup.sh
# ROWS_GB and FILES_GB (4 and 1), RATE (1000 writes a second); WORK is a folder with three times that
# much room. Needs node and python3.
set -eu
cd "$(dirname "$0")/.."
bin=${BIN:-target/release/underpin}
work=${WORK:-$(mktemp -d)}
rate=${RATE:-1000}
dir=$work/data
port=${PORT:-18095}
base=http://127.0.0.1:$port
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT INT TERM

start() {
    "$bin" serve --http "127.0.0.1:$port" --dir "$dir" >/dev/null 2>"$work/log" &
    pid=$!
    until curl -sf "$base/api/health" >/dev/null; do sleep 0.1; done
}
call() { # method, path, body
    curl -sS -X "$1" -H "Authorization: ${token:-}" -H 'Content-Type: application/json' -d "$3" "$base$2"
}
seconds() { # command…
    started=$(date +%s.%N)
    "$@"
    echo "$(date +%s.%N) $started" | awk '{ printf "%.1f s\n", $1 - $2 }'
}
memory() { awk '/VmHWM/ { printf "peak memory %d MB\n", $2 / 1024 }' "/proc/$pid/status"; }
forget_peak() { echo 5 >"/proc/$pid/clear_refs"; }
sign_in() {
    call POST /api/collections/_superusers/auth-with-password \
        '{"identity":"root@example.com","password":"long enough"}' | sed 's/.*"token":"\([^"]*\)".*/\1/'
}

"$bin" superuser upsert root@example.com 'long enough' --dir "$dir" 2>/dev/null
start
token=$(sign_in)
call POST /api/collections '{"name":"bulk","type":"base","fields":[{"name":"title","type":"text"},
    {"name":"body","type":"text"},{"name":"file","type":"file","maxSize":10000000}]}' >/dev/null
kill "$pid" && wait "$pid"
echo "filling:"
seconds python3 server/bench/fill-large.py "$dir" "${ROWS_GB:-4}" "${FILES_GB:-1}"
du -sh "$dir"
# What the filling left to write would be measured as well.
sync
start
token=$(sign_in)
uptime

mkfifo "$work/until"
writers() { # name, what goes on meanwhile…
    node server/bench/backup.mjs "$base" "$token" "$rate" "$work/$1.json" <"$work/until" &
    writer=$!
    exec 3>"$work/until"
    shift
    sleep 2
    "$@"
    exec 3>&-
    wait "$writer"
}
echo "writing alone, 20 s:"
forget_peak
writers alone sleep 20
memory
echo "writing during a backup:"
forget_peak
back_up() {
    begun=$(date +%s%3N)
    seconds call POST /api/backups '{"name":"large.zip"}'
}
writers backup back_up
memory
ls -lh "$dir/backups/large.zip"

until_served() {
    call POST /api/backups/large.zip/restore '{}'
    asked=$(date +%s.%N)
    # The record was made after the backup: it is gone when the other state is served.
    while [ "$(curl -s -o /dev/null -w '%{http_code}' -H "Authorization: $token" "$base/api/collections/bulk/records/$later")" = 200 ]; do :; done
    echo "$(date +%s.%N) $asked" | awk '{ printf "from its answer to the restored state: %.2f s\n", $1 - $2 }'
}
later=$(call POST /api/collections/bulk/records '{"title":"later"}' | sed 's/.*"id":"\([^"]*\)".*/\1/')
echo "restoring:"
forget_peak
seconds until_served
memory
kill "$pid" && wait "$pid"
pid=
python3 - "$dir/data.db" "$work/backup.json" "$begun" <<'PY'
import json, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
acknowledged = json.load(open(sys.argv[2]))
there = {row[0] for row in db.execute("SELECT id FROM bulk WHERE title LIKE 'live %'")}
kept = [id in there for _, id in acknowledged]
before = [id in there for at, id in acknowledged if at < int(sys.argv[3])]
last = max((i for i, is_kept in enumerate(kept) if is_kept), default=-1)
print(f"acknowledged before the backup was asked for: {len(before)}, of those there: {sum(before)}")
print(f"acknowledged in all: {len(kept)}, there: {sum(kept)}, missing before the last one that is there: "
      f"{kept[:last + 1].count(False)}")
print("integrity:", db.execute("PRAGMA quick_check").fetchone()[0])
PY
