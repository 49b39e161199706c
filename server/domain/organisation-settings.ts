// What an administrator may set of an organisation: its name, and the help line that stands at the foot of its pages.
import { oneLine } from './typed-text.ts';

export type HelpLine = { telephone: string; days: string; hours: string };
export type OrganisationSettings = { name: string; help: HelpLine | null };
export type OrganisationRequest = { name?: string } & Partial<HelpLine>;
export type OrganisationDecision =
  | { good: true; settings: OrganisationSettings }
  | { good: false; errors: Partial<Record<keyof OrganisationRequest, string>> };

const longestName = 255;
/** The line stands at the foot of a page 320 px wide. */
const longestPart = { telephone: 30, days: 60, hours: 40 };

/** Checks what somebody typed: a name, and of the help line all three parts or none. Says per field what to do. */
export function decideOrganisation(request: OrganisationRequest): OrganisationDecision {
  const errors: Partial<Record<keyof OrganisationRequest, string>> = {};
  const name = oneLine(request.name);
  if (name === '') errors.name = 'Give the organisation its name, as its people say it.';
  else if (name.length > longestName) errors.name = `Shorten the name to ${longestName} letters or fewer.`;

  const help = { telephone: oneLine(request.telephone), days: oneLine(request.days), hours: oneLine(request.hours) };
  const missing = { telephone: 'the number to call', days: 'the days on which somebody answers', hours: 'the hours in which somebody answers' };
  const wanted = Object.values(help).some((part) => part !== '');
  for (const part of ['telephone', 'days', 'hours'] as const) {
    if (wanted && help[part] === '') errors[part] = `Add ${missing[part]}, or empty all three.`;
    else if (help[part].length > longestPart[part]) errors[part] = `Shorten this to ${longestPart[part]} letters or fewer.`;
  }
  if (!errors.telephone && wanted && !isTelephone(help.telephone)) errors.telephone = 'Write the number alone: digits, spaces, + ( ) . and -, for example 020\u00a07946\u00a00123.';

  if (Object.keys(errors).length > 0) return { good: false, errors };
  return { good: true, settings: { name, help: wanted ? help : null } };
}

/** What a telephone can dial when somebody taps it. */
function isTelephone(text: string): boolean {
  return /^\+?[\d\s().–-]+$/.test(text) && text.replace(/\D/g, '').length >= 3;
}
