// What tools/template-lint lets into a template, and what it keeps out.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { root } from '../support/instance.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'ventanilla-lint-'));
after(() => rmSync(scratch, { recursive: true }));

function lint(text, name = 'page.cs') {
	const file = join(scratch, name);
	writeFileSync(file, text);
	const run = spawnSync(`${root}tools/template-lint`, [file], { encoding: 'utf8' });
	assert.equal(run.stderr, '');
	return { refused: run.status !== 0, output: run.stdout.replaceAll(file, name) };
}

function allows(what, ...texts) {
	test(`it allows ${what}`, () => {
		for (const text of texts) {
			assert.deepEqual(lint(text), { refused: false, output: '' }, text);
		}
	});
}

function refuses(what, reason, ...texts) {
	test(`it refuses ${what}`, () => {
		for (const text of texts) {
			const { refused, output } = lint(text);
			assert.ok(refused, `nothing said of ${text}`);
			assert.match(output, reason, text);
		}
	});
}

allows('data in text and in quoted attributes',
	'<p title="<?cs var:Name ?>" data-json=\'<?cs var:Json ?>\'><?cs var:Name ?></p>',
	'<p class="m <?cs var:m.class ?><?cs if:m.out ?> out<?cs /if ?>">·</p>');
allows('conditions, lists, macros and includes',
	'<?cs def:row(r) ?><li><?cs var:r.Name ?></li><?cs /def ?>'
	+ '<?cs each:r = Rows ?><?cs call:row(r) ?><?cs if:last(r) ?>;<?cs /if ?><?cs /each ?>',
	'<?cs include:"shell/_begin.cs" ?>',
	'<?cs if:State == "waiting" && !Mine ?>1<?cs elif:subcount(Rows) ?>2<?cs else ?>3<?cs /if ?>',
	'<?cs with:c = Contact ?><?cs var:c.Name ?><?cs /with ?>');
allows('a part that all pages share', '<?cs uvar:part("shell/begin.cs") ?>');
refuses('any other text that is not escaped', /command uvar/, '<?cs uvar:Name ?>', '<?cs uvar:part(Name) ?>',
	'<p title="<?cs uvar:part("shell/begin.cs") ?>"></p>', '<?cs uvar:part("shell/begin.cs") + Name ?>');
refuses('a part that is not there', /no such template/, '<?cs uvar:part("shell/none.cs") ?>');
allows('a choice of attributes inside a tag',
	'<option value="<?cs var:Id ?>"<?cs if:Chosen ?> selected<?cs /if ?>><?cs var:Name ?></option>');
allows('addresses that begin with a path of ours',
	'<a href="/desk/<?cs var:Id ?>?before=<?cs var:Seq ?>"></a>',
	'<a href="#m<?cs var:Seq ?>"></a>', '<a href="?page=<?cs var:Page ?>"></a>',
	'<form action="/desk/<?cs var:Id ?>/close" method="post"></form>',
	'<a href="tel:<?cs var:Phone ?>"></a>');
allows('addresses that were validated',
	'<a href="<?cs var:url_validate(Url) ?>"></a>', '<img src="<?cs var:url_validate(Url) ?>" alt="">',
	'<a href="<?cs var:url_validate(Url) ?>?a=<?cs var:B ?>"></a>',
	'<a href="<?cs var:url_validate("/desk/" + Id) ?>"></a>');
test('a document that leaves the platform brings its own rules, and nothing else does', () => {
	const text = '<style>p{margin:0}</style><p><?cs var:Name ?></p>';
	assert.equal(lint(text, 'document.cs').refused, false);
	assert.match(lint(text).output, /belong into static\/css/);
	assert.match(lint('<style><?cs var:Name ?></style>', 'document.cs').output, /inside <style>/);
	assert.match(lint('<script>a()</script>', 'document.cs').output, /code inside <script>/);
});
allows('texts of the locale, with values', '<p><?cs var:L.error.required ?></p>',
	'<p><?cs var:fill(L.common.date_today, Date) ?></p>', '<p><?cs var:L.common.month[Month] ?></p>');
allows('the product\'s name and the names of keys',
	'<title>· Ventanilla</title>', '<kbd>Ctrl</kbd>+<kbd>K</kbd>');
allows('comments of ours', '<?cs # Pieces that every screen uses. ?>');

refuses('every raw form of a value', /command (alt|name|uvar|evar|lvar)/,
	'<?cs alt:X ?>y<?cs /alt ?>', '<?cs name:X ?>', '<?cs uvar:X ?>', '<?cs evar:X ?>', '<?cs lvar:X ?>');
refuses('every change of the escaping', /command escape/,
	'<?cs escape:"none" ?><?cs var:X ?><?cs /escape ?>', '<?cs escape:"html" ?><?cs /escape ?>');
