import { basename, resolve } from 'node:path';
import { isFile, namesIn, pathExists } from '../../load/files';
import { sourceOf, type ServiceMount } from '../../load/mounts';
import { itemsOf, nodeAt, textOf, type ComposeNode } from '../../load/node';
import { dnsName } from '../../load/project';
import { requestedReplicas } from '../../load/service';
import { bytesOf } from '../../load/short-forms';
import { PartReference } from '../../plan/plan';
import type { ImportContext } from '../context';
import type { Member } from '../member';
import type { MountPaths } from './mount-paths';

const SOURCE_FILE =
  /\.(m?[jt]sx?|py|rb|go|rs|java|kt|php|cs|ex|vue|svelte|html|css)$|^(package(-lock)?\.json|yarn\.lock|pnpm-lock\.yaml|requirements\.txt|Gemfile(\.lock)?|go\.(mod|sum)|Cargo\.(toml|lock)|composer\.(json|lock))$/;
/** `conf.d` is a folder. */
const NAME_OF_FILE = /[^/]\.(?!d$)\w+$/;
/** A folder for the data of one program, which Docker creates. It does not contain settings or keys of the person. */
const FOLDER_OF_PERSON =
  /^(~|\/root|\/home\/[^/]+|\/var\/(lib|opt|www))\/(?!\.(ssh|aws|azure|kube|docker|gnupg|config|local|cache|netrc|pki)(\/|$)|(docker|containerd|kubelet)(\/|$))./;
const EMPTY_DIR = 'It is empty when the pod starts, and its limit is 64Mi.';

/** The volumes and folders that several replicas mount, of one service or of several. */
export function sharedSources(members: Iterable<Member>): Set<string> {
  const shared = new Set<string>();
  const mounted = new Map<string, string>();
  for (const member of members) {
    if (member.role.kind === 'database' || member.role.kind === 'left out') continue;
    for (const mount of member.mounts) {
      if (!['volume', 'bind'].includes(mount.type) || mount.source === undefined) continue;
      const source = sourceOf(mount);
      if (requestedReplicas(member.node) > 1 || (mounted.get(source) ?? member.name) !== member.name)
        shared.add(source);
      mounted.set(source, member.name);
    }
  }
  return shared;
}

/** Converts the mounts of one service. */
export class MountConverter {
  constructor(
    private readonly context: ImportContext,
    private readonly member: Member,
    private readonly paths: MountPaths,
    private readonly shared: ReadonlySet<string>,
  ) {}

  convert(): void {
    const { mounts } = this.member;
    const folders = new Set(mounts.filter(({ type }) => type === 'bind').map(({ target }) => target));
    for (const mount of mounts) this.#mount(mount, folders);
    for (const item of itemsOf(nodeAt(this.member.node, 'tmpfs'))) this.#tmpfs(item);
    const shm = nodeAt(this.member.node, 'shm_size');
    const size = bytesOf(textOf(shm) ?? '');
    if (!shm) return;
    const path = size && this.paths.reserve(shm, '/dev/shm');
    if (!path) return this.context.report.refused(shm, 'It is not an amount of bytes, or /dev/shm is mounted already.');
    this.paths.volumes[path] = { emptyDir: { medium: 'Memory', sizeLimit: size } };
    return this.context.report.converted(shm);
  }

