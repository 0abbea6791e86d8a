import { statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { shellWord } from '../../basics/shell-word';
import { importCompose, type Imported } from '../../compose/import';
import { isMissing } from '../../compose/load/report';
import { composeImportCommand } from '../import-command';
import { CHART_FILE, planProject, type ProjectPlan } from '../../init/plan-project';
import { readProjectFolder } from '../../init/project-folder';
import { projectPackages, templateFiles } from '../../init/templates';
import { writeProject } from '../../init/write-project';
import { UsageError, type Command, type Io } from '../command';
import { profilesOf } from '../compose-profiles';
import { printJson } from '../output';
import { importedText } from '../reports/imported';

export const init: Command = {
  usage: '[FOLDER] [--import] [--json]',
  summary: 'Writes a new project, or adds charts to a folder with Dockerfiles or a Compose file. Overwrites nothing.',
  options: {
    import: { type: 'boolean', help: 'also import the Compose file of the folder, with its override file' },
    json: { type: 'boolean', help: 'print JSON' },
  },
  words: 1,
  async run({ options, words: [folder = '.'] }, io) {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false)
      throw new UsageError(`${folder} is not a folder. Name a folder, or a new one.`);
    const found = readProjectFolder(folder);
    if (options.import && found.composeFiles.length === 0)
      throw new UsageError(`--import: there is no Compose file in ${folder}.`);
    const imported =
      options.import && !found.has(CHART_FILE) ? inFolder(folder, () => imports(found.composeFiles, io)) : undefined;
    const plan = planProject(found, {
      templates: templateFiles,
      packages: projectPackages(),
      chart: imported?.chart,
    });
    writeProject(folder, plan);
    const next = [...changeFolder(folder), ...plan.next];
    if (options.json) printJson({ folder, ...summary(plan), next, ...(imported && { import: imported }) }, io);
    else print({ folder, plan, next, imported, composeFiles: found.composeFiles }, io);
    return imported?.report.some(isMissing) ? 1 : 0;
  },
};

function imports(files: readonly string[], { environment }: Io): Imported {
  return importCompose({
    files,
    profiles: profilesOf(environment),
    envFiles: [],
    shell: environment,
    library: 'callsign-k8s',
  });
}

/** The paths in a chart are relative to the folder of the project. */
function inFolder<T>(folder: string, action: () => T): T {
  const before = process.cwd();
  process.chdir(folder);
  try {
    return action();
  } finally {
    process.chdir(before);
  }
}

function changeFolder(folder: string): string[] {
  const path = relative('', folder);
  return path === '' ? [] : [`cd ${shellWord(path)}`];
}

function summary({ kind, name, files, kept, completed, notes }: ProjectPlan) {
  return { kind, name, written: [...files.keys()], kept, added: completed?.added ?? [], notes };
}

interface Printed {
  readonly folder: string;
  readonly plan: ProjectPlan;
  readonly next: readonly string[];
  readonly imported: Imported | undefined;
  readonly composeFiles: readonly string[];
}

function print(
  { folder, plan: { files, kept, completed, notes }, next, imported, composeFiles }: Printed,
  { out }: Io,
): void {
  for (const path of files.keys()) out(`wrote ${join(folder, path)}\n`);
  if (completed) out(`added to ${join(folder, completed.path)}: ${completed.added.join(', ')}\n`);
  for (const path of kept) out(`kept ${join(folder, path)}\n`);
  if (imported) out(`\n${importedText(imported, { command: composeImportCommand(composeFiles), chart: CHART_FILE })}`);
  if (notes.length > 0) out(`\n${notes.join('\n')}\n`);
  out(`\nNext:\n${indented(next)}`);
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}\n`).join('');
}
