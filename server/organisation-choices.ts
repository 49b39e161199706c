// For which organisations somebody may connect an LMS or approve a deployment of one.
import { run } from './database.ts';
import type { Sql } from './database.ts';
import type { Viewer } from './plugins/sign-in.ts';

export type OrganisationChoice = { id: string; name: string };

const choicesStatement = {
  name: 'organisation-choices',
  text: 'select id, name from organisation where $1 or id = $2 order by name, id limit 500',
};

/** The organisations among which this viewer chooses, by name: any for an operator, their own for an administrator. */
export async function listOrganisationChoices(sql: Sql, viewer: Viewer): Promise<OrganisationChoice[]> {
  return run<OrganisationChoice>(sql, choicesStatement, [viewer.role === 'operator', viewer.organisation?.id ?? null]);
}
