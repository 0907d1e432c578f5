# shellcheck shell=sh
# An instance: PostgreSQL, nginx, the programs, the workers, all under STATE.

programs='staff slow login webchat hooks api live'
demo_password=ventanilla

# name -> binary, database role, number of processes, backlog
program_binary() { case $1 in login) printf staff ;; *) printf '%s' "$1" ;; esac; }
program_processes() { case $1 in staff | login | webchat | hooks) printf 4 ;; slow) printf 2 ;; *) printf 1 ;; esac; }
program_backlog() { case $1 in live) printf 4096 ;; *) printf 1024 ;; esac; }

# A file of etc/ with its places filled in for this instance.
fill()
{
	user=
	! am_root || user='user root;'
	files=$(ulimit -Hn)
	[ "$files" != unlimited ] && [ "$files" -lt 65536 ] || files=65536
	sed -e "s|@SOCKETS@|$STATE/run|g" -e "s|@RUN@|$STATE/run|g" -e "s|@FILES@|$STATE/files|g" \
		-e "s|@KEY@|$STATE/etc/key|g" -e "s|@SHARE@|$ROOT|g" -e "s|@STATE@|$STATE|g" \
		-e "s|@BASE_URL@|http://127.0.0.1:$PORT|g" -e 's|@DEVELOPER@|1|g' -e 's|@LOG@|info|g' \
		-e "s|@DATABASE@|$STATE/run/pg|g" -e "s|@ROLE@|${2:-}|g" -e "s|@PORT@|$PORT|g" \
		-e "s|@USER@|$user|g" -e 's|@STATIC_CACHE@|no-cache|g' -e "s|@NOFILE@|$files|g" "$1"
}

instance_configure()
{
	mkdir -p "$STATE/run" "$STATE/log" "$STATE/etc" "$STATE/files" "$STATE/tmp"
	if [ ! -s "$STATE/etc/key" ]; then
		(umask 077 && od -An -vtx1 -N32 /dev/urandom | tr -d ' \n' >"$STATE/etc/key")
	fi
	fill etc/nginx/development.conf.in >"$STATE/etc/nginx.conf"
	fill etc/nginx/http.conf.in >"$STATE/etc/http.conf"
	fill etc/nginx/server.conf.in >"$STATE/etc/server.conf"
	fill etc/environment/common.env.in >"$STATE/etc/common.env"
	for role in staff webchat hooks api live worker owner; do
		fill etc/environment/program.env.in "$role" >"$STATE/etc/$role.env"
	done
	for pool in slow login; do
		cp "$STATE/etc/staff.env" "$STATE/etc/$pool.env"
	done
}

# The built command. What changes the database's shape needs its owner.
ventanilla()
(
	case ${1:-} in
	migrate | seed-demo | channel-put) environment_read owner ;;
	*) environment_read worker ;;
	esac
	exec "$BUILD/bin/ventanilla" "$@"
)

# Is something listening on PORT? From the kernel's table: no tool needed.
port_busy()
{
	cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
		awk -v port="$(printf ':%04X' "$PORT")" '$4 == "0A" && $2 ~ port "$" { found = 1 } END { exit !found }'
}

# --port 0: any that is free.
port_choose()
{
	PORT=$((20000 + $(od -An -tu2 -N2 /dev/urandom) % 12000))
	while port_busy; do
		PORT=$((PORT + 1))
	done
}

instance_running()
{
	process_alive nginx && postgres_pid >/dev/null
}

instance_need()
{
	instance_running || fail "no instance is running in $STATE; start one with ./dev up"
}

program_start()
{
	rm -f "$STATE/run/$1.sock"
	process_start "$1" "$1" "$1" spawn-fcgi -n -s "$STATE/run/$1.sock" -M 0660 \
		-b "$(program_backlog "$1")" -- /usr/bin/multiwatch -s TERM -r 1000 -f "$(program_processes "$1")" -- \
		"$BUILD/bin/$(program_binary "$1")"
}

nginx_start()
{
	/usr/sbin/nginx -e "$STATE/log/nginx-error.log" -c "$STATE/etc/nginx.conf" 9>&- ||
		fail "nginx did not start; see $STATE/log/nginx-error.log"
	tries=50
	until [ -s "$STATE/run/nginx.pid" ] || [ $tries -eq 0 ]; do
		sleep 0.1
		tries=$((tries - 1))
	done
	process_record nginx "$(cat "$STATE/run/nginx.pid")"
}

programs_wait()
{
	tries=100
	for program in $programs; do
		[ -x "$BUILD/bin/$(program_binary "$program")" ] || continue
		until [ -S "$STATE/run/$program.sock" ]; do
			tries=$((tries - 1))
			[ $tries -gt 0 ] || fail "$program did not start; see $STATE/log/$program.log"
			sleep 0.05
		done
	done
}

