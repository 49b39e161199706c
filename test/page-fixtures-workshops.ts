// Examples of the pages of workshops; page-fixtures.ts shows them beside all others.
import { notesPage } from '../server/features/workshops/notes-pages.ts';
import type { FacilitatorNotes } from '../server/content/programme.ts';
import type { PlannedWorkshop } from '../server/domain/workshop-schedule.ts';
import type { Session } from '../server/domain/workshop-sessions.ts';
import { agendaPage, myWorkshopsPage, workshopPage } from '../server/features/workshops/pages.ts';
import type { WorkshopsInput } from '../server/features/workshops/pages.ts';
import { cancelPage, changePage, proposedFields, savedFields, schedulePage } from '../server/features/workshops/schedule-pages.ts';
import type { Page, Role } from '../server/plugins/views.ts';

type Input = { at: (path: string) => string; now: Temporal.Instant; cohort: { name: string; startsOn: Temporal.PlainDate; timeZone: string }; longName: string };

const session = (key: string, day: number, from: string, hours: number, change: Partial<Session> = {}): Session => ({
  id: `${key}-${day}`, revision: 0, key, day, startsAt: Temporal.Instant.from(from), endsAt: Temporal.Instant.from(from).add({ minutes: hours * 60 }), timeZone: 'Europe/London',
  meetingUrl: null, venue: null, address: null, movedFrom: null, moveReason: null, cancelledAt: null, cancelReason: null, ...change,
});

