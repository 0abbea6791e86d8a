import { hintsIn, problemsIn } from '../../../src/check/find-problems';
import { readManifests } from '../../../src/check/read/read';
import { World } from '../../../src/check/world/world';
import { deployment, FILE } from '../problems-in';

const SAFE =
  'securityContext: { readOnlyRootFilesystem: false, runAsUser: 0, capabilities: { add: [CHOWN, SYS_TIME] } }';
const worldOf = (exceptions: string, container = SAFE) =>
  new World(
    readManifests(
      deployment(container).replace(
        'metadata: { name: web,',
        `metadata: { annotations: { callsign.dev/exceptions: '${exceptions}' }, name: web,`,
      ),
      FILE,
    ).manifests,
  );
const ALL = JSON.stringify([
  { container: 'web', rootFilesystem: 'writable', reason: 'It unpacks plugins.' },
  { container: 'web', runAs: 'root', reason: 'It starts as root.' },
  { container: 'web', capability: 'CHOWN', reason: 'It hands over files.' },
]);
const RULES = ['root-writable', 'root-allowed', 'capabilities-kept'];
const problems = (world: World) =>
  problemsIn(world, 'hardened').filter(({ code }) => [...RULES, 'exception-invalid'].includes(code));

test('tells each exception once, with its reason and the level that it needs', () => {
  const world = worldOf(ALL);
  expect(hintsIn(world, 'hardened').map(({ code, message, got }) => [code, message, got])).toEqual([
    [
      'exception-declared',
      'The container "web" can write to its root file system. The reason: It unpacks plugins.',
      undefined,
    ],
    [
      'exception-declared',
      'The container "web" runs as root. The reason: It starts as root.',
      'a pod that needs the Pod Security level baseline',
    ],
    [
      'exception-declared',
      'The container "web" has the capability CHOWN. The reason: It hands over files.',
      'a pod that needs the Pod Security level baseline',
    ],
  ]);
  expect(hintsIn(world)).toEqual([]);
});

test('a declared exception is no problem, and everything else of the container still is', () => {
  expect(problems(worldOf(ALL)).map(({ code, got }) => [code, got])).toEqual([
    ['capabilities-kept', 'null'],
    ['capabilities-kept', '["SYS_TIME"]'],
  ]);
  expect(new Set(problems(worldOf('[]')).map(({ code }) => code))).toEqual(new Set(RULES));
});

test.each([
  ['is not valid', ALL.replaceAll('It ', '').replaceAll(' ', '')],
  ['is for another container', ALL.replaceAll('"web"', '"proxy"')],
  ['is not JSON', ALL.slice(1)],
])('an exception that %s has no effect, and is a problem', (_, exceptions) => {
  const codes = problems(worldOf(exceptions)).map(({ code }) => code);
  expect(codes).toEqual(expect.arrayContaining([...RULES, 'exception-invalid']));
});

test('the user of the image may be root unless runAsNonRoot is set', () => {
  const image = JSON.stringify([{ container: 'web', runAs: 'image', reason: 'It has its own user.' }]);
  const codes = (container: string) => problems(worldOf(image, container)).map(({ code }) => code);
  const rest = 'readOnlyRootFilesystem: true, capabilities: { drop: [ALL] }';
  expect(codes(`securityContext: { ${rest} }`)).toEqual(['root-allowed']);
  expect(codes(`securityContext: { runAsNonRoot: true, ${rest} }`)).toEqual([]);
  expect(codes(`securityContext: { runAsNonRoot: true, runAsUser: 5, ${rest} }`)).toEqual(['exception-invalid']);
});

describe('a container that runs as in Docker', () => {
  const docker = JSON.stringify([{ container: 'web', runAs: 'as-in-docker', reason: 'It becomes another user.' }]);
  const codes = (container: string) => problems(worldOf(docker, container)).map(({ code }) => code);
  const add = 'CHOWN, DAC_OVERRIDE, FOWNER, KILL, SETGID, SETUID';
  const security = (user: string, more = '') =>
    `securityContext: { ${user}readOnlyRootFilesystem: true, capabilities: { drop: [ALL], add: [${add}${more}] } }`;

  test('has the user of its image and six capabilities', () => {
    expect(codes(security(''))).toEqual([]);
    expect(codes(security('runAsNonRoot: false, '))).toEqual([]);
    expect(codes(security('', ', SYS_TIME'))).toEqual(['capabilities-kept']);
  });

  test('does not use its exception with another user, or if it never runs as root', () => {
    expect(codes(security('runAsUser: 5, '))).toEqual(['exception-invalid']);
    expect(codes(security('runAsNonRoot: true, '))).toEqual(['exception-invalid']);
  });

  test('is told once, with the level that it needs', () => {
    expect(hintsIn(worldOf(docker, security('')), 'hardened').map(({ message, got }) => [message, got])).toEqual([
      [
        'The container "web" runs as the user of its image, which may be root. The reason: It becomes another user.',
        'a pod that needs the Pod Security level baseline',
      ],
    ]);
  });
});

test('the hint can be waived', () => {
  const [manifest] = worldOf(ALL).manifests;
  const { metadata } = manifest!.object;
  const annotations = { ...metadata.annotations, 'waive.callsign.dev/exception-declared': 'The audit has seen them.' };
  const waived = { ...manifest!, object: { ...manifest!.object, metadata: { ...metadata, annotations } } };
  expect(hintsIn(new World([waived]), 'hardened')).toEqual([]);
});
