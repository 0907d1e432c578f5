# shellcheck shell=sh
# configure and make, in a directory of their own.

BUILD=${VENTANILLA_BUILD:-$ROOT/build}
CONFIGURE_OPTIONS=--enable-developer

build_now()
{
	npm_install
	vendor
	# Makefile.in and configure are made anew by make itself when their sources change.
	[ -f configure ] && [ -f Makefile.in ] || autoreconf -fi >var/autoreconf.log 2>&1 || {
		cat var/autoreconf.log >&2
		fail 'autoreconf failed'
	}
	mkdir -p "$BUILD"
	if [ ! -f "$BUILD/Makefile" ]; then
		# shellcheck disable=SC2086 # a list of words
		(cd "$BUILD" && "$ROOT/configure" -q $CONFIGURE_OPTIONS) || {
			rm -f "$BUILD/Makefile"
			fail 'configure failed'
		}
	fi
	make -s -j"$(nproc)" -C "$BUILD" "$1" || fail "the build failed (make -C $BUILD $1)"
	tools/layers
}

# Packages, npm, programs. $1: make's target.
need_build()
{
	mkdir -p var
	scratch=$(mktemp -d "${TMPDIR:-/tmp}/ventanilla.XXXXXX")
	# shellcheck disable=SC2046,SC2086 # lists of words
	need_packages $build_packages $run_packages ${more_packages:-} $(node_missing)
	rm -rf "$scratch"
	with_lock "$ROOT/var/build.lock" build_now "${1:-all}"
}
