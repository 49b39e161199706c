import { defineEntity, p } from '@mikro-orm/core';
import { KnowledgeCheckAttempt } from './knowledge-check-attempt.ts';
import { InstantType } from './temporal-types.ts';

/** What a learner answered to one question of a try, and what it was worth. Never changed once given. Written by features/knowledge-checks. */
const KnowledgeCheckAnswerSchema = defineEntity({
  name: 'KnowledgeCheckAnswer', tableName: 'knowledge_check_answer',
  properties: {
    attempt: () => p.manyToOne(KnowledgeCheckAttempt).primary().deleteRule('cascade'),
    /** The question's key in the content file. */
    question: p.string().length(100).primary(),
    /** Keys of what was chosen, in the form the question's kind asks for. */
    answer: p.json().$type<unknown>(),
    points: p.decimal('string').precision(8).scale(2),
    answeredAt: p.type(InstantType),
  },
});
export class KnowledgeCheckAnswer extends KnowledgeCheckAnswerSchema.class {}
KnowledgeCheckAnswerSchema.setClass(KnowledgeCheckAnswer);
