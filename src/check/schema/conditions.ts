import { APPLICATION } from './conditions/application';
import { JOB } from './conditions/job';
import { LIMITS } from './conditions/limits';
import { NETWORK } from './conditions/network';
import { POD } from './conditions/pod';
import { RIGHTS } from './conditions/rights';
import { SECURITY } from './conditions/security';
import { STORAGE } from './conditions/storage';
import type { Condition } from './condition';
import type { Fault } from './fault';

const ALL: Readonly<Record<string, Condition>> = {
  ...POD,
  ...SECURITY,
  ...APPLICATION,
  ...JOB,
  ...LIMITS,
  ...NETWORK,
  ...STORAGE,
  ...RIGHTS,
};

/** What is wrong with the fields of an object together, though each is right alone. */
export function conditionsOf(type: string, value: Record<string, unknown>): Iterable<Fault> {
  return ALL[type]?.(value) ?? [];
}
