import { check } from '../../../src/check/check';
import { hintsIn } from '../../../src/check/find-problems';
import { World } from '../../../src/check/world/world';
import { graphOfManifests } from '../../../src/connectivity/manifest-graph';
import {
  defineApp,
  graphOf,
  Image,
  Microservice,
  type MicroserviceOptions,
  type SecurityException,
} from '../../../src/index';
import { synthesize } from '../../../src/synth/synthesize';
import { Chart, type App } from 'cdk8s';
import { chart, find, objectsOf, problemsOf } from '../render';

type Options = Omit<Partial<MicroserviceOptions>, 'image'>;

const image = Image.of('shop/search:2.4.1');
const reason = 'The image needs it.';
const USER: SecurityException = { runAs: 'image', reason };
const ROOT: SecurityException = { runAs: 'root', reason };
const DOCKER: SecurityException = { runAs: 'as-in-docker', reason };
/** The capabilities of a container that runs as in Docker. */
const OF_DOCKER = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'KILL', 'SETGID', 'SETUID'];
const FILES: SecurityException = { rootFilesystem: 'writable', reason };
const CHOWN: SecurityException = { capability: 'CHOWN', reason };

const app = (options: Options) =>
  chart((scope) => new Microservice(scope, 'search', { image, ...options } as MicroserviceOptions));
const deploymentOf = (options: Options) => find(objectsOf(app(options)), 'Deployment', 'search');
const podOf = (options: Options) => deploymentOf(options).spec.template.spec;
const manifestsOf = (made: App) => synthesize(made).flatMap(({ manifests }) => manifests);

/** The program, a sidecar and an init container, of which one has exceptions. */
const three = (name: string, exceptions: readonly SecurityException[]): Options => {
  const of = (container: string) => (container === name ? { exceptions } : {});
  return {
    ...of('search'),
    sidecars: { proxy: { image, ...of('proxy') } },
    initContainers: { first: { image, ...of('first') } },
  };
};
/** The security settings of each container that hold in the end. */
function effective(options: Options): Record<string, object> {
  const { securityContext, containers, initContainers } = podOf(options);
  const { runAsUser, runAsGroup, runAsNonRoot, seccompProfile } = securityContext;
  const inherited = { runAsUser, runAsGroup, runAsNonRoot, seccompProfile };
  const entries = [...containers, ...initContainers].map((one: { name: string; securityContext: object }) => [
    one.name,
    { ...inherited, ...one.securityContext },
  ]);
  return Object.fromEntries(entries);
}

