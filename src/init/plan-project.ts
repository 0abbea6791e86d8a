import { posix } from 'node:path';
import { chartOfDockerfiles } from './dockerfile-chart';
import { completePackageJson, scriptCommand, type ProjectPackages } from './package-json';
import type { ProjectFolder } from './project-folder';
import { labelFrom } from './project-name';
import type { TemplateName } from './templates';

/** The chart of every project. The other commands read it by default. */
export const CHART_FILE = 'src/charts/app.ts';
const PACKAGE_JSON = 'package.json';
const DOCKERIGNORE = '.dockerignore';
/** Files that change with every synthesis, commit or run. An image with one of them gets a new tag each time. */
const NOT_IN_IMAGES = ['.callsign', '.git', 'k8s-out', 'node_modules', 'src/charts'];

/** Where the chart of a project comes from. */
type ProjectKind =
  /** The folder is empty: the chart of the example. */
  | 'example'
  /** One microservice for each Dockerfile. */
  | 'dockerfiles'
  /** The import of a Compose file, now or later. */
  | 'compose'
  /** The folder has a chart. */
  | 'chart'
  /** The folder has files, but nothing that a chart can be made from. */
  | 'unknown';

/** What `callsign init` writes. Nothing is written yet. */
export interface ProjectPlan {
  readonly kind: ProjectKind;
  /** The name of the application. */
  readonly name: string;
  /** The text of each new file, by path. */
  readonly files: ReadonlyMap<string, string>;
  /** The files that exist and stay as they are. */
  readonly kept: readonly string[];
  /** The existing package.json with the fields that it did not have. */
  readonly completed: { readonly path: string; readonly text: string; readonly added: readonly string[] } | undefined;
  /** What a person should know about the files. */
  readonly notes: readonly string[];
  /** The commands to run next. */
  readonly next: readonly string[];
}

/** What the plan needs from outside: the templates, the versions, and an imported chart. */
export interface ProjectParts {
  readonly templates: (template: TemplateName, name: string) => ReadonlyMap<string, string>;
  readonly packages: ProjectPackages;
  /** The chart that a Compose file became. */
  readonly chart?: string | undefined;
}

/** Decides what to write into a folder. */
export function planProject(folder: ProjectFolder, { templates, packages, chart }: ProjectParts): ProjectPlan {
  const kind = kindOf(folder);
  const name = labelFrom(folder.name);
  const packageJson = completePackageJson(folder.packageJson, name, packages);
  const wanted = new Map([
    ...templates('project', name),
    ...(kind === 'example' ? templates('example', name) : []),
    ...chartFiles(kind, name, folder, chart),
    ...(folder.packageJson === undefined ? [[PACKAGE_JSON, packageJson.text] as const] : []),
  ]);
  const isCompleted = folder.packageJson !== undefined && packageJson.added.length > 0;
  const isKept = (path: string) => folder.has(path);
  return {
    kind,
    name,
    files: new Map([...wanted].filter(([path]) => !isKept(path)).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    kept: [
      ...[...wanted.keys()].filter(isKept),
      ...(folder.packageJson !== undefined && !isCompleted ? [PACKAGE_JSON] : []),
    ].toSorted(),
    completed: isCompleted ? { path: PACKAGE_JSON, text: packageJson.text, added: packageJson.added } : undefined,
    notes: [...notesOf(kind, folder, chart), ...packageJson.ownScripts.map(ownScript)],
    next: nextCommands(kind, folder, packageJson.ownScripts, chart),
  };
}

function kindOf(folder: ProjectFolder): ProjectKind {
  if (folder.has(CHART_FILE)) return 'chart';
  if (folder.composeFiles.length > 0) return 'compose';
  if (folder.dockerfiles.length > 0) return 'dockerfiles';
  return folder.isEmpty ? 'example' : 'unknown';
}

function chartFiles(
  kind: ProjectKind,
  name: string,
  { dockerfiles }: ProjectFolder,
  imported: string | undefined,
): [path: string, text: string][] {
  if (kind === 'compose') return imported === undefined ? [] : [[CHART_FILE, imported]];
  if (kind !== 'dockerfiles') return [];
  const ignore: [string, string][] = dockerfiles.some(({ copiesEverything }) => copiesEverything)
    ? [[DOCKERIGNORE, `${NOT_IN_IMAGES.join('\n')}\n`]]
    : [];
  return [[CHART_FILE, chartOfDockerfiles(name, dockerfiles)], ...ignore];
}

function* notesOf(
  kind: ProjectKind,
  { dockerfiles, dockerignore, composeFiles }: ProjectFolder,
  chart: string | undefined,
): Generator<string> {
  if (kind === 'unknown')
    yield `The folder has files, but no Dockerfile and no Compose file, so there is no chart yet. Write it to ${CHART_FILE}, or add a Dockerfile and run callsign init again.`;
  if (kind === 'compose' && chart === undefined)
    yield `The folder has ${composeFiles.join(' and ')}. callsign import turns it into a chart, and reports what each key becomes.`;
  if (kind !== 'dockerfiles') return;
  yield `Declare the calls in ${CHART_FILE}: calls that are not declared are denied.`;
  const isWhole = dockerfiles.some(({ copiesEverything }) => copiesEverything);
  const absent = NOT_IN_IMAGES.filter((path) => !ignores(dockerignore ?? '', path));
  if (!isWhole || absent.length === 0) return;
  yield dockerignore === undefined
    ? `An image is built from the whole folder. ${DOCKERIGNORE} now excludes ${absent.join(', ')}. Remove a line if an image needs the files.`
    : `An image is built from the whole folder. Add ${absent.join(', ')} to ${DOCKERIGNORE}, or its tag changes each time that these files change.`;
}

/** Whether a line of an ignore file names the path, at the top or at any level. */
function ignores(dockerignore: string, path: string): boolean {
  return dockerignore
    .split(/\r?\n/)
    .map((line) => posix.normalize(line.trim().replace(/^(?:\*\*)?\//, '')).replace(/\/$/, ''))
    .includes(path);
}

function ownScript(script: string): string {
  return `The script ${script} of package.json is kept. The one of Callsign is: ${scriptCommand(script)}`;
}

function nextCommands(
  kind: ProjectKind,
  { composeFiles: [file, ...overrides] }: ProjectFolder,
  ownScripts: readonly string[],
  chart: string | undefined,
): string[] {
  if (kind === 'unknown') return ['npm install'];
  const merged = overrides.map((override) => ` --file ${override}`).join('');
  const isImportedLater = kind === 'compose' && chart === undefined;
  return [
    'npm install',
    ...(isImportedLater ? [`npx callsign import compose ${file}${merged} --out ${CHART_FILE}`] : []),
    ownScripts.includes('start') ? 'npx callsign start' : 'npm start',
    'npx callsign synth',
  ];
}
