import type { KubeObject } from '../../k8s/objects';

const MASK = '••••••';
/** Shorter values occur in other texts by chance. */
const SHORTEST = 4;

/** The values of Secrets. No output contains them. */
export class SecretValues {
  readonly #values = new Set<string>();

  /** Remembers the values of a Secret. Ignores other objects. */
  add(object: KubeObject | undefined): void {
    if (!isSecretObject(object)) return;
    for (const [encoded, values] of [
      [true, object.data],
      [false, object.stringData],
    ] as const) {
      for (const value of Object.values((values ?? {}) as Record<string, unknown>)) {
        const text = String(value);
        const plain = encoded ? Buffer.from(text, 'base64').toString('utf8') : text;
        for (const form of [plain, Buffer.from(plain).toString('base64')])
          if (form.length >= SHORTEST) this.#values.add(form);
      }
    }
  }

  /** A text without the values. */
  masked(text: string): string {
    // A value can contain another one, so the longest comes first.
    const values = [...this.#values].toSorted((a, b) => b.length - a.length);
    return values.reduce((result, value) => result.replaceAll(value, MASK), text);
  }

  /** A copy of a JSON value without the values in its texts. */
  maskedValue(value: unknown): unknown {
    if (this.#values.size === 0) return value;
    if (typeof value === 'string') return this.masked(value);
    if (Array.isArray(value)) return value.map((item) => this.maskedValue(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.maskedValue(item)]));
  }
}

export function isSecretObject(object: KubeObject | undefined): object is KubeObject {
  return object?.kind === 'Secret' && object.apiVersion === 'v1';
}

/** What stands for the value of a field of a Secret. */
export function maskOf(value: unknown): unknown {
  return value === undefined ? undefined : MASK;
}
