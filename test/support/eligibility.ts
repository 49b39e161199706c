// An eligibility form in which everything is written, and a learner who writes it.
import type { LightMyRequestResponse } from 'fastify';
import { improvementTools, levels } from '../../server/domain/tools-assessment.ts';
import type { signIn } from './browser-session.ts';

type Person = Awaited<ReturnType<typeof signIn>>;

/** As it may be handed in. */
export const wholeForm: Record<string, string> = {
  'member-1-name': 'Rosa Lindqvist', 'member-1-role': 'Ward manager', 'member-2-name': 'Idris Bello', 'member-2-role': 'Pharmacist', 'member-3-name': 'Mei Tanaka', 'member-3-role': 'Nurse, night shift',
  'project-title': 'Safer discharge letters', 'project-state': 'under way', 'project-about': 'Patients leave with a letter that names every change to their medicines.\nWe would know by the share of letters without a correction.',
  'sponsor-name': 'Helena Brandt', 'sponsor-role': 'Medical director', 'sponsor-email': 'helena.brandt@hospital.example',
  'experience': 'I was a member of the falls team for a year.', 'learning': 'A two-day introduction in 2024.', 'statement': 'They asked me to.',
};

/** The same level for every tool. */
export const allTools = (level: number): Record<string, string> => Object.fromEntries(improvementTools.map(({ key }) => [key, levels[level - 1] ?? '']));

/** The fields of a form as its page sends them without scripts: what was typed, over the versions that the page showed. */
export async function typeInto(person: Person, path: string, typed: Record<string, string>): Promise<Record<string, string>> {
  const { body } = await person.page(path);
  const versions = [...body.matchAll(/name="(version\.[\w-]+)" value="(\d+)"/g)].map(([, name = '', value = '']) => [name, value]);
  return { ...Object.fromEntries(versions), ...Object.fromEntries(Object.entries(typed).map(([key, text]) => [`answer.${key}`, text])) };
}

/** Writes the form and the first self-assessment, whole. */
export async function writeWhole(person: Person, changes: Record<string, string> = {}): Promise<void> {
  await person.submit('/eligibility/answers', await typeInto(person, '/eligibility', { ...wholeForm, ...changes }));
  await person.submit('/eligibility/tools/before/answers', await typeInto(person, '/eligibility/tools', allTools(2)));
}

/** Hands it in as its page shows it. */
export async function handInForm(person: Person): Promise<LightMyRequestResponse> {
  const { body } = await person.page('/eligibility/submission');
  return person.submit('/eligibility/submission', { version: /name="version" value="(\d+)"/.exec(body)?.[1] ?? '0' });
}