const HARDENED = {
  runAsUser: 1000,
  runAsGroup: 1000,
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

test.each<[SecurityException, object]>([
  [USER, { ...HARDENED, runAsUser: undefined, runAsGroup: undefined }],
  [ROOT, { ...HARDENED, runAsUser: 0, runAsGroup: 0, runAsNonRoot: false }],
  [
    DOCKER,
    {
      ...HARDENED,
      runAsUser: undefined,
      runAsGroup: undefined,
      runAsNonRoot: false,
      capabilities: { drop: ['ALL'], add: OF_DOCKER },
    },
  ],
  [FILES, { ...HARDENED, readOnlyRootFilesystem: false }],
  [CHOWN, { ...HARDENED, capabilities: { drop: ['ALL'], add: ['CHOWN'] } }],
])('%j changes one setting of its container, and nothing of the others', (exception, expected) => {
  const none = effective(three('', []));
  expect(none).toEqual({ search: HARDENED, proxy: HARDENED, first: HARDENED });
  for (const name of ['search', 'proxy', 'first'])
    expect(effective(three(name, [exception]))).toEqual({ ...none, [name]: expected });
});

test('several exceptions of one container', () => {
  const time: SecurityException = { capability: 'SYS_TIME', reason };
  expect(effective(three('proxy', [ROOT, FILES, CHOWN, time])).proxy).toEqual({
    ...HARDENED,
    runAsUser: 0,
    runAsGroup: 0,
    runAsNonRoot: false,
    readOnlyRootFilesystem: false,
    capabilities: { drop: ['ALL'], add: ['CHOWN', 'SYS_TIME'] },
  });
});

test('a container that runs as in Docker has further capabilities too', () => {
  const time: SecurityException = { capability: 'SYS_TIME', reason };
  expect(effective(three('search', [DOCKER, FILES, time])).search).toMatchObject({
    readOnlyRootFilesystem: false,
    capabilities: { drop: ['ALL'], add: [...OF_DOCKER, 'SYS_TIME'] },
  });
});

test.each([[USER], [DOCKER]])('%j: the group of volumes stays, and a sidecar keeps a user of its own', (exception) => {
  const options: Options = {
    exceptions: [exception],
    sidecars: { proxy: { image, user: 2000 }, logs: { image } },
  };
  expect(podOf(options).securityContext.fsGroup).toBe(1000);
  expect(effective(options)).toMatchObject({ proxy: { runAsUser: 2000 }, logs: { runAsUser: 1000 } });
  expect(effective({ user: 3000, ...three('proxy', [exception]) })).toMatchObject({ search: { runAsUser: 3000 } });
});

test('the reasons are in the manifest, and a changed reason does not replace the pods', () => {
  const one = deploymentOf(three('proxy', [FILES]));
  const other = deploymentOf(three('proxy', [{ ...FILES, reason: 'It unpacks plugins.' }]));
  expect(JSON.parse(one.metadata.annotations['callsign.dev/exceptions'])).toEqual([{ container: 'proxy', ...FILES }]);
  expect(other.metadata).not.toEqual(one.metadata);
  expect(other.spec.template).toEqual(one.spec.template);
  expect(deploymentOf({}).metadata).not.toHaveProperty('annotations');
});

test('the pods of a canary have the exceptions too', () => {
  const options: Options = { exceptions: [FILES], strategy: { canary: { image, weight: 50 } } };
  const deployments = objectsOf(app(options)).filter(({ kind }) => kind === 'Deployment');
  expect(deployments).toHaveLength(2);
  for (const { metadata } of deployments)
    expect(metadata.annotations).toMatchObject({ 'callsign.dev/exceptions': expect.stringContaining(reason) });
});

test('an environment replaces the exceptions', () => {
  const definition = defineApp<{ search: Microservice }>(
    (made) => ({
      search: new Microservice(new Chart(made, 'shop', { namespace: 'shop' }), 'search', {
        image,
        exceptions: [FILES],
      }),
    }),
    { strict: { search: { exceptions: [] } } },
  );
  const { metadata } = find(objectsOf(definition.make('strict')), 'Deployment', 'search');
  expect(metadata.annotations ?? {}).not.toHaveProperty(['callsign.dev/exceptions']);
});

describe('check --profile hardened', () => {
  const codes = (made: App) => check(manifestsOf(made), 'hardened').map(({ code }) => code);

  test.each([USER, ROOT, DOCKER, FILES, CHOWN])('%j is no problem and one hint', (exception) => {
    for (const name of ['search', 'proxy', 'first']) {
      const made = app(three(name, [exception]));
      expect(codes(made)).toEqual(codes(app(three('', []))));
      const hints = hintsIn(new World(manifestsOf(made)), 'hardened');
      expect(hints.map(({ code, message }) => [code, message])).toEqual([
        ['exception-declared', expect.stringContaining(`The container "${name}" `)],
      ]);
      expect(hints[0]!.message).toContain(reason);
    }
  });

  test('the same settings without the exception are problems', () => {
    const patched = chart((scope) => {
      const search = new Microservice(scope, 'search', { image, exceptions: [ROOT, FILES, CHOWN] });
      search.objects.deployment.merge({ metadata: { annotations: null } });
    });
    expect(codes(patched)).toEqual(expect.arrayContaining(['root-allowed', 'root-writable', 'capabilities-kept']));
  });

  test('a patch can remove capabilities of a container that runs as in Docker, but not add others', () => {
    const patched = (add: string[]) =>
      codes(
        chart((scope) => {
          const search = new Microservice(scope, 'search', { image, exceptions: [DOCKER] });
          search.objects.deployment.patch(({ spec }) => {
            spec.template.spec!.containers[0]!.securityContext!.capabilities!.add = add;
          });
        }),
      );
    expect(patched(['SETUID'])).toEqual(codes(app({})));
    expect(patched([...OF_DOCKER, 'SYS_TIME'])).toContain('capabilities-kept');
  });

  test('a container that runs as in Docker with a user, or never as root, does not use its exception', () => {
    const patched = (field: object) =>
      codes(
        chart((scope) => {
          const search = new Microservice(scope, 'search', { image, exceptions: [DOCKER] });
          search.objects.deployment.patch(({ spec }) => {
            Object.assign(spec.template.spec!.containers[0]!.securityContext!, field);
          });
        }),
      );
    expect(patched({ runAsUser: 70 })).toContain('exception-invalid');
    expect(patched({ runAsNonRoot: true })).toContain('exception-invalid');
    expect(patched({ procMount: 'Default' })).not.toContain('exception-invalid');
  });

  test('an exception of one container is no excuse for another', () => {
    const patched = chart((scope) => {
      const search = new Microservice(scope, 'search', { image, ...three('proxy', [FILES]) } as MicroserviceOptions);
      search.objects.deployment.patch(({ spec }) => {
        spec.template.spec!.containers[0]!.securityContext!.readOnlyRootFilesystem = false;
      });
    });
    expect(codes(patched)).toContain('root-writable');
  });

  test('a patch that makes an exception unnecessary is a problem', () => {
    const patched = chart((scope) => {
      const search = new Microservice(scope, 'search', { image, exceptions: [FILES] });
      search.objects.deployment.patch(({ spec }) => {
        spec.template.spec!.containers[0]!.securityContext!.readOnlyRootFilesystem = true;
      });
    });
    expect(codes(patched)).toContain('exception-invalid');
  });
});

test('the graphs of charts and of manifests have the exceptions', () => {
  const made = app(three('proxy', [ROOT]));
  const expected = [expect.objectContaining({ name: 'search', exceptions: [{ container: 'proxy', ...ROOT }] })];
  expect(graphOf(made).nodes).toEqual(expected);
  expect(graphOfManifests(manifestsOf(made)).nodes).toEqual(expected);
  expect(graphOf(app({})).nodes[0]).not.toHaveProperty('exceptions');
});

/** Values that the compiler rejects. */
// oxlint-disable-next-line typescript/no-explicit-any -- any type is the purpose
const anything = (value: unknown): any => value;

test.each<[field: string, options: Options, got: string]>([
  ['exceptions', { exceptions: anything('root') }, '"root"'],
  ['exceptions[0]', { exceptions: [anything({ reason })] }, '"reason"'],
  [
    'exceptions[0]',
    { exceptions: [anything({ runAs: 'root', capability: 'CHOWN', reason })] },
    '"runAs, capability, reason"',
  ],
  ['exceptions[0].runAs', { exceptions: [anything({ runAs: 70, reason })] }, '70'],
  ['exceptions[0].runAs', { exceptions: [anything({ runAs: 'in-docker', reason })] }, '"in-docker"'],
  ['exceptions[0].rootFilesystem', { exceptions: [anything({ rootFilesystem: 'all', reason })] }, '"all"'],
  ['exceptions[0].capability', { exceptions: [anything({ capability: 'ALL', reason })] }, '"ALL"'],
  ['exceptions[0].capability', { exceptions: [anything({ capability: 'CAP_CHOWN', reason })] }, '"CAP_CHOWN"'],
  ['exceptions[0].reason', { exceptions: [anything({ rootFilesystem: 'writable' })] }, 'null'],
  ['exceptions[0].reason', { exceptions: [{ ...FILES, reason: '' }] }, '""'],
  ['exceptions[0].reason', { exceptions: [{ ...FILES, reason: 'needed' }] }, '"needed"'],
  ['exceptions[1]', { exceptions: [FILES, { ...FILES, reason: 'It must write.' }] }, '"writable"'],
  ['exceptions[1]', { exceptions: [USER, ROOT] }, '"root"'],
  ['exceptions[1]', { exceptions: [ROOT, DOCKER] }, '"as-in-docker"'],
  ['exceptions[1]', { exceptions: [CHOWN, CHOWN] }, '"CHOWN"'],
  ['exceptions[1]', { exceptions: [DOCKER, CHOWN] }, '"CHOWN"'],
  ['exceptions[0]', { exceptions: [CHOWN, DOCKER] }, '"CHOWN"'],
  ['exceptions[0]', { exceptions: [USER], user: 70 }, 'user: 70'],
  ['exceptions[0]', { exceptions: [ROOT], user: 1000 }, 'user: 1000'],
  ['exceptions[0]', { exceptions: [DOCKER], user: 1000 }, 'user: 1000'],
  ['sidecars.proxy.exceptions[0]', { sidecars: { proxy: { image, user: 70, exceptions: [USER] } } }, 'user: 70'],
  [
    'sidecars.proxy.exceptions[0].reason',
    { sidecars: { proxy: { image, exceptions: [{ ...FILES, reason: '' }] } } },
    '""',
  ],
  [
    'initContainers.a.exceptions[0].runAs',
    { initContainers: { a: { image, exceptions: [anything({ runAs: 0, reason })] } } },
    '0',
  ],
])('%s of %j', (field, options, got) => {
  const problems = problemsOf(app(options));
  expect(problems.map((problem) => [problem.code, problem.field])).toEqual([['exception-invalid', field]]);
  expect(problems[0]!.got).toBe(got);
});

test.each([
  ['CAP_CHOWN', 'CHOWN'],
  ['net_admin', 'NET_ADMIN'],
  ['SYS_TIM', 'SYS_TIME'],
])('the capability %s: did you mean %s?', (capability, meant) => {
  const [problem] = problemsOf(app({ exceptions: [anything({ capability, reason })] }));
  expect(problem!.fix).toBe(`Did you mean ${meant}?`);
});

test.each([USER, DOCKER])('a live program runs as the user that can change its files, so not with %j', (exception) => {
  expect(problemsOf(app({ live: true, exceptions: [exception] })).map(({ field, got }) => [field, got])).toContainEqual(
    ['live', `"${exception.runAs}"`],
  );
});
