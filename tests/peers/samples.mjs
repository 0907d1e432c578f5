// Small files for who has none at hand: a picture, a voice, a document, a sticker, a film.
import { deflateSync } from 'node:zlib';

function crc(data) {
	let value = ~0;
	for (const byte of data) {
		value ^= byte;
		for (let i = 0; i < 8; i++) {
			value = value >>> 1 ^ (value & 1 ? 0xedb88320 : 0);
		}
	}
	return ~value >>> 0;
}

function chunk(type, data) {
	const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
	const size = Buffer.alloc(4), sum = Buffer.alloc(4);
	size.writeUInt32BE(data.length);
	sum.writeUInt32BE(crc(body));
	return Buffer.concat([size, body, sum]);
}

// A landscape of two colours, other ones for another shade (0 to 255).
export function png(width = 320, height = 240, shade = 90) {
	const rows = Buffer.alloc(height * (1 + width * 3));
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const hill = y > height * 0.65 + Math.sin(x / 40) * height / 10;
			rows.set(hill ? [40, 140 - y / 4, shade] : [120 + y / 3, 180, 235 - shade / 4], y * (1 + width * 3) + 1 + x * 3);
		}
	}
	const head = Buffer.alloc(13);
	head.writeUInt32BE(width);
	head.writeUInt32BE(height, 4);
	head.set([8, 2, 0, 0, 0], 8);
	return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

// One page that says so.
export function pdf(words = 'Comprobante de practica') {
	const text = `BT /F1 18 Tf 60 760 Td (${words}) Tj ET`;
	const objects = [
		'<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
		'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
		`<< /Length ${text.length} >>\nstream\n${text}\nendstream`, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
	];
	let body = '%PDF-1.4\n';
	const places = objects.map((object, i) => {
		const at = body.length;
		body += `${i + 1} 0 obj\n${object}\nendobj\n`;
		return at;
	});
	const table = places.map(at => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
	return Buffer.from(`${body}xref\n0 6\n0000000000 65535 f \n${table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`, 'latin1');
}

// The pages of an Ogg stream of Opus: its two headers and some frames of silence.
export function opus(frames = 50) {
	const page = (flags, position, sequence, packets) => {
		const head = Buffer.alloc(27);
		head.write('OggS');
		head[5] = flags;
		head.writeBigUInt64LE(BigInt(position), 6);
		head.writeUInt32LE(7, 14);
		head.writeUInt32LE(sequence, 18);
		head[26] = packets.length;
		const whole = Buffer.concat([head, Buffer.from(packets.map(one => one.length)), ...packets]);
		whole.writeUInt32LE(oggCrc(whole), 22);
		return whole;
	};
	const first = Buffer.from('OpusHead\x01\x01\x38\x01\x80\xbb\x00\x00\x00\x00\x00', 'latin1');
	const tags = Buffer.concat([Buffer.from('OpusTags'), Buffer.from([4, 0, 0, 0]), Buffer.from('peer'), Buffer.alloc(4)]);
	const silence = Array.from({ length: frames }, () => Buffer.from([0xf8, 0xff, 0xfe]));
	return Buffer.concat([page(2, 0, 0, [first]), page(0, 0, 1, [tags]), page(4, frames * 960, 2, silence)]);
}

function oggCrc(data) {
	let value = 0;
	for (const byte of data) {
		value ^= byte << 24;
		for (let i = 0; i < 8; i++) {
			value = value << 1 ^ (value & 0x80000000 ? 0x04c11db7 : 0);
		}
	}
	return value >>> 0;
}

// A green square of 128 pixels, lossless WebP.
const webp = () => Buffer.from('UklGRhoAAABXRUJQVlA4TA0AAAAvf8AfAGhjJbrW/wAAAA==', 'base64');

// The beginning of an MP4: enough to be known as one.
const mp4 = () => Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypmp42\0\0\0\0mp42isom'), Buffer.from([0, 0, 0, 16]), Buffer.from('mdatpractica')]);

export function sampleOf(kind) {
	switch (kind) {
	case 'photo': return { name: 'foto.png', type: 'image/png', data: png() };
	case 'voice': return { name: 'voz.ogg', type: 'audio/ogg', data: opus() };
	case 'video': return { name: 'video.mp4', type: 'video/mp4', data: mp4() };
	case 'sticker': return { name: 'sticker.webp', type: 'image/webp', data: webp() };
	default: return { name: 'comprobante.pdf', type: 'application/pdf', data: pdf() };
	}
}
