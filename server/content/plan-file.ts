// plan.yaml: the coaching plan that learners fill in, as plain texts. Everything that is wrong is reported at its line.
import { Type } from 'typebox';
import type { Report } from './problems.ts';
import type { PlanForm } from './programme.ts';
import { closed, key, text, texts } from './schema.ts';
import { typeset } from './markdown.ts';
import { checkPlainTexts, readYaml } from './yaml-source.ts';

const PlanFieldFile = closed({
  key,
  label: text,
  help: Type.Optional(text),
  kind: Type.Enum(['line', 'text', 'date']),
  required: Type.Optional(Type.Boolean()),
});

export const PlanFile = closed({
  title: text,
  introduction: texts,
  sections: Type.Array(closed({ key, title: text, help: text, fields: Type.Array(PlanFieldFile, { minItems: 1, maxItems: 12 }) }), { minItems: 1, maxItems: 30 }),
});

/** What coaching_plan_answer.field holds of a section's and a field's key, with the point between them. */
const longestKeys = 200;

/**
 * Reads the text of plan.yaml. What it gives is fit for use only when nothing was reported; null where it is not even
 * such a file.
 */
export function readPlanFile(source: string, report: Report): PlanForm | null {
  const file = readYaml(source, PlanFile, report);
  if (!file) return null;
  const { value, lineOf } = file;
  checkPlainTexts(value, [], (path, message) => report(lineOf(path), message));
  value.sections.forEach((section, index) => {
    if (value.sections.findIndex((other) => other.key === section.key) < index) {
      report(lineOf(['sections', index, 'key']), `the section key "${section.key}" is there twice: keys are unique in a plan, for answers are kept under them`);
    }
    section.fields.forEach((field, place) => {
      const line = lineOf(['sections', index, 'fields', place, 'key']);
      if (section.fields.findIndex((other) => other.key === field.key) < place) report(line, `the field key "${field.key}" is there twice: keys are unique in a section, for answers are kept under them`);
      if (section.key.length + field.key.length > longestKeys) report(line, `the keys of the section and of this field are too long: together they may have ${longestKeys} letters`);
    });
  });
  if (!value.sections.some(({ fields }) => fields.some(({ required }) => required))) report(lineOf(['sections']), 'no field is required, so an empty plan could be handed in: give one required: true');
  return {
    title: typeset(value.title),
    introduction: value.introduction.map(typeset),
    sections: value.sections.map((section) => ({
      key: section.key,
      title: typeset(section.title),
      help: typeset(section.help),
      fields: section.fields.map(({ key, label, help, kind, required }) => ({ key, label: typeset(label), help: help === undefined ? null : typeset(help), kind, required: required === true })),
    })),
  };
}
