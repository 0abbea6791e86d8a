import { own } from '../../../../basics/own';
import { APPLICATION } from './application';
import { CLUSTER } from './cluster';
import { JOB } from './job';
import { LIMITS } from './limits';
import { NETWORK } from './network';
import { POD } from './pod';
import { PERMISSIONS } from './permissions';
import { SECURITY } from './security';
import { STORAGE } from './storage';
import type { ConsistencyCheck } from './consistency-check';

const ALL: Readonly<Record<string, ConsistencyCheck>> = {
  ...POD,
  ...SECURITY,
  ...APPLICATION,
  ...JOB,
  ...LIMITS,
  ...NETWORK,
  ...STORAGE,
  ...PERMISSIONS,
  ...CLUSTER,
};

/** The check for the fields of a type, if it has one. */
export function consistencyCheckOf(type: string): ConsistencyCheck | undefined {
  return own(ALL, type);
}
