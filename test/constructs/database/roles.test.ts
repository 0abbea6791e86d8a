import type { Chart } from 'cdk8s';
import { Database, type DatabaseOptions, Gateway, Image, Microservice } from '../../../src/index';
import type { RolePlan } from '../../../src/constructs/database/roles/role-plan';
import { Caller } from '../../../src/links/endpoint';
import { chart, find, objectsOf, problemsOf } from '../render';

type Grants = (database: Database, callers: Record<string, Microservice>) => void;

/** A chart with callers of one database. */
function app(names: readonly string[], grants: Grants = () => undefined, options: DatabaseOptions = {}) {
  return chart((scope) => declare(scope, names, grants, options));
}

function declare(scope: Chart, names: readonly string[], grants: Grants, options: DatabaseOptions): Database {
  const database = new Database(scope, 'store', {
    databaseName: 'shop',
    ...(names.length > 1 && { roles: 'per-caller' }),
    ...options,
  });
  const image = Image.of('shop/program:1');
  const callers = names.map((name) => [name, new Microservice(scope, name, { image, database })] as const);
  grants(database, Object.fromEntries(callers));
  return database;
}

function planOf(names: readonly string[], grants?: Grants, options?: DatabaseOptions): RolePlan {
  let plan!: RolePlan;
  chart((scope) => (plan = declare(scope, names, grants ?? (() => undefined), options ?? {}).roles));
  return plan;
}

const namesOf = (plan: RolePlan) => plan.roles.map(({ name }) => name);

/** The user and the Secret of a caller. */
function loginOf(objects: ReturnType<typeof objectsOf>, caller: string) {
  const env = find(objects, 'Deployment', caller).spec.template.spec.containers[0].env as {
    name: string;
    value?: string;
    valueFrom?: { secretKeyRef: { name: string } };
  }[];
  const value = (name: string) => env.find((variable) => variable.name === `DATABASE_${name}`);
  return [value('NAME')!.value, value('USER')!.value, value('PASSWORD')!.valueFrom!.secretKeyRef.name];
}

const jobOf = (objects: ReturnType<typeof objectsOf>, name: string) =>
  objects.find(({ kind, metadata }) => kind === 'Job' && metadata.name.startsWith(`${name}-`)) as
    | {
        metadata: { name: string; annotations: Record<string, string> };
        // oxlint-disable-next-line typescript/no-explicit-any -- tests read any field
        spec: any;
      }
    | undefined;

test('a sole caller logs in as the owner of the database, and there is no Job for roles', () => {
  const objects = objectsOf(app(['cart']));
  expect(loginOf(objects, 'cart')).toEqual(['shop', 'shop', 'store']);
  expect(jobOf(objects, 'store-roles')).toBeUndefined();
  expect(find(objects, 'StatefulSet', 'store').metadata.annotations).not.toHaveProperty('callsign.dev/roles');
});

test('several callers log in as the owner, until the chart asks for roles or grants a right', () => {
  const loginWith = (grants?: Grants, options?: DatabaseOptions) =>
    loginOf(objectsOf(app(['cart', 'bus'], grants, { roles: undefined, ...options })), 'cart');
  expect(loginWith()).toEqual(['shop', 'shop', 'store']);
  expect(loginWith(undefined, { roles: 'per-caller' })).toEqual(['shop', 'cart', 'store.cart']);
  expect(loginWith((store, { cart, bus }) => store.grants(bus!, 'read', cart!))).toEqual([
    'shop',
    'cart',
    'store.cart',
  ]);
});

