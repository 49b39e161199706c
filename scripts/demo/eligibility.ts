// Eligibility forms and first tools self-assessments of the demo's learners, as they wrote them in week 1 and as faculty decided.
import type { Pool } from 'pg';
import { findOptionalField } from '../../server/domain/eligibility.ts';
import { improvementTools, levelName } from '../../server/domain/tools-assessment.ts';
import { decideAbout, saveFields, saveLevels, submitForm } from '../../server/features/eligibility/actions.ts';
import { versionOf } from '../../server/features/eligibility/answers.ts';
import { findForm } from '../../server/features/eligibility/queries.ts';
import { demoViewer, momentsOf } from './place.ts';
import type { DemoPlace } from './place.ts';

/** What faculty did, and on which day; `changes` is what the learner wrote and handed in again after it came back. */
type Step = { day: number; time: string } & ({ accepted: true; word?: string } | { returned: true; word: string } | { changes: Record<string, string> });
type Application = {
  members: [name: string, role: string][];
  project: [title: string, state: 'new' | 'under way', about: string];
  sponsor: [name: string, role: string, email: string];
  experience: string;
  learning: string;
  statement: string;
  /** A figure for each tool, in their order: 1 for never heard of it, 5 for could teach it. */
  tools: string;
  handedIn: { day: number; time: string };
  steps: Step[];
};

