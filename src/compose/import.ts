import { CallsignError, type Problem } from '../problems/problem';
import { analyze } from './analyze/analyze';
import { load, type ComposeInput } from './load/load';
import { chosenServices } from './load/project';
import type { ReportEntry } from './load/report';
import { renderChart } from './write/chart';
import { secretCommands } from './write/report';

/** What to import, and how the chart imports the library. */
interface ImportOptions extends ComposeInput {
  readonly profiles: readonly string[];
  /** The module that the chart imports the library from. */
  readonly library: string;
}

/** A chart, and the report of every key. */
export interface Imported {
  /** The name of the chart and of its namespace. */
  readonly name: string;
  /** The chart in TypeScript. */
  readonly chart: string;
  readonly report: readonly ReportEntry[];
  /** Commands that create the Secrets of the chart. */
  readonly secrets: readonly string[];
  /** What a person should know and the report of the keys does not say. */
  readonly warnings: readonly string[];
}

/** Turns Compose files into a chart. Throws one CallsignError with all problems of the files. */
export function importCompose(options: ImportOptions): Imported {
  const problems: Problem[] = [];
  const project = load(options, problems);
  const plan = project && analyze(project, chosenServices(project, options.profiles, problems), problems);
  if (problems.length > 0 || !plan) throw new CallsignError(inFileOrder(problems));
  return {
    name: plan.name,
    chart: renderChart(plan, options.library),
    report: project.report.entries(),
    secrets: secretCommands(plan.name, plan.secrets),
    warnings: plan.warnings,
  };
}

/** Each problem once, file by file and line by line. */
function inFileOrder(problems: readonly Problem[]): Problem[] {
  const all = [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
  const files = [...new Set(all.map(({ place }) => place?.file))];
  return files.flatMap((file) =>
    all.filter(({ place }) => place?.file === file).toSorted((a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0)),
  );
}
