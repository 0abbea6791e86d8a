// A log with its servers, buses and subscribers, as processes of this machine.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Program } from '../ledger/program.ts';
import { startLog } from './log-servers.ts';
import type { LogKind, LogServers } from './log-servers.ts';

export interface StackOptions {
  readonly log: LogKind;
  readonly partitions: number;
  readonly buses: number;
  /** At most 4. */
  readonly subscribers: number;
  /** How long a subscriber takes for an event. */
  readonly answerMs: number;
}

export interface Stack {
  readonly log: LogServers;
  readonly buses: readonly Program[];
  readonly subscribers: readonly Program[];
}

const NAMES = ['first', 'second', 'third', 'fourth'];
const partitionsHook = pathToFileURL(join(__dirname, 'partitions.mjs')).href;

export async function withStack<T>(options: StackOptions, work: (stack: Stack) => Promise<T>): Promise<T> {
  if (options.subscribers > NAMES.length) throw new Error(`there are at most ${NAMES.length} subscribers`);
  const programs: Program[] = [];
  const add = async (name: string, file: string, env: Readonly<Record<string, string>>) => {
    const program = await Program.make(name, file, env);
    programs.push(program);
    program.start();
    return program;
  };
  const log = await startLog(options.log);
  try {
    const names = NAMES.slice(0, options.subscribers);
    const subscribers = await Promise.all(
      names.map((name) => add(name, 'test/services/bench-bus/subscriber.ts', { ANSWER_MS: String(options.answerMs) })),
    );
    const env = {
      ...log.env,
      SUBSCRIBERS: names.join(','),
      ...Object.fromEntries(names.map((name, at) => [`${name.toUpperCase()}_URL`, subscribers[at]!.url])),
      PARTITIONS: String(options.partitions),
      NODE_OPTIONS: `--import ${partitionsHook}`,
    };
    const buses = await Promise.all(
      Array.from({ length: options.buses }, (_, index) => add(`bus ${index}`, 'services/event-bus/main.ts', env)),
    );
    await Promise.all(programs.map((program) => program.ready()));
    const status = (await (await fetch(`${buses[0]!.url}/status`)).json()) as { partitions: unknown[] };
    if (status.partitions.length !== options.partitions)
      throw new Error(`the bus has ${status.partitions.length} partitions`);
    return await work({ log, buses, subscribers });
  } finally {
    await Promise.all(programs.map((program) => program.end('SIGKILL')));
    await log.remove();
  }
}
