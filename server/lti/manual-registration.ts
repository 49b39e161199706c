// What somebody types in to connect a platform by hand, checked field by field in words.
import { isForeignAudience, isUsableAddress, strangeAddress } from './dynamic-registration.ts';
import type { HeldReason } from './dynamic-registration.ts';

/** As the form sends them; absent is empty. */
export type ManualFields = Partial<Record<ManualField, string>>;
export type ManualField = 'name' | 'issuer' | 'clientId' | 'authenticationUrl' | 'tokenUrl' | 'keysetUrl' | 'deploymentId' | 'tokenAudience';

export type ManualRegistration = {
  name: string;
  issuer: string;
  clientId: string;
  authenticationUrl: string;
  tokenUrl: string;
  keysetUrl: string;
  /** Null where each course or account has one of its own, to be approved when it first knocks. */
  deploymentId: string | null;
  productFamily: string | null;
  tokenAudience: string | null;
  heldReason: HeldReason | null;
};

export type ManualDecision = { good: true; registration: ManualRegistration } | { good: false; errors: ManualFields };

const longestUrl = 2048;
const longestText = 255;

/** What is called how in the message of a wrong address. */
const addresses = {
  issuer: 'the issuer',
  authenticationUrl: 'the authentication address',
  tokenUrl: 'the access token address',
  keysetUrl: 'the address of the public keys',
} as const;

/**
 * Checks the fields, and whether the addresses plainly belong to the issuer (rule 84) and the audience to the token
 * address: where they do not, an administrator's registration waits for an operator.
 * @param productFamily the kind of LMS whose page was filled in; null for any other
 * @param trusted whether whoever typed it needs nobody to look at it (an operator)
 */
export function decideManualRegistration(fields: ManualFields, { publicUrl, allowLocal, trusted, productFamily }: { publicUrl: string; allowLocal: boolean; trusted: boolean; productFamily: string | null }): ManualDecision {
  const given = (field: ManualField) => (fields[field] ?? '').trim();
  const errors: ManualFields = {};

  const name = given('name').replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ');
  if (name === '') errors.name = 'Give the LMS a name that your colleagues know it by.';
  else if (name.length > longestText) errors.name = `Shorten the name to ${longestText} letters or fewer.`;

  for (const [field, what] of Object.entries(addresses) as [keyof typeof addresses, string][]) {
    const problem = problemOfAddress(given(field), { what, publicUrl, allowLocal });
    if (problem !== null) errors[field] = problem;
  }
  if (!errors.keysetUrl && !errors.tokenUrl && given('keysetUrl') === given('tokenUrl')) errors.keysetUrl = 'This is the same address as the one for access tokens. The public keys have one of their own.';
  if (!errors.authenticationUrl && !errors.tokenUrl && given('authenticationUrl') === given('tokenUrl')) errors.tokenUrl = 'This is the same address as the one for authentication. Access tokens have one of their own.';

  const clientId = given('clientId');
  if (clientId === '') errors.clientId = 'Enter the client ID that the LMS gave Coachline.';
  else if (/^https?:/i.test(clientId)) errors.clientId = 'This is an address. The client ID is a number or a code that the LMS shows beside it.';
  else errorOfId(clientId, 'client ID', (problem) => { errors.clientId = problem; });

  const deploymentId = given('deploymentId');
  if (deploymentId !== '') errorOfId(deploymentId, 'deployment ID', (problem) => { errors.deploymentId = problem; });

  const tokenAudience = given('tokenAudience');
  if (tokenAudience !== '') {
    const problem = problemOfAddress(tokenAudience, { what: 'the audience of access tokens', publicUrl, allowLocal });
    if (problem !== null) errors.tokenAudience = problem;
  }

  if (Object.keys(errors).length > 0) return { good: false, errors };
  const typed = { issuer: given('issuer'), authenticationUrl: given('authenticationUrl'), tokenUrl: given('tokenUrl'), keysetUrl: given('keysetUrl') };
  return {
    good: true,
    registration: {
      ...typed, name, clientId, productFamily,
      deploymentId: deploymentId === '' ? null : deploymentId,
      tokenAudience: tokenAudience === '' || tokenAudience === typed.tokenUrl ? null : tokenAudience,
      heldReason: trusted ? null : strangeAddress(typed) !== null ? 'foreign-endpoint' : isForeignAudience(tokenAudience || null, typed.tokenUrl) ? 'foreign-audience' : null,
    },
  };
}

function errorOfId(id: string, what: string, tell: (problem: string) => void): void {
  if (id.length > longestText || !id.isWellFormed() || /\p{Cc}/u.test(id)) tell(`This is too long for a ${what}, or holds something that none has. Copy it from the LMS once more.`);
  else if (/\s/u.test(id)) tell(`A ${what} has no space in it. Copy it from the LMS once more, and nothing beside it.`);
}

/** What is wrong with an address, in words; null when it can be kept. */
function problemOfAddress(address: string, { what, publicUrl, allowLocal }: { what: string; publicUrl: string; allowLocal: boolean }): string | null {
  if (address === '') return `Copy ${what} from the LMS.`;
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol)) return `Enter ${what} whole, beginning with https://.`;
  if (url.origin === new URL(publicUrl).origin) return `This is one of Coachline’s own addresses, which go into the LMS. Here goes ${what} that the LMS shows.`;
  if (address.length > longestUrl) return 'This is too long for an address.';
  if (url.username !== '' || url.password !== '') return 'Leave out the user name and the password.';
  if (url.hash !== '') return 'Leave out what follows the #.';
  if (url.protocol === 'http:' && !allowLocal) return 'This begins with http://. It must be https://, because what people do in the course travels along it.';
  return isUsableAddress(address, allowLocal) ? null : 'This leads into a private network, where Coachline does not go.';
}
