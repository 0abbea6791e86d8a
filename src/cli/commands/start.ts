import { LocalCheck } from '../../local/check';
import { FaultPlan } from '../../local/faults/fault-plan';
import { KillPlan } from '../../local/faults/kill-plan';
import { findDocker } from '../../local/docker/docker';
import { missingCalls } from '../../local/model/missing-calls';
import { localApp, withoutContainers, type LocalApp } from '../../local/model/local-app';
import { LocalFolder } from '../../local/storage/folder';
import { LocalRun, type Addresses } from '../../local/local-run';
import { APP_OPTIONS } from '../app';
import { ChartFiles } from '../app-files';
import { UsageError, type Arguments, type Command, type Io } from '../command';
import { FAULT_OPTIONS, faultsOf } from '../fault-options';
import { printProblems } from '../output';
import { onPurpose } from '../reports/check-verdict';
import { LiveLines } from '../live-lines';
import { openBrowser } from '../open-browser';
import { StartOutput } from '../reports/start';
import { startTable } from '../reports/start-table';
import { graphOf } from '../../links/graph';
import { CallsignError } from '../../problems/problem';
import { checkedManifests } from '../manifests';

const DEFAULT_PORT = 8080;

export const start: Command = {
  usage:
    '[--port N] [--fault FROM->TO:FAULT] [--kill PART:every=SECONDS] [--faults FILE] [--seed N] [--check COMMAND] [--app FILE] [--env NAME] [--no-open] [--json]',
  summary: 'Runs the charts on this machine as processes, with their databases, until Ctrl-C.',
  options: {
    ...APP_OPTIONS,
    port: { type: 'string', help: `the port of the gateway, or the next free one (default: ${DEFAULT_PORT})` },
    ...FAULT_OPTIONS,
    check: { type: 'string', help: 'run a command when all parts are ready, then stop. Passes if nothing is wrong' },
    'no-open': { type: 'boolean', help: 'do not open the dashboard in a browser when all parts are ready' },
    json: { type: 'boolean', help: 'print each line as JSON' },
  },
  words: 0,
  async run(args, io) {
    const { options } = args;
    const port = portOf(options.port);
    if (options.check === '') throw new UsageError('--check: expected a command.');
    if (process.platform === 'win32')
      throw new UsageError('callsign start needs a Unix shell. On Windows, run it in the Windows Subsystem for Linux.');
    const began = Date.now();
    const { app, world } = await checkedManifests(options, io, { repeatedly: true });
    const graph = graphOf(app);
    const whole = localApp(app, world.manifests);
    const docker = [...whole.parts, ...whole.tasks].some(({ program }) => 'image' in program)
      ? await findDocker(io.environment)
      : undefined;
    const runnable = (from: LocalApp) => (docker ? from : withoutContainers(from));
    const local = runnable(whole);
    const plan = faultsOf(args, {
      ends: new Set(graph.nodes.map(({ name }) => name)),
      parts: new Set(local.parts.map(({ name }) => name)),
    });
    const faults = new FaultPlan(plan.seed, plan.faults);
    const kills = new KillPlan(plan.seed, plan.kills);
    const live = new LiveLines(io);
    const output = new StartOutput(live.io, options.json === true);
    const say = (text: string) => output.say(text);
    const project = process.cwd();
    const folder = LocalFolder.take(project);
    const run = new LocalRun(local, {
      folder,
      project,
      port,
      environment: io.environment,
      docker,
      graph,
      faults,
      onLine: (from, line) => output.log(from, line),
      onEvent: say,
    });
    const check =
      typeof options.check === 'string'
        ? new LocalCheck({
            command: options.check,
            folder: project,
            environment: io.environment,
            run,
            faults,
            kills,
            onLine: (line) => output.log('check', line),
          })
        : undefined;
    const all = {
      async stop() {
        await Promise.all([kills.end(), check?.stop()]);
        await run.stop();
      },
      kill() {
        check?.kill();
        run.kill();
      },
    };
    let verdict;
    let addresses: Addresses | undefined;
    if (!options.json)
      live.show((size) => startTable({ parts: run.parts, calls: run.calls.figures(), addresses }, size, io.terminal));
    try {
      verdict = await untilSignal(
        all,
        async () => {
          addresses = await run.start();
          const { gateway, dashboard } = addresses;
          for (const { name, why } of run.notStarted) say(`${name} is not started: ${why}.`);
          for (const hint of missingCalls(local.parts)) say(hint);
          if (gateway.length > 0) say(`The gateway is at ${gateway.join(', ')}`);
          say(`The dashboard is at ${dashboard}`);
          const late = await Promise.race([run.ready(), ...(check ? [check.tooLate()] : [])]);
          if (late !== undefined) return late;
          const seconds = Math.round((Date.now() - began) / 100) / 10;
          output.ready(
            gateway,
            seconds,
            run.notStarted.map(({ name }) => name),
          );
          if (!options.json && !options['no-open'] && !check) openBrowser(dashboard, io);
          follow(run, options, live.io, say, runnable);
          kills.start({
            targets: (part) => run.killTargets(part),
            onKill: (name) => say(`${name} is killed on purpose.`),
          });
          return check?.run(addresses.direct);
        },
        say,
      );
    } finally {
      live.end();
      folder.free();
      const { notDeclared, neverMade } = run.calls;
      if (notDeclared.length > 0) say(`Called, but not declared: ${notDeclared.join(', ')}`);
      if (faults.applied + kills.killed > 0 && !verdict) say(onPurpose(faults.applied, kills.killed, faults.seed));
      if (neverMade.length > 0) say(`Declared, but never called: ${neverMade.join(', ')}`);
    }
    if (!check) return 0;
    if (verdict) output.verdict(verdict);
    else say('The check did not end.');
    return verdict?.passed ? 0 : 1;
  },
};

