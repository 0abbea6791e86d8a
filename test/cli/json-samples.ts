const problem = { code: 'image-unpinned', message: 'The tag is not pinned.', fix: 'Pin it.' };
const wholeProblem = {
  ...problem,
  expected: 'a tag',
  got: '"shop/web"',
  path: 'shop/web',
  object: 'Pod web',
  field: 'spec',
  place: { file: 'a.yaml', line: 7, column: 14 },
};
const change = { object: 'Deployment shop/web', action: 'change', changes: [{ field: 'spec.replicas' }] };
const waited = { problems: [], blocked: [{ object: 'Deployment shop/web', needs: ['Secret shop/key'] }], silent: [] };
const rollout = { ...waited, objects: [change], done: ['Deployment shop/web'], notDone: [] };
const moment = { instant: '2026-03-29T01:00Z', local: '2026-03-29T03:00+02:00' };
const requirement = { kind: 'ingress-controller', what: 'an Ingress controller', objects: ['Ingress shop/web'] };
const connection = {
  change: 'opened',
  about: 'call',
  from: { id: 'shop/web', name: 'web', kind: 'microservice' },
  to: { id: 'shop/cart', name: 'cart', kind: 'microservice' },
};
const time = '2026-03-29T01:00:00.000Z';

/** Outputs of each command in which every member is required: without any of them, an output is refused. */
export const LEAST: Readonly<Record<string, readonly unknown[]>> = {
  synth: [
    {
      folder: 'k8s-out',
      written: ['a.yaml'],
      unchanged: ['b.yaml'],
      removed: ['c.yaml'],
      releases: [{ object: 'Deployment shop/web-canary', progress: '25 %' }],
      requirements: [requirement],
    },
    [{ object: 'Deployment shop/web' }],
    [{ source: 'the default' }],
  ],
  check: [
    { objects: 1, passedOver: 0, rules: {}, problems: [problem] },
    { code: 'name-invalid', rule: 'A name is valid.', group: 'charts', why: 'It is a DNS name.', fix: 'Change it.' },
  ],
  requirements: [{ requirements: [requirement] }],
  graph: [
    { nodes: [{ id: 'shop/web', name: 'web', kind: 'microservice' }], edges: [{ from: 'a', to: 'b' }] },
    { opened: 1, closed: 0, added: 0, removed: 0, changes: [connection] },
  ],
  diff: [
    { objects: [change, { object: 'Pod a', action: 'keep', option: '--delete-claims' }], unchanged: 3 },
    { objects: [{ object: 'Pod a', action: 'delete' }], unchanged: 3 },
  ],
  apply: [rollout],
  rollback: [rollout],
  history: [[{ number: 1, time, status: 'ready' }]],
  status: [
    {
      workloads: [
        {
          part: 'web',
          object: 'Deployment shop/web',
          ready: 1,
          wanted: 2,
          images: ['shop/web:1'],
          restarts: 0,
          nodes: ['one'],
          onOneNode: false,
          waitsFor: ['cart'],
        },
      ],
      warnings: [{ time, object: 'Pod shop/web-0', reason: 'BackOff', message: 'Restarts.', count: 2 }],
    },
  ],
  logs: [{ part: 'web', pod: 'web-0', time, text: 'hello' }],
  restart: [waited],
  schedule: [
    [
      {
        microservice: 'shop/web',
        timeZone: 'Europe/Berlin',
        ...moment,
        replicas: 2,
        since: { ...moment, step: { at: '10:00', replicas: 2 } },
      },
    ],
  ],
  import: [
    {
      name: 'shop',
      chart: 'export class Shop {}',
      parts: [{ name: 'web', kind: 'HTTP service', image: 'shop/web:1', addresses: ['http://shop.localhost'] }],
      decisions: [
        { rank: 'start', message: 'It is missing.', places: [{ file: 'a.yaml', line: 1, path: 'services.a' }] },
      ],
      unpinned: ['redis'],
      report: [{ status: 'converted', file: 'compose.yaml', line: 1, path: 'services.web' }],
      secrets: ['kubectl create secret'],
      warnings: ['A warning.'],
    },
    { kinds: [{ name: 'zones.example.com', kind: 'Zone', versions: ['v1'] }] },
  ],
  init: [
    {
      folder: 'shop',
      kind: 'example',
      name: 'shop',
      written: ['src/charts/app.ts'],
      kept: ['README.md'],
      added: ['scripts.test'],
      notes: ['A note.'],
      next: ['npm install'],
    },
  ],
  images: [{ images: [{ image: 'shop/web:1', result: 'built' }] }],
  start: [
    { time, from: 'web-1', line: 'hello' },
    { time, event: 'Ready', addresses: ['http://shop.localhost'], seconds: 1.5 },
    { time, event: 'Verdict', passed: true, notDeclared: ['a'], notReady: ['b'], faults: 0, killed: 0, seed: 7 },
    { time, event: 'Stopping.' },
  ],
  dev: [
    { time, from: 'cart-abcde', line: 'hello' },
    { time, event: 'cart-7d9f8-abcde runs the local source' },
  ],
  doctor: [{ checks: [{ name: 'docker', state: 'ok', found: '27', why: 'callsign images' }] }],
};

