#!/bin/sh
# An empty volume becomes a cluster with POSTGRES_USER and POSTGRES_DB; then the server. Runs as postgres.
set -eu
if [ "$(id -u)" = 0 ]; then
    chown postgres "$PGDATA"
    exec setpriv --reuid postgres --regid postgres --clear-groups "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    password=$(mktemp)
    printf '%s\n' "${POSTGRES_PASSWORD:?}" >"$password"
    initdb --username "$POSTGRES_USER" --pwfile "$password" --auth-host scram-sha-256 --auth-local trust --encoding UTF8 >/dev/null
    rm "$password"
    echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
    pg_ctl --wait --log /dev/stderr -o "-c listen_addresses=''" start >/dev/null
    createdb --username "$POSTGRES_USER" --maintenance-db postgres "$POSTGRES_DB"
    pg_ctl --wait --mode fast stop >/dev/null
    echo "PostgreSQL init process complete; ready for start up."
fi
exec "$@" -c "listen_addresses=*"
