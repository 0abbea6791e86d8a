import { join, relative } from 'node:path';
import type { Context } from '../context';
import type { Member } from '../member';
import { isFile } from '../../load/files';
import { missing } from '../../load/load';
import { entriesOf, get, isTrue, itemsOf, textOf, type Node } from '../../load/node';
import type { Places } from './places';

const OWN_POD = 'The program may read it, and nobody else runs in its pod.';

/** Finds a place for the secrets and configs that a service may read. */
export class GrantConverter {
  constructor(
    private readonly context: Context,
    private readonly member: Member,
    private readonly places: Places,
  ) {}

  convert(): void {
    for (const item of itemsOf(get(this.member.node, 'secrets'))) this.#secret(item);
    for (const item of itemsOf(get(this.member.node, 'configs'))) this.#config(item);
  }

  #secret(item: Node): void {
    const { report, secrets } = this.context;
    const name = nameOf(item);
    const top = this.#declared('secret', name, item);
    const given = textOf(get(item, 'target')) ?? name;
    const target = top && this.places.free(item, given.startsWith('/') ? given : `/run/secrets/${given}`);
    if (!top || target === undefined) return;
    const owner = this.context.databaseOfSecret(name);
    if (owner) {
      this.places.files[target] = { secret: owner.id, key: 'password' };
      report.converted(item, 'It is the password of the database, which is made in the cluster.');
      report.rest(top, 'converted', `The password of ${owner.id} is made in the cluster.`);
      return;
    }
    const [file, variable] = [textOf(get(top, 'file')), textOf(get(top, 'environment'))];
    const external = isTrue(get(top, 'external'));
    const use = external
      ? secrets.external(textOf(get(top, 'name')) ?? name, name)
      : file
        ? secrets.keyForFile(name, name, relative('', join(top.spot.base, file)))
        : secrets.keyForVariable(name, name, variable ?? name);
    this.places.files[target] = { ...use };
    if (external) report.rest(top, 'converted', `It is the key ${use.key} of the Secret ${use.secret}.`);
    else
      report.rest(
        top,
        'approximated',
        `Its value stays out of the chart: put it into the Secret ${use.secret} as ${use.key}.`,
      );
    this.#granted(item);
  }

  #config(item: Node): void {
    const { report, loaded, problems, secrets } = this.context;
    const name = nameOf(item);
    const top = this.#declared('config', name, item);
    const target = top && this.places.free(item, textOf(get(item, 'target')) ?? `/${name}`);
    if (!top || target === undefined) return;
    const [file, content, variable] = [get(top, 'file'), get(top, 'content'), get(top, 'environment')];
    const text = content ? textOf(content) : variable && loaded.lookup(textOf(variable) ?? '');
    if (file) {
      const path = join(top.spot.base, textOf(file) ?? '');
      if (isFile(path)) this.places.addFile(target, path, top);
      else problems.push(missing(path, file.spot.place));
    } else if (!content && !variable) {
      report.refused(item, 'Mount the ConfigMap that is there: volumes: { [path]: { configMap: { name } } }.');
      return;
    } else if (this.context.isSecretText(content, text ?? '')) {
      const use = secrets.keyFor(text ?? '', this.member.id, name);
      this.places.files[target] = { ...use };
      report.approximated(
        top,
        `It holds a secret, so its text stays out of the chart: put it into the Secret ${use.secret} as ${use.key}.`,
      );
    } else if (text === undefined && variable) {
      problems.push({
        code: 'compose-variable-missing',
        message: `The config ${name} needs the variable ${textOf(variable) ?? ''}, which has no value.`,
        place: variable.spot.place,
        fix: 'Set it where the command runs.',
      });
    } else this.places.files[target] = text ?? '';
    report.rest(top, 'converted');
    this.#granted(item);
  }

  #declared(what: 'secret' | 'config', name: string, item: Node): Node | undefined {
    const top = get(this.context.loaded.root, `${what}s`, name);
    if (!top) this.context.undeclared(what, name, item);
    return top;
  }

  #granted(item: Node): void {
    for (const [key, node] of entriesOf(item))
      if (key !== 'source' && key !== 'target') this.context.report.approximated(node, OWN_POD);
    this.context.report.rest(item, 'converted');
  }
}

function nameOf(item: Node): string {
  return textOf(get(item, 'source')) ?? textOf(item) ?? '';
}