/** Outputs with members that are not always there. */
export const MORE: Readonly<Record<string, readonly unknown[]>> = {
  synth: [
    [{ object: 'Deployment shop/web', field: 'spec.replicas', from: 1, to: null }],
    [{ source: 'a', value: [1] }],
  ],
  check: [
    { objects: 1, passedOver: 0, rules: {}, problems: [], hints: [problem] },
    {
      objects: 1,
      passedOver: 0,
      passedFolders: [{ folder: 'chart', instead: 'helm template' }],
      baseline: {
        known: 2,
        fixed: [
          { code: 'image-unpinned', object: 'Pod web', field: 'spec', count: 2 },
          { code: 'yaml-invalid', file: 'a.yaml' },
        ],
      },
      rules: { 'image-unpinned': 1 },
      problems: [wholeProblem],
    },
    {
      code: 'host-unknown',
      rule: 'A host is known.',
      group: 'wiring',
      broken: 'host: none',
      why: 'It fails.',
      fix: 'Name it.',
    },
  ],
  graph: [
    { nodes: [], edges: [{ from: 'a', to: 'b', label: '/api', state: 'blocked' }] },
    {
      nodes: [
        {
          id: 'shop/web',
          name: 'web',
          kind: 'microservice',
          exceptions: [
            { container: 'web', runAs: 'root', reason: 'It must.' },
            { container: 'job', runAs: 'as-in-docker', reason: 'It must.' },
            { container: 'web', rootFilesystem: 'writable', reason: 'It must.' },
            { container: 'web', capability: 'CHOWN', reason: 'It must.' },
          ],
        },
      ],
      edges: [],
    },
    {
      opened: 0,
      closed: 1,
      added: 0,
      removed: 0,
      changes: [{ ...connection, port: '80', path: '/api', note: 'Ingress', including: ['shop/cart'] }],
    },
  ],
  diff: [
    {
      objects: [{ ...change, path: 'shop/web', action: 'own', unchecked: 'no kind', takesOver: true }],
      unchanged: 0,
    },
  ],
  apply: [{ ...rollout, problems: [wholeProblem], rolledBack: rollout }],
  history: [[{ number: 1, time, status: 'failed', environment: 'prod' }]],
  status: [
    {
      workloads: [
        { ...(LEAST.status![0] as { workloads: object[] }).workloads[0], reason: '1 of 2', backlog: 'unknown' },
        {
          ...(LEAST.status![0] as { workloads: object[] }).workloads[0],
          backlog: { total: 2, by: { comments: 2 } },
        },
      ],
      warnings: [],
    },
  ],
  images: [
    {
      images: [{ image: 'shop/web:1', result: 'pushed', digest: 'sha256:0' }],
      wholeContext: [{ image: 'shop/web:1', line: 'Dockerfile:3', why: 'unknown' }],
      assertions: [{ image: 'shop/web:1', what: 'user', ok: true, seen: '1000' }],
    },
  ],
  schedule: [
    [
      {
        ...(LEAST.schedule![0] as object[])[0],
        clocks: 'skipped',
        max: 4,
        next: { ...moment, clocks: 'twice', step: { at: '10:00', replicas: 2, days: ['Mon'] } },
      },
    ],
  ],
  import: [
    {
      ...(LEAST.import![0] as object),
      file: 'shop.ts',
      reportFile: 'shop.import.txt',
      report: [{ status: 'refused', file: 'a.yaml', line: 1, path: 'services.web.logging', why: 'No.', runs: true }],
    },
    {
      kinds: [
        { name: 'zones.example.com', kind: 'Zone', versions: ['v1'], text: 'export class Zone {}', file: 'a.ts' },
      ],
    },
  ],
  init: [{ ...(LEAST.init![0] as object), import: LEAST.import![0] }],
  start: [
    { time, event: 'Verdict', passed: false, code: 3, notDeclared: [], notReady: [], faults: 0, killed: 0, seed: 7 },
  ],
  doctor: [{ checks: [{ name: 'docker', state: 'missing', found: 'none', why: 'images', fix: 'Install it.' }] }],
};

/** What every command prints if it did not do its work. */
export const FAILURE = { problems: [wholeProblem, problem] };
