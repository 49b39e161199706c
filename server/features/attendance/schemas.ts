import { Type } from 'typebox';
import { attendanceMarks } from '../../domain/attendance.ts';
import type { AttendanceMark } from '../../domain/attendance.ts';
import { rowId } from '../../domain/row-id.ts';

export const DayParams = Type.Object({ key: Type.String({ pattern: '^[a-z0-9-]{1,100}$' }), day: Type.Integer({ minimum: 1, maximum: 99 }) });
export const RollQuery = Type.Object({ notice: Type.Optional(Type.Enum(['saved', 'unchanged'])) });

/** For each learner `mark-ID` and `seen-ID`, what stood there when the page was made; `all` marks everybody who has no mark. */
export const RollForm = Type.Unsafe<Record<string, string>>({
  type: 'object',
  properties: { all: { type: 'string', enum: ['present'] } },
  patternProperties: { [`^(mark|seen)-${rowId.slice(1)}`]: { type: 'string', enum: attendanceMarks } },
  additionalProperties: false,
});

/** `cohort` where it is not the one of the viewer's course; `wanted` is absent when the box is not ticked. */
export const ColumnForm = Type.Object({ cohort: Type.Optional(Type.String({ pattern: rowId })), wanted: Type.Optional(Type.Enum(['yes'])) });

/** What somebody wants of the roll, by person id. */
export type RollWishes = { marks: ReadonlyMap<string, { wanted: AttendanceMark; seen: AttendanceMark | null }>; allPresent: boolean };

/** The wishes that a posted roll holds; choices that were already there when it was opened are none. */
export function readRoll(form: Record<string, string>): RollWishes {
  const marks: [string, { wanted: AttendanceMark; seen: AttendanceMark | null }][] = Object.entries(form).flatMap(([name, value]) => {
    if (!name.startsWith('mark-')) return [];
    const seen = (form[`seen-${name.slice(5)}`] ?? null) as AttendanceMark | null;
    return value === seen ? [] : [[name.slice(5).toLowerCase(), { wanted: value as AttendanceMark, seen }]];
  });
  return { marks: new Map(marks), allPresent: form['all'] === 'present' };
}
