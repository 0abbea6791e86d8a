/** How much is asked: that things find each other, or that workloads are hardened too. */
export type Profile = 'wiring' | 'hardened';

export const PROFILES: readonly Profile[] = ['wiring', 'hardened'];
