// A case as if it had come by a line of WhatsApp, with templates of its account.
import { sql } from './instance.mjs';
import { once } from './visitor.mjs';

const quote = text => `'${text.replaceAll("'", "''")}'`;
export const APPROVED = 2, REJECTED = 3, PAUSED = 6;

// silent: how long the contact has said nothing. {channel, business}.
export function byWhatsapp(id, { silent = '25 hours' } = {}) {
	const name = `wa-${once().slice(0, 12)}`;
	const [[channel]] = sql(`WITH a AS (INSERT INTO template_account (business, due_at) VALUES ('${name}', now() + interval '1 day')),
		h AS (INSERT INTO channel (messenger, key, name, settings, default_queue_id) SELECT 2, '${name}', '${name}', '{"waba": "${name}"}', queue_id
			FROM queue WHERE key = 'general' RETURNING channel_id),
		i AS (INSERT INTO identity (contact_id, channel_id, kind, value) SELECT c.contact_id, h.channel_id, 'phone', '549221' || ${id} % 10000000
			FROM conversation c, h WHERE c.conversation_id = ${id} RETURNING identity_id, channel_id)
		UPDATE conversation SET channel_id = i.channel_id, identity_id = i.identity_id, visitor_id = NULL, last_contact_at = now() - interval '${silent}'
		FROM i WHERE conversation_id = ${id} RETURNING i.channel_id`);
	return { channel: Number(channel), business: name };
}

export const TURNO = [{ type: 'HEADER', format: 'TEXT', text: 'Turno {{1}}', example: { header_text: ['77'] } },
	{ type: 'BODY', text: 'Hola {{1}}, te esperamos el {{2}}.\n\nTraé tu documento.', example: { body_text: [['Ana', 'lunes a las 9']] } },
	{ type: 'FOOTER', text: 'Agencia' },
	{ type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: 'Confirmo' }, { type: 'URL', text: 'Ver', url: 'https://a.example/t/{{1}}', example: ['https://a.example/t/9'] }] }];

export function aTemplate({ business }, name, { state = APPROVED, category = 1, language = 'es_AR', components = TURNO, format = 'POSITIONAL' } = {}) {
	return sql(`INSERT INTO template (business, name, language, category, state, format, components, provider_id, paused_until)
		VALUES ('${business}', '${name}', '${language}', ${category}, ${state}, '${format}', ${quote(JSON.stringify(components))}, '${once()}',
			${state === PAUSED ? "now() + interval '3 hours'" : 'NULL'}) RETURNING template_id`)[0][0];
}

export const BOLETA = [{ type: 'HEADER', format: 'DOCUMENT', example: { header_handle: ['4::a'] } },
	{ type: 'BODY', text: 'Hola {{1}}, te mandamos tu boleta.', example: { body_text: [['Ana']] } }];
export const PDF = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');

// What goes into TURNO.
export const filled = { header: '88', value1: 'José', value2: 'martes', button2: 't9' };
