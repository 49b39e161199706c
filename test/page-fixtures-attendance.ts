// Examples of the pages of attendance; page-fixtures.ts shows them beside all others.
import { attendanceMarks, attendanceStanding, defaultAttendancePolicy, plannedDays } from '../server/domain/attendance.ts';
import type { AttendanceMark, RollLearner } from '../server/domain/attendance.ts';
import { daysOfLearner } from '../server/attendance-standing.ts';
import type { Session } from '../server/attendance-standing.ts';
import { closedPage, ownPage, rollPage, rollsPage, sheetPage } from '../server/features/attendance/pages.ts';
import type { Page, Role } from '../server/plugins/views.ts';

type Input = { at: (path: string) => string; now: Temporal.Instant; cohort: { name: string; startsOn: Temporal.PlainDate; timeZone: string }; longName: string };

/** Every page by a name for it. */
export function attendanceExamples({ at, now, cohort, longName }: Input): Record<string, { path: string; role: Role; page: Page }> {
  const session = (key: string, day: number, hours: number, change: Partial<Session> = {}): Session => ({
    id: `${key}-${day}`, key, day, startsAt: now.add({ hours }), endsAt: now.add({ hours: hours + 2 }), timeZone: cohort.timeZone, isCancelled: false, cancelReason: null, ...change,
  });
  const sessions = [
    session('start', 1, -800), session('three-days', 1, -300), session('three-days', 2, -276), session('three-days', 3, -252, { isCancelled: true, cancelReason: `The hall was flooded, says ${longName}.` }),
    session('data', 1, -1), session('next', 1, 200),
  ];
  const days = plannedDays([
    { key: 'start', kind: 'virtual', title: 'Getting started', days: 1 }, { key: 'three-days', kind: 'in-person', title: `Coaching, aims and tests: ${longName}`, days: 3 },
    { key: 'data', kind: 'virtual', title: 'Data for improvement', days: 1 }, { key: 'next', kind: 'virtual', title: 'Scale-up and the next team', days: 1 }, { kind: 'in-person', title: 'Coaching to learn', days: 2 },
  ], sessions);
  const onCalendar = days.flatMap((day) => (day.session ? [{ ...day, session: day.session }] : []));
  const dayAt = (index: number) => {
    const day = onCalendar[index];
    if (!day) throw new Error(`no day ${index}`);
    return day;
  };
  const names = ['Amara Okafor', longName, null, '李 明華', 'محمد عبد الرحمن الشريف', 'Siobhán Keane', 'Zoë Łapińska', 'Mei-Ling Tan'];
  const roll: RollLearner[] = names.map((name, index) => {
    const mark = attendanceMarks[index];
    return { personId: `p${index}`, name, isHere: index !== 3, kept: mark ? { mark, at: now.subtract({ minutes: 1500 * (index % 2) + 3 }), by: index === 1 ? longName : index === 2 ? null : 'Eleanor' } : null };
  });
  const input = { at, now, cohortName: cohort.name };
  const own = (marks: (AttendanceMark | undefined)[]) => {
    const kept = daysOfLearner(days, new Map(sessions.flatMap(({ id }, index) => (marks[index] ? [[id, marks[index]]] : []))), now);
    return { at, now, cohort, days: kept, standing: attendanceStanding(kept, defaultAttendancePolicy), score: null };
  };
  const shown = (role: Role, path: string, page: Page) => ({ path, role, page });
  return {
    'attendance-roll': shown('faculty', '/attendance/data/1', rollPage({ ...input, day: dayAt(4), roll, keep: 'k' })),
    'attendance-roll-saved': shown('assistant', '/attendance/three-days/1', rollPage({ ...input, english: 'en-US', day: dayAt(1), roll, keep: 'k', notice: 'saved' })),
    'attendance-roll-conflict': shown('faculty', '/attendance/data/1', rollPage({ ...input, day: dayAt(4), roll, keep: 'k', conflicts: new Map([['p1', 'absent'], ['p2', 'present']]) })),
    'attendance-roll-empty': shown('administrator', '/attendance/data/1', rollPage({ ...input, day: dayAt(4), roll: [], keep: 'k', notice: 'unchanged' })),
    'attendance-cancelled': shown('faculty', '/attendance/three-days/3', closedPage({ ...input, day: dayAt(3) })),
    'attendance-early': shown('faculty', '/attendance/next/1', closedPage({ ...input, day: dayAt(5) })),
    'attendance-sheet': shown('faculty', '/attendance/three-days/1/sheet', sheetPage({ ...input, day: dayAt(1), roll })),
    'attendance-rolls': shown('faculty', '/attendance', rollsPage({ ...input, days: onCalendar, unplanned: 2, learners: 40, states: new Map([['start-1', { marked: 40, takers: ['Eleanor', longName] }], ['three-days-1', { marked: 38, takers: ['Jonas'] }]]) })),
    'attendance-rolls-empty': shown('assistant', '/attendance', rollsPage({ ...input, days: [], unplanned: 11, learners: 0, states: new Map() })),
    'attendance-own': shown('learner', '/attendance', ownPage(own(['late', 'present', undefined, undefined, undefined]))),
    'attendance-own-none': shown('learner', '/attendance', ownPage({ ...own([]), days: [], standing: attendanceStanding([], defaultAttendancePolicy) })),
    'attendance-own-missed': shown('learner', '/attendance', ownPage({ ...own(['excused', 'absent', 'left-early']), score: { state: 'sent', points: 1, maximum: 2, comment: null, sentAt: now, seen: null } })),
  };
}