describe('with two callers', () => {
  const objects = objectsOf(app(['cart', 'event-bus']));

  test('each has its own user and its own Secret', () => {
    expect(loginOf(objects, 'cart')).toEqual(['shop', 'cart', 'store.cart']);
    expect(loginOf(objects, 'event-bus')).toEqual(['shop', 'event_bus', 'store.event-bus']);
    expect(find(objects, 'StatefulSet', 'store').metadata.annotations).toMatchObject({
      'callsign.dev/roles': 'per-caller',
    });
  });

  test('no caller reads the Secret of the owner or of another caller', () => {
    for (const [caller, own] of [
      ['cart', 'store.cart'],
      ['event-bus', 'store.event-bus'],
    ] as const) {
      const text = JSON.stringify(find(objects, 'Deployment', caller));
      expect(text.match(/"secretKeyRef":\{[^}]*\}/g)).toEqual([`"secretKeyRef":{"key":"password","name":"${own}"}`]);
    }
  });

  test('the passwords are generated in the cluster', () => {
    const { metadata, spec } = jobOf(objects, 'store-password')!;
    const secrets = {
      store: ['password', 'root-password'],
      'store.cart': ['password'],
      'store.event-bus': ['password'],
    };
    expect(JSON.parse(metadata.annotations['callsign.dev/makes-secret']!)).toEqual(secrets);
    expect(JSON.parse(spec.template.spec.containers[0].env[0].value)).toEqual(secrets);
    expect(objects.map(({ kind }) => kind)).not.toContain('Secret');
  });

  test('a Job creates the roles. It reaches only the database, has no token, and stops if a person must act', () => {
    const { spec } = jobOf(objects, 'store-roles')!;
    const pod = spec.template.spec;
    expect(pod).toMatchObject({
      serviceAccountName: 'store-roles',
      automountServiceAccountToken: false,
      restartPolicy: 'Never',
      securityContext: { runAsNonRoot: true, runAsUser: 999 },
    });
    expect(pod.containers[0]).toMatchObject({
      image: 'postgres:17',
      securityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    });
    expect(
      pod.containers[0].env.map(({ name, value, valueFrom }: never) => [name, value ?? Object.values(valueFrom)[0]]),
    ).toEqual([
      ['DATABASE_HOST', 'store'],
      ['DATABASE_PORT', '5432'],
      ['DATABASE_NAME', 'shop'],
      ['ROOT_PASSWORD', { name: 'store', key: 'root-password' }],
      ['PASSWORD_CART', { name: 'store.cart', key: 'password' }],
      ['PASSWORD_EVENT_BUS', { name: 'store.event-bus', key: 'password' }],
    ]);
    expect(spec.podFailurePolicy.rules).toEqual([{ action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } }]);
    expect(pod.containers[0].command[2]).toContain('exit 42');
    const { egress } = find(objects, 'NetworkPolicy', 'store-roles').spec;
    expect(egress.slice(1)).toEqual([
      {
        to: [
          { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'store', 'app.kubernetes.io/instance': 'shop' } } },
        ],
        ports: [{ port: 5432, protocol: 'TCP' }],
      },
    ]);
    const { from } = find(objects, 'NetworkPolicy', 'store').spec.ingress[0] as {
      from: { podSelector: { matchLabels: Record<string, string> } }[];
    };
    const allowed = from.map((peer) => peer.podSelector.matchLabels['app.kubernetes.io/name']);
    expect(new Set(allowed)).toEqual(new Set(['cart', 'event-bus', 'store-roles']));
  });

  test('another caller gets a new Job and does not change the database or the other callers', () => {
    const more = objectsOf(app(['cart', 'event-bus', 'reports']));
    expect(jobOf(more, 'store-roles')!.metadata.name).not.toBe(jobOf(objects, 'store-roles')!.metadata.name);
    for (const [kind, name] of [
      ['StatefulSet', 'store'],
      ['Deployment', 'cart'],
    ] as const)
      expect(find(more, kind, name)).toEqual(find(objects, kind, name));
  });

  test('the same charts give the same Job, and each Job of the database has its own name', () => {
    expect(jobOf(objectsOf(app(['cart', 'event-bus'])), 'store-roles')).toEqual(jobOf(objects, 'store-roles'));
    expect(jobOf(objects, 'store-roles')!.metadata.name).toMatch(/^store-roles-[0-9a-f]{8}$/);
  });
});

