// The pages an LMS administrator sees, in a frame or window of the LMS, while the LMS registers Coachline; and the pages
// from which an administrator of Coachline connects an LMS.
import { sentence, toPutRight } from '../../format.ts';
import { heldReasons } from '../../lti/dynamic-registration.ts';
import type { PlatformConfiguration } from '../../lti/dynamic-registration.ts';
import type { ManualField, ManualFields } from '../../lti/manual-registration.ts';
import type { RegistrationRefusal } from '../../lti/registration-refusal.ts';
import { registrationRefusals } from '../../lti/registration-refusal.ts';
import { scopeWords } from '../../lti/tool.ts';
import type { Tool } from '../../lti/tool.ts';
import type { Page } from '../../plugins/views.ts';
import { lmsGuides } from './lms-guides.ts';
import type { LmsGuide } from './lms-guides.ts';

const productNames: Readonly<Record<string, string>> = { moodle: 'Moodle', canvas: 'Canvas', desire2learn: 'Brightspace', brightspace: 'Brightspace', sakai: 'Sakai', blackboardlearn: 'Blackboard' };

/** What the platform is called from now on: its institution where it says so, else its host. */
export function platformName({ accountName, issuer, productFamily, registrationUrl }: PlatformConfiguration): string {
  const product = productFamily === null ? null : Object.hasOwn(productNames, productFamily.toLowerCase()) ? productNames[productFamily.toLowerCase()] : productFamily;
  // Canvas's issuer is the same for everybody; the host that registers is the institution's own.
  const place = accountName ?? new URL(productFamily === 'canvas' ? registrationUrl : issuer).host;
  return (product ? `${product}, ${place}` : place).slice(0, 255);
}

export type ConfirmInput = {
  platform: PlatformConfiguration;
  organisationName: string;
  /** The scopes that are asked for. */
  scopes: readonly string[];
  /** Client ids under which the organisation has this issuer already. */
  clientIds: readonly string[];
  /** Where the form is posted, and what goes back with it. */
  action: string;
  configurationUrl: string;
  registrationToken: string | null;
};

/** `GET /lti/register/TOKEN`: who asks, what both get, and one button. Nothing has been changed yet. */
export function confirmPage({ platform, organisationName, scopes, clientIds, action, configurationUrl, registrationToken }: ConfirmInput) {
  return {
    template: 'registration/confirm',
    data: {
      title: 'Connect your LMS',
      name: platformName(platform),
      issuer: platform.issuer,
      organisationName,
      permissions: scopes.map((scope) => scopeWords[scope] ?? scope),
      already: clientIds.length === 0 ? null : `It is connected already, under client ID ${clientIds.join(' and ')}. That stays as it is; this adds another connection beside it.`,
      held: platform.heldReason === null ? null : heldReasons[platform.heldReason],
      action, configurationUrl,
      registrationToken: registrationToken ?? '',
    },
  } satisfies Page;
}

export type DoneInput = { platform: PlatformConfiguration; clientId: string; deploymentId: string | null; scopesMissing: readonly string[]; configurationUrl: string };

/** After the platform accepted (200). The script asks the LMS to close this window, unless there is something to read first. */
export function donePage({ platform, clientId, deploymentId, scopesMissing, configurationUrl }: DoneInput) {
  const origins = [configurationUrl, platform.issuer, platform.registrationUrl, platform.authenticationUrl].map((address) => new URL(address).origin);
  return {
    template: 'registration/done',
    data: {
      title: 'Connected',
      name: platformName(platform),
      clientId,
      deploymentId,
      missing: scopesMissing.map((scope) => scopeWords[scope] ?? scope),
      held: platform.heldReason === null ? null : heldReasons[platform.heldReason],
      // Exact origins, never '*': the message is for the LMS that opened this page and nobody else.
      settings: JSON.stringify({ origins: [...new Set(origins)], closesByItself: scopesMissing.length === 0 && platform.heldReason === null }),
    },
  } satisfies Page;
}

/** Any refused registration (4xx). What the platform wrote is shown as its own words. */
export function refusedPage({ refusal, reference }: { refusal: RegistrationRefusal; reference: string }) {
  const { title, happened, toDo } = registrationRefusals[refusal.code];
  return { template: 'registration/refused', data: { title, heading: title, what: happened, todo: toDo, platformSays: refusal.platformSays ?? null, reference } } satisfies Page;
}

