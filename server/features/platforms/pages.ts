// Which learning platforms are connected, the deployments of each that wait for an administrator's word, and the settings of one.
import { fullDate, plural, sentence, toPutRight } from '../../format.ts';
import type { English } from '../../format.ts';
import { heldReasons, isHeldReason } from '../../lti/dynamic-registration.ts';
import { missingPermissions } from '../../lti/tool.ts';
import type { Page } from '../../plugins/views.ts';

export type PlatformRow = {
  id: string;
  name: string;
  /** Whose registration it is. */
  organisationId: string;
  issuer: string;
  clientId: string;
  active: boolean;
  /** Whether an operator has to look at it before anybody may come in. */
  heldReason: string | null;
  /** Whether the reader may change its settings. */
  governed: boolean;
  deployments: { id: string; deploymentId: string; createdAt: Temporal.Instant; approvedAt: Temporal.Instant | null; firstSeenAs: string | null; organisationName: string | null; /** Whether the approval can be taken back. */ mayWithdraw: boolean }[];
};

export type PlatformsInput = {
  at: (path: string) => string;
  english?: English;
  platforms: PlatformRow[];
  organisationName: string;
  /** Our addresses that an LMS administrator types in. */
  addresses: { login: string; launch: string; keys: string };
  /** The zone that days are told in. */
  timeZone: string;
  /** Deployment id that was approved just now; null otherwise. */
  approved?: string | null;
  /** Name of a registration that was rejected just now. */
  rejected?: string | null;
  /** Deployment id whose approval was taken back just now. */
  withdrawn?: string | null;
  /** Those that an operator can approve a deployment for; none for an administrator, who has one. */
  organisations?: readonly { id: string; name: string }[];
};

/** Waiting deployments on the page at a time. */
const mostWaiting = 20;

