import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { V1PodSpec } from '@kubernetes/client-node';

/** A kubectl whose pods are local folders and processes: /app of a pod is its folder, and the process is its first process. */
const KUBECTL = `#!${process.execPath}
const { appendFileSync, readFileSync } = require('node:fs');
const { spawnSync, spawn } = require('node:child_process');
const args = process.argv.slice(2);
appendFileSync(__dirname + '/calls', args.join(' ') + '\\n');
const fail = (text) => { console.error(text); process.exit(1); };
if (args.includes('get')) process.stdout.write(readFileSync(__dirname + '/pods.json', 'utf8'));
else {
  const pod = JSON.parse(readFileSync(__dirname + '/pods.json', 'utf8')).items.map((item) => item.metadata.name).find((name) => args.includes(name));
  if (!pod) fail('Error from server (NotFound): pods not found');
  if (args.includes('logs')) { const tail = spawn('tail', ['-f', '-n', '+1', __dirname + '/' + pod + '.log'], { stdio: 'inherit' }); process.on('SIGTERM', () => { tail.kill(); process.exit(); }); }
  else {
    const [command, ...rest] = args.slice(args.indexOf('--') + 1).map((arg) => arg.replace(/^\\/app/, __dirname + '/' + pod).replace('kill -HUP 1', 'kill -HUP ' + readFileSync(__dirname + '/' + pod + '.pid')));
    process.exit(spawnSync(command, rest, { stdio: 'inherit' }).status);
  }
}
`;

/** A cluster for one test. */
export interface FakeCluster {
  /** A PATH that starts with the folder of its kubectl. */
  readonly path: string;
  /** Starts a pod from its manifest. A folder replaces the image. */
  start(name: string, pod: { annotations?: Record<string, string>; spec: V1PodSpec }, image: string): void;
  /** Removes a pod. */
  end(name: string): void;
  /** The local path of a file of a pod. */
  file(pod: string, path: string): string;
  /** The arguments of all calls of kubectl. */
  calls(): string[];
}

export function useFakeCluster(): FakeCluster {
  let folder = '';
  const pods = new Map<string, { object: object; process: ChildProcess }>();
  const writePods = () =>
    writeFileSync(join(folder, 'pods.json'), JSON.stringify({ items: [...pods.values()].map(({ object }) => object) }));
  const end = (name: string) => {
    pods.get(name)?.process.kill('SIGTERM');
    pods.delete(name);
    writePods();
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'callsign-cluster-'));
    writeFileSync(join(folder, 'kubectl'), KUBECTL);
    chmodSync(join(folder, 'kubectl'), 0o755);
    writePods();
  });
  afterEach(async () => {
    const ended = [...pods.values()]
      .filter(({ process }) => process.exitCode === null)
      .map(({ process }) => once(process, 'exit'));
    for (const name of pods.keys()) end(name);
    await Promise.all(ended);
    rmSync(folder, { recursive: true });
  });
  return {
    get path() {
      return `${folder}${delimiter}${process.env.PATH}`;
    },
    start(name, { annotations, spec }, image) {
      mkdirSync(join(folder, name));
      cpSync(image, join(folder, name), { recursive: true });
      const [container] = spec.containers;
      const [program, ...args] = container!.command ?? ['node', 'main.js'];
      const log = openSync(join(folder, `${name}.log`), 'a');
      const env = Object.fromEntries((container!.env ?? []).map((variable) => [variable.name, variable.value]));
      const child = spawn(program!, args, {
        cwd: join(folder, name),
        env: { ...process.env, ...env },
        stdio: ['ignore', log, log],
      });
      writeFileSync(join(folder, `${name}.pid`), String(child.pid));
      const status = { containerStatuses: [{ name: container!.name, state: { running: {} } }] };
      pods.set(name, { object: { metadata: { name, uid: `${name}-uid`, annotations }, status }, process: child });
      writePods();
    },
    end,
    file: (pod, path) => join(folder, pod, path),
    calls: () => readFileSync(join(folder, 'calls'), 'utf8').split('\n').filter(Boolean),
  };
}
