# shellcheck shell=sh
# Background processes by pid file. Each service leads a session of its own, so
# that its process group is all it started; the pid is believed only while the
# process that has it began when the file says.

# Lines "pid state pgrp starttime" of all processes.
process_table()
{
	cat /proc/[0-9]*/stat 2>/dev/null |
		sed -n 's/^\([0-9]*\) (.*) /\1 /p' | awk '{ print $1, $2, $4, $21 }'
}

# When process PID began, in this boot of this machine.
process_birth()
{
	sed -n 's/^[0-9]* (.*) //p' "/proc/$1/stat" 2>/dev/null |
		awk -v boot="$(cat /proc/sys/kernel/random/boot_id)" '{ print $20, boot }'
}

process_record()
{
	process_birth "$2" >"$STATE/run/$1.birth"
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

environment_read()
{
	set -a
	# shellcheck source=/dev/null
	. "$STATE/etc/common.env"
	# shellcheck source=/dev/null
	. "$STATE/etc/$1.env"
	set +a
}

# Is the recorded process of NAME alive?
process_alive()
{
	[ -s "$STATE/run/$1.pid" ] && [ -s "$STATE/run/$1.birth" ] || return 1
	[ "$(process_birth "$(cat "$STATE/run/$1.pid")")" = "$(cat "$STATE/run/$1.birth")" ]
}

# The process group of NAME, when any of it lives (its leader may have been killed).
process_group()
{
	[ -s "$STATE/run/$1.pid" ] && [ -s "$STATE/run/$1.birth" ] || return 0
	read -r began boot <"$STATE/run/$1.birth" || return 0
	[ "$boot" = "$(cat /proc/sys/kernel/random/boot_id)" ] || return 0
	# A leader born at another time is somebody else, who got the number later.
	awk -v group="$(cat "$STATE/run/$1.pid")" -v began="$began" '
		($1 == group || $3 == group) && $2 != "Z" && $4 >= began { alive = 1 }
		$1 == group && $4 != began { other = 1 }
		END { if (alive && !other) print group }' "$STATE/run/table"
}

# All live groups of the pid files that match the given names.
process_groups()
{
	process_table >"$STATE/run/table"
	for process_file in "$STATE"/run/*.pid; do
		[ -e "$process_file" ] || continue
		process_name=${process_file##*/}
		process_group "${process_name%.pid}"
	done
	rm -f "$STATE/run/table"
}

process_signal()
{
	signal=$1
	shift
	for group in "$@"; do
		kill -s "$signal" -- "-$group" 2>/dev/null || kill -s "$signal" "$group" 2>/dev/null || :
	done
}

# TERM to all of them, KILL to what is left after five seconds, no pid file left behind.
process_stop_all()
{
	# shellcheck disable=SC2046 # a list of words
	process_signal TERM $(process_groups)
	tries=50
	while [ -n "$(process_groups)" ] && [ $tries -gt 0 ]; do
		sleep 0.1
		tries=$((tries - 1))
	done
	# shellcheck disable=SC2046
	process_signal KILL $(process_groups)
	rm -f "$STATE"/run/*.pid "$STATE"/run/*.birth
}
