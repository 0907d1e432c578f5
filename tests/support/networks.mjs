// An instance of a test's own with the networks' side beside it, and people who write from their telephones.
import { ownInstance, sql } from './instance.mjs';
import { World } from './staff.mjs';

export class Phones {
	constructor(instance) {
		this.instance = instance;
	}

	async ask(path, body) {
		const response = await fetch(`${this.instance.peers.url}/peer/${path}`, body && { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
		const answer = await response.json();
		if (!response.ok) {
			throw new Error(`${path}: ${answer.error}`);
		}
		return answer;
	}

	// Somebody: act(network, deed, given), waits(network, fits) for what the line writes, messages(network).
	async person(given) {
		const { id } = await this.ask('people', given);
		return {
			act: async (network, deed, more = {}) => (await this.ask(`people/${id}/${network}/${deed}`, more)).message,
			waits: (network, fits) => this.ask(`wait?${new URLSearchParams({ person: id, network, wait: 20, ...fits })}`),
			messages: async network => (await this.ask('news?since=0')).messages.filter(one => one.person === id && one.network === network),
			number: given.number,
		};
	}

	async file(id) {
		return Buffer.from(await (await fetch(`${this.instance.peers.url}/peer/files/${id}`)).arrayBuffer());
	}
}

// {instance, phones, world, operator}: the lines of practice, with the world's bot and queue, where the operator attends.
export function practice(t, name, nodes) {
	const instance = ownInstance(t, name, '--with', 'peers');
	const world = new World({ instance, ...(nodes && { nodes }) });
	const operator = world.person();
	sql(`UPDATE channel c SET default_queue_id = q.queue_id, bot_id = b.bot_id FROM queue q, bot b
		WHERE c.key LIKE 'practica-%' AND q.key = '${world.name}' AND b.name = 'Bot ${world.name}';
		INSERT INTO user_channel (user_id, channel_id) SELECT ${operator.id}, channel_id FROM channel WHERE key LIKE 'practica-%'`, { instance });
	return { instance, phones: new Phones(instance), world, operator };
}

// A file from the desk, chosen by its button and sent.
export async function attach(page, name, buffer) {
	const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.click('[data-attach]')]);
	await chooser.setFiles([{ name, mimeType: 'image/png', buffer }]);
	await page.press('#text', 'Enter');
}
