import { Image } from '../../images/image';

// Defaults that several concepts share. All other defaults are in the resolve.ts of their concept.

/** The time zone of every schedule. */
export const TIME_ZONE = 'Etc/UTC';
/** The user and group that a program runs as. The Node.js images use the same user. */
export const USER = 1000;
/** The image with Node.js for programs that call the API server. */
export const NODE_IMAGE = Image.of('node:24-slim');
/** The storage that a claim requests. */
export const STORAGE_SIZE = '1Gi';

/** Options in which every option with a default is set. */
export type Complete<Options, Defaults> = Omit<Options, keyof Defaults> & {
  readonly [Key in keyof Defaults & keyof Options]-?: Exclude<Options[Key], undefined>;
};

/** The given options, and the default of each option that is not set. An option that is `undefined` is not set. */
export function withDefaults<Options extends object, Defaults extends Partial<Options>>(
  given: Options | undefined,
  defaults: Defaults,
): Complete<Options, Defaults> {
  const result: Record<string, unknown> = { ...defaults };
  if (given) for (const [key, value] of Object.entries(given)) if (value !== undefined) result[key] = value;
  return result as Complete<Options, Defaults>;
}
