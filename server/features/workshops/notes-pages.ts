// Facilitator's notes for a workshop, for those who run it: what happens when, by the schedule's own times.
import type { FacilitatorNotes } from '../../content/programme.ts';
import type { PlannedWorkshop } from '../../domain/workshop-schedule.ts';
import type { Session } from '../../domain/workshop-sessions.ts';
import { clockTime, fullDate, inWords, sentence, zoneName } from '../../format.ts';
import type { English } from '../../format.ts';
import type { Page } from '../../plugins/views.ts';

export type NotesInput = {
  at: (path: string) => string;
  english?: English;
  workshop: PlannedWorkshop;
  notes: FacilitatorNotes;
  /** Of this workshop; where a day is scheduled its times are counted from then on. */
  sessions: readonly Session[];
};

const kindWords = { plenary: 'All together', breakout: 'In groups', pairs: 'In pairs', alone: 'Alone', break: 'Break' };

/** `GET /workshops/KEY/notes`, made to be printed. */
export function notesPage({ at, english = 'en-GB', workshop, notes, sessions }: NotesInput) {
  return {
    template: 'workshops/notes',
    data: {
      title: `${workshop.title}: facilitator’s notes`,
      kicker: 'Facilitator’s notes, for faculty',
      heading: workshop.title,
      purpose: notes.purpose,
      materials: notes.materials,
      days: notes.days.map((day, index) => {
        const session = sessions.find((one) => one.day === index + 1 && one.cancelledAt === null);
        const start = session?.startsAt.toZonedDateTimeISO(session.timeZone) ?? null;
        const total = day.agenda.reduce((sum, { minutes }) => sum + minutes, 0);
        let passed = 0;
        return {
          number: index + 1,
          heading: notes.days.length === 1 ? 'Agenda' : `Day ${inWords(index + 1)}`,
          title: day.title,
          when: start ? `${fullDate(start, english)}, from ${clockTime(start, english)} ${zoneName(start)}` : `Not scheduled yet: times as if it began at ${day.starts}`,
          agenda: day.agenda.map(({ minutes, kind, title, how }) => {
            const time = start ? clockTime(start.add({ minutes: passed }), english) : plainTime(day.starts, passed);
            passed += minutes;
            return { time, minutes: `${minutes} min`, kind: kindWords[kind], isBreak: kind === 'break', title, how };
          }),
          length: sentence(hoursAndMinutes(total)),
        };
      }),
      sections: notes.sections.map(({ key, title, bodyHtml }) => ({ key, title, bodyHtml })),
      back: { href: at(`/workshops/${workshop.key}`), label: `Back to “${workshop.title}”` },
    },
  } satisfies Page;
}

/** "14:25" for 25 minutes after "14:00". */
function plainTime(starts: string, minutes: number): string {
  const [hour = 0, minute = 0] = starts.split(':').map(Number);
  const total = hour * 60 + minute + minutes;
  return `${String(Math.floor(total / 60)).padStart(2, '0')}:${String(total % 60).padStart(2, '0')}`;
}

function hoursAndMinutes(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  const words = hours === 0 ? [] : [`${inWords(hours)} ${hours === 1 ? 'hour' : 'hours'}`];
  return [...words, ...(rest > 0 ? [`${rest} minutes`] : [])].join(' ');
}
