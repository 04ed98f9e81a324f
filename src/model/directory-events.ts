// The `data` of `organization.updated` and `user.updated`: who it is now, what was changed and by whom. Nothing publishes them yet; their form
// is what examples, previews and subscriptions go by.

import type { Actor } from './incident.js';
import type { Organization, User } from './topology.js';

type Fields = Readonly<Record<string, string | null>>;

/** `from` and `to` hold what changed and nothing else; `from` is null when there was nothing before. */
export interface DirectoryChange {
  readonly kind: 'created' | 'renamed' | 'added' | 'changed';
  readonly from: Fields | null;
  readonly to: Fields;
}

const organizationFields = ({ name, title }: Organization): Fields => ({ name, title });

const userFields = ({ name, fullName, email, phone, organization }: User): Fields => ({
  name,
  full_name: fullName,
  email,
  phone,
  organization,
});

/** What differs of two records with the same keys. */
function differences(before: Fields, after: Fields): { from: Fields; to: Fields } {
  const changed = Object.keys(after).filter((key) => before[key] !== after[key]);
  const of = (fields: Fields): Fields =>
    Object.fromEntries(changed.map((key) => [key, fields[key] as string | null]));
  return { from: of(before), to: of(after) };
}

/** @param before null: it was created */
export function organizationUpdatedData(
  before: Organization | null,
  after: Organization,
  actor: Actor,
): object {
  const organization = organizationFields(after);
  const change: DirectoryChange =
    before === null
      ? { kind: 'created', from: null, to: organization }
      : { kind: 'renamed', ...differences(organizationFields(before), organization) };
  return { organization, change, actor };
}

/** @param before null: the user was added. Of changes those of name, mail address and telephone number are told. */
export function userUpdatedData(before: User | null, after: User, actor: Actor): object {
  const user = userFields(after);
  const change: DirectoryChange =
    before === null
      ? { kind: 'added', from: null, to: user }
      : { kind: 'changed', ...differences(userFields(before), user) };
  return { user, change, actor };
}

const DANA: User = {
  name: 'dana',
  fullName: 'Dana K.',
  email: 'dana@example.org',
  phone: '+4512345678',
  organization: 'acme',
  channel: null,
};

export const DIRECTORY_EXAMPLES: Readonly<Record<string, unknown>> = {
  'organization.updated': organizationUpdatedData(
    { name: 'acme', title: 'Acme' },
    { name: 'acme', title: 'Acme GmbH' },
    'cli:kim',
  ),
  'user.updated': userUpdatedData({ ...DANA, phone: '+4587654321' }, DANA, 'cli:kim'),
};
