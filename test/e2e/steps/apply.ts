import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context, Step } from '../context';
import { ChartsApp, succeeded } from '../support/charts-app';
import type { Ended } from '../support/command';
import type { KubeObject, Kubectl } from '../support/kubectl';
import { holds } from '../support/promise';

const NAMESPACE = 'applied';
const TOKENS = ['first-secret-token', 'second-secret-token'] as const;

interface State {
  readonly env?: string;
  readonly replicas?: number;
  readonly token?: string;
  readonly more?: string;
}

const charts = ({ env = "A: '1'", replicas = 1, token = TOKENS[0], more = '' }: State) => `
  const chart = new Chart(app, '${NAMESPACE}', { namespace: '${NAMESPACE}' });
  new Namespace(chart, '${NAMESPACE}');
  new Microservice(chart, 'web', {
    image: Image.of('node:24-slim'),
    command: ['node', '-e', 'setInterval(() => {}, 1000)'],
    env: { ${env} },
    replicas: ${replicas},
  });
  add(chart, 'Secret', 'key', { stringData: { token: '${token}' } });
  ${more}`;

export const apply: Step = {
  name: 'apply',
  promise:
    'callsign diff shows what changes, and apply writes exactly that. It takes over from kubectl apply, refuses conflicts and impossible changes before any write, and prints no secret.',
  apart: true,
  async run(context) {
    const app = new ChartsApp(context, [NAMESPACE]);
    return app.use(async () => {
      const evidence = {
        ...(await takesOver(context, app)),
        ...(await conflicts(context, app)),
        ...(await refuses(context, app)),
        ...(await savesPlans(context, app)),
        ...(await needsPermissions(context, app)),
      };
      return evidence;
    });
  },
};

/** The README's own way before: `kubectl apply -f k8s-out`. A variable that leaves the charts must really disappear. */
async function takesOver({ kubectl }: Context, app: ChartsApp): Promise<object> {
  app.write(charts({ env: "A: '1', REMOVED: '2'" }));
  succeeded(await app.callsign('synth', '--out', 'out'));
  await kubectl.must(['apply', '-f', join(app.folder, 'out')]);
  app.write(charts({ token: TOKENS[1] }));

  const diff = await app.callsign('diff');
  holds(diff.code === 1, 'a difference exits with 1', diff);
  holds(
    diff.out.startsWith('context kind-') && diff.out.includes(`namespace ${NAMESPACE}, Kubernetes v1.`),
    'the first line says where',
    diff,
  );
  const fields = diff.out.split('\n').filter((line) => line.startsWith('    '));
  holds(
    fields.length === 2 &&
      fields.some((line) => line.includes('env[REMOVED]')) &&
      fields.some((line) => line.includes('data.token')),
    'the diff contains the removed variable and the changed Secret, and nothing else',
    diff,
  );
  const applied = succeeded(await app.callsign('apply', '--no-wait'));
  const env = await kubectl.must([
    '-n',
    NAMESPACE,
    'get',
    'deployment/web',
    '-o',
    'jsonpath={.spec.template.spec.containers[0].env[*].name}',
  ]);
  holds(!env.includes('REMOVED') && env.includes('A'), 'the removed variable is gone', env);
  const managers = await managersOf(kubectl, 'deployment/web');
  holds(
    !managers.includes('kubectl-client-side-apply') && managers.includes('callsign'),
    'kubectl apply owns nothing any more',
    managers,
  );

  const second = await app.callsign('diff');
  holds(second.code === 0, 'the second diff is empty', second);
  const before = await versions(kubectl);
  succeeded(await app.callsign('apply', '--no-wait'));
  const after = await versions(kubectl);
  const moved = Object.keys(before).filter((name) => before[name] !== after[name]);
  holds(moved.length === 0, 'an unchanged apply writes nothing', moved);
  holds(noSecret(diff, applied, second), 'no output contains the value of a Secret', [diff.out, applied.out]);
  return { takenOver: /takes over (\d+) objects/.exec(applied.out)?.[1], unchangedApplyMoved: moved.length };
}

async function conflicts({ kubectl }: Context, app: ChartsApp): Promise<object> {
  await kubectl.must(['-n', NAMESPACE, 'scale', 'deployment/web', '--replicas=2']);
  app.write(charts({ token: TOKENS[1], replicas: 3 }));
  const refused = await app.callsign('apply', '--no-wait');
  for (const text of [
    '[field-owned]',
    'kubectl (by scale)',
    'expected: 3',
    'got: 2',
    '--take deployment/web:spec.replicas',
  ])
    holds(
      refused.code === 1 && refused.out.includes(text),
      `a conflict names the manager, both values and the ways out: ${text}`,
      refused,
    );
  holds((await replicasOf(kubectl)) === '2', 'nothing was forced');
  succeeded(await app.callsign('apply', '--no-wait', '--take', 'deployment/web:spec.replicas'));
  holds((await replicasOf(kubectl)) === '3', '--take sets the field');

  // Fields that the charts do not set are nobody's difference.
  await kubectl.must(['-n', NAMESPACE, 'annotate', 'deployment/web', 'example.com/by=hand']);
  await kubectl.must([
    '-n',
    NAMESPACE,
    'patch',
    'deployment/web',
    '-p',
    JSON.stringify({ spec: { template: { spec: { containers: [{ name: 'sidecar', image: 'node:24-slim' }] } } } }),
  ]);
  const diff = await app.callsign('diff');
  holds(diff.code === 0, 'an annotation and an injected sidecar are no difference', diff);
  return { conflict: refused.out.split('\n')[2]?.trim() };
}

