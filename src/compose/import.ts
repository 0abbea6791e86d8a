import { CallsignError, type Problem } from '../problems/problem';
import { analyze } from './analyze/analyze';
import { load, type ComposeInput } from './load/load';
import { withPins, type ImagePins } from './load/pins';
import { chosenServices } from './load/project';
import type { ReportEntry } from './load/report';
import { renderChart } from './write/chart';
import { partsOf, unpinnedImages, type ImportedPart } from './write/parts';
import { secretCommands } from './write/report';
import { decisionsOf, type Decision } from './write/summary';

/** What to import, and how the chart imports the library. */
interface ImportOptions extends ComposeInput {
  readonly profiles: readonly string[];
  /** The module that the chart imports the library from. */
  readonly library: string;
  /** What images without a version mean now. Without an entry, an image stays as it is. */
  readonly pins?: ImagePins;
}

/** A chart, and the report of every key. */
export interface Imported {
  /** The name of the chart and of its namespace. */
  readonly name: string;
  /** The chart in TypeScript. */
  readonly chart: string;
  /** What runs. */
  readonly parts: readonly ImportedPart[];
  /** What a person has to decide, the most urgent first. */
  readonly decisions: readonly Decision[];
  /** The images of the chart without a version. */
  readonly unpinned: readonly string[];
  readonly report: readonly ReportEntry[];
  /** Commands that create the Secrets of the chart. */
  readonly secrets: readonly string[];
  /** What a person should know and the report of the keys does not say. */
  readonly warnings: readonly string[];
}

/** Turns Compose files into a chart. Throws one CallsignError with all problems of the files. */
export function importCompose(options: ImportOptions): Imported {
  const problems: Problem[] = [];
  const loaded = load(options, problems);
  const project = loaded && withPins(loaded, options.pins ?? new Map());
  const plan = project && analyze(project, chosenServices(project, options.profiles, problems), problems);
  if (problems.length > 0 || !plan) throw new CallsignError(inFileOrder(problems));
  const report = project.report.entries();
  return {
    name: plan.name,
    chart: renderChart(plan, options.library),
    parts: partsOf(plan),
    decisions: decisionsOf(report, plan.warnings, plan.secrets, plan.parts),
    unpinned: unpinnedImages(plan),
    report,
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
