// Three coaching plans of the demo, handed in and waiting for faculty: the same form, three teams.
import { randomInt } from 'node:crypto';
import type { Pool } from 'pg';
import type { Programme } from '../../server/content/programme.ts';
import { run } from '../../server/database.ts';
import { newReceipt } from '../../server/domain/coaching-plan.ts';

type Team = {
  role: string; time: string; sponsor: string; team: string; leader: string; aim: string; baseline: string; measure: string; balancing: string; unit: string;
  change: string; first: string; prediction: string; quiet: string; spread: string; hard: string;
};

/** By the demo's name for the learner. */
const teams: Record<string, Team> = {
  zsofia: {
    role: 'Charge nurse, medical admissions', time: 'Eight hours a week, agreed with the matron until July', sponsor: 'Helen Marsh, director of nursing', team: 'The admissions desk: two nurses, a ward clerk, a pharmacist and a junior doctor', leader: 'Maya Osei',
    aim: 'By 31 July, 80 in 100 patients who are admitted through the desk have their regular medicines checked within four hours, up from 41.', baseline: 'Twelve weeks of baseline, median 41 in 100, no signal.', measure: 'patients whose medicines are checked within four hours, of all admitted that day', balancing: 'minutes from arrival to bed', unit: 'patient',
    change: 'The pharmacist joins the nine o’clock board round instead of reading the list at noon', first: 'one patient on Tuesday morning, with the pharmacist and one nurse', prediction: 'the check is done by eleven, and it adds three minutes to the round', quiet: 'the ward clerk, who knows the most about the forms and says the least', spread: 'The surgical admissions desk has the same list and the same pharmacist.', hard: 'I answer too fast. When somebody looks at me, I fill the silence.',
  },
  thao: {
    role: 'Improvement facilitator, outpatients', time: 'Two days a week, from the transformation office', sponsor: 'Dr Adebayo Cole, clinical lead for outpatients', team: 'The heart failure clinic: a specialist nurse, two receptionists, a physiologist and a patient, Mr Hale', leader: 'Ruth Penhallow',
    aim: 'By the end of September, nobody waits longer than 14 days from referral to first appointment; today half wait longer than 23.', baseline: 'Sixteen weeks, median 23 days, one point that anyone would notice in the week of the strike.', measure: 'days from referral received to first appointment, every patient, median of the week', balancing: 'clinics that run more than thirty minutes late', unit: 'referral',
    change: 'Two appointments a week are kept free for referrals marked urgent, and filled the day before if nobody needs them', first: 'one kept appointment next Thursday', prediction: 'it is used, and nobody else’s date moves by more than a day', quiet: 'the receptionists, who hear every complaint and are asked last', spread: 'The respiratory clinic next door shares the same booking screen.', hard: 'I like the data too much. The team sees a chart and waits for me to explain it.',
  },
  conceicao: {
    role: 'Senior physiotherapist, stroke unit', time: 'Six hours a week; my own lead covers two of my sessions', sponsor: 'Graham Tull, general manager for rehabilitation', team: 'Mornings on Larch: therapists, healthcare assistants and the night nurse who hands over', leader: 'Precious Dube',
    aim: 'By the end of August, 9 in 10 patients who can sit out are out of bed by ten in the morning on weekdays, up from 5 in 10.', baseline: 'Ten weekdays a fortnight for eight weeks, median 52 in 100; Mondays are lower than the rest.', measure: 'patients out of bed by ten, of those the board says can sit out, every weekday', balancing: 'falls before noon', unit: 'patient',
    change: 'The night nurse writes on the board who slept and who can sit out, before the day staff arrive', first: 'one bay on Wednesday', prediction: 'two more patients are up by ten, and handover takes no longer', quiet: 'the healthcare assistants, who do the lifting and have never seen the chart', spread: 'Rowan ward wakes its patients at the same hour and with the same rota.', hard: 'They are my friends. I find it hard to say that a test was not a test.',
  },
};

