import { partVariable } from '../../../links/variables';
import { nodeAt, textOf } from '../../load/node';
import { withoutEndSlashes } from '../../load/end-slashes';
import { Invocation, PartReference, type PlannedOptions, type PlannedValue } from '../../plan/plan';
import type { ImportContext } from '../context';
import { SettingsConverter } from '../environment/settings';
import type { Member } from '../member';
import { MountPaths } from '../storage/mount-paths';
import { MountConverter } from '../storage/mounts';
import { addSecretsAndConfigs } from '../storage/secrets-and-configs';
import { wordsOfCommand } from './command';
import { confinementOf } from './confinement';
import { imageOf } from './image';
import { memoryLimitOf } from './memory';
import { podOptions } from './pod';
import { resourcesOf } from './resources';

/** The options that microservices and tasks have in common, and the converter of the settings. */
interface ProgramPlan {
  /** The options before those of the kind of part. */
  readonly image: PlannedValue;
  readonly options: PlannedOptions;
  readonly settings: SettingsConverter;
}

/** Plans the program of a service. `shared` are the volumes and folders of several replicas. */
export function programOptions(context: ImportContext, member: Member, shared: ReadonlySet<string>): ProgramPlan {
  // Mounted files can add calls, so they come before the settings.
  const paths = new MountPaths(context, member);
  new MountConverter(context, member, paths, shared).convert();
  addSecretsAndConfigs(context, member, paths);
  const settings = new SettingsConverter(context, member);
  const database = settings.convert();
  noteUnreadPasswords(context, member, settings, paths.files);
  const command = wordsOfCommand(context, member, settings, 'entrypoint');
  const args = wordsOfCommand(context, member, settings, 'command');
  addInternet(context, member);
  const { user, exceptions, isFileSystemWritable } = confinementOf(context, member);
  const folders = foldersOf(member, paths, isFileSystemWritable);
  const { files, volumes } = paths;
  // A disk has its own folder at the top, so some servers need a folder below it.
  const ofImage = Object.entries(member.known?.env ?? {}).filter(([name]) => !member.env.has(name));
  const env = { ...settings.env, ...Object.fromEntries(ofImage) };
  return {
    image: imageOf(context, member),
    settings,
    options: {
      ...(database && { database: new PartReference(database.id) }),
      ...(settings.pool !== undefined && { pool: settings.pool }),
      ...(hasEntries(env) && { env }),
      ...(hasEntries(files) && { files }),
      ...(hasEntries(volumes) && { volumes }),
      ...(folders.length !== 1 || folders[0] !== '/tmp' ? { writable: folders } : {}),
      ...(command && { command }),
      ...(args && { args }),
      ...workingDir(context, member),
      resources: resourcesOf(context, member, memoryLimitOf(member)),
      ...(user !== undefined && { user }),
      ...(exceptions.length > 0 && { exceptions }),
      ...podOptions(context, member),
    },
  };
}

/** Opens the way to the internet for a program whose purpose it is. */
function addInternet({ calls, notes }: ImportContext, { id, known }: Member): void {
  if (!known?.internet) return;
  const options = known.internet === 'all' ? [{ ports: 'all' }] : [];
  calls.push({ from: id, to: [new Invocation('new Internet', options)] });
  notes.push(
    `${id} may call the whole internet, because that is its purpose. To forbid it, remove its call to Internet.`,
  );
}

/** The writable folders. Adds a volume for each folder of data that nothing is mounted to. */
function foldersOf(
  { known }: Member,
  { volumes, files, writable }: MountPaths,
  isFileSystemWritable: boolean,
): string[] {
  const isFree = (path: string) => volumes[path] === undefined && files[path] === undefined;
  if (isFileSystemWritable) return writable.filter(isFree);
  for (const path of known?.data ?? [])
    if (isFree(path) && !writable.includes(path)) volumes[path] = { emptyDir: { sizeLimit: '1Gi' } };
  return [...new Set(['/tmp', ...(known?.writable ?? []), ...writable])].filter(isFree);
}

function noteUnreadPasswords(
  context: ImportContext,
  member: Member,
  settings: SettingsConverter,
  files: MountPaths['files'],
): void {
  for (const { of, prefix } of settings.unreadPasswords()) {
    if (Object.values(files).some((file) => (file as { secret?: string }).secret === of.id)) continue;
    const variables = (['HOST', 'USER', 'PASSWORD'] as const).map((part) => partVariable(prefix, part)).join(', ');
    context.notes.push(
      `${member.id} gets ${of.id} as ${variables} and so on. No setting of ${member.id} reads the generated password. If the program reads other variables, add them to env.`,
    );
  }
}

function workingDir({ report }: ImportContext, { node }: Member): PlannedOptions {
  const folder = nodeAt(node, 'working_dir');
  const path = withoutEndSlashes(textOf(folder) ?? '');
  if (!/^\/[^\s*?#\\]*$/.test(path) || /\/\.{1,2}(\/|$)|\/\//.test(path)) {
    report.refused(folder, 'It is not the absolute path of a folder.');
    return {};
  }
  report.converted(folder);
  return { workingDir: path };
}

function hasEntries(value: object): boolean {
  return Object.keys(value).length > 0;
}
