import { expect } from 'chai';
import { describe, it } from 'mocha';
import { attendanceScore, attendanceStanding, dayPhase, dayStanding, decideMark, defaultAttendancePolicy, plannedDays } from '../../server/domain/attendance.ts';
import type { AttendanceDay, AttendanceMark, DayPhase, DayStanding } from '../../server/domain/attendance.ts';

const at = (time: string) => Temporal.Instant.from(`2026-05-14T${time}Z`);
const session = { startsAt: at('13:00'), endsAt: at('15:00'), isCancelled: false };

/** `P L E X A` a mark on a day that is over; `-` over and not marked; `.` to come; `~` cancelled. */
const days = (kind: AttendanceDay['kind'], signs: string): AttendanceDay[] => signs.replaceAll(' ', '').split('').map((sign) => {
  const mark = ({ P: 'present', L: 'late', E: 'left-early', X: 'excused', A: 'absent' } as Record<string, AttendanceMark>)[sign] ?? null;
  return { kind, mark, phase: sign === '.' ? 'unplanned' : sign === '~' ? 'cancelled' : 'ended' };
});

describe('a day of attendance', () => {
  const phases: [when: string, now: string, phase: DayPhase][] = [
    ['long before', '08:00', 'ahead'], ['61 minutes before', '11:59', 'ahead'], ['an hour before', '12:00', 'open'],
    ['while it lasts', '14:59', 'open'], ['at its end', '15:00', 'ended'],
  ];
  for (const [when, now, phase] of phases) {
    it(`is ${phase} ${when}`, () => expect(dayPhase(session, at(now))).to.equal(phase));
  }
  it('that was cancelled stays so, and one without a date is unplanned', () => {
    for (const now of ['08:00', '16:00']) {
      expect(dayPhase({ ...session, isCancelled: true }, at(now))).to.equal('cancelled');
      expect(dayPhase(null, at(now))).to.equal('unplanned');
    }
  });

  const standings: [phase: DayPhase, mark: AttendanceMark | null, standing: DayStanding][] = [
    ['ended', 'present', 'attended'], ['ended', 'late', 'attended'], ['ended', 'left-early', 'attended'], ['ended', 'excused', 'excused'], ['ended', 'absent', 'absent'],
    ['ended', null, 'unmarked'], ['open', null, 'to-come'], ['open', 'absent', 'absent'], ['unplanned', null, 'to-come'],
    ['ahead', 'present', 'to-come'], ['cancelled', 'absent', 'cancelled'], ['cancelled', null, 'cancelled'],
  ];
  for (const [phase, mark, standing] of standings) {
    it(`${phase}, marked ${mark ?? 'nothing'}: ${standing}`, () => expect(dayStanding({ phase, mark })).to.equal(standing));
  }
});

describe('what the attendance policy makes of a learner’s days', () => {
  const cases: [what: string, inPerson: string, virtual: string, outcome: 'met' | 'open' | 'not-met'][] = [
    ['nothing has happened yet', '......', '.....', 'open'],
    ['all attended', 'PPP PPP', 'PPPPP', 'met'],
    ['late and left early are attended', 'LEP PPP', 'LEPP.', 'met'],
    ['four of five virtual ones, the fifth still to come', 'PPP PPP', 'PPPP.', 'met'],
    ['four of five, one absent', 'PPP PPP', 'PPAPP', 'met'],
    ['four of five, one excused', 'PPP PPP', 'PPXPP', 'met'],
    ['an excused virtual one is missed like another', 'PPP PPP', 'PXAPP', 'not-met'],
    ['two virtual ones missed', 'PPP ...', 'AA...', 'not-met'],
    ['one excused day in person', 'PXP PPP', 'PPPP.', 'met'],
    ['two excused days in person', 'PXP XPP', 'PPPP.', 'not-met'],
    ['one absent day in person', 'PPA ...', '.....', 'not-met'],
    ['a day in person not marked yet', 'PP- PPP', 'PPPPP', 'open'],
    ['everything over and nothing marked', '--- ---', '-----', 'open'],
    ['virtual ones not marked, yet needed', 'PPP PPP', 'PPP--', 'open'],
    ['virtual ones not marked, and not needed', 'PPP PPP', 'PPPP-', 'met'],
    ['an unmarked one cannot make up for two missed', 'PPP PPP', 'AAPP-', 'not-met'],
    ['in person still to come', 'PPP ...', 'PPPPP', 'open'],
    ['a cancelled day in person asks nothing', 'PP~ PPP', 'PPPP.', 'met'],
    ['of four virtual ones that are held, all four', 'PPP PPP', 'PPPP~', 'met'],
    ['of four virtual ones that are held, three are too few', 'PPP PPP', 'PPPA~', 'not-met'],
    ['of three that are held, all three are enough', 'PPP PPP', 'PPP~~', 'met'],
  ];
  for (const [what, inPerson, virtual, outcome] of cases) {
    it(`${outcome}: ${what} (${inPerson}, ${virtual})`, () => {
      expect(attendanceStanding([...days('in-person', inPerson), ...days('virtual', virtual)], defaultAttendancePolicy).outcome).to.equal(outcome);
    });
  }
  it('counts what is what, and follows the numbers of the content', () => {
    const all = [...days('in-person', 'PLX A-~'), ...days('virtual', 'EA-.')];
    const { inPerson, virtual, outcome } = attendanceStanding(all, { inPersonDaysExcused: 2, virtualAttended: 2 });
    expect(inPerson).to.deep.equal({ days: 5, attended: 2, excused: 1, absent: 1, unmarked: 1, toCome: 0, mayExcuse: 2 });
    expect(virtual).to.deep.equal({ days: 4, attended: 1, excused: 0, absent: 1, unmarked: 1, toCome: 1, needed: 2 });
    expect(outcome).to.equal('not-met');
    expect(attendanceStanding(days('in-person', 'XX'), { inPersonDaysExcused: 2, virtualAttended: 0 }).outcome).to.equal('met');
  });
});

