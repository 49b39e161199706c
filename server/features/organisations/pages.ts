// The settings of an organisation, and for operators the list to choose one from.
import type { HelpLine } from '../../domain/organisation-settings.ts';
import { plural, sentence, toPutRight } from '../../format.ts';
import type { Page } from '../../plugins/views.ts';

export type OrganisationValues = { name: string } & HelpLine;

export type OrganisationInput = {
  at: (path: string) => string;
  /** Where this page stands: `/admin/organisation`, or `/admin/organisations/ID` for operators. */
  path: string;
  organisationName: string;
  /** What stands in the fields: what is saved, or after a refused post what was typed. */
  values: Partial<OrganisationValues>;
  /** By field; send with 422 when there are any. */
  errors: Partial<Record<keyof OrganisationValues, string>>;
  /** What is shown where the organisation names no help line of its own. */
  programmeHelp: HelpLine;
  /** Whether the reader comes from saving it. */
  saved?: boolean;
};

/** `GET /admin/organisation` and `GET /admin/organisations/ID`; the form posts to its own address. */
export function organisationPage({ at, path, organisationName, values, errors, programmeHelp, saved = false }: OrganisationInput) {
  const fields = ['name', 'telephone', 'days', 'hours'] as const;
  const problems = fields.flatMap((field) => (errors[field] ? [{ href: `#${field}`, text: errors[field] }] : []));
  const field = (name: (typeof fields)[number]) => ({ value: values[name] ?? '', error: errors[name] ?? null });
  return {
    template: 'organisations/organisation',
    data: {
      title: 'Organisation',
      kicker: 'Organisation',
      heading: organisationName,
      saved,
      problems: { heading: toPutRight(problems.length), items: problems },
      action: at(path),
      back: path === '/admin/organisation' ? null : at('/admin/organisations'),
      name: field('name'),
      telephone: field('telephone'),
      days: field('days'),
      hours: field('hours'),
      programmeHelp: helpWords(programmeHelp),
    },
  } satisfies Page;
}

export type OrganisationsInput = {
  at: (path: string) => string;
  organisations: { id: string; name: string; shortName: string; help: HelpLine | null; cohorts: number; platforms: number }[];
};

/** `GET /admin/organisations`: all of them, for operators. */
export function organisationsPage({ at, organisations }: OrganisationsInput) {
  return {
    template: 'organisations/list',
    data: {
      title: 'Organisations',
      heading: organisations.length === 0 ? 'No organisation is here yet' : sentence(plural(organisations.length, 'organisation')),
      organisations: organisations.map(({ id, name, shortName, help, cohorts, platforms }) => ({
        href: at(`/admin/organisations/${id}`),
        name,
        shortName,
        counts: `${sentence(plural(cohorts, 'cohort'))}, ${plural(platforms, 'platform')}`,
        help: help === null ? 'the programme’s help line' : helpWords(help),
      })),
    },
  } satisfies Page;
}

function helpWords({ telephone, days, hours }: HelpLine): string {
  return `${telephone}, ${days}, ${hours}`;
}
