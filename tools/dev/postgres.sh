# shellcheck shell=sh
# The instance's own PostgreSQL: a private cluster that listens on a socket only
# this user can open. It refuses to run as root; there it is user postgres.

postgres_bin()
{
	printf /usr/lib/postgresql/15/bin
}

as_postgres()
{
	if am_root; then
		(cd / && runuser -u postgres -- "$@")
	else
		"$@"
	fi
}

# Where the cluster lives: under STATE, or, when user postgres may not enter there (a checkout in
# a private home), in /var/tmp with symbolic links to it.
postgres_place()
{
	[ ! -e "$STATE/pg" ] || return 0
	if am_root; then
		place=$STATE
		if ! as_postgres test -x "$STATE"; then
			place=/var/tmp/ventanilla-$(printf '%s' "$STATE" | cksum | cut -d' ' -f1)
			rm -rf "$place"
			mkdir -p "$place/run"
			ln -sfn "$place/run/pg" "$STATE/run/pg"
			ln -sfn "$place/pg" "$STATE/pg"
		fi
		mkdir -p "$place/pg" "$place/run/pg"
		chown postgres: "$place/pg" "$place/run/pg"
	else
		mkdir -p "$STATE/pg" "$STATE/run/pg"
	fi
	chmod 700 "$STATE/pg/." "$STATE/run/pg/."
}

postgres_init()
{
	postgres_place
	[ ! -e "$STATE/pg/PG_VERSION" ] || return 0
	data=$(readlink -f "$STATE/pg")
	socket=$(readlink -f "$STATE/run/pg")
	as_postgres "$(postgres_bin)/initdb" -D "$data" -U postgres --auth=trust --encoding=UTF8 \
		--locale=C.UTF-8 --no-sync --no-instructions >"$STATE/log/initdb.log" 2>&1 || {
		cat "$STATE/log/initdb.log" >&2
		fail 'initdb failed'
	}
	{
		cat etc/postgresql/ventanilla.conf
		cat <<-END
		listen_addresses = ''
		unix_socket_directories = '$socket'
		unix_socket_permissions = 0700
		shared_buffers = 256MB
		max_wal_size = 2GB
		END
	} >>"$data/postgresql.conf"
}

# The postmaster's pid, when it is this cluster's.
postgres_pid()
{
	postgres_head=$(head -n 1 "$STATE/pg/postmaster.pid" 2>/dev/null) || return 1
	[ "$(readlink "/proc/$postgres_head/cwd")" = "$(readlink -f "$STATE/pg")" ] || return 1
	printf '%s' "$postgres_head"
}

postgres_start()
{
	tries=20
	# After a crash the old backends need a moment to notice and leave.
	until as_postgres "$(postgres_bin)/pg_ctl" -D "$(readlink -f "$STATE/pg")" -w -s start \
		</dev/null >>"$STATE/log/postgresql.log" 2>&1 9>&-; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || {
			tail -n 20 "$STATE/log/postgresql.log" >&2
			fail 'PostgreSQL did not start'
		}
		sleep 0.5
	done
}

# Fast, then immediate, then by force.
postgres_stop()
{
	for signal in INT QUIT KILL; do
		tries=50
		while pid=$(postgres_pid) && [ $tries -gt 0 ]; do
			[ $tries -ne 50 ] || kill "-$signal" "$pid" 2>/dev/null || :
			sleep 0.1
			tries=$((tries - 1))
		done
	done
}

postgres_psql()
{
	"$(postgres_bin)/psql" -X -q -v ON_ERROR_STOP=1 -h "$STATE/run/pg" -U postgres "$@"
}

# Roles and the database, once.
postgres_database()
{
	[ "$(postgres_psql -At -d postgres -c "SELECT count(*) FROM pg_database WHERE datname = 'ventanilla'")" = 0 ] ||
		return 0
	postgres_psql -d postgres -f sql/roles-create.sql
	postgres_psql -d postgres -c 'CREATE DATABASE ventanilla OWNER vent_owner'
}
