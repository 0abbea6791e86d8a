import { dnsName } from '../../load/project';

/** One key of a Secret, as a chart names it. */
export interface SecretUse {
  readonly secret: string;
  readonly key: string;
  /** Made outside the chart; that of a database is made in the cluster. */
  readonly existing?: true;
}

/** Where each secret value went: into Secrets that somebody makes before the first start. Values are compared, and never shown. */
export class SecretBook {
  readonly #byValue = new Map<string, SecretUse>();
  readonly #byPath = new Map<string, SecretUse>();
  readonly #keys = new Map<string, Map<string, string>>();

  constructor(private readonly namespace: string) {}

  /** The key that holds a value: the one it has already, or a new one in the Secret of its service. */
  keyFor(value: string, secret: string, key: string): SecretUse {
    const known = this.#byValue.get(value);
    if (known) return known;
    const use = this.#named(secret, key, '--from-literal', '…');
    this.#byValue.set(value, use);
    return use;
  }

  /** The key for a secret that compose reads from a file. */
  keyForFile(secret: string, key: string, path: string): SecretUse {
    const known = this.#byPath.get(path) ?? this.#named(secret, key, '--from-file', path);
    this.#byPath.set(path, known);
    return known;
  }

  /** The key for a secret that compose reads from a variable. */
  keyForVariable(secret: string, key: string, name: string): SecretUse {
    const known = this.#byPath.get(`$${name}`) ?? this.#named(secret, key, '--from-literal', `"$${name}"`);
    this.#byPath.set(`$${name}`, known);
    return known;
  }

  /** A Secret that is there already. */
  external(secret: string, key: string): SecretUse {
    return { secret: dnsName(secret, 'secret'), key: keyName(key), existing: true };
  }

  /** The commands that make the Secrets, and their namespace before; the values are for a person to fill in. */
  commands(): string[] {
    const secrets = [...this.#keys].map(
      ([secret, keys]) =>
        `kubectl -n ${this.namespace} create secret generic ${secret} ${[...keys.values()].join(' ')}`,
    );
    // As if it had been applied, so that the first apply takes it over without a word.
    return secrets.length > 0 ? [`kubectl create namespace ${this.namespace} --save-config`, ...secrets] : [];
  }

  #named(secret: string, key: string, option: string, source: string): SecretUse {
    const name = dnsName(secret, 'secret');
    const wanted = keyName(key);
    const keys = this.#keys.get(name) ?? new Map<string, string>();
    let free = wanted;
    for (let n = 2; keys.has(free); n++) free = `${wanted}_${n}`;
    this.#keys.set(name, keys.set(free, `${option}=${free}=${source}`));
    return { secret: name, key: free, existing: true };
  }
}

/** What the key of a Secret may be called. */
function keyName(name: string): string {
  return name.replace(/[^\w.-]/g, '_') || 'value';
}
