import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { PartReference } from '../../write/chart';
import type { Context } from '../context';
import type { Member } from '../member';
import { isData, mountsOf, sourceOf, textFiles, type Mount } from '../../load/mounts';
import { get, itemsOf, textOf, type Node } from '../../load/node';
import type { Places } from './places';
import { dnsName } from '../../load/project';
import { bytesOf } from '../../load/short-forms';

const SOURCE =
  /\.(m?[jt]sx?|py|rb|go|rs|java|kt|php|cs|ex|vue|svelte|html|css)$|^(package(-lock)?\.json|yarn\.lock|pnpm-lock\.yaml|requirements\.txt|Gemfile(\.lock)?|go\.(mod|sum)|Cargo\.(toml|lock)|composer\.(json|lock))$/;

/** Finds a place for everything that a service mounts. */
export class StorageConverter {
  constructor(
    private readonly context: Context,
    private readonly member: Member,
    private readonly places: Places,
    private readonly shared: ReadonlySet<string>,
  ) {}

  convert(): void {
    const mounts = mountsOf(this.member);
    for (const mount of mounts) this.#mount(mount, mounts);
    for (const item of itemsOf(get(this.member.node, 'tmpfs'))) this.#tmpfs(item);
    const shm = get(this.member.node, 'shm_size');
    const size = bytesOf(textOf(shm) ?? '');
    if (!shm) return;
    const path = size && this.places.free(shm, '/dev/shm');
    if (!path) return this.context.report.refused(shm, 'It is no amount of bytes, or something is mounted there.');
    this.places.volumes[path] = { emptyDir: { medium: 'Memory', sizeLimit: size } };
    return this.context.report.converted(shm);
  }

  #mount(given: Mount, all: readonly Mount[]): void {
    const { node, type, source } = given;
    const { report } = this.context;
    const target = this.places.free(node, given.target);
    if (target === undefined) return undefined;
    if (type === 'tmpfs') return this.#writable(node, target, 'It is empty at the start, up to 64Mi.');
    if (type === 'bind') return this.#bind({ ...given, target });
    if (type !== 'volume') return report.refused(node, `No ${type} can be mounted in a cluster.`);
    if (source !== undefined) return this.#volume({ ...given, target }, source);
    const covered = all.some((other) => other.type === 'bind' && target.startsWith(`${other.target}/`));
    if (covered)
      return report.approximated(node, 'It kept a folder of the image from being covered, and nothing covers it now.');
    return this.#writable(
      node,
      target,
      'A volume without a name is empty at the start, up to 64Mi, and gone with the pod.',
    );
  }

  #volume({ node, target, readOnly }: Mount, source: string): void {
    const { report, loaded } = this.context;
    const id = this.context.volumeId(source);
    this.#declare(id, source);
    report.approximated(get(loaded.root, 'volumes', source), `It becomes the volume ${id} of 1Gi${this.#how(source)}.`);
    this.places.volumes[target] = readOnly ? new PartReference(id, '.readOnly') : new PartReference(id);
    const empty = 'which is empty at first: docker would fill it with what the image holds there';
    report.approximated(node, `It is mounted from the volume ${id}, ${empty}.`);
  }

  #declare(id: string, source: string): void {
    const { parts } = this.context;
    if (parts.some((part) => part.id === id && part.construct === 'Volume')) return;
    parts.push({ construct: 'Volume', id, options: this.shared.has(source) ? { shared: true } : {} });
  }

  #how(source: string): string {
    return this.shared.has(source) ? ', of a storage class that many nodes can write to: name one' : '';
  }

  #bind(mount: Mount): void {
    const { node, source = '', target, readOnly } = mount;
    const { report } = this.context;
    const path = sourceOf(mount);
    if (source.endsWith('/docker.sock'))
      return report.refused(node, 'There is no docker in the cluster that a program could talk to.');
    if (/^\/etc\/(localtime|timezone)$/.test(source))
      return report.approximated(node, 'The clock of a pod shows UTC: set TZ in env where the program minds.');
    if (/^~|^\/$|^\/(proc|sys|dev|run|var|etc|usr|lib|boot|root|home)(\/|$)/.test(source))
      return report.refused(node, 'A pod sees nothing of the node it runs on.');
    if (this.#isSource(path, target))
      return report.approximated(
        node,
        'The image holds the source: what its Dockerfile copies. Nothing is mounted over it.',
      );
    const files = existsSync(path) ? textFiles(path, target) : undefined;
    if (!existsSync(path) && /\.\w+$/.test(source)) {
      return report.refused(node, 'It is not there: bring the file here, and import again.');
    }
    const settings = files !== undefined && Object.keys(files).length > 0 && (readOnly || !isData(path, target));
    if (!settings) return this.#empty(node, target, path);
    for (const [to, file] of Object.entries(files)) {
      const free = to === target ? to : this.places.free(node, to);
      if (free !== undefined) this.places.addFile(free, file, node);
    }
    return report.converted(node, 'Its files are mounted, read-only.');
  }

  /** A folder of the machine that holds data, or will: a volume takes its place. */
  #empty(node: Node, target: string, path: string): void {
    const words = [target, path].map((each) => dnsName(basename(each), 'data'));
    const own = `${this.member.id}-${words.find((word) => word !== this.member.id) ?? 'data'}`;
    const id = this.context.volumeId(path, this.shared.has(path) ? dnsName(basename(path), 'data') : own);
    this.#declare(id, path);
    this.places.volumes[target] = new PartReference(id);
    const what = 'A folder of this machine is not there in a cluster';
    this.context.report.approximated(
      node,
      `${what}: the volume ${id} takes its place, empty at first${this.#how(path)}.`,
    );
  }

  /** Whether it is what the image is built from: mounted for development, so that a change shows at once. */
  #isSource(path: string, target: string): boolean {
    const build = get(this.member.node, 'build');
    const context = textOf(get(build, 'context'));
    if (!build || context === undefined) return false;
    const folder = `${resolve(isAbsolute(context) ? context : join(build.spot.base, context))}/`;
    const mounted = `${resolve(path)}/`;
    if (folder.startsWith(mounted)) return true;
    if (!mounted.startsWith(folder) || !existsSync(path) || target.startsWith('/etc/')) return false;
    const names = statSync(path).isDirectory() ? readdirSync(path) : [basename(path)];
    return names.some((name) => SOURCE.test(name));
  }

  #tmpfs(item: Node): void {
    const [given = '', options] = (textOf(item) ?? '').split(':');
    const path = this.places.free(item, given);
    const why = options ? 'It is empty at the start, up to 64Mi; its other options are those of the node.' : undefined;
    if (path !== undefined) this.#writable(item, path, why);
  }

  #writable(node: Node, path: string, why?: string): void {
    this.places.writable.push(path);
    if (why) this.context.report.approximated(node, why);
    else this.context.report.converted(node);
  }
}
