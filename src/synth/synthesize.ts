import { ApiObject, type Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { ChartObject } from '../constructs/shared/chart-object';
import type { CustomResource } from '../constructs/custom/custom-resource';
import { identityOf, titleOf, type KubeObject, type Manifest } from '../k8s/objects';
import { CallsignError, type Problem } from '../problems/problem';
import { compareObjects } from './order';
import { placeOf } from './place-of';
import { validate } from './validate';

/** The objects of one chart, in the order of apply. */
export interface ManifestFile {
  /** Its name in the output folder, such as `blog.k8s.yaml`. */
  readonly name: string;
  readonly manifests: readonly Manifest[];
}

/** `kubectl apply -f` reads files in the order of their names. The namespaces must come first. */
const NAMESPACES = '00-namespaces.k8s.yaml';

/**
 * Renders all objects below `root`, an App or a Chart: a file with the namespaces, then one file per chart.
 * Throws a CallsignError with all problems.
 */
export function synthesize(root: IConstruct): ManifestFile[] {
  const problems = validate(root);
  const files = new Map<string, { chart?: Chart; manifests: Manifest[] }>();
  const taken = new Map<string, Manifest>();
  const duplicates = problems.filter(({ code }) => code === 'name-taken').map(({ path }) => `${path}/`);

  for (const construct of root.node.findAll()) {
    if (!ApiObject.isApiObject(construct)) continue;
    const manifest = render(construct, problems);
    if (!manifest) continue;
    const other = taken.get(identityOf(manifest.object));
    if (other && !duplicates.some((path) => manifest.path?.startsWith(path)))
      problems.push(identityProblem(manifest, other));
    taken.set(identityOf(manifest.object), manifest);

    const chart = manifest.object.kind === 'Namespace' ? undefined : construct.chart;
    const name = chart ? `${chart.node.path.replaceAll('/', '-') || 'chart'}.k8s.yaml` : NAMESPACES;
    const file = files.get(name) ?? { chart, manifests: [] };
    if (file.chart !== chart) problems.push(fileProblem(name, manifest, [file.chart, chart]));
    file.manifests.push(manifest);
    files.set(name, file);
  }
  for (const [name, { chart, manifests }] of files) {
    if (files.has(NAMESPACES) && name < NAMESPACES) problems.push(earlyProblem(chart!.node.path, manifests[0]!));
  }
  if (problems.length > 0) throw new CallsignError(unique(problems));
  return [...files]
    .map(([name, { manifests }]) => ({
      name,
      manifests: manifests.toSorted((a, b) => compareObjects(a.object, b.object)),
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function render(object: ApiObject, problems: Problem[]): Manifest | undefined {
  const path = object.node.path;
  try {
    const { definition } = object as Partial<CustomResource>;
    const patched = object instanceof ChartObject ? object : undefined;
    return {
      object: object.toJson() as KubeObject,
      path,
      definition,
      place: (field) => patched?.placeOf(field) ?? placeOf(object),
    };
  } catch (error) {
    problems.push({
      code: 'synthesis-failed',
      path,
      place: placeOf(object),
      message: (error as Error).message,
      fix: `Correct the fields of new ${object.constructor.name}(…): it cannot be written as YAML.`,
    });
    return undefined;
  }
}

function identityProblem(manifest: Manifest, other: Manifest): Problem {
  return {
    code: 'identity-taken',
    path: manifest.path,
    object: titleOf(manifest.object),
    place: manifest.place([]),
    message: `${titleOf(manifest.object)} is declared twice: by ${other.path} and by ${manifest.path}.`,
    fix: 'Change the name or the namespace of one of them.',
  };
}

function fileProblem(name: string, manifest: Manifest, charts: (Chart | undefined)[]): Problem {
  const [one, other] = charts.map((chart) =>
    chart ? `the chart ${JSON.stringify(chart.node.path)}` : 'the namespaces',
  );
  const chart = charts.findLast(Boolean)?.node.path;
  return {
    code: 'file-taken',
    path: chart ?? manifest.path,
    place: manifest.place([]),
    message: `Two sources write to the file ${name}: ${one} and ${other}.`,
    fix: `Change the id of the chart ${JSON.stringify(chart)}.`,
  };
}

function earlyProblem(chart: string, manifest: Manifest): Problem {
  return {
    code: 'name-invalid',
    path: chart,
    place: manifest.place([]),
    message: `The chart ${JSON.stringify(chart)} would be applied before the namespaces.`,
    expected: 'an id that starts with a letter',
    got: JSON.stringify(chart),
    fix: 'Rename the chart. Its objects are in the right order without a number.',
  };
}

function unique(problems: Problem[]): Problem[] {
  return [
    ...new Map(
      problems.map((problem) => [
        JSON.stringify([problem.code, problem.path, problem.message, problem.field]),
        problem,
      ]),
    ).values(),
  ];
}
