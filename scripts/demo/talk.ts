// What the demo's people said: the discussions of weeks 1 to 4, a few journal entries, and more time for one learner.
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { Post, PostMark } from '../../server/domain/discussion.ts';
import { post, setMark } from '../../server/features/discussion/actions.ts';
import { findPost, listParticipants, readThread } from '../../server/features/discussion/queries.ts';
import { saveEntry, shareEntry } from '../../server/features/journal/actions.ts';
import { changePace } from '../../server/features/pace/actions.ts';
import { noQueues } from './mail.ts';
import { demoViewer, momentsOf } from './place.ts';
import type { DemoPlace } from './place.ts';

/** `day`: after the first Monday. Nobody speaks after they were last here. */
type Said = { by: string; day: number; time: string; text: string; mark?: PostMark; replies?: Said[] };

const discussions: Record<number, Said[]> = {
  1: [
    {
      by: 'eleanor', day: 0, time: '10:15', text: 'Welcome, all of you. To begin: tell us in three sentences who your team is, what they want to make better, and one number that they already count. No need to be tidy.',
      replies: [
        { by: 'thao', day: 0, time: '12:20', text: 'The heart failure clinic: a nurse, two receptionists, a physiologist, and Mr Hale, who is a patient there. They want nobody to wait longer than two weeks for a first appointment. They count days from referral; the median is 23.' },
        { by: 'amara', day: 1, time: '12:40', text: 'Ash ward: our manager, a night assistant, a dietitian and the housekeeper, who knows everybody. Patients should be weighed within a day. We count the weights that are missing on Fridays, on paper.' },
        { by: 'lukasz', day: 1, time: '18:05', text: 'Community nursing in four villages. We want nurses to have everything with them at the first visit. Nobody counts anything yet, apart from the miles.' },
        { by: 'zsofia', day: 2, time: '08:10', text: '@Amara, our ward clerk found the best measure of all of us. @Łukasz, miles may be the number that you are looking for: each second trip is in them.' },
      ],
    },
    {
      by: 'budiman', day: 3, time: '16:30', text: 'A question. My form came back because I have no sponsor yet. I know whom to ask, but she is busy, and I do not want to come with a form. How did you ask yours?',
      replies: [
        { by: 'thao', day: 3, time: '18:10', mark: 'answer', text: '@Budiman, I asked for ten minutes and brought one patient’s story and one number. Then I said what I need: one hour a month, and one obstacle taken away each time. A small, clear request is easier to say yes to than “support”.' },
        { by: 'budiman', day: 4, time: '09:50', text: 'She said yes, in the corridor. Thank you!' },
      ],
    },
  ],
  2: [
    {
      by: 'siobhan', day: 8, time: '13:35', text: 'We mapped how a family goes home from our ward. It has 31 steps and we needed two rolls of paper. Everybody was proud, and then nobody knew what to do with it.',
      replies: [
        { by: 'jonas', day: 8, time: '15:10', mark: 'worth-reading', text: 'That happens to most teams. Ask them to put a red dot where a family waits and a blue one where somebody on the ward has to ask somebody else. Two minutes, in silence. Then look where the dots are, and forget the other steps for now.' },
        { by: 'muhammad', day: 9, time: '11:25', text: 'We walked our process instead of drawing it, with one prescription in the hand. It lay in a tray for two hours and ten minutes and was worked on for nine. Nobody had to be convinced after that.' },
        { by: 'siobhan', day: 10, time: '12:15', text: 'Eleven red dots, and nine of them at “waiting for the paediatrician’s check”. So now we have a place to begin. Thank you, @Jonas.' },
      ],
    },
    {
      by: 'conceicao', day: 11, time: '17:20', text: 'Does anybody else’s team want to solve it in the first meeting? Mine had six solutions after ten minutes, and all six were a form.',
      replies: [
        { by: 'ngozi', day: 12, time: '09:05', text: 'Write all six down where they can see them, so that nothing is lost, and ask of each: what would have to be true for this to help? You will find that you are back at the map.' },
      ],
    },
  ],
  3: [
    {
      by: 'minghua', day: 14, time: '10:45', text: 'Our aim says “on time”. The surgeon thinks of the first cut, the anaesthetist of the patient in the room, the scheduler of the patient at the door. We have been counting three different things for a month.',
      replies: [
        { by: 'zsofia', day: 14, time: '12:55', mark: 'worth-reading', text: 'We had that with “checked”. What helped: two of us looked at the same ten charts without talking and wrote yes or no. We agreed on six. We changed the definition until we agreed on ten, and only then began to count.' },
        { by: 'minghua', day: 18, time: '09:20', text: 'We did it yesterday, on the train home from Harbour Road: seven of ten. It is now “the patient is on the table, by the clock in the theatre”.' },
      ],
    },
    {
      by: 'amara', day: 18, time: '12:10', text: 'On the way home from Harbour Road I made our test smaller: one patient, last night, with Tunde. He was done in four minutes and told me what is wrong with the scales. I had planned two weeks for it.',
      replies: [
        { by: 'eleanor', day: 18, time: '16:40', mark: 'worth-reading', text: '@Amara, and what did you predict? Write that down too, even when it was only in your head. The difference is where the learning is.' },
      ],
    },
  ],
  4: [
    {
      by: 'budiman', day: 22, time: '14:05', text: 'How many points does a baseline need? We have seven weeks of repeated scans, from 3 to 11 a week, and my team would like to start yesterday.',
      replies: [
        { by: 'minghua', day: 22, time: '16:30', mark: 'answer', text: 'Ten or more make the rules worth something, so count by day if you can: you have 35 days. And you may test while you collect, as long as you note on the chart when. What would you do differently if you waited three more weeks?' },
        { by: 'budiman', day: 23, time: '10:15', text: 'By day it is. Nothing, to be honest. We start with one patient on Thursday.' },
      ],
    },
    {
      by: 'thao', day: 25, time: '11:30', text: 'Mr Hale looked at our chart and asked why we are so pleased with a median. “Half of us wait longer than that.” I had no answer that I liked. What do you put beside the median, so that the long waits do not vanish?',
      replies: [
        { by: 'zsofia', day: 26, time: '10:10', text: 'Every patient as a dot, once a month, under the run chart. It is a mess to look at, and that is the point. @Eleanor, is there something better? And @Amara, how do you show the weights that are missing?' },
      ],
    },
  ],
};