/** A Job that meets the Pod Security level of the namespace. */
const job = (image: string) =>
  `add(chart, 'Job', 'job', { spec: { template: { spec: { restartPolicy: 'Never', securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } }, containers: [{ name: 'job', image: '${image}', securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } }] } } } }, 'batch/v1');`;

async function refuses({ kubectl }: Context, app: ChartsApp): Promise<object> {
  const state = { token: TOKENS[1], replicas: 3 };
  app.write(charts({ ...state, more: job('node:24-slim') }));
  succeeded(await app.callsign('apply', '--no-wait'));
  app.write(charts({ ...state, replicas: 2, more: job('node:22-slim') }));
  const immutable = await app.callsign('apply', '--no-wait');
  for (const text of ['[change-not-in-place]', 'Job applied/job · spec.template', 'delete job job'])
    holds(
      immutable.code === 1 && immutable.out.includes(text),
      `an immutable field is named with the procedure: ${text}`,
      immutable,
    );
  app.write(
    charts({ ...state, replicas: 2, more: `${job('node:24-slim')} add(chart, 'Widget', 'w', {}, 'example.com/v1');` }),
  );
  const unserved = await app.callsign('apply', '--no-wait');
  holds(unserved.code === 1 && unserved.out.includes('[kind-not-served]'), 'an unknown kind is a problem', unserved);
  holds((await replicasOf(kubectl)) === '3', 'nothing was written before the problem');
  app.write(charts({ ...state, more: job('node:24-slim') }));
  return { immutable: immutable.out.split('\n')[2]?.trim() };
}

async function savesPlans({ kubectl }: Context, app: ChartsApp): Promise<object> {
  app.write(charts({ replicas: 1, token: TOKENS[0], more: job('node:24-slim') }));
  const saved = await app.callsign('diff', '--save', 'plan.json');
  const plan = readFileSync(join(app.folder, 'plan.json'), 'utf8');
  holds(saved.code === 1 && !TOKENS.some((token) => contains(plan, token)), 'a plan contains no secret', plan);
  await kubectl.must(['-n', NAMESPACE, 'set', 'env', 'deployment/web', 'ADDED=1']);
  const applied = await app.callsign('apply', '--no-wait', '--plan', 'plan.json');
  holds(
    applied.code === 0 && (await replicasOf(kubectl)) === '1',
    'a plan is applied if its changes are still the same',
    applied,
  );
  const again = await app.callsign('apply', '--no-wait', '--plan', 'plan.json');
  holds(again.code === 1 && again.out.includes('[plan-outdated]'), 'a plan that no longer matches is refused', again);
  holds(noSecret(saved, applied, again), 'no output contains the value of a Secret');
  return {};
}

/** With a credential that may only read, apply fails before the first write. */
async function needsPermissions({ kubectl }: Context, app: ChartsApp): Promise<object> {
  await kubectl.must(['-n', NAMESPACE, 'create', 'serviceaccount', 'reader']);
  await kubectl.must([
    '-n',
    NAMESPACE,
    'create',
    'rolebinding',
    'reader',
    '--clusterrole=view',
    `--serviceaccount=${NAMESPACE}:reader`,
  ]);
  await kubectl.must([
    '-n',
    'default',
    'create',
    'rolebinding',
    `${NAMESPACE}-reader`,
    '--clusterrole=view',
    `--serviceaccount=${NAMESPACE}:reader`,
  ]);
  try {
    const token = (await kubectl.must(['-n', NAMESPACE, 'create', 'token', 'reader'])).trim();
    const config = JSON.parse(await kubectl.must(['config', 'view', '--raw', '--minify', '-o', 'json'])) as {
      users: { user: object }[];
    };
    config.users[0]!.user = { token };
    const file = join(app.folder, 'reader.json');
    writeFileSync(file, JSON.stringify(config));
    const refused = await app.callsignAs(file, 'apply', '--no-wait');
    holds(
      refused.code === 2 &&
        refused.out.includes('[permission-missing]') &&
        refused.out.includes('patch deployments.apps in applied'),
      'a missing permission is named before the first write',
      refused,
    );
    return {
      permission: refused.out
        .split('\n')
        .find((line) => line.includes('may not'))
        ?.trim()
        .slice(0, 200),
    };
  } finally {
    await kubectl.run(['-n', 'default', 'delete', 'rolebinding', `${NAMESPACE}-reader`]);
  }
}

function noSecret(...ended: Ended[]): boolean {
  return !ended.some(({ out, error }) => TOKENS.some((token) => contains(out + error, token)));
}

function contains(text: string, token: string): boolean {
  return text.includes(token) || text.includes(Buffer.from(token).toString('base64'));
}

async function managersOf(kubectl: Kubectl, name: string): Promise<string[]> {
  const { metadata } = await kubectl.get<KubeObject>('-n', NAMESPACE, name);
  return (metadata.managedFields ?? []).map(({ manager }) => manager);
}

const HAS_STATUS = new Set(['Deployment', 'PodDisruptionBudget']);

async function versions(kubectl: Kubectl): Promise<Record<string, string>> {
  const kinds = 'deployment,service,serviceaccount,networkpolicy,poddisruptionbudget,secret';
  const objects = await kubectl.list('-n', NAMESPACE, kinds);
  return Object.fromEntries(
    objects.map(({ kind, metadata }) => [
      `${kind} ${metadata.name}`,
      // Controllers write the status of these. Only a change of the spec is ours.
      HAS_STATUS.has(kind) ? String(metadata.generation) : metadata.resourceVersion,
    ]),
  );
}

async function replicasOf(kubectl: Kubectl): Promise<string> {
  return kubectl.must(['-n', NAMESPACE, 'get', 'deployment/web', '-o', 'jsonpath={.spec.replicas}']);
}
