/** The set of rules: `wiring` finds broken references and invalid objects, `hardened` adds rules for security and availability. */
export type Profile = 'wiring' | 'hardened';

export const PROFILES: readonly Profile[] = ['wiring', 'hardened'];
