import { request } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { parseAllDocuments, parseDocument } from 'yaml';
import { atOnce } from '../../src/basics/at-once';
import { ApiServer } from '../../src/cluster/connection/api-server';
import { Kinds } from '../../src/cluster/connection/kinds';
import type { Variables } from '../../src/cluster/connection/kubectl-child';
import { KubectlProxy } from '../../src/cluster/connection/kubectl-proxy';
import type { KubeObject } from '../../src/k8s/objects';
import { casesIn } from './cases';

const AT_ONCE = 8;
/** As kubectl does it with `--dry-run=server --validate=strict`. */
const DRY_RUN = 'dryRun=All&fieldValidation=Strict';

/** Runs kubectl on a cluster, with manifests as its input. */
export type Kubectl = (
  args: readonly string[],
  input?: string,
) => Promise<{ readonly code: number | null; readonly error: string }>;

/** The differences between the check and an API server, and the number of compared files. */
export interface Verdicts {
  readonly asked: number;
  readonly refused: number;
  readonly disagreements: readonly string[];
}

/** Applies each file to an API server as a dry run. Only namespaces and definitions are created, because other objects need them. */
export async function verdicts(kubectl: Kubectl, environment: Variables): Promise<Verdicts> {
  const cases = [...casesIn('broken'), ...casesIn('good').map((one) => ({ ...one, refused: false }))];
  // A dry run does not create the namespaces in a file, so the other objects of the file would be rejected.
  const namespaces = new Set(
    cases
      .filter(({ refused }) => !refused)
      .flatMap(({ text }) => [...text.matchAll(/namespace: ([\w-]+)/g)].map(([, name]) => name!)),
  );
  namespaces.delete('default');
  for (const name of namespaces) await kubectl(['create', 'namespace', name]);
  const definitions = cases
    .filter(({ refused }) => !refused)
    .flatMap(({ text }) =>
      text.split(/^---$/m).filter((document) => /^kind: CustomResourceDefinition$/m.test(document)),
    )
    .join('---');
  await kubectl(['apply', '-f', '-'], definitions);
  await kubectl(['wait', '--for=condition=Established', '-f', '-'], definitions);
  const api = await ApiServer.connect(undefined, environment);
  const proxy = await KubectlProxy.start(undefined, environment);
  const kinds = await Kinds.of(api);
  const answers = await atOnce(cases, AT_ONCE, async ({ name, text, refused }) => {
    const error = isYaml(text) ? await refusal(text, kinds, proxy.socket) : await refusalOfKubectl(text, kubectl);
    if ((error !== undefined) === refused) return undefined;
    return `${name} is ${error === undefined ? 'accepted, but its first line says refused' : `refused, but its first line says accepted: ${error}`}`;
  });
  proxy.stop();
  api.close();
  await kubectl(['delete', '--ignore-not-found', '-f', '-'], definitions);
  for (const name of namespaces) await kubectl(['delete', 'namespace', name, '--wait=false', '--ignore-not-found']);
  return {
    asked: cases.length,
    refused: cases.filter(({ refused }) => refused).length,
    disagreements: answers.filter((answer) => answer !== undefined),
  };
}

/** kubectl reads YAML itself, and accepts more: the last of two equal keys counts. */
function isYaml(text: string): boolean {
  return parseAllDocuments(text).every(({ errors }) => errors.length === 0);
}

async function refusalOfKubectl(text: string, kubectl: Kubectl): Promise<string | undefined> {
  const args = ['apply', '--server-side', '--force-conflicts', '--dry-run=server', '--validate=strict', '-f', '-'];
  const { code, error } = await kubectl(args, text);
  return code === 0 ? undefined : error.trim();
}

/** Why the API server refuses a file. It gets the text as it is. Undefined if it accepts the file. */
async function refusal(text: string, kinds: Kinds, socket: string): Promise<string | undefined> {
  for (const document of text.split(/^---$/m)) {
    const object = parseDocument(document).toJS() as KubeObject | null;
    if (object === null) continue;
    const name = object.metadata?.name;
    const path = kinds.pathOf({ ...object, metadata: { ...object.metadata, name: name ?? '' } });
    if (path === undefined) return `The API server does not serve ${object.apiVersion} ${object.kind}.`;
    // An object with a generated name cannot be applied, only created.
    const { status, body } =
      name === undefined
        ? await send('POST', `${path.replace(/\/$/, '')}?${DRY_RUN}`, 'application/yaml', document, socket)
        : await send(
            'PATCH',
            `${path}?${DRY_RUN}&force=true&fieldManager=test`,
            'application/apply-patch+yaml',
            document,
            socket,
          );
    if (status >= 300) return body;
  }
  return undefined;
}

function send(method: string, path: string, type: string, document: string, socketPath: string) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const headers = { host: 'localhost', 'content-type': type, accept: 'application/json' };
    request({ socketPath, method, path, headers }, (answer) => {
      textOf(answer).then((body) => resolve({ status: answer.statusCode!, body }), reject);
    })
      .on('error', reject)
      .end(document);
  });
}
