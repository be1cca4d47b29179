# Starts this server on a PostgreSQL of its own, with an empty folder; sourced by the benches after
# the other servers. PostgreSQL has its defaults but for 512 MB of shared buffers.
postgres_bin=$(find /usr/lib/postgresql/*/bin -name initdb -exec dirname {} \; 2>/dev/null | sort -V | tail -n 1)
[ -n "$postgres_bin" ] || { echo "please install postgresql" >&2; exit 1; }
# PostgreSQL does not run as root.
as_postgres() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && exec setpriv --reuid=postgres --regid=postgres --clear-groups "$@")
    else
        "$@"
    fi
}
cluster=$(mktemp -d)
[ "$(id -u)" = 0 ] && chown postgres: "$cluster"
as_postgres "$postgres_bin/initdb" -D "$cluster/data" -U bench -A trust -E UTF8 --locale=C >/dev/null
as_postgres "$postgres_bin/pg_ctl" -D "$cluster/data" -l "$cluster/data/log" -w start -o "-p 18095 \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c shared_buffers=512MB" >/dev/null
# Servers first: they close their connections in order.
trap 'kill $pids 2>/dev/null || true; wait
    as_postgres "$postgres_bin/pg_ctl" -D "$cluster/data" -m fast stop >/dev/null
    rm -rf "$work" "$cluster"' EXIT
export UNDERPIN_SETTINGS__KEY="a key of the bench, of 32 letters"
database=postgres://bench@127.0.0.1:18095/postgres
# shellcheck disable=SC2086
DATABASE_URL=$database "$ours" superuser upsert $root --dir "$work/postgres" >/dev/null
DATABASE_URL=$database "$ours" serve --http 127.0.0.1:18092 --dir "$work/postgres" >/dev/null 2>"$work/postgres.log" &
pids="$pids $!"
until curl -fs "http://127.0.0.1:18092/api/health" >/dev/null; do sleep 0.2; done
