// Checks requests against the routes' schemas and says what is wrong with them in words. Query and path are text and are coerced;
// bodies are JSON and are not.

import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { FastifySchemaValidationError } from 'fastify';
import { RelayError } from '../../core/errors.js';
import { suggestion } from '../../core/nearest.js';
import type { JsonSchema } from './schema.js';

const OPTIONS = { allErrors: false, verbose: true, strict: false, validateFormats: false } as const;
const TEXT_AJV = new Ajv({ ...OPTIONS, coerceTypes: 'array', useDefaults: true });
const BODY_AJV = new Ajv(OPTIONS);

/** fastify's validator compiler. */
export function compileValidator(route: { schema: unknown; httpPart?: string }): ValidateFunction {
  const ajv = route.httpPart === 'body' ? BODY_AJV : TEXT_AJV;
  return ajv.compile(route.schema as JsonSchema);
}

function describe(error: ErrorObject): { message: string; fix: string | null } {
  const at = error.instancePath.slice(1).replaceAll('/', '.');
  const where = at === '' ? '' : ` in "${at}"`;
  if (error.keyword === 'additionalProperties') {
    const key = String(error.params.additionalProperty);
    const known = Object.keys((error.parentSchema?.properties ?? {}) as object);
    const fix = suggestion(key, known) ?? (known.length > 0 ? `known: ${known.join(', ')}` : 'it takes none');
    return { message: `unknown key "${key}"${where}`, fix };
  }
  if (error.keyword === 'required') {
    return { message: `"${String(error.params.missingProperty)}" is missing${where}`, fix: null };
  }
  if (error.keyword === 'enum') {
    const allowed = (error.params.allowedValues as unknown[]).map(String);
    const near = suggestion(String(error.data), allowed);
    return {
      message: `"${at}" cannot be ${JSON.stringify(error.data)}`,
      fix: near ?? `one of: ${allowed.join(', ')}`,
    };
  }
  return { message: at === '' ? `the body ${error.message}` : `"${at}" ${error.message}`, fix: null };
}

/** fastify's schema error formatter: the first mistake as a RelayError, 400 for the URL and 422 for the body. */
export function refusal(errors: FastifySchemaValidationError[], part: string): RelayError {
  const { message, fix } = describe(errors[0] as unknown as ErrorObject);
  const code = part === 'body' ? 'object.invalid' : 'usage.invalid';
  const told = part === 'querystring' ? message.replace('unknown key', 'unknown parameter') : message;
  return new RelayError(code, told, fix === null ? {} : { fix });
}
