# shellcheck shell=sh
# --with peers: the networks' side (tests/peers) beside an instance, and a channel of each network that speaks to it.

peers_url()
{
	cat "$STATE/run/peers.url" 2>/dev/null || :
}

permitted=

# What an administrator would permit for an inner address, "host:port".
permit()
{
	permitted="$permitted $1:127.0.0.0/8"
	postgres_psql -qd ventanilla -c "INSERT INTO setting (key, value) VALUES ('network.inner', '\"${permitted# }\"')
		ON CONFLICT (key) DO UPDATE SET value = excluded.value"
}

peers_start()
{
	command -v node >/dev/null || fail "--with peers needs Node.js"
	rm -f "$STATE/run/peers.url"
	process_start peers peers worker node "$ROOT/tests/peers/serve.mjs" --address "$STATE/run/peers.url"
	wait_for 'the peers' peers test -s "$STATE/run/peers.url"
	address=$(peers_url)
	place=${address#http://}
	permit "$place"
	node "$ROOT/tests/peers/channels.mjs" "$address" "http://127.0.0.1:$PORT" | while IFS= read -r channel; do
		printf '%s\n' "$channel" | ventanilla channel-put >>"$STATE/log/migrate.log" 2>&1 ||
			say "  (one channel of practice is not there; see $STATE/log/migrate.log)" >&2
	done
}
