import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, isAbsolute, join, relative, resolve } from 'node:path';
import { PartReference } from './chart';
import type { Context, Member } from './context';
import { missing } from './load';
import { entriesOf, get, isTrue, itemsOf, textOf, type Node } from './node';
import { isData, mountsOf, textFiles, type Mount } from './mounts';
import { dnsName } from './project';
import { isSecretFile } from './secrets';
import { bytesOf } from './short-forms';
import type { Literal } from './typescript';

/** Where a microservice keeps and finds files. */
export interface Storage {
  readonly files: Record<string, Literal>;
  readonly volumes: Record<string, Literal>;
  readonly writable: string[];
}

/** Finds a place for everything that a service mounts. */
export class StorageConverter {
  readonly result: Storage = { files: {}, volumes: {}, writable: [] };

  constructor(
    private readonly context: Context,
    private readonly member: Member,
    private readonly shared: ReadonlySet<string>,
    private readonly copies: number,
  ) {}

  convert(): Storage {
    const mounts = mountsOf(this.member);
    for (const mount of mounts) this.#mount(mount, mounts);
    for (const item of itemsOf(get(this.member.node, 'tmpfs'))) this.#tmpfs(item);
    for (const item of itemsOf(get(this.member.node, 'secrets'))) this.#secret(item);
    for (const item of itemsOf(get(this.member.node, 'configs'))) this.#config(item);
    const shm = get(this.member.node, 'shm_size');
    const size = bytesOf(textOf(shm) ?? '');
    if (size) {
      this.result.volumes['/dev/shm'] = { emptyDir: { medium: 'Memory', sizeLimit: size } };
      this.context.report.converted(shm);
    }
    return this.result;
  }

