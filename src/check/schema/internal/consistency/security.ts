import { absent, exclusive, given, record, duplicates, texts, type ConsistencyCheck } from './consistency-check';

const securityContext: ConsistencyCheck = function* (value) {
  if (value.privileged === true && value.allowPrivilegeEscalation === false)
    yield exclusive(
      ['allowPrivilegeEscalation'],
      'A privileged container can always gain privileges.',
      'privileged: false',
      'Remove privileged.',
    );
  // The API server compares with this spelling only. It accepts SYS_ADMIN.
  if (value.allowPrivilegeEscalation === false && texts(record(value.capabilities).add).includes('CAP_SYS_ADMIN'))
    yield exclusive(
      ['allowPrivilegeEscalation'],
      'A container with the capability CAP_SYS_ADMIN can always gain privileges.',
      'no CAP_SYS_ADMIN',
    );
};

/** A profile has a name if and only if it is of type Localhost. */
const profile: ConsistencyCheck = function* (value) {
  const named = given(value, ['localhostProfile']).length > 0;
  if (value.type === 'Localhost' && !named)
    yield absent('localhostProfile', 'A profile of type Localhost requires a name.', 'localhostProfile');
  if (typeof value.type === 'string' && value.type !== 'Localhost' && named)
    yield exclusive(['localhostProfile'], `A profile of type ${value.type} has no name.`, 'type: Localhost');
};

export const SECURITY: Readonly<Record<string, ConsistencyCheck>> = {
  'v1.SecurityContext': securityContext,
  'v1.PodSecurityContext': function* (value) {
    yield* duplicates(value.sysctls, 'name', 'sysctls', ['sysctls']);
  },
  'v1.SeccompProfile': profile,
  'v1.AppArmorProfile': profile,
};