/** How often saved files are looked for. */
const LOOK_MS = 500;

/** Takes over saved sources and charts. A timer that does not keep the process alive. */
function follow(
  run: LocalRun,
  options: Arguments['options'],
  io: Io,
  say: (text: string) => void,
  runnable: (app: LocalApp) => LocalApp,
): void {
  const charts = new ChartFiles();
  const look = async () => {
    run.followSources();
    if (charts.haveChanged()) {
      charts.forget();
      await reload(run, options, io, say, runnable);
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
  runnable: (app: LocalApp) => LocalApp,
): Promise<void> {
  try {
    const { app, world } = await checkedManifests(options, io, { repeatedly: true });
    const changed = run.update(runnable(localApp(app, world.manifests)));
    if (changed.length > 0) say(`${changed.join(', ')}: the charts changed. Start again to use the change.`);
  } catch (error) {
    if (error instanceof CallsignError) printProblems(error.problems, { ...io, out: (text) => say(text.trimEnd()) });
    else say((error as Error).message);
    say('The old charts continue.');
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs until a result or a signal, and ends all processes in order. A second signal kills them. */
async function untilSignal<Result>(
  run: Pick<LocalRun, 'stop' | 'kill'>,
  work: () => Promise<Result | undefined>,
  say: (text: string) => void,
): Promise<Result | undefined> {
  let signals = 0;
  let onSignal = () => undefined as void;
  const signal = new Promise<undefined>((resolve) => {
    onSignal = () => {
      if (++signals > 1) run.kill();
      resolve(undefined);
    };
  });
  for (const name of SIGNALS) process.on(name, onSignal);
  try {
    const working = work().then((result) => result ?? signal);
    const result = await Promise.race([working, signal]);
    say(result ? 'Stopping.' : 'Stopping. A second Ctrl-C kills all processes.');
    return result;
  } finally {
    await run.stop();
    for (const name of SIGNALS) process.off(name, onSignal);
  }
}

function portOf(text: string | boolean | undefined): number {
  if (text === undefined) return DEFAULT_PORT;
  if (!/^\d+$/.test(String(text)) || Number(text) > 65_535)
    throw new UsageError(`--port ${text}: expected a number from 0 to 65535.`);
  return Number(text);
}