  #mount(mount: Mount, all: readonly Mount[]): void {
    const { node, type, source, target } = mount;
    const { report } = this.context;
    if (!/^\/[^\s:*?]*$/.test(target) || target === '/') return report.refused(node, 'Nothing can be mounted there.');
    if (type === 'tmpfs') return this.#writable(node, target, 'It is empty at the start, up to 64Mi.');
    if (type === 'bind') return this.#bind(mount);
    if (type !== 'volume') return report.refused(node, `No ${type} can be mounted in a cluster.`);
    if (source !== undefined) return this.#volume(mount, source);
    const covered = all.some((other) => other.type === 'bind' && target.startsWith(`${other.target}/`));
    if (covered) return report.approximated(node, 'It kept a folder of the image from being covered, and nothing covers it now.');
    return this.#writable(node, target, 'A volume without a name is empty at the start, up to 64Mi, and gone with the pod.');
  }

  #volume({ node, target, readOnly }: Mount, source: string): void {
    const { report, parts, loaded } = this.context;
    const top = get(loaded.root, 'volumes', source);
    const id = this.context.volumeId(source);
    if (!parts.some((part) => part.id === id && part.construct === 'Volume')) {
      const shared = this.shared.has(source) || this.copies > 1;
      parts.push({ construct: 'Volume', id, options: shared ? { shared: true } : {} });
      report.approximated(
        top,
        `It becomes the volume ${id} of 1Gi${shared ? ', of a storage class that many nodes can write to: name one' : ''}.`,
      );
    }
    this.result.volumes[target] = readOnly ? new PartReference(id, '.readOnly') : new PartReference(id);
    report.approximated(
      node,
      `It is mounted from the volume ${id}, which is empty at first: docker would fill it with what the image holds there.`,
    );
  }

  #bind({ node, source = '', target, readOnly }: Mount): void {
    const { report } = this.context;
    const path = source.startsWith('~') ? source : isAbsolute(source) ? source : join(node.spot.base, source);
    if (source.endsWith('/docker.sock')) return report.refused(node, 'There is no docker in the cluster that a program could talk to.');
    if (/^\/etc\/(localtime|timezone)$/.test(source))
      return report.refused(node, "The node's time zone is no setting of a pod: set TZ in env.");
    if (source.startsWith('~') || /^\/(proc|sys|dev|run|var|etc|usr|lib|boot)(\/|$)/.test(source))
      return report.refused(node, 'A pod sees nothing of the node it runs on.');
    if (this.#isSource(path))
      return report.approximated(node, 'The image holds the source: what its Dockerfile copies. Nothing is mounted over it.');
    const files = existsSync(path) ? textFiles(path, target) : undefined;
    if (files && (readOnly || !isData(path, target))) {
      if (Object.keys(files).length === 0) return this.#empty(node, target);
      for (const [to, file] of Object.entries(files)) this.#file(to, file, node);
      return report.converted(node, 'Its files are mounted, read-only.');
    }
    return this.#empty(node, target);
  }

  /** A file of the project: its text stands in the manifests, unless nobody should read it. */
  #file(target: string, path: string, node: Node): void {
    const name = relative('', path);
    if (!isSecretFile(path, readFileSync(path, 'utf8'))) {
      this.result.files[target] = { file: name };
      return;
    }
    const use = this.context.secrets.keyForFile(`${this.member.id}-files`, basename(path).replace(/[^\w.-]/g, '_'), name);
    this.result.files[target] = { ...use };
    this.context.report.approximated(
      node,
      `${name} holds what nobody should read, so it stays out of the chart: put it into the Secret ${use.secret}.`,
    );
  }

  /** A folder of the machine that holds data, or will: a volume takes its place. */
  #empty(node: Node, target: string): void {
    const id = this.context.freeId(`${this.member.id}-${dnsName(basename(target), 'data')}`);
    this.context.parts.push({ construct: 'Volume', id, options: this.copies > 1 ? { shared: true } : {} });
    this.result.volumes[target] = new PartReference(id);
    this.context.report.approximated(
      node,
      `A folder of this machine is not there in a cluster: the volume ${id} takes its place, empty at first.`,
    );
  }

  /** Whether a folder is what the image is built from: mounted for development, so that a change shows at once. */
  #isSource(path: string): boolean {
    const build = get(this.member.node, 'build');
    const context = textOf(get(build, 'context'));
    if (!build || context === undefined) return false;
    const folder = resolve(isAbsolute(context) ? context : join(build.spot.base, context));
    if (`${folder}/`.startsWith(`${resolve(path)}/`)) return true;
    return (
      `${resolve(path)}/`.startsWith(`${folder}/`) &&
      existsSync(path) &&
      statSync(path).isDirectory() &&
      readdirSync(path).some((name) => /\.(m?[jt]sx?|py|rb|go|rs|java|kt|php|cs|ex|vue|svelte|html|css)$|^package\.json$/.test(name))
    );
  }

  #tmpfs(item: Node): void {
    const [path = '', options] = (textOf(item) ?? '').split(':');
    this.#writable(item, path, options ? 'It is empty at the start, up to 64Mi; its other options are those of the node.' : undefined);
  }

  #writable(node: Node, path: string, why?: string): void {
    this.result.writable.push(path.replace(/(.)\/+$/, '$1'));
    if (why) this.context.report.approximated(node, why);
    else this.context.report.converted(node);
  }

  #secret(item: Node): void {
    const { report, secrets, loaded } = this.context;
    const name = textOf(get(item, 'source')) ?? textOf(item) ?? '';
    const top = get(loaded.root, 'secrets', name);
    if (!top) return this.context.undeclared('secret', name, item);
    const given = textOf(get(item, 'target')) ?? name;
    const target = given.startsWith('/') ? given : `/run/secrets/${given}`;
    const [file, variable] = [get(top, 'file'), get(top, 'environment')];
    const owner = this.context.databaseOfSecret(name);
    if (owner) {
      this.result.files[target] = { secret: owner.id, key: 'password' };
      report.converted(item, 'It is the password of the database, which is made in the cluster.');
      return report.rest(top, 'converted', `The password of ${owner.id} is made in the cluster.`);
    }
    const external = isTrue(get(top, 'external'));
    const path = relative('', join(top.spot.base, textOf(file) ?? ''));
    const use = external
      ? secrets.external(textOf(get(top, 'name')) ?? name, name)
      : file
        ? secrets.keyForFile(name, name, path)
        : secrets.keyForVariable(name, name, textOf(variable) ?? name);
    this.result.files[target] = { ...use };
    if (external) report.rest(top, 'converted', `It is the key ${use.key} of the Secret ${use.secret}.`);
    else report.rest(top, 'approximated', `Its value stays out of the chart: put it into the Secret ${use.secret} as ${use.key}.`);
    for (const [key, node] of entriesOf(item)) {
      if (key === 'source' || key === 'target') report.converted(node);
      else report.approximated(node, 'The program may read it, and nobody else runs in its pod.');
    }
    report.converted(item);
  }

  #config(item: Node): void {
    const { report, loaded, problems } = this.context;
    const name = textOf(get(item, 'source')) ?? textOf(item) ?? '';
    const top = get(loaded.root, 'configs', name);
    if (!top) return this.context.undeclared('config', name, item);
    const target = textOf(get(item, 'target')) ?? `/${name}`;
    const [file, content, variable] = [get(top, 'file'), get(top, 'content'), get(top, 'environment')];
    if (file) {
      const path = join(top.spot.base, textOf(file) ?? '');
      if (existsSync(path)) this.#file(target, path, top);
      else problems.push(missing(path, file.spot.place));
    } else if (content || variable) {
      const text = content ? textOf(content) : loaded.lookup(textOf(variable) ?? '');
      if (this.context.isSecretText(content, text ?? '')) {
        const use = this.context.secrets.keyFor(text ?? '', this.member.id, name);
        this.result.files[target] = { ...use };
        report.rest(
          top,
          'approximated',
          `It holds a secret, so its text stays out of the chart: put it into the Secret ${use.secret} as ${use.key}.`,
        );
      } else this.result.files[target] = text ?? '';
    } else return report.refused(item, 'Mount the ConfigMap that is there: volumes: { [path]: { configMap: { name } } }.');
    report.rest(top, 'converted');
    for (const [key, node] of entriesOf(item))
      if (!['source', 'target'].includes(key)) report.approximated(node, 'The program may read it, and nobody else runs in its pod.');
    report.rest(item, 'converted');
  }
}