test('the option roles: per-caller for a sole caller, shared for several', () => {
  expect(namesOf(planOf(['cart'], undefined, { roles: 'per-caller' }))).toEqual(['cart']);
  expect(namesOf(planOf([], undefined, { roles: 'per-caller' }))).toEqual([]);
  const objects = objectsOf(app(['cart', 'bus'], undefined, { roles: 'shared' }));
  expect([loginOf(objects, 'cart'), loginOf(objects, 'bus')]).toEqual([
    ['shop', 'shop', 'store'],
    ['shop', 'shop', 'store'],
  ]);
  expect(jobOf(objects, 'store-roles')).toBeUndefined();
});

test.each(['mysql', 'mariadb'] as const)('the callers of %s share the role of the owner', (engine) => {
  const objects = objectsOf(app(['cart', 'bus'], undefined, { engine, roles: undefined }));
  expect(loginOf(objects, 'cart')).toEqual(['shop', 'shop', 'store']);
  expect(jobOf(objects, 'store-roles')).toBeUndefined();
});

test('several instances: the Job connects to the primary as superuser, which the operator allows', () => {
  const objects = objectsOf(app(['cart', 'bus'], undefined, { instances: 3 }));
  expect(loginOf(objects, 'cart')).toEqual(['shop', 'cart', 'store.cart']);
  expect(find(objects, 'Cluster', 'store').spec.enableSuperuserAccess).toBe(true);
  const { env } = jobOf(objects, 'store-roles')!.spec.template.spec.containers[0];
  expect(env[0]).toEqual({ name: 'DATABASE_HOST', value: 'store-rw' });
  expect(env[3].valueFrom.secretKeyRef).toEqual({ name: 'store-superuser', key: 'password' });
  const { metadata } = jobOf(objects, 'store-password')!;
  expect(Object.keys(JSON.parse(metadata.annotations['callsign.dev/makes-secret']!) as object)).toEqual([
    'store.cart',
    'store.bus',
  ]);
  expect(find(objectsOf(app(['cart'], undefined, { instances: 3 })), 'Cluster', 'store').spec).not.toHaveProperty(
    'enableSuperuserAccess',
  );
});

describe('a restore', () => {
  const restore = (names: readonly string[]) =>
    find(objectsOf(app(names, undefined, { backup: {} })), 'CronJob', 'store-restore').spec.jobTemplate.spec.template
      .spec.containers[0].command[2] as string;

  test('of several callers keeps the owners of the dump, and gives each role its schema again', () => {
    const script = restore(['cart', 'bus']);
    expect(script).toContain('pg_restore --use-list');
    expect(script).toContain("SET callsign.roles = 'cart,bus';");
    expect(script.match(/DROP OWNED BY %I/g)).toHaveLength(1);
    // It runs as the owner, which can neither create roles nor set passwords.
    expect(script).not.toMatch(/CREATE ROLE|PASSWORD %L/);
  });

  test('of a sole caller makes the owner of the database the owner of all', () => {
    const script = restore(['cart']);
    expect(script).toContain('pg_restore --no-owner --use-list');
    expect(script).not.toContain('callsign.roles');
  });

  test('the backup logs in as the owner', () => {
    const { env } = find(objectsOf(app(['cart', 'bus'], undefined, { backup: {} })), 'CronJob', 'store-backup').spec
      .jobTemplate.spec.template.spec.containers[0];
    expect(env).toContainEqual({ name: 'DATABASE_USER', value: 'shop' });
    expect(env).toContainEqual({
      name: 'DATABASE_PASSWORD',
      valueFrom: { secretKeyRef: { name: 'store', key: 'password' } },
    });
  });
});

