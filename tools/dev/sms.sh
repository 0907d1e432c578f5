# shellcheck shell=sh
# --with sms: a real Kannel beside an instance, an operator's centre with telephones (tests/peers/smsc.mjs) beside
# Kannel, and a channel that sends through it.

sms_packages='kannel kannel-extras'
sms_line=27200

sms_info()
{
	cat "$STATE/run/sms.json" 2>/dev/null || :
}

# Kannel runs as user kannel where this is root, who owns nothing else.
sms_run()
{
	sms_name=$1
	shift
	if am_root; then
		process_start "$sms_name" kannel worker setpriv --reuid=kannel --regid=nogroup --clear-groups "$@"
	else
		process_start "$sms_name" kannel worker "$@"
	fi
}

# A port that nobody listens on, other than the ones given.
sms_port()
(
	while port_choose; do
		case " $* " in *" $PORT "*) continue ;; esac
		break
	done
	printf '%s' "$PORT"
)

sms_listens()
(
	PORT=$1
	port_busy
)

sms_start()
{
	command -v node >/dev/null || fail '--with sms needs Node.js'
	rm -f "$STATE/run/sms.url" "$STATE/run/sms.json"
	hook=http://127.0.0.1:$PORT/hooks/practica-sms
	admin=$(sms_port "$PORT")
	box=$(sms_port "$PORT" "$admin")
	centre=$(sms_port "$PORT" "$admin" "$box")
	send=$(sms_port "$PORT" "$admin" "$box" "$centre")
	password=$(od -An -vtx1 -N16 /dev/urandom | tr -d ' \n')
	(umask 077 && sed -e "s|@ADMIN@|$admin|g" -e "s|@BOX@|$box|g" -e "s|@CENTRE@|$centre|g" -e "s|@SEND@|$send|g" \
		-e "s|@PASSWORD@|$password|g" -e "s|@HOOK@|$hook|g" etc/kannel/development.conf.in >"$STATE/etc/kannel.conf")
	! am_root || chown kannel "$STATE/etc/kannel.conf"
	sms_run bearerbox /usr/sbin/bearerbox -v 2 "$STATE/etc/kannel.conf"
	wait_for Kannel kannel sms_listens "$centre"
	sms_run smsbox /usr/sbin/smsbox -v 2 "$STATE/etc/kannel.conf"
	process_start smsc smsc worker node "$ROOT/tests/peers/smsc.mjs" --centre "$centre" --line "$sms_line" \
		--address "$STATE/run/sms.url"
	wait_for Kannel kannel sms_listens "$send"
	wait_for "the operator's centre" smsc test -s "$STATE/run/sms.url"
	permit "127.0.0.1:$send"
	printf '{"network":"sms","key":"practica-sms","name":"SMS de práctica","queue":"general","bot":"Asistente virtual",
		"settings":{"account":"%s","base":"http://127.0.0.1:%s","user":"ventanilla","hook":"%s"},
		"secrets":{"password":"%s","hook_token":"%s"}}' "$sms_line" "$send" "$hook" "$password" "$password" |
		ventanilla channel-put >>"$STATE/log/migrate.log" 2>&1 ||
		fail "the channel of SMS could not be written; see $STATE/log/migrate.log"
	printf '{"line": "%s", "channel_key": "practica-sms", "sendsms": "http://127.0.0.1:%s", "status": "http://127.0.0.1:%s/status.json?password=%s", "telephones": "%s"}' \
		"$sms_line" "$send" "$admin" "$password" "$(cat "$STATE/run/sms.url")" >"$STATE/run/sms.json"
}
