// What home says besides what the learner did, read with the sign-in; each is written by the feature of its name.
import type { PlanStanding } from '../../domain/coaching-plan.ts';
import { discussionNewsColumns } from '../../discussion-news.ts';
import type { DiscussionNews, DiscussionNewsRow } from '../../discussion-news.ts';
import { eligibilityNewsOf } from '../../eligibility-standing.ts';
import type { EligibilityNews } from '../../eligibility-standing.ts';
import { planStandingOf } from '../../learner-standing.ts';
import type { Progress } from '../../plugins/progress.ts';
import type { Facts } from '../../plugins/sign-in.ts';
import { workshopNewsColumn, workshopNewsOf } from '../../workshop-news.ts';
import type { WorkshopNews } from '../../workshop-words.ts';

/** The next workshop and what changed of late, and what is new in the discussions. */
export const homeFacts: Facts = {
  name: 'home',
  withNow: true,
  columns: `${discussionNewsColumns},
    ${workshopNewsColumn('h.id', '$2::timestamptz')} as workshop_news`,
};

/** What `homeFacts` read, how the learner's coaching plan stands, and what was decided about the eligibility form. */
export function homeNews(facts: unknown, { standing, eligibilityRequired }: Progress, now: Temporal.Instant): { workshops: WorkshopNews; plan: PlanStanding; discussion: DiscussionNews[]; eligibility: EligibilityNews | null } {
  const row = facts as DiscussionNewsRow & { workshop_news: Parameters<typeof workshopNewsOf>[0] };
  return { workshops: workshopNewsOf(row.workshop_news, now), plan: planStandingOf(standing), discussion: row.discussion_news ?? [], eligibility: eligibilityNewsOf(standing, eligibilityRequired) };
}
