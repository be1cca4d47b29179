#!/bin/sh
# Measures lists on many rows against the reference server in one run, on this machine:
#   make bench-queries            100,000 posts of 200 people; wrk, 16 connections, 8 s each
# "varied" rows ask for one of a thousand numbers in each request, so that little can be remembered;
# the others repeat one request. The last rows are the times that deleting 100 people with half of the posts takes.
set -eu
cd "$(dirname "$0")/.."
rows=${ROWS:-100000}
seconds=${SECONDS_EACH:-8}
# shellcheck source=deploy/bench-servers.sh
. deploy/bench-servers.sh
for port in 18090 18091; do
    # shellcheck disable=SC2086
    node server/bench/fill-blog.mjs "http://127.0.0.1:$port" $root "$rows"
done

blog() { # port, command …
    port=$1
    shift
    # shellcheck disable=SC2086
    node server/bench/blog.mjs "http://127.0.0.1:$port" $root "$@"
}

token_ours=$(blog 18090 token)
token_theirs=$(blog 18091 token)

measure() { # name, guest or user, list rule, query string
    for port in 18090 18091; do
        blog "$port" rule "$3"
        token=""
        [ "$2" = user ] && { [ "$port" = 18090 ] && token=$token_ours || token=$token_theirs; }
        UNDERPIN_BENCH_QUERY=$4 UNDERPIN_BENCH_TOKEN=$token wrk -t2 -c16 -d"${seconds}s" --timeout 30s \
            --latency -s server/bench/queries.lua "http://127.0.0.1:$port" >"$work/out"
        rate=$(awk '/Requests\/sec/ {print $2}' "$work/out")
        p99=$(awk '$1 == "99%" {print $2}' "$work/out")
        bad=$(awk '/Non-2xx/ {print $NF}' "$work/out")
        [ "$port" = 18090 ] && { mine=$rate; mine99=$p99; minebad=${bad:-0}; }
    done
    awk -v n="$1" -v a="$mine" -v b="$rate" -v x="$mine99" -v y="$p99" -v e="$minebad" -v f="${bad:-0}" \
        'BEGIN { printf "| %s | %.1f | %s | %.1f | %s | %.1f | %s/%s |\n", n, a, x, b, y, a / (b > 0 ? b : 0.001), e, f }'
}

echo "| operation | underpin req/s | p99 | reference req/s | p99 | ratio | errors |"
echo "| --- | --- | --- | --- | --- | --- | --- |"
measure "list, \`skipTotal\`" guest - "perPage=30&skipTotal=1"
measure "list with total" guest - "perPage=30"
measure "filter with total" guest - "perPage=30&filter=views%3C5000"
measure "filter with total, varied" guest - "perPage=30&filter=views%3ENUMBER"
measure "rule over a single relation, total" user "author.active = true" "perPage=30"
measure "the same, \`skipTotal\`" user "author.active = true" "perPage=30&skipTotal=1"
measure "the same, filter varied" user "author.active = true" "perPage=30&filter=views%3ENUMBER"
measure "rule over a multiple relation, total" user "readers.id ?= @request.auth.id" "perPage=30"
measure "the same, filter varied" user "readers.id ?= @request.auth.id" "perPage=30&filter=views%3ENUMBER"
measure "match-all rule over a multiple relation, varied" user "readers.active = true" "perPage=30&filter=views%3ENUMBER"
measure "search \`title ~\`, total" guest - "perPage=30&filter=title~%22word55%22"
measure "search \`title ~\`, varied" guest - "perPage=30&filter=title~%22wordNUMBER%22"
measure "search \`body ~\`, rare, varied" guest - "perPage=30&filter=body~%22wordNUMBER%20word1NUMBER%22"
measure "match-all \`labels:each\`, total" guest - "perPage=30&filter=labels%3Aeach!%3D%22a%22"
measure "the same, varied" guest - "perPage=30&filter=labels%3Aeach!%3D%22a%22%26%26views%3ENUMBER"

deletions() { # name, command
    for port in 18090 18091; do
        took=$(blog "$port" "$2" 100)
        [ "$port" = 18090 ] && mine=$took
    done
    awk -v n="$1" -v a="$mine" -v b="$took" \
        'BEGIN { printf "| %s | %.2f s | | %.2f s | | %.1f | |\n", n, a, b, b / a }'
}
# Both ways of deleting begin with the same posts.
stop_servers
cp -r "$work/ours" "$work/ours.whole"
cp -r "$work/theirs" "$work/theirs.whole"
start_servers
deletions "cascade delete of 100 people with their posts, in one batch" delete-batch
stop_servers
rm -rf "$work/ours" "$work/theirs"
mv "$work/ours.whole" "$work/ours"
mv "$work/theirs.whole" "$work/theirs"
sync
start_servers
deletions "the same, one by one" delete