/** Every page of workshops by a name for it. `now` is a Tuesday of week 5, 12 May 2026, 10:30 in London. */
export function workshopExamples({ at, now, cohort, longName }: Input): Record<string, { path: string; role: Role; page: Page }> {
  const planned: PlannedWorkshop[] = [
    { key: 'start', week: 1, kind: 'virtual', title: 'Getting started', days: 1 },
    { key: 'aims', week: 3, kind: 'in-person', title: `Coaching, aims and tests, with ${longName}`, days: 3 },
    { key: 'data', week: 5, kind: 'virtual', title: 'Data for improvement', days: 1 },
    { key: 'teams', week: 7, kind: 'virtual', title: 'Facilitating teams', days: 1 },
    { key: 'learn', week: 9, kind: 'in-person', title: 'Coaching to learn', days: 3 },
  ];
  const place = { venue: `The old library of ${longName}`, address: '12 Leeds General Infirmary Street, Leeds LS1 3EX, United Kingdom' };
  const link = { meetingUrl: `https://meet.example.org/j/${'0123456789'.repeat(12)}` };
  const aims = [session('aims', 1, '2026-04-28T08:00:00Z', 8, place), session('aims', 2, '2026-04-29T08:00:00Z', 8, { ...place, cancelledAt: now, cancelReason: 'The trainer is ill' }), session('aims', 3, '2026-05-20T08:00:00Z', 8, { ...place, revision: 2, movedFrom: Temporal.Instant.from('2026-04-30T08:00:00Z'), moveReason: 'The room is flooded' })];
  const data = session('data', 1, '2026-05-12T13:00:00Z', 2, link);
  const teams = session('teams', 1, '2026-10-25T00:30:00Z', 0.25, { timeZone: 'Europe/London', cancelReason: 'A strike of trains', revision: 2 });
  const elsewhere = session('start', 1, '2026-05-14T13:00:00Z', 2, { timeZone: 'America/New_York' });
  const all = [...aims, data, teams, elsewhere].toSorted((one, other) => Temporal.Instant.compare(one.startsAt, other.startsAt));
  const input = (change: Partial<WorkshopsInput> = {}): WorkshopsInput => ({ at, now, reader: 'learner', cohort, planned, unnamed: 0, sessions: all, ...change });
  const atTheDoor = Temporal.Instant.from('2026-05-12T12:55:00Z');
  const of = (index: number) => planned[index]!;
  const proposed = proposedFields(planned, cohort);
  const saved = savedFields(of(1), aims);
  const shown = (role: Role, page: Page, path = '/workshops') => ({ path, role, page });

  const notes: FacilitatorNotes = {
    purpose: 'By the end every coach has read a chart aloud.', materials: ['The practice charts, one a group', longName],
    days: [{ title: 'Reading variation together', starts: '14:00', agenda: [{ minutes: 10, kind: 'plenary', title: 'Welcome', how: 'Say who is new.' }, { minutes: 25, kind: 'breakout', title: `Four charts, ${longName}`, how: 'Groups of four; each reads one aloud and says what it does not prove.' }, { minutes: 5, kind: 'break', title: 'Break', how: 'Everybody stands up.' }] }],
    sections: [{ key: 'before', title: 'Before the day', bodyHtml: '<p>Send the <em>charts</em>.</p>', source: '' }],
  };
  return {
    'workshop-notes': shown('faculty', notesPage({ at, workshop: of(2), notes, sessions: [data] }), '/workshops/data/notes'),
    'workshop-notes-unscheduled': shown('assistant', notesPage({ at, workshop: of(3), notes, sessions: [] }), '/workshops/teams/notes'),
    'workshops': shown('learner', myWorkshopsPage(input())),
    'workshops-open': shown('learner', myWorkshopsPage(input({ now: atTheDoor }))),
    'workshops-in-person': shown('learner', myWorkshopsPage(input({ sessions: aims }))),
    'workshops-mentor': shown('mentor', myWorkshopsPage(input({ reader: 'mentor', now: atTheDoor }))),
    'workshops-none': shown('learner', myWorkshopsPage(input({ sessions: [] }))),
    'workshops-none-planned': shown('learner', myWorkshopsPage(input({ sessions: [], planned: [], unnamed: 7 }))),
    'workshops-agenda': shown('faculty', agendaPage(input({ reader: 'decider', notice: 'scheduled' }))),
    'workshops-agenda-assistant': shown('assistant', agendaPage(input({ reader: 'assistant' }))),
    'workshops-agenda-empty': shown('administrator', agendaPage(input({ reader: 'decider', sessions: [] }))),
    'workshops-agenda-unnamed': shown('faculty', agendaPage(input({ reader: 'decider', sessions: [], planned: [], unnamed: 7 }))),
    'workshop': shown('learner', workshopPage({ ...input(), workshop: of(1) }), '/workshops/aims'),
    'workshop-open': shown('learner', workshopPage({ ...input({ now: atTheDoor }), workshop: of(2) }), '/workshops/data'),
    'workshop-staff': shown('faculty', workshopPage({ ...input({ reader: 'decider', notice: 'changed' }), workshop: of(1) }), '/workshops/aims'),
    'workshop-problem': shown('faculty', workshopPage({ ...input({ reader: 'decider' }), workshop: of(1), problem: 'Nothing was put back. Day 2 does not come after day 1. Put the days in order.' }), '/workshops/aims'),
    'workshop-waiting': shown('learner', workshopPage({ ...input(), workshop: of(4) }), '/workshops/learn'),
    'workshop-twice': shown('learner', workshopPage({ ...input(), workshop: of(3) }), '/workshops/teams'),
    'workshops-schedule': shown('faculty', schedulePage({ at, cohort, workshops: planned, unnamed: 0, fields: proposed }), '/cohort/workshops'),
    'workshops-schedule-errors': shown('faculty', schedulePage({ at, cohort, workshops: planned.slice(0, 2), unnamed: 0, fields: { ...proposed, 'start-link': 'meet.example.org' }, errors: { 'timeZone': 'Choose a time zone from the list.', 'start-chosen': 'Tick at least one workshop.', 'start-1-end': 'The end is not after the start. Choose a later end on the same day.', 'start-link': 'Paste the whole meeting link, beginning with https://.', 'aims-2-date': 'Day 2 does not come after day 1. Put the days in order.', 'aims-venue': 'Name the place, such as the house and the room.' } }), '/cohort/workshops'),
    'workshops-schedule-already': shown('faculty', schedulePage({ at, cohort, workshops: planned.slice(3), unnamed: 0, fields: { ...proposed, 'aims-1-date': 'next week' }, already: [{ workshop: of(1), sessions: aims }] }), '/cohort/workshops'),
    'workshops-schedule-done': shown('administrator', schedulePage({ at, cohort, workshops: [], unnamed: 0, fields: {} }), '/cohort/workshops'),
    'workshop-change': shown('faculty', changePage({ at, cohort, workshop: of(1), sessions: aims, fields: saved, errors: { reason: 'Say in a few words why. Learners read it beside the change.' } }), '/workshops/aims/sessions'),
    'workshop-change-conflict': shown('faculty', changePage({ at, cohort, workshop: of(1), sessions: aims, fields: { ...saved, 'aims-1-start': '10:00', 'aims-venue': '', 'timeZone': 'Europe/Madrid' }, isConflict: true }), '/workshops/aims/sessions'),
    'workshop-cancel': shown('faculty', cancelPage({ at, workshop: of(1), sessions: aims, chosen: [], reason: '', errors: { day: 'Tick the days that do not take place.', reason: 'Say in a few words why. Learners read it beside the change.' } }), '/workshops/aims/cancellation'),
    'workshop-cancel-conflict': shown('administrator', cancelPage({ at, workshop: of(2), sessions: [data], chosen: [1], reason: longName, isConflict: true }), '/workshops/data/cancellation'),
  };
}
