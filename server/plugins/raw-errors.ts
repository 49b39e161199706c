// Answers what is not HTTP well enough to become a request: headers too large, too slow, or not HTTP at all.
import type { FastifyInstance } from 'fastify';
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';

const answers: Record<string, { status: string; title: string; words: string }> = {
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large', title: 'This request is too large',
    words: 'Your browser sent more in one request than Coachline reads, often because of too many cookies. Close the Coachline tabs you no longer need, then open the link in your course again.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: '408 Request Timeout', title: 'That took too long',
    words: 'Your request did not arrive in time. Check your connection, then open the link in your course again.',
  },
};
const unreadable = { status: '400 Bad Request', title: 'This request could not be read', words: 'What arrived is not a request that Coachline can read. Open the link in your course again.' };

/** For Fastify's `clientErrorHandler`. There is no request and no reply here, only a socket, so the page is written by hand. */
export function answerRawError(this: FastifyInstance, error: Error & { code?: string }, socket: Socket): void {
  // The other side hung up, or an answer is on its way already.
  if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const { status, title, words } = answers[error.code ?? ''] ?? unreadable;
  const reference = randomBytes(6).toString('hex');
  this.log.info({ reference, code: error.code }, 'a request that could not be read');
  const page = `<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} · Coachline</title></head><body><main><h1>${title}</h1><p>${words}</p><p>Reference <code>${reference}</code></p></main></body></html>`;
  socket.end(`HTTP/1.1 ${status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(page)}\r\ncache-control: no-store\r\nx-content-type-options: nosniff\r\ncontent-security-policy: default-src 'none'\r\nconnection: close\r\n\r\n${page}`);
}
