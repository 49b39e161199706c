// Pages leave as bytes, in buffers that are used again, and what many pages contain unchanged is made into bytes once.
import type { FastifyInstance, FastifyReply } from 'fastify';
import { randomText } from '../random-text.ts';

/** Longer pages, which are rare, get a buffer of their own. */
const bufferBytes = 256 * 1024;
/** As many pages as are on their way at once; those beyond get buffers of their own. */
const mostBuffers = 16;
/** More than all weeks of a dozen versions of a programme have sections; whatever comes beyond is written into each page. */
const mostConstants = 2_000;

type ConstantBytes = { html: string; bytes: Buffer };

/** For templates: gives what stands in a page for a long HTML that other pages contain too, until the page is sent. */
export type ConstantPart = (html: string) => string;

/**
 * Turns every text that is sent into bytes. Node would send a long text by way of a new buffer of three times its length,
 * and a new buffer is what costs: of the time that a week's page takes, making one is a tenth, and clearing it away as
 * much. A buffer is used again once the answer that it carries has been handed to the system whole, or its connection is
 * gone, over which nothing can be sent any more.
 */
export function pageBytes(app: FastifyInstance): { constantPart: ConstantPart } {
  const encoder = new TextEncoder();
  const free: Buffer[] = [];
  let made = 0;
  // What stands for a part nobody can guess, so no text of anybody can call for one. It begins with a character that pages
  // do not have ("substitute"): looking for a "<" would stop at every tag.
  const opening = `\u001A${randomText(16)}:`;
  const closing = '\u001A';
  const constants: ConstantBytes[] = [];
  const standIns = new Map<string, string>();

  app.addHook('onSend', (_request, { raw }, payload, done) => done(null, typeof payload === 'string' ? bytesOf(payload, raw) : payload));

  return {
    constantPart(html) {
      const known = standIns.get(html);
      if (known !== undefined || constants.length >= mostConstants) return known ?? html;
      const standIn = `${opening}${constants.push({ html, bytes: Buffer.from(html) }) - 1}${closing}`;
      standIns.set(html, standIn);
      return standIn;
    },
  };

  function bytesOf(payload: string, raw: FastifyReply['raw']): Buffer {
    const buffer = free.pop() ?? (made < mostBuffers ? newBuffer() : null);
    const written = buffer ? writeInto(buffer, payload) : null;
    if (!buffer || written === null) {
      if (buffer) free.push(buffer);
      return Buffer.from(whole(payload));
    }
    let isOut = true;
    const giveBack = (): void => {
      if (isOut) free.push(buffer);
      isOut = false;
    };
    raw.once('finish', giveBack).once('close', giveBack);
    return buffer.subarray(0, written);
  }

  /** How many bytes the page has, or null when the buffer is too short for it. */
  function writeInto(buffer: Buffer, payload: string): number | null {
    let written = 0;
    for (const piece of piecesOf(payload)) {
      if (typeof piece === 'string') {
        const text = encoder.encodeInto(piece, buffer.subarray(written));
        if (text.read < piece.length) return null;
        written += text.written;
      } else {
        if (piece.bytes.length > buffer.length - written) return null;
        written += piece.bytes.copy(buffer, written);
      }
    }
    return written;
  }

  /** The page as text, with its parts in their places. */
  function whole(payload: string): string {
    return piecesOf(payload).map((piece) => (typeof piece === 'string' ? piece : piece.html)).join('');
  }

  /** The text of a page, and the parts that it calls for, in their order. */
  function piecesOf(payload: string): (string | ConstantBytes)[] {
    const [beginning = '', ...calls] = payload.split(opening);
    return [beginning, ...calls.flatMap((call) => {
      const end = call.indexOf(closing);
      const part = constants[Number(call.slice(0, end))];
      if (!part) throw new Error('a page calls for a part that there is not');
      return [part, call.slice(end + closing.length)];
    })];
  }

  function newBuffer(): Buffer {
    made += 1;
    return Buffer.allocUnsafeSlow(bufferBytes);
  }
}
