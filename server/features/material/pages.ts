// The difference between the material that a cohort has and the current one.
import { diffWords } from 'diff';
import type { MaterialChange } from '../../domain/material-changes.ts';
import { plural, sentence } from '../../format.ts';
import type { Page } from '../../plugins/views.ts';

export type MaterialInput = {
  at: (path: string) => string;
  cohortName: string;
  changes: readonly MaterialChange[];
  /** Ids of the two versions. */
  from: string;
  to: string;
  notice: 'accepted' | 'elsewhere' | null;
};

/** Unchanged text around a change is cut to so many letters on either side. */
const context = 90;

/** `GET /cohort/material` */
export function materialPage({ at, cohortName, changes, from, to, notice }: MaterialInput) {
  const weeks = [...new Set(changes.map(({ week }) => week))];
  return {
    template: 'material/changes',
    data: {
      title: 'Material of the cohort',
      kicker: cohortName,
      heading: from === to ? 'Your cohort has the current material' : changes.length === 0 ? 'There is newer material' : `There is newer material: ${plural(changes.length, 'part')} ${changes.length === 1 ? 'differs' : 'differ'}`,
      line: from === to ? 'When it is changed, you see here what is different, and decide whether your cohort goes on with it.'
        : changes.length === 0 ? 'No week is different. The glossary, the form of the plan, the rubric or the policies are.'
        : 'Your cohort keeps what it began with until you accept the newer material. What learners have done stays theirs.',
      notice: notice === 'accepted' ? { good: true, heading: 'The cohort goes on with the current material', text: 'Learners see it from now on.' }
        : notice === 'elsewhere' ? { good: false, heading: 'Nothing was changed', text: 'The material changed after you opened this page, or somebody else accepted it. This is how it stands now.' } : null,
      weeks: weeks.map((week) => ({
        number: week,
        heading: `Week ${week}`,
        preview: at(`/weeks/${week}?material=current`),
        summary: sentence(plural(changes.filter((change) => change.week === week).length, 'part')),
        changes: changes.filter((change) => change.week === week).map(({ part, before, after }) => ({
          part, tag: before === null ? 'New' : after === null ? 'Gone' : 'Changed',
          pieces: before !== null && after !== null ? piecesOf(before, after) : [{ kind: after === null ? 'removed' : 'added', text: shorten(after ?? before ?? '', 600) }],
        })),
      })),
      acceptance: from === to ? null : { action: at('/cohort/material/acceptance'), from, to },
      back: at('/cohort'),
    },
  } satisfies Page;
}

/** The texts word by word: what stayed (shortened), what went, what came. */
function piecesOf(before: string, after: string): { kind: 'same' | 'removed' | 'added'; text: string }[] {
  const parts = diffWords(before, after);
  return parts.map(({ added, removed, value }, index) => {
    if (added) return { kind: 'added' as const, text: value };
    if (removed) return { kind: 'removed' as const, text: value };
    const [head, tail] = [value.slice(0, context), value.slice(-context)];
    if (value.length <= 2 * context) return { kind: 'same' as const, text: value };
    return { kind: 'same' as const, text: index === 0 ? `… ${tail}` : index === parts.length - 1 ? `${head} …` : `${head} … ${tail}` };
  });
}

const shorten = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most)} …`);
