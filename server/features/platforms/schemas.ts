import { Type } from 'typebox';
import { rowId } from '../../domain/row-id.ts';

export const DeploymentParams = Type.Object({ deployment: Type.String({ pattern: rowId }) });
/** `organisation`: whose people come in from it, for an operator to say. */
export const ApprovalForm = Type.Object({ organisation: Type.Optional(Type.String({ pattern: rowId })) });
export const PlatformsQuery = Type.Object({ approved: Type.Optional(Type.String({ maxLength: 255 })), rejected: Type.Optional(Type.String({ maxLength: 255 })), withdrawn: Type.Optional(Type.String({ maxLength: 255 })) });

export const RegistrationParams = Type.Object({ registration: Type.String({ pattern: rowId }) });
export const RegistrationQuery = Type.Object({ notice: Type.Optional(Type.Union([Type.Literal('changed'), Type.Literal('connected'), Type.Literal('approved'), Type.Literal('asked')])) });
// Text is optional because the page says in words what is missing; a box that is not ticked is not sent.
export const RegistrationForm = Type.Object({
  name: Type.Optional(Type.String()),
  frameOrigins: Type.Optional(Type.String()),
  active: Type.Boolean({ default: false }),
  institutionAdministrators: Type.Boolean({ default: false }),
});