/** `GET /admin/platforms`. Each waiting deployment has a form: `POST /admin/platforms/deployments/ID/approval` (ID is the row's), one whose courses have no cohort `…/approval/removal`; then 303 back here. */
export function platformsPage({ at, english = 'en-GB', platforms, organisationName, addresses, timeZone, approved = null, rejected = null, withdrawn = null, organisations = [] }: PlatformsInput) {
  const day = (moment: Temporal.Instant) => fullDate(moment.toZonedDateTimeISO(timeZone), english);
  const allWaiting = platforms.flatMap((platform) => platform.deployments.filter(({ approvedAt }) => approvedAt === null).map((deployment) => ({ platform, deployment })));
  // A platform can make up as many as it likes, and each of them offers every organisation.
  const waiting = allWaiting.slice(0, mostWaiting);
  const more = allWaiting.length - waiting.length;
  return {
    template: 'platforms/list',
    data: {
      title: 'Platforms',
      kicker: organisationName,
      heading: allWaiting.length > 0 ? `${sentence(plural(allWaiting.length, 'deployment'))} ${allWaiting.length === 1 ? 'waits' : 'wait'} for you` : platforms.length > 0 ? 'Connected platforms' : 'No platform is connected yet',
      approved: approved === null ? null : `Launches from deployment ${approved} come in from now on. Nobody has to do anything else.`,
      rejected: rejected === null ? null : `${rejected} is gone from here. If its administrators were told that it is connected, tell them that it is not.`,
      withdrawn: withdrawn === null ? null : `Launches from deployment ${withdrawn} wait again. Whoever had come in from it is signed out.`,
      whose: organisations.length > 0 ? 'Choose whose people come in from it, and ask that organisation if you are not sure.' : 'Approve only what your own organisation set up.',
      more: more === 0 ? null : `${sentence(plural(more, 'more deployment'))} ${more === 1 ? 'waits' : 'wait'}, and will stand here when these are decided.`,
      connect: at('/platforms/connect'),
      selfTest: at('/self-test'),
      waiting: waiting.map(({ platform, deployment }) => ({
        platform: platform.name,
        deploymentId: deployment.deploymentId,
        seen: `First seen ${day(deployment.createdAt)}${deployment.firstSeenAs ? `, as ${deployment.firstSeenAs}` : ''}`,
        action: at(`/admin/platforms/deployments/${deployment.id}/approval`),
        choice: organisations.length === 0 ? null : { id: `organisation-${deployment.id}`, error: null, required: true, organisations: organisations.map(({ id, name }) => ({ id, name, chosen: id === platform.organisationId })) },
      })),
      platforms: platforms.map((platform) => ({
        id: platform.id,
        name: platform.name,
        issuer: platform.issuer,
        clientId: platform.clientId,
        state: platform.heldReason !== null ? 'Waits for an operator: nobody can come in from it yet.' : platform.active ? null : 'Switched off: nobody can come in from it.',
        settings: platform.governed ? at(`/admin/platforms/${platform.id}`) : null,
        deployments: platform.deployments.map(({ id, deploymentId, approvedAt, organisationName: owner, mayWithdraw }) => ({
          deploymentId,
          point: approvedAt ? 'done' : 'attention',
          words: approvedAt ? `Approved ${day(approvedAt)}${organisations.length > 0 && owner ? ` for ${owner}` : ''}` : 'Waits for approval',
          removal: approvedAt && mayWithdraw ? at(`/admin/platforms/deployments/${id}/approval/removal`) : null,
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
  registration: { id: string; organisationName: string; name: string; issuer: string; clientId: string; authenticationUrl: string; tokenUrl: string; keysetUrl: string; grantedScopes: string[] | null; heldReason: string | null };
  /** What stands in the form: what is saved, or after a refused post what was typed. Origins one a line. */
  values: RegistrationValues;
  /** By field, for the origins one for each wrong line; send with 422 when there are any. */
  errors: { name?: string; frameOrigins?: string[] };
  /** Where browsers and LMSs reach us, without a slash at the end. */
  publicUrl: string;
  /** What the reader has just done. */
  notice?: keyof typeof notices | null;
};

const notices = {
  changed: { heading: 'The settings are saved', words: 'They count for everybody who comes in from now on.' },
  connected: { heading: 'Connected', words: 'If the LMS shows the tool as pending or switched off, switch it on there. Then open it from a course.' },
  approved: { heading: 'Approved', words: 'People can come in from this platform from now on.' },
  asked: { heading: 'Coachline asks for everything from now on', words: 'What the LMS still does not allow, it refuses by itself.' },
};

/** `GET /admin/platforms/ID`; the form posts to its own address. */
export function registrationPage({ at, reader, registration, values, errors, publicUrl, notice = null }: RegistrationInput) {
  const problems = [
    ...(errors.name ? [{ href: '#name', text: errors.name }] : []),
    ...(errors.frameOrigins ?? []).map((text) => ({ href: '#frameOrigins', text })),
  ];
  const missing = registration.grantedScopes === null ? [] : missingPermissions(registration.grantedScopes);
  const { heldReason } = registration;
  return {
    template: 'platforms/registration',
    data: {
      title: `Settings of ${registration.name}`,
      kicker: reader === 'operator' ? `Platform of ${registration.organisationName}` : 'Platform',
      heading: registration.name,
      notice: notice === null || (notice === 'connected' && heldReason !== null) ? null : notices[notice],
      held: heldReason === null ? null : {
        why: isHeldReason(heldReason) ? heldReasons[heldReason] : 'Something about it is unusual.',
        // An operator's to decide; others read why they wait.
        decision: reader === 'operator' ? { approval: at(`/admin/platforms/${registration.id}/approval`), rejection: at(`/admin/platforms/${registration.id}/rejection`) } : null,
      },
      missing: missing.length === 0 ? null : { permissions: missing, action: at(`/admin/platforms/${registration.id}/permissions`) },
      problems: { heading: toPutRight(problems.length), items: problems },
      action: at(`/admin/platforms/${registration.id}`),
      selfTest: at('/self-test'),
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
