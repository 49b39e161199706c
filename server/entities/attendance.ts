import { defineEntity, p } from '@mikro-orm/core';
import { Person } from './person.ts';
import { InstantType } from './temporal-types.ts';
import { WorkshopSession } from './workshop-session.ts';

/** Whether a learner was there on one day of a workshop, who says so, and since when. Who was not marked has no row. Written by features/attendance. */
const AttendanceSchema = defineEntity({
  name: 'Attendance', tableName: 'attendance',
  properties: {
    session: () => p.manyToOne(WorkshopSession).primary().deleteRule('restrict'),
    person: () => p.manyToOne(Person).primary().index().deleteRule('restrict'),
    status: p.enum(['present', 'late', 'left-early', 'excused', 'absent'] as const),
    recordedAt: p.type(InstantType),
    /** A person or an administrator. No foreign key, as in the audit. */
    recordedBy: p.uuid().nullable(),
  },
});
export class Attendance extends AttendanceSchema.class {}
AttendanceSchema.setClass(Attendance);
