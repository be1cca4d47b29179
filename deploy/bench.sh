#!/bin/sh
# Measures this server against the reference server in one run, on this machine:
#   make bench            wrk, 64 connections, 10 s each, 10,000 rows
set -eu
cd "$(dirname "$0")/.."
rows=${ROWS:-10000}
seconds=${SECONDS_EACH:-10}
# shellcheck source=deploy/bench-servers.sh
. deploy/bench-servers.sh
for port in 18090 18091; do
    # shellcheck disable=SC2086
    node server/bench/fill.mjs "http://127.0.0.1:$port" $root "$rows"
done

measure() { # name, path, further arguments of wrk
    name=$1 path=$2
    shift 2
    for port in 18090 18091; do
        wrk -t2 -c64 -d"${seconds}s" --latency "$@" "http://127.0.0.1:$port$path" >"$work/out"
        rate=$(awk '/Requests\/sec/ {print $2}' "$work/out")
        p99=$(awk '$1 == "99%" {print $2}' "$work/out")
        bad=$(awk '/Non-2xx/ {print $NF}' "$work/out")
        [ "$port" = 18090 ] && { mine=$rate; mine99=$p99; minebad=${bad:-0}; }
    done
    awk -v n="$name" -v a="$mine" -v b="$rate" -v x="$mine99" -v y="$p99" -v e="$minebad" -v f="${bad:-0}" \
        'BEGIN { printf "| %s | %.0f | %s | %.0f | %s | %.1f | %s/%s |\n", n, a, x, b, y, a / b, e, f }'
}

echo "| operation | underpin req/s | p99 | reference req/s | p99 | ratio | errors |"
echo "| --- | --- | --- | --- | --- | --- | --- |"
measure "view by id" "/api/collections/bench/records/row000000000042"
measure "list of 30, filter, total" "/api/collections/bench/records?filter=views%3E500&perPage=30"
measure "list of 30, filter, skipTotal" "/api/collections/bench/records?filter=views%3E500&perPage=30&skipTotal=1"
measure "create" "/api/collections/bench/records" -s server/bench/create.lua
