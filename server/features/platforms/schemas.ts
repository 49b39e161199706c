import { Type } from 'typebox';

export const DeploymentParams = Type.Object({ deployment: Type.String({ format: 'uuid' }) });
export const PlatformsQuery = Type.Object({ approved: Type.Optional(Type.String({ maxLength: 255 })) });
