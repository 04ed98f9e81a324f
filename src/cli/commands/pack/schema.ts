// relay pack schema: the JSON Schemas of pack.yaml and expected.yaml, for editors.

import { EXPECTED_SCHEMA } from '../../../sources/pack/expected.js';
import { PACK_SCHEMA } from '../../../sources/pack/pack-schema.js';
import type { CliContext } from '../../context.js';
import { printFormatted } from '../../output/json.js';

/** What the schemas are written in: the words ajv takes by default, as in `relay config schema`. */
const DRAFT = 'http://json-schema.org/draft-07/schema#';

function schemaOf(which: 'pack' | 'expected'): object {
  return which === 'pack'
    ? { $schema: DRAFT, title: 'A pack of Relay (pack.yaml)', ...PACK_SCHEMA }
    : { $schema: DRAFT, title: 'What a pack of Relay promises (expected.yaml)', ...EXPECTED_SCHEMA };
}

export const schemaText = (which: 'pack' | 'expected'): string =>
  `${JSON.stringify(schemaOf(which), null, 2)}\n`;

export function runPackSchema(options: { readonly expected?: boolean }, context: CliContext): void {
  printFormatted(context, schemaOf(options.expected ? 'expected' : 'pack'));
}
