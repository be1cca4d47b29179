#!/bin/sh
# Measures this server on SQLite and on PostgreSQL, and the reference server, in one run on this
# machine:
#   make bench            wrk, 64 connections, 10 s each, 10,000 rows
set -eu
cd "$(dirname "$0")/.."
rows=${ROWS:-10000}
seconds=${SECONDS_EACH:-10}
# shellcheck source=deploy/bench-servers.sh
. deploy/bench-servers.sh
# shellcheck source=deploy/bench-postgres.sh
. deploy/bench-postgres.sh
servers="18090 18092 18091"
for port in $servers; do
    # shellcheck disable=SC2086
    node server/bench/fill.mjs "http://127.0.0.1:$port" $root "$rows"
done

measure() { # name, path, further arguments of wrk
    name=$1 path=$2
    shift 2
    line="| $name |" errors=""
    for port in $servers; do
        wrk -t2 -c64 -d"${seconds}s" --latency "$@" "http://127.0.0.1:$port$path" >"$work/out"
        rate=$(awk '/Requests\/sec/ {printf "%.0f", $2}' "$work/out")
        p99=$(awk '$1 == "99%" {print $2}' "$work/out")
        bad=$(awk '/Non-2xx/ {print $NF}' "$work/out")
        line="$line $rate | $p99 |" errors="$errors/${bad:-0}"
    done
    echo "$line ${errors#/} |"
}

echo "| operation | SQLite req/s | p99 | PostgreSQL req/s | p99 | reference req/s | p99 | errors |"
echo "| --- | --- | --- | --- | --- | --- | --- | --- |"
measure "view by id" "/api/collections/bench/records/row000000000042"
measure "list of 30, filter, total" "/api/collections/bench/records?filter=views%3E500&perPage=30"
measure "list of 30, filter, skipTotal" "/api/collections/bench/records?filter=views%3E500&perPage=30&skipTotal=1"
measure "create" "/api/collections/bench/records" -s server/bench/create.lua
