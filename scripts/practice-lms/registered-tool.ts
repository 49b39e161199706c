// A tool as it is registered at the platform.
import { allScopes } from './services.ts';

/** A tool as the platform's administrator registered it. */
export type RegisteredTool = {
  clientId: string;
  name: string;
  /** Where the tool lives; links are paths under it. */
  url: string;
  loginUrl: string;
  /** Compared character by character (Security Framework 1.0, 5.1.1.2). */
  redirectUris: readonly string[];
  /** The first is used unless a launch names another. */
  deploymentIds: readonly string[];
  /** Where the tool publishes its keys. */
  jwksUrl: string;
  /** What the administrator lets it do. */
  scopes: readonly string[];
  /** What it is told of people: the words are Canvas's. */
  privacy: 'public' | 'name_only' | 'email_only' | 'anonymous';
  /** Claims of a person that it registered for, where it was registered so; null is all. */
  claims: readonly string[] | null;
  /** Sent with every launch, with the platform's variables put in. */
  custom: Readonly<Record<string, string>>;
  /** Where a message type opens when not at the link's own address. */
  messageTargets: Readonly<Record<string, string>>;
};

/** A tool that lives at `url` the way Coachline does; `known` replaces what differs. */
export function toolAt(url: string, known: Partial<RegisteredTool> = {}): RegisteredTool {
  const origin = url.replace(/\/+$/, '');
  return {
    clientId: 'practice-client-1',
    name: 'Coachline',
    url: origin,
    loginUrl: `${origin}/lti/login`,
    redirectUris: [`${origin}/lti/launch`],
    deploymentIds: ['practice-deployment-1'],
    jwksUrl: `${origin}/lti/jwks`,
    scopes: allScopes,
    privacy: 'public',
    claims: null,
    custom: {},
    messageTargets: {},
    ...known,
  };
}
