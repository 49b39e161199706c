// Which learning platforms are connected, the deployments of each that wait for an administrator's word, and the settings of one.
import { fullDate, plural, sentence, toPutRight } from '../../format.ts';
import type { Page } from '../../plugins/views.ts';

export type PlatformRow = {
  id: string;
  name: string;
  issuer: string;
  clientId: string;
  active: boolean;
  /** Whether the reader may change its settings. */
  governed: boolean;
  deployments: { id: string; deploymentId: string; createdAt: Temporal.Instant; approvedAt: Temporal.Instant | null; firstSeenAs: string | null }[];
};

export type PlatformsInput = {
  at: (path: string) => string;
  platforms: PlatformRow[];
  organisationName: string;
  /** Our addresses that an LMS administrator types in. */
  addresses: { login: string; launch: string; keys: string };
  /** The zone that days are told in. */
  timeZone: string;
  /** Deployment id that was approved just now; null otherwise. */
  approved?: string | null;
};

/** `GET /admin/platforms`. Each waiting deployment has a form: `POST /admin/platforms/deployments/ID/approval` (ID is the row's), then 303 back here. */
export function platformsPage({ at, platforms, organisationName, addresses, timeZone, approved = null }: PlatformsInput) {
  const day = (moment: Temporal.Instant) => fullDate(moment.toZonedDateTimeISO(timeZone));
  const waiting = platforms.flatMap((platform) => platform.deployments.filter(({ approvedAt }) => approvedAt === null).map((deployment) => ({ platform, deployment })));
  return {
    template: 'platforms/list',
    data: {
      title: 'Platforms',
      kicker: organisationName,
      heading: waiting.length > 0 ? `${sentence(plural(waiting.length, 'deployment'))} ${waiting.length === 1 ? 'waits' : 'wait'} for you` : platforms.length > 0 ? 'Connected platforms' : 'No platform is connected yet',
      approved: approved === null ? null : `Launches from deployment ${approved} come in from now on. Nobody has to do anything else.`,
      waiting: waiting.map(({ platform, deployment }) => ({
        platform: platform.name,
        deploymentId: deployment.deploymentId,
        seen: `First seen ${day(deployment.createdAt)}${deployment.firstSeenAs ? `, as ${deployment.firstSeenAs}` : ''}`,
        action: at(`/admin/platforms/deployments/${deployment.id}/approval`),
      })),
      platforms: platforms.map((platform) => ({
        id: platform.id,
        name: platform.name,
        issuer: platform.issuer,
        clientId: platform.clientId,
        active: platform.active,
        settings: platform.governed ? at(`/admin/platforms/${platform.id}`) : null,
        deployments: platform.deployments.map(({ deploymentId, approvedAt }) => ({
          deploymentId,
          point: approvedAt ? 'done' : 'attention',
          words: approvedAt ? `Approved ${day(approvedAt)}` : 'Waits for approval',
        })),
      })),
      addresses,
    },
  } satisfies Page;
}

export type RegistrationValues = { name: string; active: boolean; frameOrigins: string; institutionAdministrators: boolean };

export type RegistrationInput = {
  at: (path: string) => string;
  reader: 'administrator' | 'operator';
  registration: { id: string; organisationName: string; name: string; issuer: string; clientId: string; authenticationUrl: string; tokenUrl: string; keysetUrl: string };
  /** What stands in the form: what is saved, or after a refused post what was typed. Origins one a line. */
  values: RegistrationValues;
  /** By field, for the origins one for each wrong line; send with 422 when there are any. */
  errors: { name?: string; frameOrigins?: string[] };
  /** Where browsers and LMSs reach us, without a slash at the end. */
  publicUrl: string;
  /** Whether the reader comes from saving it. */
  saved?: boolean;
};

/** `GET /admin/platforms/ID`; the form posts to its own address. */
export function registrationPage({ at, reader, registration, values, errors, publicUrl, saved = false }: RegistrationInput) {
  const problems = [
    ...(errors.name ? [{ href: '#name', text: errors.name }] : []),
    ...(errors.frameOrigins ?? []).map((text) => ({ href: '#frameOrigins', text })),
  ];
  return {
    template: 'platforms/registration',
    data: {
      title: `Settings of ${registration.name}`,
      kicker: reader === 'operator' ? `Platform of ${registration.organisationName}` : 'Platform',
      heading: registration.name,
      saved,
      problems: { heading: toPutRight(problems.length), items: problems },
      action: at(`/admin/platforms/${registration.id}`),
      back: at('/admin/platforms'),
      name: { value: values.name, error: errors.name ?? null },
      active: values.active,
      frameOrigins: { value: values.frameOrigins, errors: errors.frameOrigins ?? [] },
      // An operator's to decide; others do not see it.
      institutionAdministrators: reader === 'operator' ? { checked: values.institutionAdministrators } : null,
      ours: [
        { label: 'Login', hint: 'Also called initiation or OIDC login address', address: `${publicUrl}/lti/login/${registration.id}`, what: 'the login address' },
        { label: 'Launch', hint: 'The only redirect address', address: `${publicUrl}/lti/launch`, what: 'the launch address' },
        { label: 'Public keys', hint: 'Also called key set or JWKS', address: `${publicUrl}/lti/jwks`, what: 'the address of the public keys' },
        { label: 'Target link', hint: 'Opens the programme’s home', address: `${publicUrl}/`, what: 'the target link' },
      ],
      theirs: [
        { label: 'Issuer', value: registration.issuer },
        { label: 'Client ID', value: registration.clientId },
        { label: 'Authentication', value: registration.authenticationUrl },
        { label: 'Access token', value: registration.tokenUrl },
        { label: 'Public keys', value: registration.keysetUrl },
      ],
    },
  } satisfies Page;
}