  /** `folders` are the targets of the mounts from this machine. */
  #mount(given: ServiceMount, folders: ReadonlySet<string>): void {
    const { node, type, source } = given;
    const { report } = this.context;
    const target = this.paths.reserve(node, given.target);
    if (target === undefined) return undefined;
    if (type === 'tmpfs') return this.#writable(node, target, EMPTY_DIR);
    if (type === 'bind') return this.#bind({ ...given, target });
    if (type !== 'volume') return report.refused(node, `A pod cannot mount the type ${type}.`);
    if (source !== undefined) return this.#volume({ ...given, target }, source);
    if (foldersAbove(target).some((folder) => folders.has(folder)))
      return report.approximated(
        node,
        'It protects a folder of the image from another mount, and the chart does not have that mount.',
      );
    return this.#writable(node, target, `${EMPTY_DIR} Its content is deleted with the pod.`);
  }

  #volume({ node, target, readOnly }: ServiceMount, source: string): void {
    const { report, project } = this.context;
    const id = this.context.volumeId(source);
    this.#declare(id, source);
    const size = `It becomes the volume ${id} of 1Gi.${this.#sharedNote(source)}`;
    report.approximated(nodeAt(project.root, 'volumes', source), size);
    this.paths.volumes[target] = new PartReference(id, readOnly ? 'readOnly' : undefined);
    report.approximated(
      node,
      `It mounts the volume ${id}. The volume is empty at first, without the files of the image that Docker copies into it.`,
    );
  }

  #declare(id: string, source: string): void {
    const { parts } = this.context;
    if (parts.some((part) => part.id === id && part.construct === 'Volume')) return;
    parts.push({ construct: 'Volume', id, options: this.shared.has(source) ? { shared: true } : {} });
  }

  #sharedNote(source: string): string {
    return this.shared.has(source) ? ' Choose a storage class with volumes that many nodes can write to.' : '';
  }

  #bind(mount: ServiceMount): void {
    const { node, source = '', target, readOnly } = mount;
    const { report } = this.context;
    const path = sourceOf(mount);
    if (source.endsWith('/docker.sock')) return report.refused(node, 'Pods have no access to Docker.');
    if (/^\/etc\/(localtime|timezone)$/.test(source))
      return report.approximated(node, 'Pods use UTC. If the program needs another time zone, set TZ in env.');
    if (FOLDER_OF_PERSON.test(source) && !NAME_OF_FILE.test(source) && !isFile(path))
      return this.#empty(node, target, path);
    if (/^~|^\/$|^\/(proc|sys|dev|run|var|etc|usr|lib|boot|root|home)(\/|$)/.test(source))
      return report.refused(node, 'Pods have no access to the file system of their node.');
    if (this.#isSource(path, target))
      return report.approximated(
        node,
        'The Dockerfile copies the sources into the image, so the chart does not mount them.',
      );
    if (!pathExists(path) && NAME_OF_FILE.test(source))
      return report.refused(node, 'The file does not exist. Create it, and import again.');
    const files = mount.files() ?? [];
    if (files.length === 0 || (!readOnly && isData(path, target))) return this.#empty(node, target, path);
    for (const file of files) {
      const free = file.target === target ? target : this.paths.reserve(node, file.target);
      if (free !== undefined) this.paths.addFile({ ...file, target: free }, node);
    }
    return report.converted(node, 'Its files are mounted read-only.');
  }

  /** A folder for data becomes an empty volume. */
  #empty(node: ComposeNode, target: string, path: string): void {
    const words = [target, path].map((each) => dnsName(basename(each), 'data'));
    const own = `${this.member.id}-${words.find((word) => word !== this.member.id) ?? 'data'}`;
    const id = this.context.volumeId(path, this.shared.has(path) ? dnsName(basename(path), 'data') : own);
    this.#declare(id, path);
    this.paths.volumes[target] = new PartReference(id);
    this.context.report.approximated(
      node,
      `The volume ${id}, which is empty at first, replaces the folder of this machine.${this.#sharedNote(path)}`,
    );
  }

  /** Whether the image is built from it. Such a mount is for development. */
  #isSource(path: string, target: string): boolean {
    const { build } = this.member;
    if (!build) return false;
    const folder = `${resolve(build.folder)}/`;
    const mounted = `${resolve(path)}/`;
    if (folder.startsWith(mounted)) return true;
    if (!mounted.startsWith(folder) || target.startsWith('/etc/')) return false;
    const names = namesIn(path) ?? (isFile(path) ? [basename(path)] : []);
    return names.some((name) => SOURCE_FILE.test(name));
  }

  #tmpfs(item: ComposeNode): void {
    const [given = '', options] = (textOf(item) ?? '').split(':');
    const path = this.paths.reserve(item, given);
    if (path !== undefined)
      this.#writable(item, path, options ? `${EMPTY_DIR} Its other options are ignored.` : undefined);
  }

  #writable(node: ComposeNode, path: string, why?: string): void {
    this.paths.writable.push(path);
    if (why) this.context.report.approximated(node, why);
    else this.context.report.converted(node);
  }
}

/** `/a` and `/a/b`, for `/a/b/c`. */
function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let i = path.indexOf('/', 1); i > 0; i = path.indexOf('/', i + 1)) folders.push(path.slice(0, i));
  return folders;
}

/** Whether it is a folder for data, which a program writes to, and not for settings. */
function isData(path: string, target: string): boolean {
  const names = namesIn(path);
  if (!names) return false;
  return (
    names.length === 0 || /^\/(var\/lib|data|srv|var\/www)\b|\/(data|uploads|storage|media|content|db)$/.test(target)
  );
}
