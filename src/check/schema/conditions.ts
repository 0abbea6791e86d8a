import { own } from '../../basics/own';
import { APPLICATION } from './conditions/application';
import { CLUSTER } from './conditions/cluster';
import { JOB } from './conditions/job';
import { LIMITS } from './conditions/limits';
import { NETWORK } from './conditions/network';
import { POD } from './conditions/pod';
import { RIGHTS } from './conditions/rights';
import { SECURITY } from './conditions/security';
import { STORAGE } from './conditions/storage';
import type { Condition } from './condition';

const ALL: Readonly<Record<string, Condition>> = {
  ...POD,
  ...SECURITY,
  ...APPLICATION,
  ...JOB,
  ...LIMITS,
  ...NETWORK,
  ...STORAGE,
  ...RIGHTS,
  ...CLUSTER,
};

/** What finds out whether the fields of a type go together, though each is right alone. */
export function conditionOf(type: string): Condition | undefined {
  return own(ALL, type);
}
