// Which learning platforms are connected, and the deployments of each that wait for an administrator's word.
import { fullDate, plural, sentence } from '../../format.ts';
import type { Page } from '../../plugins/views.ts';

export type PlatformRow = {
  id: string;
  name: string;
  issuer: string;
  clientId: string;
  active: boolean;
  deployments: { id: string; deploymentId: string; createdAt: Temporal.Instant; approvedAt: Temporal.Instant | null; firstSeenAs: string | null }[];
};

export type PlatformsInput = {
  at: (path: string) => string;
  platforms: PlatformRow[];
  organisationName: string;
  /** Our addresses that an LMS administrator types in. */
  addresses: { login: string; launch: string; keys: string };
  /** The zone that days are told in. */
  timeZone: string;
  /** Deployment id that was approved just now; null otherwise. */
  approved?: string | null;
};

/** `GET /admin/platforms`. Each waiting deployment has a form: `POST /admin/platforms/deployments/ID/approval` (ID is the row's), then 303 back here. */
export function platformsPage({ at, platforms, organisationName, addresses, timeZone, approved = null }: PlatformsInput) {
  const day = (moment: Temporal.Instant) => fullDate(moment.toZonedDateTimeISO(timeZone));
  const waiting = platforms.flatMap((platform) => platform.deployments.filter(({ approvedAt }) => approvedAt === null).map((deployment) => ({ platform, deployment })));
  return {
    template: 'platforms/list',
    data: {
      title: 'Platforms',
      kicker: organisationName,
      heading: waiting.length > 0 ? `${sentence(plural(waiting.length, 'deployment'))} ${waiting.length === 1 ? 'waits' : 'wait'} for you` : platforms.length > 0 ? 'Connected platforms' : 'No platform is connected yet',
      approved: approved === null ? null : `Launches from deployment ${approved} come in from now on. Nobody has to do anything else.`,
      waiting: waiting.map(({ platform, deployment }) => ({
        platform: platform.name,
        deploymentId: deployment.deploymentId,
        seen: `First seen ${day(deployment.createdAt)}${deployment.firstSeenAs ? `, as ${deployment.firstSeenAs}` : ''}`,
        action: at(`/admin/platforms/deployments/${deployment.id}/approval`),
      })),
      platforms: platforms.map((platform) => ({
        id: platform.id,
        name: platform.name,
        issuer: platform.issuer,
        clientId: platform.clientId,
        active: platform.active,
        deployments: platform.deployments.map(({ deploymentId, approvedAt }) => ({
          deploymentId,
          point: approvedAt ? 'done' : 'attention',
          words: approvedAt ? `Approved ${day(approvedAt)}` : 'Waits for approval',
        })),
      })),
      addresses,
    },
  } satisfies Page;
}
