import { existsSync } from 'node:fs';
import type { Construct } from 'constructs';
import { count } from '../../basics/text';
import { chartNeeds, type ChartNeeds } from '../../doctor/charts';
import { runChecks } from '../../doctor/run-checks';
import { withoutStop, type Finding } from '../../doctor/finding';
import { CallsignError } from '../../problems/problem';
import { ConfiguredApp } from '../../settings/environment';
import { DEFAULT_APP, loadApp, selectionOf } from '../app';
import { CLUSTER_OPTIONS } from '../cluster';
import type { Arguments, Command, Io } from '../command';
import { printJson } from '../output';
import { doctorText } from '../reports/doctor';

export const doctor: Command = {
  usage: '[--context NAME] [--app FILE] [--env NAME] [--json]',
  summary:
    'Shows what is missing on this machine and in the cluster, with fixes. Exits with 1 if the charts need something that is missing.',
  options: CLUSTER_OPTIONS,
  words: 0,
  async run({ options }, io) {
    // Loading charts blocks this process, so the time of the other checks begins afterwards.
    const { app, charts, chartsFinding } = await chartsAt(options, io);
    const findings = await runChecks({
      environment: io.environment,
      context: options.context as string | undefined,
      app: app instanceof ConfiguredApp ? app : undefined,
      charts,
      chartsFinding,
      selection: selectionOf(options),
    });
    if (options.json) printJson({ checks: findings }, io);
    else io.out(doctorText(findings, io.terminal));
    return findings.some(({ state }) => state === 'missing') ? 1 : 0;
  },
};

interface LoadedCharts {
  readonly app?: Construct;
  readonly charts?: ChartNeeds;
  readonly chartsFinding: Finding;
}

/** The charts, if there are any. Their problems are a finding, because the other checks do not need them. */
async function chartsAt(options: Arguments['options'], io: Io): Promise<LoadedCharts> {
  const base = { name: 'charts', why: 'what the cluster must provide' };
  const file = String(options.app ?? DEFAULT_APP);
  if (options.app === undefined && options.env === undefined && !existsSync(file))
    return {
      chartsFinding: {
        ...base,
        state: 'not-checked',
        found: `no ${file}, so what charts need is not checked`,
        fix: 'Name the module of the app with --app FILE.',
      },
    };
  let app: Construct | undefined;
  try {
    app = await loadApp(options, io);
    const charts = chartNeeds(app);
    const found = `${file}${options.env === undefined ? '' : `, environment ${options.env}`}: ${count(charts.manifests.length, 'object')}`;
    return { app, charts, chartsFinding: { ...base, state: 'ok', found } };
  } catch (error) {
    if (!(error instanceof CallsignError)) throw error;
    const [first, ...more] = error.problems;
    return {
      ...(app && { app }),
      chartsFinding: {
        ...base,
        state: 'missing',
        found: `${withoutStop(first!.message)}${more.length > 0 ? ` (and ${count(more.length, 'other problem')})` : ''}`,
        fix: more.length > 0 ? `callsign check${selectionOf(options)} shows all problems.` : first!.fix,
      },
    };
  }
}
