import { absent, exclusive, given, record, taken, texts, type Condition } from '../condition';

const securityContext: Condition = function* (value) {
  if (value.privileged === true && value.allowPrivilegeEscalation === false)
    yield exclusive(
      ['allowPrivilegeEscalation'],
      'What is privileged can always gain privileges.',
      'privileged: false',
      'Take privileged out.',
    );
  const caps = texts(record(value.capabilities).add);
  if (value.allowPrivilegeEscalation === false && caps.some((cap) => /^(CAP_)?SYS_ADMIN$/.test(cap)))
    yield exclusive(
      ['allowPrivilegeEscalation'],
      'Who has the capability CAP_SYS_ADMIN can always gain privileges.',
      'no CAP_SYS_ADMIN',
    );
};

/** A profile of the node has a name, and no other has one. */
const profile: Condition = function* (value) {
  const named = given(value, ['localhostProfile']).length > 0;
  if (value.type === 'Localhost' && !named)
    yield absent('localhostProfile', 'A profile of the node is named.', 'localhostProfile');
  if (typeof value.type === 'string' && value.type !== 'Localhost' && named)
    yield exclusive(['localhostProfile'], `The profile ${value.type} has no name of its own.`, 'type: Localhost');
};

export const SECURITY: Readonly<Record<string, Condition>> = {
  'v1.SecurityContext': securityContext,
  'v1.PodSecurityContext': function* (value) {
    yield* taken(value.sysctls, 'name', 'sysctls', ['sysctls']);
  },
  'v1.SeccompProfile': profile,
  'v1.AppArmorProfile': profile,
};
