// What a contact said before: an earlier, closed conversation of the contact of `id`, so many days ago, in the same queue
// and line or in another queue. Returns its number.
import { sql } from './instance.mjs';

export function earlier(id, { days, messages, queue = null, typification = null }) {
	const [[number]] = sql(`INSERT INTO conversation (conversation_id, channel_id, channel_version_id, contact_id, state, queue_id,
			user_id, opened_at, closed_at, closed_by, seq)
		SELECT conversation_id_next(now() - interval '${days} days'), channel_id, channel_version_id, contact_id, 4,
			coalesce(${queue ?? 'NULL'}, queue_id), CASE WHEN ${queue ?? 'NULL'} IS NULL THEN user_id END,
			now() - interval '${days} days', now() - interval '${days} days' + interval '20 minutes', 3, ${messages}
		FROM conversation WHERE conversation_id = ${id} RETURNING conversation_id`);
	sql(`INSERT INTO message (conversation_id, seq, created_at, author, body)
		SELECT ${number}, n, now() - interval '${days} days' + make_interval(secs => n), 1, 'anterior ' || n FROM generate_series(1, ${messages}) n`);
	if (typification) {
		sql(`INSERT INTO conversation_typification (conversation_id, position, typification_id, typification_version_id, source, at)
			SELECT ${number}, 1, typification_id, version_id, 3, now() FROM typification WHERE name = '${typification}' LIMIT 1`);
	}
	return Number(number);
}
