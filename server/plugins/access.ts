// Every route states who may use it, and one that does not stops the start.
import createError from '@fastify/error';
import type { FastifyInstance } from 'fastify';
import type { SignInRole } from './sign-in.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** 'public', or the roles that may; anybody else signed in gets 403. */
    access?: 'public' | readonly SignInRole[];
  }
}

const NotForYou = createError('COACHLINE_NOT_FOR_YOU', 'This page is not for your role.', 403);

/** Roles that teach or run a cohort. */
export const staff = ['administrator', 'faculty', 'assistant'] as const;
/** Roles that may decide about a course's cohort. */
export const deciders = ['administrator', 'faculty'] as const;
/** Everybody who takes part in a course. */
export const participants = [...staff, 'learner', 'mentor'] as const;
/** Everybody with a sign-in. */
export const everyone = [...participants, 'guest', 'operator'] as const;

export function access(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (!route.config?.access) throw new Error(`The route ${String(route.method)} ${route.url} does not say who may use it.`);
  });
  app.addHook('preValidation', (request, _reply, done) => {
    const allowed = request.routeOptions.config?.access;
    const isOpen = !allowed || allowed === 'public' || allowed.includes(request.viewer.role);
    done(isOpen ? undefined : new NotForYou());
  });
}
