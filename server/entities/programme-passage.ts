import { defineEntity, p } from '@mikro-orm/core';
import { passageKinds } from '../domain/programme-search.ts';
import { ProgrammeVersion } from './programme-version.ts';

/**
 * A piece of a programme's material that a search can find: a section, a teaching card, a word of the glossary. Made from
 * the version, which never changes, when somebody first searches it, and made anew when `edition` is lower than
 * domain/programme-search.ts says. Written by features/search.
 */
const ProgrammePassageSchema = defineEntity({
  name: 'ProgrammePassage', tableName: 'programme_passage',
  indexes: [
    { name: 'programme_passage_words_index', properties: ['words'], expression: 'create index "programme_passage_words_index" on "programme_passage" using gin ("words")' },
    { name: 'programme_passage_staff_words_index', properties: ['staffWords'], expression: 'create index "programme_passage_staff_words_index" on "programme_passage" using gin ("staff_words")' },
  ],
  properties: {
    version: () => p.manyToOne(ProgrammeVersion).primary().deleteRule('cascade'),
    /** In the order of the programme, from 1. */
    place: p.smallint().primary(),
    kind: p.enum(passageKinds),
    /** The week that opens it; null for what is always open. */
    week: p.smallint().nullable(),
    /** The path that shows it, with its fragment. */
    target: p.string().length(300),
    title: p.string().length(500),
    /** Plain text. */
    body: p.text(),
    /** Title (weight A) and body (B) as PostgreSQL's English dictionary knows them, spelt the British way. Null for what is for staff alone, so that nobody else finds it: an empty one would match every `-word`. */
    words: p.string().columnType('tsvector').nullable(),
    /** By which passages of a programme it was made. */
    edition: p.smallint().default(1),
    /** What it is a part of, in words. */
    part: p.string().length(500).nullable(),
    /** The words of what is for staff alone. */
    staffWords: p.string().columnType('tsvector').nullable(),
  },
});
export class ProgrammePassage extends ProgrammePassageSchema.class {}
ProgrammePassageSchema.setClass(ProgrammePassage);
