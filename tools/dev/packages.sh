# shellcheck shell=sh
# Debian packages and npm packages, installed only when missing. No service of
# a package is started: policy-rc.d and createcluster.conf say so for the
# time of the installation and are put back as they were.

build_packages='git make gcc libc6-dev libcmark-gfm-dev libcmark-gfm-extensions-dev autoconf automake pkg-config libfcgi-dev
clearsilver-dev libpq-dev libjson-c-dev libcurl4-openssl-dev libssl-dev libsodium-dev libmagic-dev
libcjose-dev libgmime-3.0-dev libxml2-dev libjansson-dev libldap-dev libsasl2-dev zlib1g-dev libcmocka-dev'
run_packages='nginx-light postgresql-15 postgresql-client-15 spawn-fcgi multiwatch util-linux
ca-certificates libsasl2-modules-gssapi-mit'
test_packages='python3-aiosmtpd dovecot-imapd chromium fonts-liberation shellcheck cppcheck
codespell openssl slapd ldap-utils krb5-kdc krb5-admin-server krb5-user curl'
bench_packages='wrk'
fuzz_packages='clang-14 libclang-rt-14-dev llvm-14'

# Passwords and the second factor.
build_packages="$build_packages libcrack2-dev liboath-dev libqrencode-dev"
run_packages="$run_packages cracklib-runtime"
test_packages="$test_packages oathtool"

# Documents and workbooks.
build_packages="$build_packages libpango1.0-dev libxlsxwriter-dev"
run_packages="$run_packages fonts-open-sans fonts-dejavu-core fonts-noto-color-emoji"
test_packages="$test_packages poppler-utils unzip"

# An antivirus: the tests start it themselves, with signatures of their own (tests/support/clamd.mjs).
test_packages="$test_packages clamav-daemon clamav-freshclam"

# Pictures of the manual (VENTANILLA_PICTURES=1 ./dev test manual).
test_packages="$test_packages pngquant"

policy=/usr/sbin/policy-rc.d
cluster=/etc/postgresql-common/createcluster.conf

# Those of the given packages that are not installed. nginx-light gives way to any nginx.
missing_packages()
{
	dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" nginx 2>/dev/null |
		sed -n 's/^installed //p' >"$scratch/installed"
	for package in "$@"; do
		grep -qx "$package" "$scratch/installed" && continue
		[ "$package" = nginx-light ] && [ -x /usr/sbin/nginx ] && continue
		printf '%s ' "$package"
	done
}

# A node of the machine's own serves as well as Debian's, with which its npm may conflict.
node_missing()
{
	if command -v node >/dev/null && command -v npm >/dev/null &&
		[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 18 ]; then
		return 0
	fi
	printf 'nodejs npm'
}

as_root()
{
	if am_root; then
		"$@"
	else
		sudo "$@"
	fi
}

apt_get()
{
	as_root env DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 apt-get -qq -y \
		-o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 "$@" \
		>>"$ROOT/var/install.log" 2>&1 || {
		tail -n 20 "$ROOT/var/install.log" >&2
		fail "apt-get $1 failed; all of it is in var/install.log"
	}
}

# Put FILE aside; a copy that a killed installation left is the true one.
set_aside()
{
	if [ -e "$1.ventanilla-saved" ] || [ -e "$1.ventanilla-absent" ]; then
		return 0
	fi
	if [ -e "$1" ]; then
		as_root cp -a "$1" "$1.ventanilla-saved"
	else
		as_root touch "$1.ventanilla-absent"
	fi
}

put_back()
{
	if [ -e "$1.ventanilla-saved" ]; then
		as_root mv -f "$1.ventanilla-saved" "$1"
	elif [ -e "$1.ventanilla-absent" ]; then
		as_root rm -f "$1" "$1.ventanilla-absent"
	fi
}

services_restore()
{
	put_back "$policy"
	put_back "$cluster"
}

# The body of the installation, in a subshell of its own so that its traps are its own.
install_now()
{
	missing=$(missing_packages "$@")
	[ -n "$missing" ] || return 0
	am_root || command -v sudo >/dev/null || fail "these packages are missing and there is no sudo: $missing"
	say "Installing Debian packages: $missing"
	trap services_restore EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	set_aside "$policy"
	printf '#!/bin/sh\nexit 101\n' | as_root sh -c "cat >$policy && chmod 755 $policy"
	apt_get update
	case " $missing" in
	*' postgresql-15 '*)
		apt_get install --no-install-recommends postgresql-common
		set_aside "$cluster"
		printf 'create_main_cluster = false\n' | as_root sh -c "cat >$cluster"
		;;
	esac
	# shellcheck disable=SC2086 # a list of words
	apt_get install --no-install-recommends $missing
}

# All of the given packages are there afterwards. No apt call when they already are.
need_packages()
{
	missing=$(missing_packages "$@")
	[ -n "$missing" ] || return 0
	(with_lock "${TMPDIR:-/tmp}/ventanilla-install.lock" install_now "$@") || exit 1
}

npm_install()
{
	wanted=$(node -p 'process.version' && cat package-lock.json)
	[ "$(cat node_modules/.ventanilla 2>/dev/null)" != "$wanted" ] || return 0
	say 'Installing npm packages'
	npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier >var/npm.log 2>&1 || {
		tail -n 20 var/npm.log >&2
		fail 'npm ci failed'
	}
	printf '%s\n' "$wanted" >node_modules/.ventanilla
}

# What the browser gets from npm, copied where nginx serves it.
vendor()
{
	mkdir -p static/vendor
	cmp -s node_modules/idiomorph/dist/idiomorph.min.js static/vendor/idiomorph.min.js ||
		cp node_modules/idiomorph/dist/idiomorph.min.js static/vendor/
}
