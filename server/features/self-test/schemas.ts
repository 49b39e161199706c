import { Type } from 'typebox';

/** The tick box for the score: absent when it is not ticked. */
export const SelfTestForm = Type.Object({ score: Type.Boolean({ default: false }) });