/** Everything that was said, each at its time; whoever speaks has read what was there. */
export async function startDemoDiscussions(sql: Pool, place: DemoPlace, marker: string): Promise<void> {
  const at = momentsOf(place.cohort);
  const participants = await listParticipants(sql, place.cohort.id);
  const writerOf = (name: string, week: number) => {
    const { personId, role } = demoViewer(place, name);
    if (personId === null || role === 'guest' || role === 'mentor' || role === 'operator') throw new Error(`${name} takes no part in the discussion`);
    return { cohortId: place.cohort.id, week, personId, role };
  };
  const say = async (week: number, said: Said, parent: Post | null): Promise<void> => {
    const writer = writerOf(said.by, week);
    const now = at(said.day, said.time);
    await readThread(sql, writer, 1, now);
    const made = await post({ pool: sql, queues: noQueues }, writer, { text: said.text, key: randomUUID(), chosen: [], parent }, participants, now);
    if (made.outcome !== 'posted') throw new Error(`a post of ${said.by} was not made`);
    if (said.mark) await setMark(sql, writerOf(marker, week), made.id, said.mark, now.add({ hours: 3 }));
    for (const reply of said.replies ?? []) await say(week, reply, await findPost(sql, writer, made.id));
  };
  for (const [week, posts] of Object.entries(discussions)) for (const one of posts) await say(Number(week), one, null);
  for (const name of regulars) for (const week of [1, 2, 3]) await readThread(sql, writerOf(name, week), 1, at(20, '17:00'));
}

/** They have read everything before week 4, and find in it what is new. */
const regulars = ['amara', 'zsofia', 'minghua', 'thao', 'budiman', 'conceicao', 'siobhan', 'eleanor', 'ngozi', 'jonas'];

const entries: { by: string; week: number; day: number; time: string; text: string; shared?: true }[] = [
  { by: 'amara', week: 1, day: 2, time: '20:40', text: 'I said “we should” eleven times in our first meeting; Grace counted. Everybody nodded and nobody wrote anything down.\n\nNext Tuesday I ask one question and then count to ten.' },
  { by: 'amara', week: 2, day: 12, time: '20:15', text: 'Counting to ten is very long. At seven Rob said what everybody had been thinking: the scales are locked in the store at night.' },
  { by: 'zsofia', week: 2, day: 10, time: '21:05', text: 'Peter knows the forms better than any of us and has not yet said a whole sentence. I do not know whether he is shy or whether he has stopped believing that it matters.' },
  { by: 'zsofia', week: 4, day: 26, time: '19:30', shared: true, text: 'I asked Peter before the meeting whether he would show the chart. He did, and he explained the two late days better than I could have. Maya thanked him, and there was a silence that I did not fill.\n\nWhat I still do not know: how to go on when he is ill, as he was on Thursday. The chart stayed empty. Is it his chart now, or ours?' },
  { by: 'thao', week: 3, day: 18, time: '22:10', text: 'I explained the median again before anybody had asked. Mr Hale looked at Ruth, and Ruth looked at me. Sit on your hands.' },
];

/** Writes the entries, and shares those that are shared. */
export async function startDemoJournals(sql: Pool, place: DemoPlace): Promise<void> {
  const at = momentsOf(place.cohort);
  for (const { by, week, day, time, text, shared = false } of entries) {
    const viewer = demoViewer(place, by);
    const learner = { cohortId: place.cohort.id, personId: viewer.personId ?? '' };
    if (shared) await shareEntry(sql, viewer, learner, { week, text, version: 0 }, at(day, time));
    else await saveEntry(sql, learner, { week, text, version: 0 }, at(day, time));
  }
}

/** Gives the learner whose ward moves a week more. */
export async function startDemoPace(sql: Pool, place: DemoPlace, decider: string): Promise<void> {
  const personId = place.people.get('siobhan')?.id;
  if (personId === undefined) return;
  await changePace(sql, demoViewer(place, decider), place.cohort, personId, { kind: 'more-time', extensionDays: 7, reason: 'Her ward moves into the new building this month.' }, momentsOf(place.cohort)(18, '14:30'));
}
