// Addresses, queries and forms are checked against the schemas of their routes (ajv), each made ready when it is first needed.
import { AjvCompiler } from '@fastify/ajv-compiler';

/** Several applications of one process compile what they have in common once. */
const buildCompiler = AjvCompiler();

type Check = { (data: unknown): unknown; errors?: unknown };

/**
 * For Fastify's `schemaController`. To make ready what two hundred routes take would be a sixth of a start, and a good
 * part of it nobody needs that day. test/validation.test.ts makes all of it ready, so that no reader is the first to meet
 * a schema that is wrong.
 */
export const buildValidator: typeof buildCompiler = (externalSchemas, options) => {
  const compile = buildCompiler(externalSchemas, options);
  return ((...route: Parameters<typeof compile>) => {
    let check: Check | undefined;
    const whenNeeded: Check = (data) => {
      check ??= compile(...route) as Check;
      const isValid = check(data);
      whenNeeded.errors = check.errors;   // where Fastify looks for them
      return isValid;
    };
    return whenNeeded;
  }) as typeof compile;
};
