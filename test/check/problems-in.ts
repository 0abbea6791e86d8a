import { check } from '../../src/check/check';
import { readManifests } from '../../src/check/read/read';
import type { Code } from '../../src/problems/codes';
import type { Problem } from '../../src/problems/problem';

/** The file name of the YAML in tests. */
export const FILE = 'shop.yaml';

/** A problem without the fields that every test would repeat. */
export interface Found extends Pick<Problem, 'message' | 'expected' | 'got' | 'fix' | 'object' | 'field'> {
  readonly file?: string;
  readonly line?: number;
}

/** The problems with this code in the YAML. The YAML itself must be readable. */
export function problemsIn(code: Code, yaml: string): Found[] {
  const { manifests, problems } = readManifests(yaml, FILE);
  expect(problems).toEqual([]);
  expect(manifests.length).toBeGreaterThan(0);
  return check(manifests)
    .filter((problem) => problem.code === code)
    .map(({ message, expected, got, fix, object, field, place }) => ({
      message,
      expected,
      got,
      fix,
      object,
      field,
      file: place?.file,
      line: place?.line,
    }));
}

/** The number of the line with the text, from 1. Only one line may contain it. */
export function lineOf(yaml: string, text: string): number {
  const lines = yaml.split('\n').flatMap((line, i) => (line.includes(text) ? [i + 1] : []));
  expect(lines).toHaveLength(1);
  return lines[0]!;
}

/** Several objects in one file. */
export const documents = (...objects: string[]): string => objects.map((object) => `---\n${object.trim()}\n`).join('');

/** A Deployment in the namespace shop with one container. `container` and `pod` are additional lines of the two. */
export const deployment = (container: string, { name = 'web', pod = '' } = {}): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
${indented(pod, 6)}
      containers:
        - name: ${name}
          image: shop/${name}:1
${indented(container, 10)}
`;

/** A Service in front of the Deployment of the same name. */
export const service = (name: string, { namespace = 'shop', more = '' } = {}): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { app: ${name} }
  ports: [{ name: http, port: 80, targetPort: http }]
${indented(more, 2)}
`;

function indented(lines: string, by: number): string {
  return lines
    .trim()
    .split('\n')
    .map((line) => ' '.repeat(by) + line)
    .join('\n');
}
