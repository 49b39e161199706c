import { defineEntity, p } from '@mikro-orm/core';
import { ProgrammeVersion } from './programme-version.ts';

/**
 * A piece of a programme's material that a search can find: a section, a teaching card, a word of the glossary. Made from
 * the version, which never changes, when somebody first searches it. Written by features/search.
 */
const ProgrammePassageSchema = defineEntity({
  name: 'ProgrammePassage', tableName: 'programme_passage',
  indexes: [{ name: 'programme_passage_words_index', properties: ['words'], expression: 'create index "programme_passage_words_index" on "programme_passage" using gin ("words")' }],
  properties: {
    version: () => p.manyToOne(ProgrammeVersion).primary().deleteRule('cascade'),
    /** In the order of the programme, from 1. */
    place: p.smallint().primary(),
    kind: p.enum(['section', 'card', 'term'] as const),
    /** The week that opens it; null for what is always open. */
    week: p.smallint().nullable(),
    /** The path that shows it, with its fragment. */
    target: p.string().length(300),
    title: p.string().length(500),
    /** Plain text. */
    body: p.text(),
    /** Title (weight A) and body (B) as PostgreSQL's English dictionary knows them, spelt the British way. */
    words: p.string().columnType('tsvector'),
  },
});
export class ProgrammePassage extends ProgrammePassageSchema.class {}
ProgrammePassageSchema.setClass(ProgrammePassage);
