import { defineEntity, p } from '@mikro-orm/core';
import { Cohort } from './cohort.ts';
import { InstantType } from './temporal-types.ts';

/** A workshop of the content's plan that a cohort has on its calendar; its days are its sessions. Written by features/workshops. */
const WorkshopSchema = defineEntity({
  name: 'Workshop', tableName: 'workshop',
  uniques: [{ properties: ['cohort', 'key'] }],
  properties: {
    id: p.uuid().primary().defaultRaw('gen_random_uuid()'),
    cohort: () => p.manyToOne(Cohort).deleteRule('restrict'),
    /** The workshop's key in the content file: what links in an LMS name (`/workshops/KEY`), for good. */
    key: p.string().length(100),
    createdAt: p.type(InstantType),
  },
});
export class Workshop extends WorkshopSchema.class {}
WorkshopSchema.setClass(Workshop);
