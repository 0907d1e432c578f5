// A telephone with an application of codes: Debian's oathtool.
import { execFileSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { decode } from './admin.mjs';

// What it shows for a secret, as its clock will say in so many seconds; not where one code gives way to the next.
export async function codeOf(secret, seconds = 0) {
	const left = 30 - Date.now() / 1000 % 30;
	if (left < 5) await pause(left * 1000 + 50);
	return execFileSync('oathtool', ['--totp', '-b', secret, '--now', `@${Math.floor(Date.now() / 1000) + seconds}`], { encoding: 'utf8' }).trim();
}

// What the page of the second factor offers to somebody who has none.
export const offerIn = text => ({ offer: decode(/name="offer" value="([^"]*)"/.exec(text)?.[1] ?? ''),
	secret: /wrap-any">([A-Z2-7]+)</.exec(text)?.[1] ?? 'A'.repeat(32) });
