// POST /token: an access token for a tool that proves itself by a signed assertion
// (1EdTech Security Framework 1.0, 4.1; RFC 6749, 4.4; RFC 7523, 2.2 and 3).
import type { FastifyInstance } from 'fastify';
import type { JWTPayload } from 'jose';
import type { Platform, RegisteredTool } from './platform.ts';

type OAuthError = { error: 'invalid_request' | 'invalid_client' | 'invalid_scope' | 'unsupported_grant_type'; description: string; clientId?: string | undefined };
type Judged = { tool: RegisteredTool; scopes: string[] } | OAuthError;

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const longestLifeSeconds = 3600;
/** How far the clocks of tool and platform may be apart. */
const leewaySeconds = 60;

export function serveTokens(app: FastifyInstance, platform: Platform): void {
  const { tokens, toolKeys } = platform;
  /** Assertions that were used: client and jti → when they end. */
  const seen = new Map<string, number>();

  app.post('/token', { config: { practiceService: 'token' } }, async (request, reply) => {
    const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '');
    const form = isForm ? new URLSearchParams(typeof request.body === 'string' ? request.body : '') : null;
    const judged: Judged = form ? await judge(form) : { error: 'invalid_request', description: 'The parameters must come as application/x-www-form-urlencoded.' };
    const asked = (form?.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
    reply.header('cache-control', 'no-store').header('pragma', 'no-cache');
    if ('error' in judged) {
      const { error, description, clientId } = judged;
      tokens.requests.push({ at: platform.clock(), clientId: clientId ?? null, asked, granted: [], error });
      return reply.code(error === 'invalid_client' ? 401 : 400).type('application/json').send({ error, error_description: description });
    }
    const { tool, scopes } = judged;
    const token = tokens.issue(tool.clientId, scopes);
    tokens.requests.push({ at: platform.clock(), clientId: tool.clientId, asked, granted: scopes, error: null });
    const habits = platform.profile.token;
    // As text, so that the LMS that calls its JSON text/html can.
    return reply.type(habits.contentType).send(JSON.stringify({
      access_token: token.value, token_type: habits.type, scope: scopes.join(' '),
      ...(habits.saysExpiry && { expires_in: tokens.lifetimeSeconds }),
    }));
  });

  async function judge(form: URLSearchParams): Promise<Judged> {
    const repeated = [...form.keys()].find((name) => form.getAll(name).length > 1);
    if (repeated) return { error: 'invalid_request', description: `${repeated} came twice.` };
    if (!form.has('grant_type')) return { error: 'invalid_request', description: 'grant_type is missing.' };
    if (form.get('grant_type') !== 'client_credentials') return { error: 'unsupported_grant_type', description: 'grant_type must be client_credentials.' };
    if (form.get('client_assertion_type') !== assertionType) return { error: 'invalid_request', description: `client_assertion_type must be ${assertionType}.` };
    const assertion = form.get('client_assertion');
    if (!assertion) return { error: 'invalid_request', description: 'client_assertion is missing.' };

    const verdict = await toolKeys.verify(assertion, platform.tools);
    if (!verdict.good) return { error: 'invalid_client', description: `The assertion is not believed: ${verdict.reason}.`, clientId: verdict.issuer ?? undefined };
    const { claims, tool } = verdict;
    const fault = assertionFault(claims, tool);
    if (fault) return { error: 'invalid_client', description: `The assertion is not believed: ${fault}.`, clientId: tool.clientId };

    const asked = (form.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
    if (asked.length === 0) return { error: 'invalid_scope', description: 'scope is missing.', clientId: tool.clientId };
    const granted = asked.filter((scope) => platform.scopesOf(tool).includes(scope));
    if (granted.length === 0) return { error: 'invalid_scope', description: 'None of these scopes is granted to this tool.', clientId: tool.clientId };
    return { tool, scopes: [...new Set(granted)] };
  }

  /** What is wrong with the claims of an assertion whose signature holds; undefined when nothing is. */
  function assertionFault({ sub, aud, exp, iat, nbf, jti }: JWTPayload, tool: RegisteredTool): string | undefined {
    const now = platform.clock().epochMilliseconds / 1000;
    const audiences = tokens.audience === null ? [platform.tokenUrl, platform.profile.token.audience] : [tokens.audience];
    if (sub !== tool.clientId) return 'sub must be the client id, as iss is';
    // A list makes D2L answer 500, and others pick their first.
    if (typeof aud !== 'string') return 'aud must be one string';
    if (!audiences.includes(aud)) return `aud must be ${audiences[0]}`;
    if (typeof exp !== 'number') return 'exp is missing';
    if (exp <= now) return 'exp has passed';
    if (exp > now + longestLifeSeconds + leewaySeconds) return 'exp is more than an hour off';
    if (typeof iat !== 'number') return 'iat is missing';
    if (iat > now + leewaySeconds) return 'iat is in the future';
    if (nbf !== undefined && nbf > now + leewaySeconds) return 'nbf is in the future';
    if (typeof jti !== 'string' || jti === '') return 'jti is missing';
    for (const [key, endsAt] of seen) if (endsAt <= now) seen.delete(key);
    const key = `${tool.clientId} ${jti}`;
    if (seen.has(key)) return 'jti was used before';
    seen.set(key, exp);
    return undefined;
  }
}
