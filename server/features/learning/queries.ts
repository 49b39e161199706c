// What home says besides what the learner did; each is written by the feature of its name.
import { newsVersion } from '../../cohort-news.ts';
import type { CohortNews } from '../../cohort-news.ts';
import type { PlanStanding } from '../../domain/coaching-plan.ts';
import { discussionNewsOf, discussionsRead } from '../../discussion-news.ts';
import type { DiscussionNews, DiscussionsRead } from '../../discussion-news.ts';
import { eligibilityNewsOf } from '../../eligibility-standing.ts';
import type { EligibilityNews } from '../../eligibility-standing.ts';
import { planStandingOf } from '../../learner-standing.ts';
import type { Progress } from '../../plugins/progress.ts';
import type { Facts, Viewer } from '../../plugins/sign-in.ts';
import { workshopNewsOf } from '../../workshop-news.ts';
import type { WorkshopNews } from '../../workshop-words.ts';

/** Read with the sign-in: which version of the cohort's news there is, and when this person last read the discussions. */
export const homeFacts: Facts = { name: 'home', expressions: [newsVersion, discussionsRead] };

/** As `homeFacts` arrive. */
export type HomeFacts = [newsVersion: number | null, discussionsRead: DiscussionsRead];

/**
 * The next workshop and what changed of late, how the learner's coaching plan stands, what is new in the discussions, and
 * what was decided about the eligibility form. Mentors and test users take no part in discussions, and have no news of them.
 */
export function homeNews({ sessions, discussions }: CohortNews, { viewer: { personId, role, testUser }, read, progress: { standing, eligibilityRequired }, now }: { viewer: Viewer; read: DiscussionsRead; progress: Progress; now: Temporal.Instant }): { workshops: WorkshopNews; plan: PlanStanding; discussion: DiscussionNews[]; eligibility: EligibilityNews | null } {
  return {
    workshops: workshopNewsOf(sessions, now),
    plan: planStandingOf(standing),
    discussion: personId === null || role === 'mentor' || testUser ? [] : discussionNewsOf(discussions, { personId, read }),
    eligibility: eligibilityNewsOf(standing, eligibilityRequired),
  };
}
