# shellcheck shell=sh
# What every part of dev needs: words, the state directory, the lock.

STATE=${STATE:-$ROOT/var}
PORT=8080
EMPTY=0
WITH=

say()
{
	printf '%s\n' "$*"
}

fail()
{
	printf 'dev: %s\n' "$*" >&2
	exit 1
}

am_root()
{
	[ "$(id -u)" -eq 0 ]
}

# Was `--with PART` given?
with_part()
{
	case " $WITH " in *" $1 "*) return 0 ;; esac
	return 1
}

# STATE made absolute. Sockets live in it, and a socket's path has at most 107 bytes.
state_resolve()
{
	case $STATE in
	/*) ;;
	*) STATE=$PWD/$STATE ;;
	esac
	STATE=${STATE%/}
	[ ${#STATE} -le 80 ] || fail "$STATE: too long for a socket's path (80 bytes); use --state with a shorter one"
	case $STATE in
	*[!A-Za-z0-9/._+-]*) fail "$STATE: use --state with letters, digits and . _ + - only" ;;
	esac
	case $PORT in
	'' | *[!0-9]* | ??????*) fail "--port $PORT: a number from 1 to 65535" ;;
	esac
}

# Run the given function while holding the lock FILE; others wait.
with_lock()
{
	lock_file=$1
	shift
	mkdir -p "${lock_file%/*}"
	exec 9>"$lock_file"
	flock 9
	"$@"
	exec 9>&-
}