/** Everything that a learner of that team wrote, by "section.field". `day` gives a date so many days from now. */
function answersOf(t: Team, day: (days: number) => string): Record<string, string> {
  return {
    'coach-and-context.role': t.role,
    'coach-and-context.time': t.time,
    'coach-and-context.sponsor': `${t.sponsor}. Promised an hour a month with the team, and to take one obstacle away each time.`,
    'coach-and-context.support': 'A coach from last year’s cohort, every second Friday for half an hour.',
    'team-and-project.team': `${t.team}. ${t.leader} leads it.`,
    'team-and-project.aim': t.aim,
    'team-and-project.progress': `${t.baseline} Two PDSA cycles so far; the second was changed because the first prediction was wrong.`,
    'team-assessment.members': `${t.team}. Missing: somebody from nights.`,
    'team-assessment.strengths': 'They know the work and say what is so. In the meeting that I watched, three people disagreed with their leader and nobody minded.',
    'team-assessment.needs': `Smaller tests, and the habit of writing down a prediction. In the survey only two of six said that they could plan a test without me. Also a way to hear from ${t.quiet}.`,
    'team-assessment.culture': `Friendly and quick. Ideas come from two people; ${t.quiet}.`,
    'coaching-goals.first-goal': `By ${day(50)} the team plans its own tests, each with a prediction on paper, before I come into the room.`,
    'coaching-goals.second-goal': `By ${day(75)} somebody other than me plots the chart every week and says in a sentence what it shows.`,
    'coaching-goals.further-goals': 'By the end of the programme each meeting closes with its own evaluation, and the next agenda comes from it.',
    'coaching-agreement.rhythm': 'Every Tuesday at 12:30 for forty minutes, in the team’s own room. In between by message; I answer within a day.',
    'coaching-agreement.roles': `${t.leader} decides what is tested on the unit. The sponsor decides whatever leaves it. I do not take notes, plot or chase.`,
    'coaching-agreement.trust': 'What is said in the meeting stays there. If somebody could be harmed I say so at once to the person it concerns, and then to their lead.',
    'coaching-schedule.starts-on': day(3),
    'coaching-schedule.contacts': `${day(4)}: read the last test against its prediction; I bring the card on four questions after a test.\n${day(11)}: plan cycle three, ${t.leader} leads, I watch.\n${day(18)}: the chart without its median; the team finds it.\n${day(32)}: half-way look with the sponsor.\n${day(60)}: decide with the team what is ready to be made permanent.`,
    'coaching-schedule.review-on': day(93),
    'testing-plan.ideas': `${t.change}. It acts on when the right person knows. Second idea: a single line on the board instead of the form.`,
    'testing-plan.ramp': `First ${t.first}. Then three ${t.unit}s on two days, then a whole week of mornings, then all. We go up a rung when the prediction held twice.`,
    'testing-plan.predictions': `For the first test: ${t.prediction}. For a week of mornings: half as much again, and one day on which it fails because somebody is away.`,
    'data-plan.measures': `Outcome: ${t.measure}. Process: tests planned with a written prediction, of all tests. Balancing: ${t.balancing}. Counted daily by the person who does the step, ten at most.`,
    'data-plan.charts': 'A run chart of each, on paper beside the kettle. Shift of six, trend of five, and the number of runs; a healthcare assistant explains it in turn.',
    'data-plan.review': 'The team every Tuesday, in five minutes; the sponsor once a month, with the same sheet.',
    'just-in-time-teaching.topics': 'When a test is planned for a whole week: smallest scale, ten minutes, with coins. When somebody explains the last point: plot before you talk, with their own twelve numbers.',
    'just-in-time-teaching.checks': 'The next test is smaller than the one before. Somebody asks for the prediction before I do.',
    'facilitation.meetings': 'Seven steps, forty minutes, roles that change. The last two minutes are for how it went.',
    'facilitation.decisions': 'Fist to five for tests; whoever does the step has a veto. The leader decides when time runs out, and says so beforehand.',
    'facilitation.voices': `A minute of writing before we talk, so that I hear from ${t.quiet}. In a quarrel I ask what each has seen, and write both on the board.`,
    'implementation.readiness': 'Four weeks on the better side of the old median, on every shift, with somebody else than the inventors doing it.',
    'implementation.holding': `${t.leader} owns it. It is in the first-day sheet for new people, and one measure goes on, once a week, for a year.`,
    'implementation.spread': t.spread,
    'risks.barriers': 'The rota changes in July: two who have never seen it learn it before the others leave. A quiet month without data: ten numbers are enough.',
    'risks.asks': 'Ten minutes at the operational meeting in June, and cover for the meeting on Tuesdays.',
    'own-development.gaps': t.hard,
    'own-development.actions': `A peer watches me on ${day(10)} and counts how often I tell and how often I ask. Again on ${day(60)}.`,
    'own-development.reflection': 'Five lines after each meeting, on the train.',
    'next-teams.choosing': 'A problem that the team minds, a leader who comes, an hour a week, and a number that somebody already counts.',
    'next-teams.contracting': 'What would you do if I were not here? What must I never do? When shall we stop?',
    'next-teams.differently': 'I will not plot, from the first day. And I will ask for the night staff before the first meeting.',
    'evaluation.coaching-measures': 'Days between the end of one test and the start of the next. Share of meetings that somebody else than me led. The team’s own answer, monthly, to “could we do this without a coach?”',
    'evaluation.reviewed-on': day(45),
    'agreements.leader': t.leader,
    'agreements.leader-agreed-on': day(-3),
    'agreements.sponsor': t.sponsor.split(',')[0] ?? t.sponsor,
    'agreements.sponsor-agreed-on': day(-2),
  };
}

/** Writes and hands in the three plans, the oldest first. `learners`: ids by the demo's name for them. */
export async function startDemoPlans(sql: Pool, programme: Programme, { cohortId, timeZone, learners }: { cohortId: string; timeZone: string; learners: ReadonlyMap<string, string> }, now: Temporal.Instant): Promise<void> {
  const fields = new Set((programme.plan?.sections ?? []).flatMap((section) => section.fields.map(({ key }) => `${section.key}.${key}`)));
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
  for (const [index, [person, team]] of Object.entries(teams).entries()) {
    const personId = learners.get(person);
    if (!personId) continue;
    const answers = Object.fromEntries(Object.entries(answersOf(team, (days) => String(today.add({ days })))).filter(([field]) => fields.has(field)));
    const submittedAt = now.subtract({ hours: 50 - 20 * index });
    const [plan] = await run<{ id: string }>(sql, insertPlan, [cohortId, personId, String(submittedAt.subtract({ hours: 96 }))]);
    await run(sql, insertAnswers, [plan?.id, JSON.stringify(answers), String(submittedAt.subtract({ minutes: 20 }))]);
    await run(sql, insertSubmission, [plan?.id, newReceipt((below) => randomInt(below)), JSON.stringify(answers), String(submittedAt)]);
  }
}

const insertPlan = { name: 'demo-plan', text: 'insert into coaching_plan (cohort_id, person_id, created_at) values ($1, $2, $3) returning id' };
const insertAnswers = { name: 'demo-plan-answers', text: 'insert into coaching_plan_answer (plan_id, field, text, version, saved_at) select $1, key, value, 1, $3 from jsonb_each_text($2::jsonb)' };
const insertSubmission = { name: 'demo-submission', text: `insert into submission (plan_id, number, receipt, answers, evidence, state, submitted_at, state_at) values ($1, 1, $2, $3, '[]', 'submitted', $4, $4)` };
