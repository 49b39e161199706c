// The pages an LMS administrator sees, in a frame or window of the LMS, while the LMS registers Coachline.
import type { PlatformConfiguration } from '../../lti/dynamic-registration.ts';
import type { RegistrationRefusal } from '../../lti/registration-refusal.ts';
import { registrationRefusals } from '../../lti/registration-refusal.ts';
import type { Page } from '../../plugins/views.ts';
import { scopeWords } from './tool.ts';

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
      // Exact origins, never '*': the message is for the LMS that opened this page and nobody else.
      settings: JSON.stringify({ origins: [...new Set(origins)], closesByItself: scopesMissing.length === 0 }),
    },
  } satisfies Page;
}

/** Any refused registration (4xx). What the platform wrote is shown as its own words. */
export function refusedPage({ refusal, reference }: { refusal: RegistrationRefusal; reference: string }) {
  const { title, happened, toDo } = registrationRefusals[refusal.code];
  return { template: 'registration/refused', data: { title, heading: title, what: happened, todo: toDo, platformSays: refusal.platformSays ?? null, reference } } satisfies Page;
}
