// Style sheets, scripts, icon and fonts, read once at the start and served under names that carry a hash of their content.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply } from 'fastify';

const OWN_ASSETS = join(import.meta.dirname, '../../views/assets');
const FONT_FILES = join(import.meta.dirname, '../../node_modules/@fontsource-variable/source-serif-4/files');
/** Latin for our text, latin-ext and Vietnamese for people's names; the optical sizes only where large letters need them. */
const FONTS = [
  'source-serif-4-latin-opsz-normal.woff2',
  'source-serif-4-latin-ext-opsz-normal.woff2',
  'source-serif-4-vietnamese-opsz-normal.woff2',
  'source-serif-4-latin-wght-italic.woff2',
  'source-serif-4-latin-ext-wght-italic.woff2',
];
const CONTENT_TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** The address of an asset by its plain name: `asset('site.css')` is `/assets/site.1a2b3c4d5e.css`. Throws on a name that does not exist. */
export type AssetAddress = (name: string) => string;

type AssetFile = { hashedName: string; contentType: string; plain: Buffer; compressed: Promise<Compressed> | null };
type Compressed = { br: Buffer; gzip: Buffer };

export type Assets = { asset: AssetAddress; byHashedName: ReadonlyMap<string, AssetFile> };

/**
 * Reads views/assets and the fonts. `url(NAME)` in a style sheet is rewritten to NAME's hashed name, so a change
 * in a font changes the style sheet's own name too.
 * @param withPreview brings the script of `npm run dev` too (plugins/preview.ts)
 * @throws Error when a style sheet names a file that is not there.
 */
export function loadAssets({ withPreview = false } = {}): Assets {
  const byName = new Map<string, AssetFile>();
  const address = (name: string) => {
    const file = byName.get(name);
    if (!file) throw new Error(`there is no asset ${name}`);
    return file.hashedName;
  };

  const own = readdirSync(OWN_ASSETS).filter((name) => extname(name) in CONTENT_TYPES && (withPreview || name !== 'preview.js'));
  for (const name of FONTS) byName.set(name, describe(name, readFileSync(join(FONT_FILES, name))));
  for (const name of own.filter((candidate) => extname(candidate) !== '.css')) byName.set(name, describe(name, readFileSync(join(OWN_ASSETS, name))));
  for (const name of own.filter((candidate) => extname(candidate) === '.css')) {
    const css = readFileSync(join(OWN_ASSETS, name), 'utf8').replaceAll(/url\(([\w.-]+)\)/g, (_match, target: string) => `url(${address(target)})`);
    byName.set(name, describe(name, Buffer.from(css)));
  }

  return {
    asset: (name) => `/assets/${address(name)}`,
    byHashedName: new Map([...byName.values()].map((file) => [file.hashedName, file])),
  };
}

/** `GET /assets/NAME.HASH.EXT`, kept by browsers for a year. */
export function assets(app: FastifyInstance, { byHashedName }: Assets): void {
  const byPlainName = new Map([...byHashedName.values()].map((file) => [withoutHash(file.hashedName), file]));

  app.get<{ Params: { file: string } }>('/assets/:file', { config: { access: 'public' } }, async (request, reply) => {
    const { file: name } = request.params;
    const exact = byHashedName.get(name);
    if (exact) return sendAsset(reply.header('cache-control', 'public, max-age=31536000, immutable'), exact, request.headers['accept-encoding']);
    // While an upgrade rolls over several servers, a page of one may ask another: better its own version than none.
    const sibling = byPlainName.get(withoutHash(name));
    if (sibling) return sendAsset(reply.header('cache-control', 'no-store'), sibling, request.headers['accept-encoding']);
    return reply.callNotFound();
  });
}

async function sendAsset(reply: FastifyReply, file: AssetFile, accepted = ''): Promise<FastifyReply> {
  reply.header('content-type', file.contentType).header('x-content-type-options', 'nosniff').header('vary', 'accept-encoding');
  // A script in a sandboxed frame has an opaque origin, for which even our own fonts are another origin's.
  reply.header('access-control-allow-origin', '*').header('cross-origin-resource-policy', 'cross-origin');
  const compressed = await file.compressed;
  if (compressed && /\bbr\b/.test(accepted)) return reply.header('content-encoding', 'br').send(compressed.br);
  if (compressed && /\bgzip\b/.test(accepted)) return reply.header('content-encoding', 'gzip').send(compressed.gzip);
  return reply.send(file.plain);
}

function describe(name: string, plain: Buffer): AssetFile {
  const extension = extname(name);
  const hash = createHash('sha256').update(plain).digest('hex').slice(0, 10);
  const compresses = extension !== '.woff2';   // which is brotli already
  return {
    hashedName: `${name.slice(0, -extension.length)}.${hash}${extension}`,
    contentType: CONTENT_TYPES[extension] ?? 'application/octet-stream',
    plain,
    compressed: compresses ? compressedOf(plain, hash) : null,
  };
}

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);
const compressions = new Map<string, Promise<Compressed>>();

/** Takes half a second, in threads beside the start; the same bytes once a process, which may build several applications. */
function compressedOf(plain: Buffer, hash: string): Promise<Compressed> {
  const known = compressions.get(hash);
  if (known) return known;
  const made = Promise.all([brotli(plain), zip(plain)]).then(([br, gz]) => ({ br, gzip: gz }));
  compressions.set(hash, made);
  return made;
}

const withoutHash = (hashedName: string) => hashedName.replace(/\.[0-9a-f]{10}(\.\w+)$/, '$1');