describe('grants', () => {
  test('a right to the tables of named callers, or of all callers and of the owner', () => {
    const plan = planOf(['cart', 'bus', 'reports'], (store, { cart, bus, reports }) =>
      store.grants(bus!, 'write', cart!).grants(reports!, 'read'),
    );
    expect(plan.grants).toEqual([
      { role: 'bus', right: 'write', of: 'cart' },
      { role: 'reports', right: 'read', of: 'cart' },
      { role: 'reports', right: 'read', of: 'bus' },
      { role: 'reports', right: 'read', of: 'shop' },
    ]);
    expect(plan.sharesOwnerTables).toBe(true);
    expect(planOf(['cart', 'bus']).sharesOwnerTables).toBe(false);
  });

  test('own: a caller logs in with the role of another caller', () => {
    const objects = objectsOf(
      app(['cart', 'worker', 'bus'], (store, { cart, worker }) => store.grants(worker!, 'own', cart!)),
    );
    expect(loginOf(objects, 'worker')).toEqual(loginOf(objects, 'cart'));
    expect(jobOf(objects, 'store-roles')!.spec.template.spec.containers[0].command[2]).toContain("'cart,bus'");
  });

  test('a task that a caller waits for logs in with its role, unless several callers wait for it', () => {
    let store!: Database;
    const objects = objectsOf(
      chart((scope) => {
        store = declare(scope, ['cart', 'bus'], () => undefined, {});
        const [cart, bus] = ['cart', 'bus'].map((name) => (scope.node.findChild(name) as Microservice).endpoint);
        for (const [name, waiting] of [
          ['cart-migration', [cart!]],
          ['both', [cart!, bus!]],
        ] as const) {
          const task = new Caller({ kind: 'task', name, namespace: 'shop' });
          task.call(store.endpoint);
          for (const one of waiting) one.waitsFor.push({ task, configMap: 'tasks', key: () => 'key' });
        }
      }),
    );
    expect(namesOf(store.roles)).toEqual(['cart', 'bus', 'both']);
    const { address } = store.endpoint.options;
    expect(address?.protocol === 'database' && address.loginOf('cart-migration').user).toBe('cart');
    expect(jobOf(objects, 'store-roles')).toBeDefined();
  });

  test('a sole caller and its task log in as the owner, although the task waits were declared late', () => {
    const objects = objectsOf(
      chart((scope) => {
        const store = declare(scope, ['cart'], () => undefined, {});
        const task = new Caller({ kind: 'task', name: 'cart-migration', namespace: 'shop' });
        task.call(store.endpoint);
        const cart = scope.node.findChild('cart') as Microservice;
        cart.endpoint.waitsFor.push({ task, configMap: 'tasks', key: () => 'key' });
      }),
    );
    expect(loginOf(objects, 'cart')).toEqual(['shop', 'shop', 'store']);
    expect(jobOf(objects, 'store-roles')).toBeUndefined();
  });

  test('own, and nobody else is left: all log in as the owner, and the objects for roles are removed again', () => {
    const objects = objectsOf(
      app(['cart', 'worker'], (store, { cart, worker }) => store.grants(worker!, 'own', cart!), { roles: undefined }),
    );
    expect(objects).toEqual(objectsOf(app(['cart', 'worker'], undefined, { roles: 'shared' })));
  });

  test('own without another caller: it logs in as the owner, and the others have roles', () => {
    const objects = objectsOf(app(['cart', 'bus'], (store, { cart }) => store.grants(cart!, 'own')));
    expect(loginOf(objects, 'cart')).toEqual(['shop', 'shop', 'store']);
    expect(loginOf(objects, 'bus')).toEqual(['shop', 'bus', 'store.bus']);
    const plan = planOf(['cart', 'bus'], (store, { cart, bus }) =>
      store.grants(cart!, 'own').grants(bus!, 'read', cart!),
    );
    expect(plan).toMatchObject({ sharesOwnerTables: true, grants: [{ role: 'bus', right: 'read', of: 'shop' }] });
  });

  test('a changed grant gets a new Job', () => {
    const name = (grants: Grants) => jobOf(objectsOf(app(['cart', 'bus'], grants)), 'store-roles')!.metadata.name;
    expect(name((store, { cart, bus }) => store.grants(cart!, 'read', bus!))).not.toBe(
      name((store, { cart, bus }) => store.grants(cart!, 'write', bus!)),
    );
  });
});

