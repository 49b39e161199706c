// Registrations beside the one that every test application begins with.
import { createPlatform, toolAt } from '../../scripts/practice-lms/platform.ts';
import type { Platform, RegisteredTool } from '../../scripts/practice-lms/platform.ts';
import { addPlatform, approveDeployment } from '../../server/features/platforms/actions.ts';
import { publicUrl } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';

/** Registers a tool of a platform, as `cli platform:add` does. Gives the registration's id. */
export async function addRegistration({ sql, clock }: TestApp, { issuer, tool, organisation = 'default' }: { issuer: string; tool: RegisteredTool; organisation?: string }): Promise<string> {
  const outcome = await addPlatform(sql, {
    name: 'Practice LMS', issuer, clientId: tool.clientId, deploymentId: tool.deploymentIds[0] ?? '', organisation,
    authenticationUrl: `${issuer}/auth`, tokenUrl: `${issuer}/token`, keysetUrl: `${issuer}/keys`,
  }, clock.now);
  if (!outcome.added) throw new Error(outcome.reason);
  return outcome.id;
}

/** Approves one more deployment, as `cli deployment:approve` does. */
export async function approve({ sql, clock }: TestApp, registrationId: string, deploymentId: string, organisation = 'default'): Promise<void> {
  const decision = await approveDeployment(sql, { registrationId, deploymentId, organisation }, clock.now);
  if (!decision.approved) throw new Error(decision.reason);
}

/** Another LMS with the same people and courses. */
export function anotherPlatform({ clock }: TestApp, issuer: string, tool: Partial<RegisteredTool> = {}): Promise<Platform> {
  return createPlatform({ issuer, tools: [toolAt(publicUrl, tool)], clock: () => clock.now });
}
