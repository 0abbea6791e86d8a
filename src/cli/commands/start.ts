import { randomInt } from 'node:crypto';
import { count } from '../../basics/text';
import { parseFault } from '../../local/faults/fault';
import { FaultPlan } from '../../local/faults/fault-plan';
import { localApp } from '../../local/model/local-app';
import { LocalFolder } from '../../local/storage/folder';
import { LocalRun } from '../../local/local-run';
import { APP_OPTIONS } from '../app';
import { ChartFiles } from '../app-files';
import { UsageError, type Arguments, type Command, type Io } from '../command';
import { printProblems } from '../output';
import { StartOutput } from '../reports/start';
import { graphOf } from '../../links/graph';
import { CallsignError } from '../../problems/problem';
import { checkedManifests } from '../manifests';

const DEFAULT_PORT = 8080;

export const start: Command = {
  usage: '[--port N] [--fault FROM->TO:FAULT] [--seed N] [--app FILE] [--env NAME] [--json]',
  summary: 'Runs the charts on this machine as processes, with their databases, until Ctrl-C.',
  options: {
    ...APP_OPTIONS,
    port: { type: 'string', help: `the port of the gateway, or the next free one (default: ${DEFAULT_PORT})` },
    fault: {
      type: 'string',
      multiple: true,
      help: 'what goes wrong with a call: comments->event-bus:delay=500,share=0.2, and error=503 or cut (can be repeated)',
    },
    seed: { type: 'string', help: 'the same seed gives the same faults (default: another one each time)' },
    json: { type: 'boolean', help: 'print each line as JSON' },
  },
  words: 0,
  async run({ options, lists }, io) {
    const port = portOf(options.port);
    if (process.platform === 'win32')
      throw new UsageError('callsign start needs a Unix shell. On Windows, run it in the Windows Subsystem for Linux.');
    const began = Date.now();
    const { app, world } = await checkedManifests(options, io);
    const graph = graphOf(app);
    const names = new Set(graph.nodes.map(({ name }) => name));
    const faults = new FaultPlan(
      seedOf(options.seed),
      (lists.fault ?? []).map((text) => parseFault(text, names)),
    );
    const output = new StartOutput(io, options.json === true);
    const say = (text: string) => output.say(text);
    const project = process.cwd();
    const folder = LocalFolder.take(project);
    const run = new LocalRun(localApp(app, world.manifests), {
      folder,
      project,
      port,
      environment: io.environment,
      graph,
      faults,
      onLine: (from, line) => output.log(from, line),
      onEvent: say,
    });
    try {
      return await untilSignal(
        run,
        async () => {
          const { gateway, dashboard } = await run.start();
          for (const { name, why } of run.notStarted) say(`${name} is not started: ${why}.`);
          if (gateway.length > 0) say(`The gateway is at ${gateway.join(', ')}`);
          say(`The dashboard is at ${dashboard}`);
          await run.ready();
          output.ready(gateway, Math.round((Date.now() - began) / 100) / 10);
          follow(run, options, io, say);
        },
        say,
      );
    } finally {
      folder.free();
      const { notDeclared, neverMade } = run.calls;
      if (notDeclared.length > 0) say(`Called, but not declared: ${notDeclared.join(', ')}`);
      if (faults.applied > 0)
        say(`${count(faults.applied, 'call')} went wrong on purpose, with the seed ${faults.seed}`);
      if (neverMade.length > 0) say(`Declared, but never called: ${neverMade.join(', ')}`);
    }
  },
};

/** How often saved files are looked for. */
const LOOK_MS = 500;

/** Takes over saved sources and charts. A timer that does not keep the process alive. */
function follow(run: LocalRun, options: Arguments['options'], io: Io, say: (text: string) => void): void {
  const charts = new ChartFiles();
  const look = async () => {
    run.followSources();
    if (charts.haveChanged()) {
      charts.forget();
      await reload(run, options, io, say);
    }
    setTimeout(() => void look(), LOOK_MS).unref();
  };
  setTimeout(() => void look(), LOOK_MS).unref();
}

async function reload(
  run: LocalRun,
  options: Arguments['options'],
  io: Io,
  say: (text: string) => void,
): Promise<void> {
  try {
    const { app, world } = await checkedManifests(options, io);
    const changed = run.update(localApp(app, world.manifests));
    if (changed.length > 0) say(`${changed.join(', ')}: the charts changed. Start again to use the change.`);
  } catch (error) {
    if (error instanceof CallsignError) printProblems(error.problems, { ...io, out: (text) => say(text.trimEnd()) });
    else say((error as Error).message);
    say('The old charts continue.');
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs until a signal, and ends all processes in order. A second signal kills them. */
async function untilSignal(run: LocalRun, work: () => Promise<void>, say: (text: string) => void): Promise<number> {
  let signals = 0;
  let onSignal = () => undefined as void;
  const signal = new Promise<void>((resolve) => {
    onSignal = () => {
      if (++signals > 1) run.kill();
      resolve();
    };
  });
  for (const name of SIGNALS) process.on(name, onSignal);
  try {
    const working = work().then(() => signal);
    await Promise.race([working, signal]);
    say('Stopping. A second Ctrl-C kills all processes.');
  } finally {
    await run.stop();
    for (const name of SIGNALS) process.off(name, onSignal);
  }
  return 0;
}

function seedOf(text: string | boolean | undefined): number {
  if (text === undefined) return randomInt(1_000_000);
  if (!/^\d{1,9}$/.test(String(text))) throw new UsageError(`--seed ${text}: expected a whole number.`);
  return Number(text);
}

function portOf(text: string | boolean | undefined): number {
  if (text === undefined) return DEFAULT_PORT;
  if (!/^\d+$/.test(String(text)) || Number(text) > 65_535)
    throw new UsageError(`--port ${text}: expected a number from 0 to 65535.`);
  return Number(text);
}
