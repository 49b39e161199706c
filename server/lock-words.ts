// What keeps weeks locked whose day has come, for the week itself and for pages that only mention it.
import type { Lock, WeekStatus } from './domain/week-schedule.ts';
import { list } from './format.ts';

type HeldBack = Exclude<Lock, { because: 'later' }>;

/** What keeps a week locked whose day has come, and what opens it. */
export function lockWords(at: (path: string) => string, lock: HeldBack) {
  if (lock.because === 'eligibility') {
    return {
      heading: 'This week opens when your faculty have accepted your form',
      when: 'Your team, your project and your sponsor come first. Until your faculty have accepted what you wrote about them, only week 1 is open.',
      opensAt: null, main: { href: at('/eligibility'), label: 'Go to your form' },
    };
  }
  const weeks = list(lock.weeks.map((number) => `week ${number}`));
  return {
    heading: `This week opens when you have done ${weeks}`,
    when: `It builds on ${weeks}. Its day has come, so it opens as soon as every section there is done.`,
    opensAt: null, main: { href: at(`/weeks/${lock.weeks[0]}`), label: `Go to week ${lock.weeks[0]}` },
  };
}

/**
 * A line for each thing that holds weeks back: the form, and weeks that must be done first. Nothing while only the calendar
 * does. What waits for the form is told once, from its first week on.
 */
export function heldBackLines(at: (path: string) => string, statuses: readonly Pick<WeekStatus, 'number' | 'lock'>[]): { href: string; label: string; detail: string }[] {
  const held = statuses.flatMap(({ number, lock }) => (lock && lock.because !== 'later' ? [{ number, lock }] : []));
  const waitsForForm = held.find(({ lock }) => lock.because === 'eligibility');
  return [
    ...(waitsForForm ? [{ href: at('/eligibility'), label: `Weeks ${waitsForForm.number} and later wait for your form`, detail: 'They open when your faculty have accepted it.' }] : []),
    ...held.flatMap(({ number, lock }) => {
      if (lock.because !== 'requires') return [];
      const weeks = list(lock.weeks.map((week) => `week ${week}`));
      return [{ href: at(`/weeks/${lock.weeks[0]}`), label: `Week ${number} waits for ${weeks}`, detail: 'It opens when every section there is done.' }];
    }),
  ];
}