instance_start()
{
	! instance_running || fail "an instance is already running in $STATE (./dev status, ./dev down)"
	trap instance_stop EXIT
	instance_stop
	[ "$PORT" -ne 0 ] || port_choose
	! port_busy || fail "port $PORT is taken by another program. Choose another one: ./dev $command --port $((PORT + 1))"
	instance_configure
	postgres_init
	postgres_start
	postgres_database
	ventanilla migrate >>"$STATE/log/migrate.log" 2>&1 || {
		tail -n 20 "$STATE/log/migrate.log" >&2
		fail 'the database could not be brought up to date (./dev clean begins anew)'
	}
	if [ "$EMPTY" = 0 ] && [ ! -e "$STATE/etc/seeded" ]; then
		ventanilla seed-demo "$demo_password" >>"$STATE/log/migrate.log" 2>&1 || {
			tail -n 20 "$STATE/log/migrate.log" >&2
			fail 'the demonstration data could not be loaded'
		}
		touch "$STATE/etc/seeded"
	fi
	for program in $programs; do
		[ ! -x "$BUILD/bin/$(program_binary "$program")" ] || program_start "$program"
	done
	programs_wait
	nginx_start
	! with_part peers || peers_start
	! with_part sms || sms_start
	process_start ticker worker worker tools/dev/ticker "$ROOT" "$BUILD" "$STATE"
	instance_describe >"$STATE/run/info.json"
}

instance_up()
{
	# Every waiting browser is a descriptor here and two in nginx.
	# shellcheck disable=SC3045 # dash knows both
	ulimit -Sn "$(ulimit -Hn)" 2>/dev/null || :
	with_lock "$STATE/lock" instance_start
	trap - EXIT
}

# The demonstration's users, one a line: login, password, role.
demo_users()
{
	[ -e "$STATE/etc/seeded" ] || return 0
	postgres_psql -At -F ' ' -d ventanilla -c "
		SELECT u.login, '$demo_password', r.key FROM app_user u JOIN user_role USING (user_id)
		JOIN role r USING (role_id) WHERE u.user_id <= 5 ORDER BY u.user_id"
}

instance_describe()
{
	demo_users | awk -v url="http://127.0.0.1:$PORT" -v port="$PORT" -v state="$STATE" -v peers="$(peers_url)" \
		-v sms="$(sms_info)" '
		{ users = users (NR > 1 ? "," : "") "\n    {\"login\": \"" $1 "\", \"password\": \"" $2 "\", \"role\": \"" $3 "\"}" }
		END {
			printf "{\n  \"base_url\": \"%s\",\n  \"api_base\": \"%s/api/\",\n", url, url
			if (sms) printf "  \"sms\": %s,\n", sms
			if (peers) printf "  \"peers\": {\"url\": \"%s\"},\n", peers
			printf "  \"webchat_key\": \"demo\",\n  \"port\": %d,\n  \"state\": \"%s\",\n", port, state
			printf "  \"database\": {\"socket\": \"%s/run/pg\", \"name\": \"ventanilla\", \"data\": \"%s/pg\"},\n", state, state
			printf "  \"users\": [%s\n  ]\n}\n", users
		}'
}

instance_greet()
{
	say "Ventanilla lista en http://127.0.0.1:$PORT"
	[ -e "$STATE/etc/seeded" ] || {
		say '  sin usuarios todavía: ./dev ventanilla user-add --role administrador --name NOMBRE USUARIO'
		return 0
	}
	say "  webchat de ejemplo: http://localhost:$PORT/demo/"
	[ -z "$(peers_url)" ] || say "  teléfonos de práctica: $(peers_url)/"
	demo_users | awk '{ printf "  usuario %-12s contraseña %-16s %s\n", $1, $2, $3 }'
}

instance_stop()
{
	[ -d "$STATE/run" ] || return 0
	process_stop_all
	postgres_stop
	rm -f "$STATE"/run/*.sock "$STATE"/run/*.wake "$STATE"/run/*.next "$STATE/run/info.json" "$STATE/run/peers.url" \
		"$STATE"/run/sms.*
}

instance_down()
{
	[ -d "$STATE/run" ] || fail "there is no instance in $STATE"
	with_lock "$STATE/lock" instance_stop
	say 'stopped'
}

# One line per part; the exit status says whether the instance serves.
instance_status()
{
	if instance_running; then
		code=0
		say "running: $(sed -n 's/.*"base_url": "\(.*\)",/\1/p' "$STATE/run/info.json")  state: $STATE"
	else
		code=3
		say "not running  state: $STATE"
	fi
	say "  postgresql   $(postgres_pid || say dead)"
	for pid_file in "$STATE"/run/*.pid; do
		[ -e "$pid_file" ] || continue
		part=${pid_file##*/}
		part=${part%.pid}
		if process_alive "$part"; then
			printf '  %-12s %s\n' "${part%%@*}" "$(cat "$pid_file")"
		else
			printf '  %-12s dead\n' "$part"
		fi
	done
	exit $code
}

instance_run()
{
	instance_up
	trap 'exit 0' INT TERM HUP
	trap 'say; say "Stopping"; instance_down >/dev/null' EXIT
	instance_greet
	say 'Ctrl+C stops it.'
	while instance_running; do
		sleep 1
	done
	say "Something of the instance died; see $STATE/log/"
	exit 1
}
