import { Type } from 'typebox';
import { rowId } from '../../domain/row-id.ts';

export const RequestParams = Type.Object({ request: Type.String({ pattern: rowId }) });

const choice = {
  item: Type.Array(Type.String({ maxLength: 100 }), { maxItems: 200, default: [] }),
  opening: Type.Optional(Type.String({ maxLength: 20 })),
  dates: Type.Boolean({ default: false }),
};

/** The form as a search sends it along, so that nothing is lost without JavaScript. */
export const ChoiceQuery = Type.Object({
  ...choice,
  search: Type.String({ maxLength: 200, default: '' }),
  /** Whether the form was on the page: a box that is not ticked is not sent. */
  shown: Type.Boolean({ default: false }),
  /** No cohort was started, on purpose. */
  without: Type.Boolean({ default: false }),
  /** After starting or joining a cohort on the way (features/cohorts). */
  notice: Type.Optional(Type.Union([Type.Literal('started'), Type.Literal('joined')])),
});

export const ChoiceBody = Type.Object({
  ...choice,
  whole: Type.Optional(Type.Union([Type.Literal('all'), Type.Literal('missing')])),
  cohort: Type.Optional(Type.String({ maxLength: 100 })),
});
