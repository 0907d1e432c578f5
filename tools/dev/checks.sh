# shellcheck shell=sh
# test, lint, asan, fuzz, bench, clean.

check_test()
{
	more_packages=$test_packages
	need_build tests
	VENTANILLA_BUILD=$BUILD exec tests/run "$@"
}

check_lint()
{
	more_packages=$test_packages
	need_build
	VENTANILLA_BUILD=$BUILD exec tools/lint
}

# A second build; what a sanitizer says lands in var/asan, and tests/run counts it as a failure.
check_asan()
{
	BUILD=$ROOT/build-asan
	flags='-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all'
	CONFIGURE_OPTIONS="--enable-developer --enable-asan-arena"
	export CFLAGS="$flags"
	rm -rf var/asan
	mkdir -p var/asan
	export VENTANILLA_ASAN="$ROOT/var/asan"
	export ASAN_OPTIONS="log_path=$VENTANILLA_ASAN/report:detect_leaks=1:detect_stack_use_after_return=1"
	export LSAN_OPTIONS="print_suppressions=0:suppressions=$ROOT/tools/leaks"
	export UBSAN_OPTIONS="log_path=$VENTANILLA_ASAN/report:print_stacktrace=1"
	check_test "$@"
}

check_fuzz()
{
	[ $# -le 2 ] || fail 'usage: ./dev fuzz [NAME [SECONDS]]'
	more_packages=$fuzz_packages
	BUILD=$ROOT/build-fuzz
	CONFIGURE_OPTIONS='--enable-asan-arena CC=clang-14'
	export LSAN_OPTIONS="print_suppressions=0:suppressions=$ROOT/tools/leaks"
	export CFLAGS='-O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all'
	need_build
	for source in tests/fuzz/${1:-*}.c; do
		[ -e "$source" ] || fail "there is no fuzzer $source"
		name=${source##*/}
		name=${name%.c}
		make -s -C "$BUILD" "fuzz/$name"
		mkdir -p "var/fuzz/$name"
		seeds=
		[ ! -d "tests/fuzz/corpus/$name" ] || seeds=$ROOT/tests/fuzz/corpus/$name
		say "$name: ${2:-60} s"
		# shellcheck disable=SC2086 # no seeds, no argument
		(cd "var/fuzz/$name" && "$BUILD/fuzz/$name" -max_total_time="${2:-60}" -timeout=5 \
			-rss_limit_mb=1024 . $seeds) >"var/fuzz/$name.log" 2>&1 || {
			grep -A 30 -E 'ERROR|runtime error' "var/fuzz/$name.log" | head -n 60 >&2
			fail "$name found something: var/fuzz/$name.log, the input is in var/fuzz/$name"
		}
		grep -oE 'Done [0-9]+ runs.*' "var/fuzz/$name.log"
	done
}

# An instance of its own, so that nothing else is in the figures.
check_bench()
{
	more_packages=$bench_packages
	need_build
	STATE=$ROOT/var/bench
	PORT=0
	rm -rf "${STATE:?}"
	instance_up
	trap 'instance_down >/dev/null' EXIT
	trap 'exit 130' INT TERM HUP
	VENTANILLA_INFO=$STATE/run/info.json VENTANILLA_BUILD=$BUILD tests/bench/run "$@"
}

clean_all()
{
	for state in "$STATE" var/test var/test-second var/test-third var/bench; do
		[ -d "$state/run" ] || continue
		STATE=$(cd "$state" && pwd)
		with_lock "$STATE/lock" instance_stop
		place=$(readlink -f "$STATE/pg" || :)
		case $place in /var/tmp/ventanilla-*/pg) rm -rf "${place%/pg}" ;; esac
		rm -rf "$STATE"
	done
	rm -rf var build build-asan build-fuzz node_modules static/vendor
	rm -rf autom4te.cache build-aux aclocal.m4 configure configure~ Makefile.in
}
