// Changes what an organisation is called and whom its people can call.
import type { Pool } from 'pg';
import { inTransaction, run } from '../../database.ts';
import type { OrganisationSettings } from '../../domain/organisation-settings.ts';
import type { Viewer } from '../../plugins/sign-in.ts';
import { findOptionalOrganisationFor } from './queries.ts';

const updateOrganisation = {
  name: 'update-organisation',
  text: 'update organisation set name = $2, help_telephone = $3, help_days = $4, help_hours = $5 where id = $1',
};
const audit = { name: 'audit-organisation', text: `insert into audit_event (at, action, organisation_id, actor_id, detail) values ($1, 'organisation.changed', $2, $3, $4)` };

/** Changes the settings of an organisation. False when it is not there for this viewer. */
export async function changeOrganisation(pool: Pool, viewer: Viewer, id: string, settings: OrganisationSettings, now: Temporal.Instant): Promise<boolean> {
  return inTransaction(pool, async (sql) => {
    const organisation = await findOptionalOrganisationFor(sql, viewer, id, { lock: true });
    if (!organisation) return false;
    const before: OrganisationSettings = { name: organisation.name, help: organisation.help };
    if (JSON.stringify(before) === JSON.stringify(settings)) return true;
    const { name, help } = settings;
    await run(sql, updateOrganisation, [id, name, help?.telephone ?? null, help?.days ?? null, help?.hours ?? null]);
    await run(sql, audit, [String(now), id, viewer.personId ?? viewer.administratorId, JSON.stringify({ before, after: settings })]);
    return true;
  });
}
