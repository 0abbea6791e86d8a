/** The version of this package. */
export const VERSION = (require('../../package.json') as { version: string }).version;
