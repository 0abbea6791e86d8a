import { dnsName } from '../../load/project';
import type { PlannedSecret, PlannedSecretKey } from '../../plan/plan';

/** A key of a Secret, as an option of the chart. */
type SecretReference = {
  readonly secret: string;
  readonly key: string;
  /** The Secret is created outside of the chart. */
  readonly existing?: true;
};

/** Assigns each secret value to a key of a Secret. Equal values share a key only if a link between them is known. */
export class SecretBook {
  readonly #references = new Map<string, SecretReference>();
  readonly #values = new Map<string, { readonly reference: SecretReference; readonly links: Set<string> }[]>();
  readonly #secrets = new Map<string, PlannedSecretKey[]>();
  readonly #taken = new Set<string>();
  readonly #next = new Map<string, number>();

  /** The key for a value, in the Secret of the service that uses it first. An equal value with a common link has the same key. */
  keyFor(value: string, secret: string, key: string, links: readonly string[]): SecretReference {
    const equal = this.#values.get(value) ?? [];
    this.#values.set(value, equal);
    const known = equal.find((other) => links.some((link) => other.links.has(link)));
    for (const link of links) known?.links.add(link);
    if (known) return known.reference;
    const reference = this.#add(secret, { key });
    equal.push({ reference, links: new Set(links) });
    return reference;
  }

  /** The key for a secret that Compose reads from a file. */
  keyForFile(secret: string, key: string, file: string): SecretReference {
    return this.#reference(`file ${file}`, secret, { key, file });
  }

  /** The key for a secret that Compose reads from a variable. */
  keyForVariable(secret: string, key: string, variable: string): SecretReference {
    return this.#reference(`variable ${variable}`, secret, { key, variable });
  }

  /** A key of a Secret that exists already. */
  external(secret: string, key: string): SecretReference {
    return { secret: dnsName(secret, 'secret'), key: keyName(key), existing: true };
  }

  /** The Secrets to create. */
  all(): PlannedSecret[] {
    return [...this.#secrets].map(([name, keys]) => ({ name, keys }));
  }

  #reference(content: string, secret: string, wanted: PlannedSecretKey): SecretReference {
    const known = this.#references.get(content);
    if (known) return known;
    const reference = this.#add(secret, wanted);
    this.#references.set(content, reference);
    return reference;
  }

  #add(secret: string, wanted: PlannedSecretKey): SecretReference {
    const name = dnsName(secret, 'secret');
    const wantedKey = keyName(wanted.key);
    let key = wantedKey;
    let n = this.#next.get(`${name} ${key}`) ?? 2;
    for (; this.#taken.has(`${name} ${key}`); n++) key = `${wantedKey}_${n}`;
    this.#next.set(`${name} ${wantedKey}`, n);
    this.#taken.add(`${name} ${key}`);
    const keys = this.#secrets.get(name) ?? [];
    this.#secrets.set(name, keys);
    keys.push({ ...wanted, key });
    return { secret: name, key, existing: true };
  }
}

/** A valid key of a Secret. */
function keyName(name: string): string {
  return name.replace(/[^\w.-]/g, '_') || 'value';
}
