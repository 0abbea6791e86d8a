import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import { RECORD_SCRIPT, WAIT_SCRIPT } from '../../../src/constructs/task/steps';

jest.setTimeout(30_000);

// The steps of a task, with answers of an API server that change from request to request.

const LABEL = 'batch.kubernetes.io/job-name';
const JOBS = '/apis/batch/v1/namespaces/shop/jobs';
const PODS = '/api/v1/namespaces/shop/pods';

interface Answer {
  readonly status?: number;
  readonly body: object;
}
/** The answers by request. The last one repeats. */
type Answers = Readonly<Record<string, readonly Answer[]>>;

/** Runs a step. Returns its output, and the requests that change something. */
async function run(
  script: string,
  answers: Answers,
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; out: string[]; changes: unknown[] }> {
  const stub = `
const answers = ${JSON.stringify(answers)};
const api = async (method, path, body) => {
  if (method !== 'GET') console.log('CHANGE ' + JSON.stringify([method, path, body]));
  const list = answers[method + ' ' + path.split('?')[0]];
  if (!list) throw new Error('No answer to ' + method + ' ' + path);
  const { status = 200, body: answer } = list.length > 1 ? list.shift() : list[0];
  return { ok: status < 300, status, statusText: 'Status', json: async () => answer };
};`;
  const child = spawn(process.execPath, ['-e', `${stub}\n${script}`], {
    env: {
      ...process.env,
      TASK: 'migration',
      JOB: 'migration-2',
      NAMESPACE: 'shop',
      SELECTOR: 'a=b',
      DATABASES: '',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => (text += part));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const lines = text.trimEnd().split('\n');
  return {
    code,
    out: lines.filter((line) => !line.startsWith('CHANGE ')),
    changes: lines.filter((line) => line.startsWith('CHANGE ')).map((line) => JSON.parse(line.slice(7)) as unknown),
  };
}

const job = (name: string, created: string, more: object = {}) => ({
  metadata: { name, uid: `uid-${name}`, creationTimestamp: created },
  status: {},
  ...more,
});
const own = job('migration-2', '2026-01-02T00:00:00Z');
const old = job('migration-1', '2026-01-01T00:00:00Z');
const complete = { status: { conditions: [{ type: 'Complete', status: 'True' }] } };
const pod = (of: string, state: object, phase = 'Pending') => ({
  metadata: { name: `${of}-x`, labels: { [LABEL]: of } },
  spec: { initContainers: [{ name: 'proxy', restartPolicy: 'Always' }] },
  status: {
    phase,
    initContainerStatuses: [
      { name: 'wait', state: { running: {} } },
      { name: 'proxy', state: { running: {} } },
      { name: 'migration', state },
    ],
  },
});
const items = (...all: object[]) => ({ body: { items: all } });
const alone: Answers = {
  [`GET ${JOBS}/migration-2`]: [{ body: own }],
  [`GET ${JOBS}`]: [items(own)],
  [`GET ${PODS}`]: [items()],
};

describe('the step before the program', () => {
  test('a task that is alone starts at once', async () => {
    expect(await run(WAIT_SCRIPT, alone)).toEqual({ code: 0, out: ['migration starts'], changes: [] });
  });

  test('it waits while the program of an older version runs, and then until its pod is gone', async () => {
    const { out, changes } = await run(WAIT_SCRIPT, {
      ...alone,
      [`GET ${JOBS}`]: [items(own, old), items(own, job('migration-1', '2026-01-01T00:00:00Z', complete))],
      [`GET ${PODS}`]: [
        items(pod('migration-1', { running: {} })),
        items(pod('migration-1', { terminated: {} })),
        items(pod('migration-1', { terminated: {} }, 'Succeeded')),
      ],
    });
    expect(out).toEqual([
      'migration waits: the older version migration-1 runs',
      'migration waits: the pod migration-1-x of another version ends',
      'migration starts',
    ]);
    expect(changes).toEqual([]);
  });

  test('it deletes the Job of an older version whose program does not run', async () => {
    const { out, changes } = await run(WAIT_SCRIPT, {
      ...alone,
      [`GET ${JOBS}`]: [items(own, old), items(own)],
      [`GET ${PODS}`]: [items(pod('migration-1', { waiting: { reason: 'ErrImagePull' } })), items()],
      [`DELETE ${JOBS}/migration-1`]: [{ body: {} }],
    });
    expect(changes).toEqual([
      ['DELETE', `${JOBS}/migration-1`, { propagationPolicy: 'Background', preconditions: { uid: 'uid-migration-1' } }],
    ]);
    expect(out).toEqual(['migration waits: the Job of the older version migration-1 is deleted', 'migration starts']);
  });

  test.each([
    ['a newer version', job('migration-3', '2026-01-03T00:00:00Z')],
    ['a version of the same second with a later name', job('migration-3', '2026-01-02T00:00:00Z')],
    [
      'a version that failed',
      job('migration-1', '2026-01-01T00:00:00Z', { status: { conditions: [{ type: 'Failed', status: 'True' }] } }),
    ],
  ])('it leaves the Job of %s', async (_, other) => {
    const { out, changes } = await run(WAIT_SCRIPT, { ...alone, [`GET ${JOBS}`]: [items(own, other)] });
    expect([out, changes]).toEqual([['migration starts'], []]);
  });

  test('it waits for the rollout of the parts before it', async () => {
    const deployment = (generation: number, updated: number, available: number, replicas = 2) => ({
      body: {
        metadata: { generation: 2 },
        spec: { replicas: 2 },
        status: { observedGeneration: generation, updatedReplicas: updated, availableReplicas: available, replicas },
      },
    });
    const { out } = await run(WAIT_SCRIPT, {
      ...alone,
      [`GET ${JOBS}/migration-2`]: [
        { body: { ...own, metadata: { ...own.metadata, annotations: { 'callsign.dev/runs-after': '["search"]' } } } },
      ],
      '/': [],
      'GET /apis/apps/v1/namespaces/shop/deployments/search': [
        { status: 404, body: {} },
        deployment(1, 2, 2),
        deployment(2, 1, 2, 3),
        deployment(2, 2, 1),
        deployment(2, 2, 2),
      ],
    });
    expect(out).toEqual(['migration waits: the rollout of search is not complete', 'migration starts']);
  });

  describe('with a database', () => {
    let server: Server;
    let port = 0;
    beforeEach(async () => {
      server = createServer((socket) => socket.end());
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      port = (server.address() as { port: number }).port;
    });
    afterEach(() => new Promise((resolve) => server.close(resolve)));

    test('it waits until the database accepts connections', async () => {
      await new Promise((resolve) => server.close(resolve));
      const waiting = run(WAIT_SCRIPT, alone, { DATABASES: `127.0.0.1:${port}` });
      await new Promise((resolve) => setTimeout(resolve, 500));
      server.listen(port, '127.0.0.1');
      const { code, out } = await waiting;
      expect([code, out.at(-1)]).toEqual([0, 'migration starts']);
      expect(out[0]).toBe(`migration waits: the database 127.0.0.1:${port} accepts no connections`);
    });
  });

  test('an error of the API server is a reason to wait', async () => {
    const { code, out } = await run(WAIT_SCRIPT, {
      ...alone,
      [`GET ${JOBS}/migration-2`]: [{ status: 503, body: {} }, { body: own }],
    });
    expect([code, out]).toEqual([0, [`migration waits: ${JOBS}/migration-2: 503 Status`, 'migration starts']]);
  });
});

describe('the step after the program', () => {
  const path = '/api/v1/namespaces/shop/configmaps/migration-done';
  const record = (data: object | undefined, answers: Answers = {}) =>
    run(
      RECORD_SCRIPT,
      { [`GET ${path}`]: [{ body: { data } }], [`PATCH ${path}`]: [{ body: {} }], ...answers },
      { MARKS: 'migration-done' },
    );

  test('records the success with the time', async () => {
    const { code, out, changes } = await record(undefined);
    expect([code, out]).toEqual([0, ['migration succeeded']]);
    expect(changes).toEqual([['PATCH', path, { data: { 'migration-2': expect.stringMatching(/^\d{4}-.*Z$/) } }]]);
  });

  test('forgets all but the last versions', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 25 }, (_, i) => [`old-${i}`, `2026-01-01T00:00:${String(i).padStart(2, '0')}Z`]),
    );
    const [change] = (await record(many)).changes as [[string, string, { data: Record<string, string | null> }]];
    const removed = Object.entries(change[2].data).flatMap(([key, value]) => (value === null ? [key] : []));
    expect(removed.toSorted()).toEqual(['old-0', 'old-1', 'old-2', 'old-3', 'old-4', 'old-5']);
  });

  test('tries again if the API server does not answer', async () => {
    const { code, out, changes } = await record(undefined, {
      [`PATCH ${path}`]: [{ status: 500, body: {} }, { body: {} }],
    });
    expect(code).toBe(0);
    expect(out).toEqual(['ConfigMap migration-done: 500 Status', 'migration succeeded']);
    expect(changes).toHaveLength(2);
  });
});
