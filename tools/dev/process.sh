# shellcheck shell=sh
# Background processes by pid file. Each service leads a session of its own, so
# that its process group is all it started; the pid is believed only while the
# process that has it began when the file says.

# Lines "pid state group birth" of all processes; birth is in clock ticks since boot.
process_table()
{
	cat /proc/[0-9]*/stat 2>/dev/null | sed -n 's/^\([0-9]*\) (.*) /\1 /p' | awk '{ print $1, $2, $4, $21 }'
}

# process_record NAME PID: NAME.pid for people, NAME.birth "pid birth boot" to be sure.
process_record()
{
	process_table | awk -v pid="$2" -v boot="$(cat /proc/sys/kernel/random/boot_id)" \
		'$1 == pid { print pid, $4, boot }' >"$STATE/run/$1.birth"
	printf '%s\n' "$2" >"$STATE/run/$1.pid"
}

# process_start NAME LOG ENVIRONMENT COMMAND...: in the background, deaf to this terminal, with
# the variables of STATE/etc/ENVIRONMENT.env.
process_start()
{
	process_name=$1
	process_log=$STATE/log/$2.log
	process_environment=$3
	shift 3
	(
		environment_read "$process_environment"
		exec setsid "$@" </dev/null >>"$process_log" 2>&1 9>&-
	) &
	process_record "$process_name" $!
}

# wait_for WHO LOG COMMAND...: until COMMAND says yes, ten seconds at most.
wait_for()
{
	awaited=$1
	awaited_log=$2
	shift 2
	tries=100
	until "$@"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || fail "$awaited did not start; see $STATE/log/$awaited_log.log"
		sleep 0.1
	done
}

environment_read()
{
	set -a
	# shellcheck source=/dev/null
	. "$STATE/etc/common.env"
	# shellcheck source=/dev/null
	. "$STATE/etc/$1.env"
	set +a
}

# What is alive of the given birth files, as arguments for kill: the pid of a leader, or minus the
# group of one that was killed and left others. A leader born at another time is somebody else,
# who got the number later.
process_groups()
{
	[ -e "$1" ] || return 0
	process_table | awk -v boot="$(cat /proc/sys/kernel/random/boot_id)" '
		FILENAME != "-" { if ($3 == boot) born[$1] = $2; next }
		$2 == "Z" { next }
		($1 in born) && $4 != born[$1] { other[$1] = 1 }
		($1 in born) && $4 == born[$1] { leader[$1] = 1 }
		($3 in born) && $4 >= born[$3] { alive[$3] = 1 }
		END {
			for (pid in leader) print pid
			for (group in alive) if (!(group in other) && !(group in leader)) print "-" group
		}' "$@" -
}

# Is the recorded process of NAME alive?
process_alive()
{
	[ -s "$STATE/run/$1.birth" ] || return 1
	read -r recorded_pid recorded_birth recorded_boot <"$STATE/run/$1.birth"
	[ "$recorded_boot" = "$(cat /proc/sys/kernel/random/boot_id)" ] &&
		[ "$recorded_birth" = "$(sed 's/.*) //' "/proc/$recorded_pid/stat" 2>/dev/null | cut -d' ' -f20)" ]
}

# TERM to the leaders, who end their own (multiwatch would start children anew that end without
# it), KILL to what is left of their groups after five seconds; no pid file stays.
process_stop_all()
{
	told=' '
	tries=50
	while left=$(process_groups "$STATE"/run/*.birth) && [ -n "$left" ] && [ $tries -gt 0 ]; do
		for target in $left; do
			case $told in *" $target "*) continue ;; esac
			kill -s TERM -- "$target" 2>/dev/null || :
			told="$told$target "
		done
		sleep 0.1
		tries=$((tries - 1))
	done
	for target in $left; do
		kill -s KILL -- "-${target#-}" 2>/dev/null || :
	done
	rm -f "$STATE"/run/*.pid "$STATE"/run/*.birth
}
