import { defineEntity, p } from '@mikro-orm/core';
import { InstantType } from './temporal-types.ts';

/**
 * The checked material of a programme as it stood when a cohort opened, under the hash of its content.
 * Never changed: a running cohort keeps what it started with. Written by features/cohorts, and by features/material when a cohort goes on with newer material.
 */
const ProgrammeVersionSchema = defineEntity({
  name: 'ProgrammeVersion', tableName: 'programme_version',
  properties: {
    /** SHA-256 of the content, hexadecimal. */
    id: p.string().length(64).primary(),
    programmeKey: p.string().length(255),
    /** A `Programme` of server/content/programme.ts. */
    content: p.json().$type<object>(),
    createdAt: p.type(InstantType),
  },
});
export class ProgrammeVersion extends ProgrammeVersionSchema.class {}
ProgrammeVersionSchema.setClass(ProgrammeVersion);
