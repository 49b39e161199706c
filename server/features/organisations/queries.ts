// What administrators see of their organisation, and operators of all.
import { run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { HelpLine } from '../../domain/organisation-settings.ts';
import type { Viewer } from '../../plugins/sign-in.ts';

export type OrganisationRow = { id: string; name: string; help: HelpLine | null };
export type ListedOrganisation = OrganisationRow & { shortName: string; cohorts: number; platforms: number };

type HelpColumns = { telephone: string | null; days: string | null; hours: string | null };

const organisationColumns = 'o.id, o.name, o.help_telephone as telephone, o.help_days as days, o.help_hours as hours';
const organisationText = `select ${organisationColumns} from organisation o where o.id = $3 and ($1 or o.id = $2)`;
const findOrganisationStatement = { name: 'find-organisation', text: organisationText };
const lockOrganisationStatement = { name: 'lock-organisation', text: `${organisationText} for update` };

/**
 * An administrator's own organisation, or any for an operator; null where it is not there for this viewer.
 * @param lock keeps it from changing until the end of the transaction
 */
export async function findOptionalOrganisationFor(sql: Sql, viewer: Viewer, id: string, { lock = false } = {}): Promise<OrganisationRow | null> {
  const [row] = await run<{ id: string; name: string } & HelpColumns>(sql, lock ? lockOrganisationStatement : findOrganisationStatement, [viewer.role === 'operator', viewer.organisation?.id ?? null, id]);
  return row ? { id: row.id, name: row.name, help: helpOf(row) } : null;
}

const listOrganisationsStatement = {
  name: 'list-organisations',
  text: `
    select ${organisationColumns}, o.short_name as "shortName",
           (select count(*)::int from cohort h where h.organisation_id = o.id) as cohorts,
           (select count(*)::int from platform_registration r where r.organisation_id = o.id) as platforms
      from organisation o order by o.name, o.id limit 500`,
};

/** All organisations, by name: for operators. */
export async function listOrganisations(sql: Sql): Promise<ListedOrganisation[]> {
  const rows = await run<Omit<ListedOrganisation, 'help'> & HelpColumns>(sql, listOrganisationsStatement, []);
  return rows.map((row) => ({ id: row.id, name: row.name, shortName: row.shortName, cohorts: row.cohorts, platforms: row.platforms, help: helpOf(row) }));
}

function helpOf({ telephone, days, hours }: HelpColumns): HelpLine | null {
  return telephone && days && hours ? { telephone, days, hours } : null;
}
