import { Type } from 'typebox';

export const WorkshopParams = Type.Object({ workshop: Type.String({ pattern: '^[a-z0-9-]{1,100}$' }) });
export const WorkshopQuery = Type.Object({ notice: Type.Optional(Type.Enum(['scheduled', 'changed', 'cancelled', 'put-back'])) });

/**
 * Fields by name: which there are depends on the material, so routes take out those that they know. A field that is
 * empty is absent; one that stands twice is refused.
 */
export const ScheduleForm = Type.Record(Type.String(), Type.String({ maxLength: 5000 }));

const sessions = { day: Type.Array(Type.Integer({ minimum: 1, maximum: 99 }), { default: [], maxItems: 99 }), mark: Type.String({ maxLength: 1000, default: '' }) };
export const CancellationForm = Type.Object({ ...sessions, reason: Type.Optional(Type.String({ maxLength: 5000 })) });
export const RemovalForm = Type.Object(sessions);
