import { defineEntity, p } from '@mikro-orm/core';
import { Administrator } from './administrator.ts';
import { Context } from './context.ts';
import { Deployment } from './deployment.ts';
import { Person } from './person.ts';
import { InstantType } from './temporal-types.ts';

/**
 * A browser session, begun by a launch or by an administrator's link. Its id stands in every address and opens
 * nothing alone; the cookie `__Host-in-ID` holds the secret, whose hash is here.
 * Every launch writes one, so it carries no index that only a rare question needs.
 * Written by features/launch, features/people and, for links asked for by mail, features/mail; touched and ended by plugins/sign-in.
 */
const SignInSchema = defineEntity({
  name: 'SignIn', tableName: 'sign_in',
  properties: {
    id: p.string().length(32).primary(),
    secretHash: p.blob(),
    role: p.enum(['operator', 'administrator', 'faculty', 'assistant', 'learner', 'mentor', 'guest'] as const),
    /** Student view: a learner of whom nothing is kept. */
    testUser: p.boolean().default(false),
    /**
     * Null for those who came by an administrator's link. No foreign key here, at the person and at the context: it would
     * look up and lock their rows at every launch, at deployment and context one row for a whole class that launches at once.
     */
    deployment: () => p.manyToOne(Deployment).nullable().createForeignKeyConstraint(false),
    administrator: () => p.manyToOne(Administrator).nullable().deleteRule('cascade'),
    /** Null for guests, test students and those who came by an administrator's link. Whoever deletes a person deletes their sign-ins too. */
    person: () => p.manyToOne(Person).nullable().index().createForeignKeyConstraint(false),
    context: () => p.manyToOne(Context).nullable().createForeignKeyConstraint(false),
    /** Origins that may frame its pages, as they stand in frame-ancestors. */
    frameOrigins: p.array().runtimeType('string[]').columnType('text[]').default([]),
    /** Where the LMS wants people back (`launch_presentation.return_url`). */
    returnUrl: p.string().length(2048).nullable(),
    /** The language that the LMS speaks with them, for example `en-US`. */
    locale: p.string().length(35).nullable(),
    /** Of an administrator's launch: which claims came, for the self-test. Names and findings, never values. */
    launchReport: p.json().$type<object>().nullable(),
    /** For a browser proved by platform storage that keeps no cookie in a frame: opens a window, once. */
    ticketHash: p.blob().nullable(),
    ticketExpiresAt: p.type(InstantType).nullable(),
    createdAt: p.type(InstantType),
    lastSeenAt: p.type(InstantType),
    endedAt: p.type(InstantType).nullable(),
  },
});
export class SignIn extends SignInSchema.class {}
SignInSchema.setClass(SignIn);