/** By the demo's name for the learner. */
const applications: Record<string, Application> = {
  amara: {
    members: [['Grace Whitlock', 'Ward manager, Ash ward'], ['Tunde Bakare', 'Healthcare assistant, nights'], ['Ines Carvalho', 'Dietitian'], ['Rob Tanner', 'Housekeeper']],
    project: ['Weighed within a day', 'new', 'Every patient who comes to Ash ward is weighed within 24 hours, so that medicines and food are planned on a number and not on a guess. Today it is about half of them.'],
    sponsor: ['Moira Sinclair', 'Divisional director of nursing', 'moira.sinclair@northmoor.example'],
    experience: 'I was a member of the pressure ulcer team on Ash for a year. I collected the data and tried two changes to the turning chart; one of them stayed.',
    learning: 'The trust’s two-day introduction last autumn, and a book on run charts that I read on the bus.',
    statement: 'The team asked for somebody to keep them going after our first project stopped. My manager gives me a day and a half a week until the end of the programme.',
    tools: '322211132313122', handedIn: { day: 0, time: '15:20' }, steps: [{ day: 1, time: '10:05', accepted: true }],
  },
  zsofia: {
    members: [['Maya Osei', 'Lead nurse, admissions desk'], ['Peter Nolan', 'Ward clerk'], ['Sunita Rao', 'Pharmacist'], ['Dr Callum Reid', 'Junior doctor'], ['Joy Mensah', 'Nurse']],
    project: ['Medicines checked in four hours', 'under way', 'Patients who come in through the admissions desk have their regular medicines checked within four hours. We have twelve weeks of baseline and are testing the first change.'],
    sponsor: ['Helen Marsh', 'Director of nursing', 'helen.marsh@northmoor.example'],
    experience: 'Two years on the sepsis team, the second year as its lead. We halved the time to the first antibiotic and learned how easily it slips.',
    learning: 'A year-long course in quality improvement with a project, finished in 2024.',
    statement: 'I can run a project. I want to learn to make others able to run theirs, and not to do it for them. Eight hours a week are agreed with my matron.',
    tools: '544434443443423', handedIn: { day: 0, time: '16:10' }, steps: [{ day: 1, time: '10:10', accepted: true, word: 'A clear project and a team that is ready. Think about who will speak for the night shift.' }],
  },
  minghua: {
    members: [['Anna Fielding', 'Sister, day surgery'], ['Kwame Asante', 'Theatre porter'], ['Beth Lowry', 'Scheduler']],
    project: ['First case on time', 'under way', 'The first operation of the day begins when the list says so. Four in ten lists begin more than fifteen minutes late, and the whole day follows.'],
    sponsor: ['Dr Imogen Shaw', 'Clinical director, theatres', 'imogen.shaw@northmoor.example'],
    experience: 'I measured and drew the charts for the theatre turnaround project. I did not lead meetings.',
    learning: 'Statistics at university, and a course on control charts by the analysts’ network.',
    statement: 'People bring me data and want a verdict. I would rather they could read it themselves. Ten hours a week.',
    tools: '332423133355412', handedIn: { day: 1, time: '11:30' }, steps: [{ day: 1, time: '16:20', accepted: true }],
  },
  lukasz: {
    members: [['Dawn Perry', 'Team leader, community nursing north'], ['Ali Rahman', 'District nurse'], ['Kirsty Bell', 'Administrator']],
    project: ['Visits without a second trip', 'new', 'Nurses find what they need in the home at the first visit. In a fifth of visits they drive back for a dressing or a form.'],
    sponsor: ['Joanne Pike', 'Head of community services', 'joanne.pike@northmoor.example'],
    experience: 'A member of the team that changed how referrals are triaged, for six months.',
    learning: 'An online introduction to improvement, twelve hours.',
    statement: 'We are spread over four villages and never in one room. I want to find out whether one can coach a team like that.',
    tools: '221111121211111', handedIn: { day: 2, time: '18:40' }, steps: [{ day: 3, time: '09:30', accepted: true, word: 'Accepted. Agree your hours with your team leader soon: a quarter of the week does not find itself.' }],
  },
  thao: {
    members: [['Ruth Penhallow', 'Heart failure specialist nurse'], ['Danny Cope', 'Receptionist'], ['Marta Silva', 'Receptionist'], ['Owen Bright', 'Cardiac physiologist'], ['Mr Leonard Hale', 'Patient']],
    project: ['Two weeks to the first appointment', 'under way', 'Nobody who is referred to the heart failure clinic waits longer than 14 days. Half wait longer than 23 today.'],
    sponsor: ['Dr Adebayo Cole', 'Clinical lead for outpatients', 'adebayo.cole@northmoor.example'],
    experience: 'Facilitator of six projects in outpatients. Three ended well, two ended quietly, and one I would do quite differently.',
    learning: 'A diploma in improvement science; I teach the run chart part of the trust’s introduction.',
    statement: 'I know the tools. I do not yet know how to be quiet while a team finds out for itself.',
    tools: '555444544444534', handedIn: { day: 0, time: '12:05' }, steps: [{ day: 1, time: '10:15', accepted: true, word: 'Lovely to have a patient on the team. Tell us in the discussion how you made that work.' }],
  },
  muhammad: {
    members: [['Samira Haddad', 'Lead pharmacist, dispensary'], ['Lewis Grant', 'Pharmacy technician'], ['Fay Morton', 'Discharge coordinator'], ['Chidi Eze', 'Porter']],
    project: ['Medicines home by noon', 'new', 'Patients who go home have their medicines in their hands by noon. The dispensary gets most of the requests after eleven.'],
    sponsor: ['Paula Denham', 'Chief pharmacist', 'paula.denham@northmoor.example'],
    experience: 'I took part in two improvement weeks and wrote the report of one.',
    learning: 'Lean training, green belt, in my last job.',
    statement: 'A move of house and a new rota cost me the first weeks; I have agreed eight hours a week with Paula from now on and would like to catch up.',
    tools: '332431122311211', handedIn: { day: 19, time: '11:05' }, steps: [],
  },
  budiman: {
    members: [['Ellen Frost', 'Radiographer in charge'], ['Jamal Adeyemi', 'Imaging assistant'], ['Cath Doyle', 'Booking clerk']],
    project: ['Scans that are not repeated', 'new', 'Fewer scans have to be repeated because the patient was not prepared for it. We do not yet know how many that are.'],
    sponsor: ['To be agreed', 'Not known yet', 'imaging@northmoor.example'],
    experience: 'A member of the imaging safety team since 2023.',
    learning: 'Half a day at work, and what I read.',
    statement: 'My team is curious and nobody has ever coached us.',
    tools: '221212122211111', handedIn: { day: 1, time: '18:30' },
    steps: [
      { day: 2, time: '09:15', returned: true, word: 'A good problem, Budiman, and a team that is near it. You need a sponsor by name before you begin: somebody who can free an hour a week for the team. Would Dr Lennox do it? Ask, and hand this in again.' },
      { day: 3, time: '17:00', changes: { 'sponsor-name': 'Dr Fiona Lennox', 'sponsor-role': 'Consultant radiologist, imaging lead', 'sponsor-email': 'fiona.lennox@northmoor.example' } },
      { day: 4, time: '09:40', accepted: true, word: 'That was quick. Welcome.' },
    ],
  },
  conceicao: {
    members: [['Precious Dube', 'Senior healthcare assistant'], ['Tom Ashby', 'Occupational therapist'], ['Lindiwe Nkosi', 'Night nurse'], ['Sarah Quill', 'Physiotherapist']],
    project: ['Up by ten on Larch', 'under way', 'Patients who can sit out are out of bed by ten in the morning on weekdays: nine in ten of them, up from five.'],
    sponsor: ['Graham Tull', 'General manager for rehabilitation', 'graham.tull@northmoor.example'],
    experience: 'Falls team on Larch for two years, with three changes that have lasted.',
    learning: 'An introductory course, and a mentor who taught me to plot before I talk.',
    statement: 'They are my own team, so I shall have to learn to step back. Six hours a week, two of them from my lead’s own sessions.',
    tools: '433333243333322', handedIn: { day: 1, time: '08:50' }, steps: [{ day: 1, time: '16:25', accepted: true }],
  },
  siobhan: {
    members: [['Maeve Doran', 'Midwife'], ['Hollie Burns', 'Maternity support worker'], ['Dr Nikhil Sen', 'Anaesthetist']],
    project: ['A better postnatal ward', 'new', 'We want the postnatal ward to be better for families and for staff.'],
    sponsor: ['Carol Eastwood', 'Head of midwifery', 'carol.eastwood@northmoor.example'],
    experience: 'I helped with the audit of skin-to-skin contact.',
    learning: 'The trust’s introduction, two days.',
    statement: 'I see what could be better every day and want to do more than complain.',
    tools: '211111121211121', handedIn: { day: 3, time: '13:00' },
    steps: [{ day: 4, time: '09:45', returned: true, word: 'Thank you, Siobhán. Your team and your sponsor are just right. The project is still a wish: choose one thing that families notice, say for whom it should get better, and how you would know. Two sentences are enough; ring me if you would like to think aloud.' }],
  },
};

