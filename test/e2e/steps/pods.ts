import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Chart } from 'cdk8s';
import { Image, Microservice } from '../../../src/index';
import type { Context, Evidence, Step } from '../context';
import { type KubeObject, nameOf, type Pod } from '../support/kubectl';
import { echo, OwnApp, type Echo } from '../support/own-app';
import { holds } from '../support/promise';

const NAMESPACE = 'e2e-pods';
const NODE = Image.of('node:24-slim');
const FACTS = readFileSync(join(__dirname, '..', 'programs', 'facts.js'), 'utf8');
/** The bit of the capability CHOWN. */
const CHOWN = 1;

/** What `facts.js` prints. What it tried is `done`, or the code of an error. */
interface Facts {
  readonly user: number;
  readonly capabilities: number;
  readonly writeRoot: string;
  readonly changeOwner: string;
}
interface MoreFacts extends Facts {
  readonly addresses: readonly string[];
  readonly answer: Echo;
  readonly neighbor: { readonly prepared: string; readonly wroteRoot: boolean };
  readonly imageFile: boolean;
  readonly writeImage: string;
}

export const pods: Step = {
  name: 'pods',
  promise:
    'Exceptions widen only their own container, and the level of the namespace follows. Sidecars, init containers, volumes from images and headless Services work.',
  apart: true,
  async run(context) {
    const app = new OwnApp(context, NAMESPACE, declare);
    return app.use(async () => ({ ...(await proveExceptions(context)), ...(await proveRest(context)) }));
  },
};

function declare(chart: Chart): void {
  const several = echo(chart, 'several', { replicas: 2, service: { headless: true } });
  const hardened = new Microservice(chart, 'hardened', {
    image: NODE,
    command: ['node', '-e', server("'hardened'")],
    resources: { cpu: '25m' },
    replicas: 1,
    writable: ['/tmp', '/shared'],
    volumes: { '/image': Image.of('postgres:17') },
    initContainers: {
      prepare: {
        image: NODE,
        command: ['node', '-e', "require('node:fs').writeFileSync('/shared/prepared', process.env.SEVERAL_URL)"],
        mounts: ['/shared'],
      },
    },
    sidecars: {
      neighbor: {
        image: NODE,
        command: ['node', '-e', NEIGHBOR],
        ports: { neighbor: 9000 },
        mounts: ['/shared'],
        exceptions: [
          { runAs: 'root', reason: 'The test writes a file of root.' },
          { rootFilesystem: 'writable', reason: 'The test writes a file there.' },
        ],
      },
    },
  });
  hardened.calls(several);
  new Microservice(chart, 'loose', {
    image: NODE,
    command: ['node', '-e', server("'loose'")],
    resources: { cpu: '25m' },
    replicas: 1,
    exceptions: [
      { runAs: 'root', reason: 'The test writes a file of root.' },
      { rootFilesystem: 'writable', reason: 'The test writes a file there.' },
      { capability: 'CHOWN', reason: 'The test changes the owner of a file.' },
    ],
  });
  new Microservice(chart, 'of-image', {
    image: Image.service('posts'),
    command: ['node', '-e', server("'of-image'")],
    resources: { cpu: '25m' },
    replicas: 1,
    exceptions: [{ runAs: 'image', reason: 'The test compares the user with that of the image.' }],
  });
}

/** A program that answers on its port with the value of an expression, as JSON. */
function server(expression: string, port = 'process.env.PORT'): string {
  return `const server = require('node:http').createServer((_, response) => response.end(JSON.stringify(${expression})));
server.listen(Number(${port}));
process.on('SIGTERM', () => server.close(() => process.exit(0)));`;
}

const NEIGHBOR = `const { readFileSync, writeFileSync } = require('node:fs');
writeFileSync('/written', 'by root');
${server("{ prepared: readFileSync('/shared/prepared', 'utf8'), wroteRoot: readFileSync('/written', 'utf8') === 'by root' }", '9000')}`;

/** Each exception works, and without it the same action is refused. */
async function proveExceptions(context: Context): Promise<Evidence> {
  const hardened = await factsOf<Facts>(context, 'hardened');
  holds(
    hardened.user === 1000 &&
      hardened.capabilities === 0 &&
      hardened.writeRoot === 'EROFS' &&
      hardened.changeOwner === 'EPERM',
    'without exceptions, a program is not root, has no capability, and cannot write to its root file system',
    hardened,
  );
  const loose = await factsOf<Facts>(context, 'loose');
  holds(
    loose.user === 0 && loose.capabilities === CHOWN && loose.writeRoot === 'done' && loose.changeOwner === 'done',
    'with exceptions, it is root with one capability, and writes to its root file system',
    loose,
  );
  const ofImage = await factsOf<Facts>(context, 'of-image');
  holds(
    ofImage.user === 1000 && ofImage.capabilities === 0 && ofImage.writeRoot === 'EROFS',
    'the user is that of the image, and the rest stays hardened',
    ofImage,
  );
  const namespace = await context.kubectl.get<KubeObject>('namespace', NAMESPACE);
  const level = namespace.metadata.labels?.['pod-security.kubernetes.io/enforce'];
  holds(level === 'baseline', 'the level of the namespace admits root, and no more', namespace.metadata.labels);
  const privileged = await context.kubectl.run([
    '-n',
    NAMESPACE,
    'run',
    'privileged',
    '--image=node:24-slim',
    '--privileged',
    '--dry-run=server',
  ]);
  holds(
    privileged.code !== 0 && privileged.error.includes('violates PodSecurity "baseline'),
    'the namespace refuses a pod with more rights',
    privileged,
  );
  return { level, hardened, loose, ofImage };
}

async function proveRest(context: Context): Promise<Evidence> {
  const all = await context.kubectl.list<Pod>('pods', '-n', NAMESPACE);
  const addresses = all.filter((pod) => nameOf(pod) === 'several').map(({ status }) => status.podIP ?? '');
  const seen = await factsOf<MoreFacts>(context, 'hardened');
  holds(
    seen.addresses.length === 2 &&
      seen.addresses.every((address) => addresses.includes(address)) &&
      seen.answer.name === 'several',
    'the name of a headless Service leads to all pods, and they answer',
    { seen, addresses },
  );
  holds(
    seen.neighbor.prepared === 'http://several:8080' && seen.neighbor.wroteRoot,
    'the sidecar reads the file of the init container, and has its own exceptions',
    seen,
  );
  holds(
    seen.imageFile && seen.writeImage === 'EROFS',
    'the files of an image are mounted, and cannot be changed',
    seen,
  );
  return { addresses: seen.addresses.length, volumeFromImage: 'read-only' };
}

/** Runs the program of the facts in the first container of a microservice. */
async function factsOf<T extends Facts>({ kubectl }: Context, name: string): Promise<T> {
  return JSON.parse(await kubectl.exec(NAMESPACE, `deployment/${name}`, ['node', '-e', FACTS])) as T;
}