/** `GET /platforms/connect`: which LMS? */
export function connectPage({ at, organisationName }: { at: (path: string) => string; organisationName: string }) {
  return {
    template: 'registration/connect',
    data: {
      title: 'Connect an LMS',
      kicker: organisationName,
      guides: lmsGuides.map(({ code, name, summary }) => ({ href: at(`/platforms/connect/${code}`), name, summary })),
      back: at('/admin/platforms'),
    },
  } satisfies Page;
}

export type GuideInput = {
  at: (path: string) => string;
  guide: LmsGuide;
  tool: Tool;
  /** Those that the reader may connect an LMS for; with one there is nothing to choose. */
  organisations: readonly { id: string; name: string }[];
  /** The organisation that was chosen, in the form that was sent. */
  organisationId: string | null;
  /** A link that was made just now; it is shown this once. */
  link: string | null;
  /** What stands in the form: what the LMS always gives, or after a refused post what was typed. */
  values: ManualFields;
  /** By field; send with 422, or 409 where it exists. */
  errors: ManualFields & { organisation?: string };
  /** Which of the two forms an error of the organisation belongs to. */
  sent: 'link' | 'registration' | null;
};

const fieldLabels: readonly { field: ManualField; label: string; hint: string; required: boolean }[] = [
  { field: 'name', label: 'Name', hint: 'As your colleagues call this LMS', required: true },
  { field: 'issuer', label: 'Issuer', hint: 'Exactly as the LMS shows it, with or without a slash at the end', required: true },
  { field: 'clientId', label: 'Client ID', hint: '', required: true },
  { field: 'authenticationUrl', label: 'Authentication address', hint: 'Also called authorisation or OIDC address', required: true },
  { field: 'tokenUrl', label: 'Access token address', hint: '', required: true },
  { field: 'keysetUrl', label: 'Address of the public keys', hint: 'Also called key set or JWKS', required: true },
  { field: 'tokenAudience', label: 'Audience of access tokens', hint: '', required: false },
  { field: 'deploymentId', label: 'Deployment ID', hint: 'Leave it empty where you do not know it: it then waits under Platforms for your approval when somebody first comes in', required: false },
];

/** `GET /platforms/connect/LMS`: the link, the values to paste, the switches, the form that takes what the LMS gives back. */
export function guidePage({ at, guide, tool, organisations, organisationId, link, values, errors, sent }: GuideInput) {
  const path = `/platforms/connect/${guide.code}`;
  // Only one LMS has an audience of its own; elsewhere the field would only be a question.
  const asked = fieldLabels.filter(({ field }) => field !== 'tokenAudience' || guide.fields.tokenAudience !== undefined);
  const fields = asked.map(({ field, label, hint, required }) => {
    const own = guide.fields[field];
    const called = own?.called === undefined || own.called === label ? '' : `${guide.name} calls it “${own.called}”`;
    return { id: field, label: required ? label : `${label} (optional)`, required, most: 2048, hint: [called, own?.hint ?? (called === '' || field === 'issuer' ? hint : '')].filter((part) => part !== '').join('. '), value: values[field] ?? '', error: errors[field] ?? null };
  });
  const chooser = (form: 'link' | 'registration') => ({
    id: `${form}-organisation`,
    organisations: organisations.length > 1 ? organisations.map(({ id, name }) => ({ id, name, chosen: id === organisationId })) : [],
    error: sent === form ? errors.organisation ?? null : null,
  });
  const problems = [
    ...(errors.organisation && sent !== null ? [{ href: `#${sent}-organisation`, text: errors.organisation }] : []),
    ...fields.flatMap(({ id, error }) => (error === null ? [] : [{ href: `#${id}`, text: error }])),
  ];
  return {
    template: 'registration/guide',
    data: {
      title: guide.code === 'generic' ? 'Connect another LMS' : `Connect ${guide.name}`,
      heading: guide.code === 'generic' ? 'Connect another LMS' : `Connect ${guide.name}`,
      lms: guide.code === 'generic' ? 'your LMS' : guide.name,
      problems: { heading: toPutRight(problems.length), items: problems },
      byLink: guide.byLink === null ? null : { ...guide.byLink, action: at(`${path}/link`), chooser: chooser('link'), link },
      byHand: { where: guide.byHand.where, after: guide.byHand.after, paste: guide.byHand.paste(tool).map((paste) => ({ hint: '', ...paste, lines: paste.value.split('\n') })) },
      switches: guide.switches.map(({ name, set, otherwise }) => ({ name, set: sentence(set), otherwise })),
      notes: guide.notes,
      givesBack: guide.givesBack,
      action: at(path),
      chooser: chooser('registration'),
      fields,
      back: at('/platforms/connect'),
    },
  } satisfies Page;
}
