// The workshops of a cohort as a file that calendars read (RFC 5545).
import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import type { PlannedWorkshop } from '../../domain/workshop-schedule.ts';
import type { Session } from '../../domain/workshop-sessions.ts';
import { kindWords, sessionTitle } from '../../workshop-words.ts';

type CalendarInput = { name: string; publicUrl: string; planned: readonly PlannedWorkshop[]; sessions: readonly Session[]; now: Temporal.Instant };

/**
 * An entry for each day, cancelled ones included, so that a file taken again tells a calendar what changed: the same
 * UID for good, and a SEQUENCE that grows with every change (RFC 5545, 3.8.4.7 and 3.8.7.4). Times are in UTC. No
 * attendees: a published file must not name any (RFC 5546, 3.2.1). The meeting link is not in it, because the page
 * gives it ten minutes before, and as it is then.
 */
export function calendarFile({ name, publicUrl, planned, sessions, now }: CalendarInput): string {
  // The package escapes every text but this one.
  const calendar = ical({ name: name.replaceAll(/[\\;,]/g, '\\$&'), method: ICalCalendarMethod.PUBLISH, prodId: { company: 'Coachline', product: 'Workshops', language: 'EN' } });
  for (const session of sessions) {
    const workshop = planned.find(({ key }) => key === session.key);
    if (!workshop) continue;
    const isCancelled = session.cancelledAt !== null;
    calendar.createEvent({
      id: `${session.id}@coachline`,
      sequence: session.revision,
      stamp: now,
      start: session.startsAt,
      end: session.endsAt,
      summary: `${isCancelled ? 'Cancelled: ' : ''}${sessionTitle(workshop, session.day)}`,
      status: isCancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
      location: workshop.kind === 'virtual' ? 'Online' : [session.venue, session.address].filter((part) => part !== null).join(', '),
      description: description(workshop, session),
      url: `${publicUrl}/workshops/${session.key}`,
    });
  }
  return calendar.toString();
}

function description(workshop: PlannedWorkshop, session: Session): string {
  return [
    `${kindWords(workshop)}, week ${workshop.week}.`,
    session.cancelledAt !== null ? `This day does not take place. Reason: ${session.cancelReason ?? ''}`
      : workshop.kind === 'virtual' ? 'Open Coachline from your course and go to Workshops: the button to join is there from ten minutes before the start.'
      : 'Open Coachline from your course and go to Workshops for the place on a map.',
  ].join('\n');
}