describe('the attendance that a grade book is told', () => {
  const titled = (signs: string) => days('virtual', signs).map((day, index) => ({ ...day, title: `Day ${index + 1}` }));
  const cases: [signs: string, score: ReturnType<typeof attendanceScore>][] = [
    ['.....', null], ['-X..', null], ['~', null],
    ['P....', { given: 1, maximum: 1, isComplete: false, comment: 'Attended 1 of 1 day so far.' }],
    ['PLEA..', { given: 3, maximum: 4, isComplete: false, comment: 'Attended 3 of 4 days so far.' }],
    ['PXX.', { given: 1, maximum: 1, isComplete: false, comment: 'Attended 1 of 1 day so far. Excused: Day 2; Day 3.' }],
    ['PP-.', { given: 2, maximum: 2, isComplete: false, comment: 'Attended 2 of 2 days so far. Not marked yet: 1 day.' }],
    ['AA', { given: 0, maximum: 2, isComplete: true, comment: 'Attended 0 of 2 days.' }],
    ['PPPP~', { given: 4, maximum: 4, isComplete: true, comment: 'Attended 4 of 4 days.' }],
    ['PP--', { given: 2, maximum: 2, isComplete: true, comment: 'Attended 2 of 2 days so far. Not marked yet: 2 days.' }],
  ];
  for (const [signs, score] of cases) it(`${signs}: ${score?.comment ?? 'nothing'}`, () => expect(attendanceScore(titled(signs))).to.deep.equal(score));
});

describe('the days of a programme', () => {
  it('are those of its content, each with its session, and further days of the calendar', () => {
    const planned = plannedDays([{ kind: 'virtual', title: 'Without a key', days: 1 }, { key: 'a', kind: 'in-person', title: 'A', days: 2 }], [{ key: 'a', day: 3 }, { key: 'a', day: 1 }, { key: 'elsewhere', day: 1 }]);
    expect(planned.map(({ key, day, days: total, session: one }) => [key, day, total, one !== null])).to.deep.equal([[null, 1, 1, false], ['a', 1, 3, true], ['a', 2, 3, false], ['a', 3, 3, true]]);
  });
});

describe('two people who take one roll', () => {
  const cases: [current: AttendanceMark | null, seen: AttendanceMark | null, wanted: AttendanceMark, decision: ReturnType<typeof decideMark>][] = [
    [null, null, 'present', 'write'], ['present', 'present', 'late', 'write'], ['late', null, 'late', 'same'], ['late', null, 'absent', 'conflict'],
    ['late', 'present', 'absent', 'conflict'], ['late', 'present', 'late', 'same'], [null, 'present', 'late', 'write'],
  ];
  for (const [current, seen, wanted, decision] of cases) {
    it(`saw ${seen ?? 'nothing'}, wants ${wanted}, ${current ?? 'nothing'} stands: ${decision}`, () => expect(decideMark({ current, seen, wanted })).to.equal(decision));
  }
});
