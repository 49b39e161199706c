// What the services do wrong on demand: each endpoint by itself, so that a tool can be watched coping.
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Platform } from './platform.ts';
import { serviceNames } from './services.ts';
import type { ServiceName } from './services.ts';

/** In words for the page where people switch them. */
export const serviceFaultWords = {
  'none': 'Works',
  'slow': 'Slow: answers, but late',
  'hang': 'Hangs: never answers',
  'lost-answer': 'Does what is asked and loses the answer',
  'huge': 'Answers ten megabytes',
  'html': 'Answers a page of HTML',
  'broken-json': 'Answers broken JSON',
  'flaky': 'Fails one in five (500, 503, 429 in turn)',
  'error': 'Always 500',
  'unavailable': 'Always 503',
  'too-many': 'Always 429',
  'throttled': 'Canvas’s 403, rate limit exceeded',
  'token-revoked': '401 once: the access token is taken back',
  'unauthorized': 'Always 401',
  'forbidden': 'Always 403',
  'not-found': 'Always 404',
  'unprocessable': 'Always 422',
  'redirect': 'Redirects to another origin',
} as const;
export type ServiceFault = keyof typeof serviceFaultWords;
export const serviceFaults = Object.keys(serviceFaultWords) as ServiceFault[];

export type Faults = {
  /** Set one and the next calls of that endpoint go so. */
  readonly at: Record<ServiceName, ServiceFault>;
  /** What `slow` takes: by default longer than any tool should wait. */
  slowMilliseconds: number;
  /** `flaky` fails one of so many calls, which one by chance from `seed`: the same in every run. */
  oneIn: number;
  seed: number;
  /** Calls of each endpoint, also those that went well. */
  readonly calls: Record<ServiceName, number>;
  /** Calls that a fault answered, oldest first; status null where nothing was answered. */
  readonly struck: { service: ServiceName; fault: ServiceFault; status: number | null }[];
  /** Requests that followed a redirect or a next link to the other origin; there should be none. */
  readonly strays: { path: string; authorization: string | null }[];
  /** Another origin than the LMS's own, where `redirect` leads. */
  readonly otherOrigin: string;
  /** Everything works again, and nothing was counted. */
  clear(): void;
};

const tenMegabytes = 10_000_000;

/** Creates the switches and has them strike on `services`; what hangs or is slow ends when `closing` is aborted. */
export function serveFaults(services: FastifyInstance, platform: Platform, { closing, otherOrigin }: { closing: AbortSignal; otherOrigin: string }): Faults {
  const everywhere = <Value>(value: Value) => Object.fromEntries(serviceNames.map((name) => [name, value])) as Record<ServiceName, Value>;
  let chance = chanceFrom(1);
  /** By endpoint: the call that fails in this round of `oneIn`, and how many fails there were. */
  let rounds = new Map<ServiceName, { call: number; fails: number; failed: number }>();
  let seed = 1;
  const faults: Faults = {
    at: everywhere<ServiceFault>('none'),
    slowMilliseconds: 30_000,
    oneIn: 5,
    get seed() { return seed; },
    set seed(value) { seed = value; chance = chanceFrom(value); rounds = new Map(); },
    calls: everywhere(0),
    struck: [], strays: [], otherOrigin,
    clear() {
      Object.assign(faults.at, everywhere('none'));
      Object.assign(faults.calls, everywhere(0));
      faults.struck.length = 0;
      faults.strays.length = 0;
      faults.seed = seed;
    },
  };

  services.addHook('preHandler', async (request, reply) => {
    const service = request.routeOptions.config.practiceService;
    if (!service) return;
    faults.calls[service] += 1;
    await strike(service, faults.at[service], request, reply);
    return reply.sent ? reply : undefined;
  });
  services.addHook('onSend', async (request, reply, payload) => {
    const service = request.routeOptions.config.practiceService;
    if (service && faults.at[service] === 'lost-answer') {
      faults.struck.push({ service, fault: 'lost-answer', status: null });
      request.raw.socket.destroy();
    }
    return payload;
  });
  services.all('/elsewhere/*', async (request, reply) => {
    faults.strays.push({ path: request.url.replace('/elsewhere', ''), authorization: request.headers.authorization ?? null });
    return reply.type('application/json').send('[]');
  });
  return faults;

  async function strike(service: ServiceName, fault: ServiceFault, request: FastifyRequest, reply: FastifyReply) {
    const answer = (status: number, type = 'text/html', body: string | Buffer = '<h1>That did not work</h1>') => {
      faults.struck.push({ service, fault, status });
      return reply.code(status).type(type).send(body);
    };
    switch (fault) {
      case 'none': case 'lost-answer': return;
      case 'slow':
        await sleep(faults.slowMilliseconds, undefined, { signal: closing }).catch(() => undefined);
        return;
      case 'hang':
        faults.struck.push({ service, fault, status: null });
        reply.hijack();
        return;
      case 'huge': return answer(200, 'application/json', Buffer.concat([Buffer.from('{"padding":"'), Buffer.alloc(tenMegabytes, 'x'), Buffer.from('"}')]));
      case 'html': return answer(200, 'text/html', '<!doctype html><h1>Please log in</h1>');
      case 'broken-json': return answer(200, 'application/json', '{"access_token": "half of it');
      case 'flaky': return failNow(service) ? answerFlaky(service, answer, reply) : undefined;
      case 'error': return answer(500);
      case 'unavailable': return answer(503);
      case 'too-many': reply.header('retry-after', '1'); return answer(429);
      case 'throttled': reply.header('x-rate-limit-remaining', '0.0').header('x-request-cost', '12.5'); return answer(403, 'text/plain', '403 Forbidden (Rate Limit Exceeded)\n');
      case 'token-revoked':
        faults.at[service] = 'none';
        faults.struck.push({ service, fault, status: 401 });
        if (service === 'token') return reply.code(401).send({ error: 'invalid_client' });
        // The service's own check then answers 401.
        return platform.tokens.revoke();
      case 'unauthorized': return answer(401, 'application/json', '{"error":"invalid_token"}');
      case 'forbidden': return answer(403, 'application/json', '{"error":"insufficient_scope"}');
      case 'not-found': return answer(404, 'application/json', '{"error":"not found"}');
      case 'unprocessable': return answer(422, 'application/json', '{"errors":{"type":"unprocessable_entity","message":"User not found in course or is not a student"}}');
      case 'redirect':
        faults.struck.push({ service, fault, status: 302 });
        return reply.redirect(`${otherOrigin}/elsewhere${request.url}`, 302);
    }
  }

  /** True for exactly one call in each round of `oneIn`. */
  function failNow(service: ServiceName): boolean {
    const round = rounds.get(service) ?? { call: 0, fails: 0, failed: 0 };
    rounds.set(service, round);
    if (round.call === 0) round.fails = Math.floor(chance() * faults.oneIn);
    const fails = round.call === round.fails;
    round.call = (round.call + 1) % faults.oneIn;
    return fails;
  }

  function answerFlaky(service: ServiceName, answer: (status: number) => FastifyReply, reply: FastifyReply) {
    const round = rounds.get(service)!;
    const status = [500, 503, 429][round.failed % 3]!;
    round.failed += 1;
    if (status === 429) reply.header('retry-after', '1');
    return answer(status);
  }
}

/** Numbers from 0 to 1 that look like chance and are the same for the same seed (a linear congruential generator). */
function chanceFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