/** Writes and hands in every form, and decides about those about which faculty (`decider`) decided. */
export async function startDemoEligibility(sql: Pool, place: DemoPlace, decider: string): Promise<void> {
  const at = momentsOf(place.cohort);
  for (const [person, application] of Object.entries(applications)) {
    const personId = place.people.get(person)?.id;
    if (personId === undefined) continue;
    const learner = { cohortId: place.cohort.id, personId };
    const write = async (answers: Record<string, string>, now: Temporal.Instant) => {
      const form = await findForm(sql, learner);
      const typed = Object.entries(answers).flatMap(([key, text]) => {
        const field = findOptionalField(key);
        return field ? [{ field, typed: text, seen: versionOf(form.answers[key] ?? ''), keepsOther: false }] : [];
      });
      await saveFields(sql, learner, typed, now);
    };
    const handIn = async (now: Temporal.Instant) => {
      const { version } = await findForm(sql, learner);
      const outcome = await submitForm(sql, demoViewer(place, person), learner, version, now);
      if (outcome !== 'submitted') throw new Error(`the form of ${person} was not handed in: ${outcome}`);
    };

    const first = at(application.handedIn.day, application.handedIn.time);
    await write(answersOf(application), first.subtract({ minutes: 25 }));
    const levels = improvementTools.map((field, index) => ({ field, typed: levelName(Number(application.tools[index])) ?? '', seen: 0, keepsOther: false }));
    await saveLevels(sql, learner, { moment: 'before', typed: levels, afterIsOpen: false }, first.subtract({ minutes: 8 }));
    await handIn(first);
    for (const step of application.steps) {
      const now = at(step.day, step.time);
      if ('changes' in step) {
        await write(step.changes, now.subtract({ minutes: 10 }));
        await handIn(now);
      } else {
        const { version } = await findForm(sql, learner);
        await decideAbout(sql, demoViewer(place, decider), learner, { decision: 'accepted' in step ? 'accepted' : 'returned', word: step.word ?? '', version }, now);
      }
    }
  }
}

function answersOf({ members, project, sponsor, experience, learning, statement }: Application): Record<string, string> {
  return {
    ...Object.fromEntries(members.flatMap(([name, role], index) => [[`member-${index + 1}-name`, name], [`member-${index + 1}-role`, role]])),
    'project-title': project[0], 'project-state': project[1], 'project-about': project[2],
    'sponsor-name': sponsor[0], 'sponsor-role': sponsor[1], 'sponsor-email': sponsor[2],
    experience, learning, statement,
  };
}
