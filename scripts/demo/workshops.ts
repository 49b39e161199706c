// The demo's calendar: two workshops that are past, with their rolls, one tomorrow, and the rest of the programme's plan.
import type { Pool } from 'pg';
import type { Programme } from '../../server/content/programme.ts';
import { run } from '../../server/database.ts';
import { weekStartsOn } from '../../server/domain/calendar.ts';
import type { CohortCalendar } from '../../server/domain/calendar.ts';
import { scheduleWorkshops } from '../../server/features/workshops/actions.ts';
import type { Viewer } from '../../server/plugins/sign-in.ts';

const meetingUrl = 'https://meet.example.org/coachline-spring';
const venue = 'Northmoor Education Centre, Seminar Room 2';
const address = '14 Harbour Road, Northmoor';

/** Who was not simply present: by person, then by the workshop's key and day. */
const exceptions: Record<string, Record<string, 'late' | 'left-early' | 'excused' | 'absent'>> = {
  lukasz: { 'getting-started/1': 'late', 'coaching-aims-and-tests/2': 'absent', 'coaching-aims-and-tests/3': 'absent' },
  muhammad: { 'coaching-aims-and-tests/1': 'excused' },
  siobhan: { 'getting-started/1': 'absent', 'coaching-aims-and-tests/3': 'left-early' },
  budiman: { 'coaching-aims-and-tests/1': 'late' },
};

type Place = { cohortId: string; calendar: CohortCalendar; viewer: Viewer; learners: ReadonlyMap<string, string>; recordedBy: string | null };

/** Schedules every workshop of the programme, and takes the rolls of those that are over. `learners`: ids by the demo's name for them. */
export async function startDemoWorkshops(sql: Pool, programme: Programme, { cohortId, calendar, viewer, learners, recordedBy }: Place, now: Temporal.Instant): Promise<void> {
  const today = now.toZonedDateTimeISO(calendar.timeZone).toPlainDate();
  const thisWeek = Math.floor(calendar.startsOn.until(today, { largestUnit: 'days' }).days / 7) + 1;
  const wanted = programme.weeks.flatMap(({ number, workshop }) => {
    if (!workshop?.key) return [];
    const isVirtual = workshop.kind === 'virtual';
    // Of this week's workshop somebody who tries the demo sees the day before.
    const first = number === thisWeek ? today.add({ days: 1 }) : weekStartsOn(calendar, number).add({ days: 1 });
    const at = (day: number, time: string) => first.add({ days: day - 1 }).toZonedDateTime({ timeZone: calendar.timeZone, plainTime: time }).toInstant();
    const days = Array.from({ length: workshop.days }, (_none, index) => ({ day: index + 1, startsAt: at(index + 1, isVirtual ? '14:00' : '09:00'), endsAt: at(index + 1, isVirtual ? '16:00' : '17:00') }));
    return [{ key: workshop.key, setting: { timeZone: calendar.timeZone, meetingUrl: isVirtual ? meetingUrl : null, venue: isVirtual ? null : venue, address: isVirtual ? null : address, days } }];
  });
  await scheduleWorkshops(sql, viewer, cohortId, wanted, now);
  for (const session of await run<{ id: string; place: string; ended: string }>(sql, listPast, [cohortId, String(now)])) {
    for (const [person, id] of learners) await run(sql, insertMark, [session.id, id, exceptions[person]?.[session.place] ?? 'present', session.ended, recordedBy]);
  }
}

const listPast = {
  name: 'demo-past-sessions',
  text: `select s.id, w.key || '/' || s.day as place, s.ends_at as ended from workshop w join workshop_session s on s.workshop_id = w.id where w.cohort_id = $1 and s.ends_at < $2`,
};
const insertMark = { name: 'demo-mark', text: 'insert into attendance (session_id, person_id, status, recorded_at, recorded_by) values ($1, $2, $3, $4, $5)' };