/** Each entry: the error, the code and field, the callers, the grants and the options. */
const BROKEN: [error: string, code: string, field: string, names: string[], grants?: Grants, options?: object][] = [
  ['an unknown value', 'database-invalid', 'roles', ['cart'], undefined, { roles: 'none' }],
  ['MariaDB', 'database-invalid', 'roles', ['cart', 'bus'], undefined, { roles: 'per-caller', engine: 'mariadb' }],
  ['a caller with the name of the owner', 'name-taken', 'roles', ['shop', 'bus']],
  ['a caller with a reserved name', 'name-taken', 'roles', ['pg-admin', 'bus']],
  [
    'an unknown right',
    'database-invalid',
    'grants(bus)',
    ['cart', 'bus'],
    (store, { bus }) => store.grants(bus!, 'delete' as never),
  ],
  [
    'a grant that roles: shared makes useless',
    'database-invalid',
    'grants(bus)',
    ['cart', 'bus'],
    (store, { bus }) => store.grants(bus!, 'read'),
    { roles: 'shared' },
  ],
  [
    'a caller that is not declared',
    'database-invalid',
    'grants()',
    ['cart', 'bus'],
    (store) => store.grants(undefined as never, 'read'),
  ],
  [
    'something that does not use the database',
    'database-invalid',
    'grants(entry)',
    ['cart', 'bus'],
    (store, { cart }) => store.grants(new Gateway(store.node.scope!, 'entry', { routes: { '/': cart! } }), 'read'),
  ],
  [
    'the tables of something that does not use the database',
    'database-invalid',
    'grants(cart)',
    ['cart', 'bus'],
    (store, { cart }) =>
      store.grants(cart!, 'read', new Microservice(store.node.scope!, 'web', { image: Image.of('shop/web:1') })),
  ],
  [
    'the role of two callers',
    'database-invalid',
    'grants(worker)',
    ['cart', 'bus', 'worker'],
    (store, { cart, bus, worker }) => store.grants(worker!, 'own', cart!, bus!),
  ],
  [
    'its own role',
    'database-invalid',
    'grants(cart)',
    ['cart', 'bus'],
    (store, { cart }) => store.grants(cart!, 'own', cart!),
  ],
  [
    'a circle of roles',
    'database-invalid',
    'grants(cart)',
    ['cart', 'bus'],
    (store, { cart, bus }) => store.grants(cart!, 'own', bus!).grants(bus!, 'own', cart!),
  ],
  [
    'initial SQL whose tables no caller may use',
    'database-invalid',
    'initialSql',
    ['cart', 'bus'],
    undefined,
    { initialSql: 'CREATE TABLE orders (id int);' },
  ],
];

test.each(BROKEN)('%s is a problem', (...[, code, field, names, grants, options]) => {
  const problems = problemsOf(app(names, grants, options));
  expect(problems.map((problem) => [problem.code, problem.field])).toContainEqual([code, field]);
  for (const problem of problems) expect(problem.fix).toBeDefined();
});

test.each<[string, Grants]>([
  ['the owner', (store, { cart }) => store.grants(cart!, 'own')],
  ['a caller that may read all', (store, { cart }) => store.grants(cart!, 'read')],
])('initial SQL is no problem for %s', (_, grants) => {
  expect(objectsOf(app(['cart', 'bus'], grants, { initialSql: 'CREATE TABLE orders (id int);' }))).not.toEqual([]);
});
