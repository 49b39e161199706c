import { defineEntity, p } from '@mikro-orm/core';
import { CoachingPlan } from './coaching-plan.ts';
import { InstantType } from './temporal-types.ts';

/** A file that a learner added to the plan as evidence. Its bytes are in DATA_DIR/uploads under its id. Kept while a submission names it. Written by features/coaching-plans. */
const EvidenceFileSchema = defineEntity({
  name: 'EvidenceFile', tableName: 'evidence_file',
  properties: {
    id: p.uuid().primary().defaultRaw('gen_random_uuid()'),
    plan: () => p.manyToOne(CoachingPlan).index().deleteRule('restrict'),
    /** As the learner named it, made safe to show. */
    name: p.string().length(255),
    /** By its content, never by its name. */
    mediaType: p.string().length(100),
    bytes: p.integer(),
    sha256: p.blob(),
    uploadedAt: p.type(InstantType),
    /** Taken out of the plan; submissions that name it still have it. */
    removedAt: p.type(InstantType).nullable(),
  },
});
export class EvidenceFile extends EvidenceFileSchema.class {}
EvidenceFileSchema.setClass(EvidenceFile);
