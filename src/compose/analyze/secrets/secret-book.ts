import { dnsName } from '../../load/project';
import type { PlannedSecret, PlannedSecretKey } from '../../plan/plan';

/** A key of a Secret, as an option of the chart. */
type SecretReference = {
  readonly secret: string;
  readonly key: string;
  /** The Secret is created outside of the chart. */
  readonly existing?: true;
};

/** Assigns each secret value to a key of a Secret. Equal values share a key. */
export class SecretBook {
  readonly #references = new Map<string, SecretReference>();
  readonly #secrets = new Map<string, PlannedSecretKey[]>();

  /** The key for a value, in the Secret of the service that uses it first. */
  keyFor(value: string, secret: string, key: string): SecretReference {
    return this.#reference(`value ${value}`, secret, { key });
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
    const name = dnsName(secret, 'secret');
    const keys = this.#secrets.get(name) ?? [];
    const wantedKey = keyName(wanted.key);
    let key = wantedKey;
    for (let n = 2; keys.some((other) => other.key === key); n++) key = `${wantedKey}_${n}`;
    this.#secrets.set(name, [...keys, { ...wanted, key }]);
    const reference = { secret: name, key, existing: true } as const;
    this.#references.set(content, reference);
    return reference;
  }
}

/** A valid key of a Secret. */
function keyName(name: string): string {
  return name.replace(/[^\w.-]/g, '_') || 'value';
}
