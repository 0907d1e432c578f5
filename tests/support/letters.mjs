// An e-mail line of a world, and mails as the worker that reads mailboxes leaves them to be understood.
import { randomBytes } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { root, sql } from './instance.mjs';
import { eventually } from './staff.mjs';

const quote = text => `'${text.replaceAll("'", "''")}'`;

// {key, send(mail), outbox(id)}: settings go beside those that every line needs.
export function mailLine(world, settings = {}) {
	const key = `correo-${world.name}`, { instance } = world;
	const put = spawnSync('./dev', ['ventanilla', '--state', instance.state, 'channel-put'], { cwd: root, encoding: 'utf8', input: JSON.stringify({
		network: 'email', key, name: `Correo ${world.name}`, queue: world.name,
		settings: { account: 'consultas@agencia.example', sender_name: 'Agencia', smtp: 'smtp://127.0.0.1:9', ...settings }, secrets: { password: 'x' } }) });
	if (put.status) throw new Error(put.stderr);
	const [[channel]] = sql(`SELECT channel_id FROM channel WHERE key = '${key}'`, world);
	sql(`UPDATE channel c SET bot_id = b.bot_id FROM bot b WHERE c.channel_id = ${channel} AND b.name = 'Bot ${world.name}';
		INSERT INTO user_channel (user_id, channel_id) SELECT user_id, ${channel} FROM user_channel WHERE channel_id = ${world.channel}
		ON CONFLICT DO NOTHING;
		INSERT INTO channel_health (channel_id, paused_until) VALUES (${channel}, 'infinity') ON CONFLICT (channel_id) DO UPDATE SET paused_until = 'infinity'`, world);
	return {
		key, channel: Number(channel),
		admit: person => sql(`INSERT INTO user_channel VALUES (${person.id}, ${channel}) ON CONFLICT DO NOTHING`, world),
		// Its Message-ID; the same sender's mails are one conversation.
		send(mail) {
			const message_id = mail.message_id ?? `<${randomBytes(8).toString('hex')}@casa.example>`;
			const raw = JSON.stringify({ mail: { name: 'Ana Núñez', subject: '', date: Math.floor(Date.now() / 1000), auto: false, references: '', text: '', files: [], ...mail, message_id } });
			sql(`WITH i AS (INSERT INTO inbound (channel_id, raw) VALUES (${channel}, ${quote(raw)}) RETURNING inbound_id, received_at)
				INSERT INTO inbound_queue (lane, inbound_id, received_at) SELECT 0, inbound_id, received_at FROM i`, world);
			return message_id;
		},
		// The open conversation of an address, once it has so many messages of theirs that say this.
		conversation: (from, says) => eventually(() => sql(`SELECT c.conversation_id FROM conversation c JOIN identity i ON i.identity_id = c.identity_id
			WHERE i.channel_id = ${channel} AND i.value = ${quote(from)} AND c.state = 3 AND EXISTS (SELECT FROM message m
				WHERE m.conversation_id = c.conversation_id AND m.author = 1 AND m.body LIKE ${quote(`%${says}%`)})`, world)[0]?.[0], `${from} says ${says}`, 20000),
		// What is to go out of a conversation.
		outbox: id => sql(`SELECT payload FROM outbox WHERE conversation_id = ${id} AND kind = 'message' ORDER BY outbox_id`, world).map(([payload]) => JSON.parse(payload)),
	};
}

// An operator of the world who reads its mail, and is the only one available.
export function reader(world, line) {
	const person = world.person();
	line.admit(person);
	sql(`UPDATE agent_state SET state = 0 WHERE user_id IN (SELECT user_id FROM user_queue WHERE queue_id = ${world.queue})`, world);
	return person;
}
