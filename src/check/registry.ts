import type { Rule } from './rule';
import { backendMissing } from './rules/backend-missing';
import { backendPortMissing } from './rules/backend-port-missing';
import { claimMissing } from './rules/claim-missing';
import { configMapMissing } from './rules/config-map-missing';
import { hostUnknown } from './rules/host-unknown';
import { imageUnpinned } from './rules/image-unpinned';
import { policyWithoutPods } from './rules/policy-without-pods';
import { probePortMissing } from './rules/probe-port-missing';
import { secretMissing } from './rules/secret-missing';
import { serviceAccountMissing } from './rules/service-account-missing';
import { servicePortMissing } from './rules/service-port-missing';
import { serviceWithoutPods } from './rules/service-without-pods';
import { volumeMissing } from './rules/volume-missing';
import { SCHEMA_RULES } from './schema/rules';

/** Every rule, in the order in which their problems are told. */
export const RULES: readonly Rule[] = [
  ...SCHEMA_RULES,
  hostUnknown,
  serviceWithoutPods,
  servicePortMissing,
  probePortMissing,
  backendMissing,
  backendPortMissing,
  policyWithoutPods,
  serviceAccountMissing,
  configMapMissing,
  secretMissing,
  claimMissing,
  volumeMissing,
  imageUnpinned,
];
