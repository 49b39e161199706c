// Reads what HTML forms post. Empty fields count as absent, so that schemas can say "optional" and "required".
import type { FastifyInstance } from 'fastify';

/** Field name to value, or to all its values when it stands more than once. No prototype: names come from outside. */
export type FormFields = Record<string, string | string[]>;

/** The fields of an `application/x-www-form-urlencoded` text, empty ones dropped, repeated ones as arrays. */
export function parseForm(text: string): FormFields {
  const fields: FormFields = Object.create(null) as FormFields;
  for (const [name, value] of new URLSearchParams(text)) {
    if (value === '') continue;
    const before = fields[name];
    // Pushed and not copied: a body may hold one name sixty thousand times.
    if (Array.isArray(before)) before.push(value);
    else fields[name] = before === undefined ? value : [before, value];
  }
  return fields;
}

export function formBody(app: FastifyInstance): void {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, parseForm(String(body)));
  });
}
