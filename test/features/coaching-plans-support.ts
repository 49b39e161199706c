// What the tests of the coaching plan share: a learner who writes, hands in and uploads.
import type { LightMyRequestResponse } from 'fastify';
import { answerKey } from '../../server/domain/coaching-plan.ts';
import { publicUrl } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import type { signIn } from '../support/browser-session.ts';

export type Person = Awaited<ReturnType<typeof signIn>>;

/** Saves one field as the script of the page does. */
export function save(person: Person, field: string, text: string, version: number): Promise<LightMyRequestResponse> {
  const [section, key] = field.split('.');
  return person.submit(`/plan/sections/${section}/fields/${key}/answer`, { text, version: String(version) }, { accept: 'application/json' });
}

/** Writes everything that is required, straight into the database: forty-odd requests would say nothing more. */
export async function fillPlan({ sql, programme, clock }: TestApp, name: string): Promise<void> {
  const required = programme.plan?.sections.flatMap(({ key, fields }) => fields.filter((field) => field.required).map((field) => [answerKey(key, field.key), field.kind === 'date' ? '2026-06-01' : `${field.label}: written.`] as const)) ?? [];
  await sql.query(`
    with learner as (select p.id as person_id, c.cohort_id from person p join enrolment e on e.person_id = p.id join context c on c.id = e.context_id where p.name like $1),
         plan as (insert into coaching_plan (cohort_id, person_id, created_at) select cohort_id, person_id, $4 from learner on conflict (cohort_id, person_id) do update set created_at = excluded.created_at returning id)
    insert into coaching_plan_answer (plan_id, field, text, saved_at) select plan.id, f.field, f.text, $4 from plan, unnest($2::text[], $3::text[]) as f (field, text) on conflict do nothing`,
  [`%${name}%`, required.map(([field]) => field), required.map(([, text]) => text), String(clock.now)]);
}

/** Decides about a submission as features/grading does. */
export async function decide({ sql, clock }: TestApp, kind: 'returned' | 'released', assessment: object, grader = 'Eleanor'): Promise<boolean> {
  const { rows } = await sql.query<{ id: string }>(`update submission set state = $1, state_at = $2 where state = 'submitted' returning id`, [kind, String(clock.now)]);
  for (const { id } of rows) {
    await sql.query(`insert into grade (submission_id, grader_id, decision, assessment, points, maximum, band, passed, decided_at) values ($1, (select id from person where name like $2 limit 1), $3, $4, $5, 100, $6, $7, $8)`,
      [id, `%${grader}%`, kind, JSON.stringify(assessment), kind === 'released' ? 84 : null, kind === 'released' ? 'Pass' : null, kind === 'released' ? true : null, String(clock.now)]);
  }
  return rows.length > 0;
}

/** Sends files as the form of the plan does. */
export async function upload({ app }: Pick<TestApp, 'app'>, person: Person, files: readonly { name: string; bytes: Uint8Array<ArrayBuffer> | string; type?: string }[]): Promise<LightMyRequestResponse> {
  const form = new FormData();
  for (const { name, bytes, type = 'application/octet-stream' } of files) form.append('files', new Blob([bytes], { type }), name);
  const request = new Request('http://localhost', { method: 'POST', body: form });
  return app.inject({
    method: 'POST', url: `${person.base}/plan/evidence`, payload: Buffer.from(await request.arrayBuffer()),
    headers: { 'content-type': request.headers.get('content-type') ?? '', origin: publicUrl, 'sec-fetch-site': 'same-origin', cookie: cookieOf(person) },
  });
}

export const cookieOf = ({ cookies }: Pick<Person, 'cookies'>): string => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
