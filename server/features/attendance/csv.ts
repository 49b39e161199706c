// The attendance of a whole cohort as a table for spreadsheets.
import type { Session } from '../../attendance-standing.ts';
import { toCsv } from '../../csv.ts';
import { attendanceStanding, dayStanding } from '../../domain/attendance.ts';
import type { AttendanceDay, AttendancePolicy, PlannedDay } from '../../domain/attendance.ts';
import { dayCell, titleOf } from './pages.ts';
import type { ListedLearner } from './queries.ts';

type Days = readonly PlannedDay<Session>[];
type LearnerDays = readonly (PlannedDay<Session> & AttendanceDay)[];

const outcomes = { 'met': 'Met', 'open': 'Can still be met', 'not-met': 'Not met' } as const;

/** One line a learner: a column for every day of the programme, then the counts and what the policy makes of them. */
export function attendanceCsv({ days, learners, policy }: { days: Days; learners: readonly (ListedLearner & { days: LearnerDays })[]; policy: AttendancePolicy }): string {
  const dated = (day: PlannedDay<Session>) => (day.session ? `${titleOf(day)} (${day.session.startsAt.toZonedDateTimeISO(day.session.timeZone).toPlainDate().toString()})` : titleOf(day));
  const head = ['Name', 'E-mail', 'In the course', ...days.map(dated), 'Attended', 'Excused', 'Absent', 'Not marked', 'Attendance asked for'];
  return toCsv([head, ...learners.map(({ name, email, isHere, days: own }) => {
    const standings = own.map(dayStanding);
    const count = (wanted: string) => String(standings.filter((standing) => standing === wanted).length);
    return [name ?? '', email ?? '', isHere ? 'Yes' : 'Has left', ...own.map(dayCell), count('attended'), count('excused'), count('absent'), count('unmarked'), outcomes[attendanceStanding(own, policy).outcome]];
  })]);
}
