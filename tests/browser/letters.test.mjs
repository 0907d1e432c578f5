// E-mail at the desk in Chromium: what is folded, the form of hostile mails, and an answer with its subject and files.
import assert from 'node:assert/strict';
import test from 'node:test';
import { accessible, launch, logIn, open } from '../support/browser.mjs';
import { sql } from '../support/instance.mjs';
import { mailLine, reader } from '../support/letters.mjs';
import { eventually, World } from '../support/staff.mjs';

const WAIT = 20000;
// What must neither run nor call: each of these tries one of them.
const HOSTILE = [
	'<script>fetch("https://malo.example/1")</script><script src=https://malo.example/2></script>', '<img src=x onerror="location=\'https://malo.example/3\'">',
	'<a id=js href="javascript:location=\'https://malo.example/4\'">uno</a><a href="data:text/html,<script>1</script>">dos</a><a href=" JaVa\tScript:1">tres</a>',
	'<style>body{background:url(https://malo.example/5)}@import "https://malo.example/6";</style><div style="position:fixed;inset:0;background:url(https://malo.example/7)">tapa</div>',
	'<meta http-equiv=refresh content="0;url=https://malo.example/8"><base href="https://malo.example/9/">', '<form action=https://malo.example/10><input name=clave autofocus onfocus=alert(1)><button>Entrar</button></form>',
	'<svg onload="alert(1)"><image href="https://malo.example/11"/><script>alert(1)</script></svg>',
	'<iframe src=https://malo.example/13></iframe><object data=https://malo.example/14></object><embed src=https://malo.example/15><video src=https://malo.example/16 poster=https://malo.example/17 autoplay></video>',
	'<noscript><p title="</noscript><img src=https://malo.example/18 onerror=alert(1)>"></noscript>', '<link rel=stylesheet href=https://malo.example/19><link rel=prefetch href=https://malo.example/20>',
	'<table background=https://malo.example/21><tr><td background="https://malo.example/22">celda</td></tr></table>', '<img srcset="https://malo.example/23 2x" src="//malo.example/24"><picture><source srcset=https://malo.example/25></picture>',
	'<blockquote><blockquote cite=https://malo.example/26>hondo<blockquote>más</blockquote>', '<p>&lt;script&gt;alert(1)&lt;/script&gt; &#60;img src=x onerror=alert(1)&#62;</p>', '+ADw-script+AD4-alert(1)+ADw-/script+AD4-',
	'<p>fin</p>', '<template><script>alert(1)</script></template><xmp><script>alert(1)</script></xmp>',
	'<math><mtext><table><mglyph><style><img src=https://malo.example/12 onerror=alert(1)></style></table></math>', '<plaintext><script>alert(1)</script>',
].join('\n');

test('mail at the desk', { timeout: 120000 }, async t => {
	const browser = await launch();
	t.after(() => browser.close());
	const world = new World(), line = mailLine(world), operator = reader(world, line);
	const from = 'ana@casa.example';
	const { context, page } = await open(browser);
	t.after(async () => {
		await context.close();
		assert.deepEqual(page.faults, []);
	});
	const called = [];
	page.on('request', request => called.push(request.url()));
	page.on('dialog', dialog => {
		called.push(`dialog ${dialog.message()}`);
		dialog.dismiss();
	});
	await logIn(page, operator.login);
	line.send({ from, subject: 'Patente', text: 'Mi pregunta.', quoted: 'Agencia:\n> Lo de ustedes.', html: HOSTILE });
	const id = await line.conversation(from, 'Mi pregunta');
	await page.goto(`/desk/${id}`);
	const first = page.locator('#msgs .m', { hasText: 'Mi pregunta.' });

	await t.test('what is quoted opens by the keyboard, and stays open while the thread goes on', async () => {
		const summary = first.locator('summary', { hasText: 'Mostrar lo citado' });
		assert.equal(await first.getByText('Lo de ustedes').isVisible(), false);
		await summary.focus();
		await page.keyboard.press('Enter');
		await first.getByText('Lo de ustedes').waitFor();
		const old = await first.elementHandle();
		sql(`INSERT INTO message_touch SELECT ${id}, seq FROM message_mail WHERE conversation_id = ${id}`);
		line.send({ from, subject: 'Re: Patente', text: 'Otra línea.' });
		await page.locator('#msgs .m', { hasText: 'Otra línea.' }).waitFor({ timeout: WAIT });
		await eventually(() => old.evaluate(node => !node.isConnected), 'the bubble is another', WAIT);
		assert.equal(await first.getByText('Lo de ustedes').isVisible(), true);
		assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Mostrar lo citado');
		assert.equal(await page.locator('#msgs .subj').count(), 1);
		await accessible(page, 'a case by mail');
	});

	await t.test('a hostile mail runs nothing, calls nobody and leaves its frame nowhere', async () => {
		await first.getByText('Ver con formato').click();
		const frame = await (await page.waitForSelector('dialog iframe.letter')).contentFrame();
		await frame.waitForURL(/\/body$/);
		await eventually(async () => (await frame.content()).includes('fin'), 'it is there');
		const html = await frame.content();
		const body = html.slice(html.indexOf('<body'));
		assert.doesNotMatch(body, /<(?!\/|(?:body|p|a|img|div|blockquote|table|tbody|tr|td|br|span|html)\b)/, 'only what is allowed');
		assert.doesNotMatch(body, /<[^>]* (?:on\w+|style|srcset|background|action|id)=/);
		assert.doesNotMatch(body, /(?:href|src)="(?:javascript|data|\/\/|http)/i);
		await page.getByText('Las imágenes de otros sitios no se muestran').waitFor();
		assert.deepEqual(called.filter(url => !url.startsWith(new URL(page.url()).origin) && !/^(?:data|blob):/.test(url)), []);
		assert.equal(new URL(page.url()).pathname, `/desk/${id}`);
		await accessible(page, 'a mail with its form');
		await page.keyboard.press('Escape');
	});

	await t.test('the answer goes with the subject as it was left and all its files at once', async () => {
		assert.equal(await page.inputValue('[data-subject]'), 'Re: Patente');
		await page.fill('[data-subject]', 'Turno del lunes');
		await page.fill('#text', 'Hola, Ana.');
		const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.click('[data-attach]')]);
		await chooser.setFiles(['uno.txt', 'dos.txt'].map(name => ({ name, mimeType: 'text/plain', buffer: Buffer.from(name) })));
		await page.press('#text', 'Enter');
		const said = page.locator('#msgs .m.agent[data-seq]', { hasText: 'Hola, Ana.' });
		await said.getByText('uno.txt').waitFor({ timeout: WAIT });
		await said.getByText('dos.txt').waitFor();
		assert.equal(line.outbox(id).at(-1).subject, 'Turno del lunes');
		assert.deepEqual(await page.locator('#msgs .subj b').allTextContents(), ['Patente', 'Turno del lunes']);
		await page.locator(`#case-${id}`, { hasText: 'Turno del lunes · Hola, Ana.' }).waitFor({ timeout: WAIT });
	});
});