refuses('files that are not a literal name of ours', /include|linclude|no such template/,
	'<?cs linclude:Name ?>', '<?cs include:Name ?>', '<?cs include:"/etc/hostname" ?>',
	'<?cs include:"../x/page.cs" ?>', '<?cs include:"shell/../../x.cs" ?>', '<?cs include:"shell/none.cs" ?>');
refuses('assignments and loops', /command (set|loop)/, '<?cs set:X = "1" ?>', '<?cs loop:i = #1, #9, #1 ?><?cs /loop ?>');
refuses('arithmetic and comparisons of size', /arithmetic|operator/,
	'<?cs var:A + B ?>', '<?cs var:A - B ?>', '<?cs if:A > #5 ?><?cs /if ?>', '<?cs if:A <= B ?><?cs /if ?>',
	'<?cs var:A * #2 ?>', '<?cs var:A / #2 ?>', '<?cs var:A % #2 ?>', '<?cs var:A + #1 ?>');
refuses('conditions that belong into C', /decide it in C/, '<?cs if:A && B && C && D ?><?cs /if ?>');
refuses('functions that are not for templates', /function/,
	'<?cs var:text_html(X) ?>', '<?cs var:html_strip(X) ?>', '<?cs var:js_escape(X) ?>');
refuses('commands that demand a value', /command/, '<?cs var!X ?>');
refuses('data in an address that data may begin', /wants url_validate|in href/,
	'<a href="<?cs var:Url ?>"></a>', '<a href=\'<?cs var:Url ?>\'></a>', '<img src="<?cs var:Url ?>" alt="">',
	'<form action="<?cs var:Url ?>"></form>', '<button formaction="<?cs var:Url ?>"></button>',
	'<a href="/<?cs var:Host ?>"></a>', '<a href="https://<?cs var:Host ?>/"></a>', '<a href="java<?cs var:X ?>"></a>',
	'<a href="<?cs call:link(X) ?>"></a>', '<use href="<?cs var:Icon ?>"/>', '<a HREF="<?cs var:Url ?>"></a>');
refuses('a branch of an address that is not ours', /wants url_validate/,
	'<a href="<?cs if:A ?>/desk/<?cs else ?><?cs var:Url ?><?cs /if ?>"></a>',
	'<a href="<?cs if:A ?>/desk/<?cs /if ?><?cs var:Url ?>"></a>',
	'<a href="<?cs if:A ?>/desk/<?cs elif:B ?><?cs var:Url ?><?cs /if ?>"></a>');
refuses('values without quotes', /without quotes|outside quotes/,
	'<p title=<?cs var:X ?>></p>', '<p title=x></p>', '<p <?cs var:X ?>></p>', '<p<?cs call:attributes(X) ?>></p>');
refuses('data in a tag\'s name', /a bare </, '<<?cs var:X ?>>');
refuses('code inside the page', /code inside|inside <script>|attribute on|attribute style|<style>|srcdoc/,
	'<script>var x = 1;</script>', '<script><?cs var:X ?></script>', '<script src="/a.js">x</script>',
	'<p onclick="x()"></p>', '<p ONCLICK="x()"></p>', '<p style="color:red"></p>', '<style>p{}</style>',
	'<iframe srcdoc="x"></iframe>');
refuses('words outside the locale', /text outside the locale/,
	'<p>Hola</p>', '<p><?cs if:A ?>Sí<?cs /if ?></p>', '<img src="/a.png" alt="Foto">',
	'<input placeholder="Buscar">', '<a title="Cerrar <?cs var:X ?>"></a>', '<a aria-label="Cerrar"></a>', '<p>C-&middot;</p>');
refuses('texts that the locale lacks', /the locale has no/,
	'<?cs var:L.error.of_nobody ?>', '<?cs var:L.error ?>', '<?cs var:fill(L.nowhere.at_all, X) ?>',
	'<?cs var:L.nowhere[X] ?>');
refuses('comments that reach the browser', /HTML comment/, '<!-- x -->');
refuses('what does not end', /ends inside|is no <\?cs/, '<p title="x', '<p ', '<?cs var:X', '<?php ?>');

test('it names the file and the line', () => {
	assert.equal(lint('<p>\n<?cs var:X\n?>\n<?cs uvar:Y ?></p>\n').output, 'page.cs:4: command uvar:Y\n');
});

test('it finds an error in C whose text is missing', () => {
	const { refused, output } = lint('void f(void)\n{\n\tvt_fail_key(ctx, VT_E_INVALID,\n\t\t"error.of_nobody", "x %d", 1);\n}\n',
		'page.c');
	assert.ok(refused);
	assert.match(output, /^page\.c:\d+: the locale has no error\.of_nobody\n$/);
	assert.ok(!lint('int f(void)\n{\n\treturn vt_fail_field(ctx, "cuit", "error.cuit", "x.y");\n}\n', 'page.c').refused);
});

test('the templates and the sources of this tree pass', () => {
	const run = spawnSync(`${root}tools/template-lint`, { encoding: 'utf8' });
	assert.equal(run.stdout + run.stderr, '');
	assert.equal(run.status, 0);
});
