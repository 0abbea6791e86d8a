import { AVAILABILITY } from './hardened/availability';
import { NODE } from './hardened/node';
import { POD_SECURITY } from './hardened/pod-security';
import { RESOURCES } from './hardened/resources';
import { RIGHTS } from './hardened/rights';
import type { Rule } from './rule';
import { apiBlocked } from './rules/api-blocked';
import { autoscaleWithoutRequests } from './rules/autoscale-without-requests';
import { backendMissing } from './rules/backend-missing';
import { backendPortMissing } from './rules/backend-port-missing';
import { budgetBlocks } from './rules/budget-blocks';
import { budgetWithoutPods } from './rules/budget-without-pods';
import { callBlocked } from './rules/call-blocked';
import { claimMissing } from './rules/claim-missing';
import { configMapMissing } from './rules/config-map-missing';
import { dnsBlocked } from './rules/dns-blocked';
import { gatewayBlocked } from './rules/gateway-blocked';
import { hostPortMissing } from './rules/host-port-missing';
import { hostUnknown } from './rules/host-unknown';
import { identityTaken } from './rules/identity-taken';
import { imageUnpinned } from './rules/image-unpinned';
import { namespaceUnknown } from './rules/namespace-unknown';
import { policyWithoutPods } from './rules/policy-without-pods';
import { probePortMissing } from './rules/probe-port-missing';
import { replicasAndAutoscale } from './rules/replicas-and-autoscale';
import { roleMissing } from './rules/role-missing';
import { routeTaken } from './rules/route-taken';
import { scaleTargetMissing } from './rules/scale-target-missing';
import { scheduleNever } from './rules/schedule-never';
import { secretMissing } from './rules/secret-missing';
import { serviceAccountMissing } from './rules/service-account-missing';
import { serviceMixedPods } from './rules/service-mixed-pods';
import { servicePortMissing } from './rules/service-port-missing';
import { serviceWithoutPods } from './rules/service-without-pods';
import { statefulServiceMissing } from './rules/stateful-service-missing';
import { subjectMissing } from './rules/subject-missing';
import { volumeMissing } from './rules/volume-missing';
import { SCHEMA_RULES } from './schema/rules';

/** The rules that only those are told who ask for them. */
export const HARDENED_RULES: readonly Rule[] = [...POD_SECURITY, ...NODE, ...RESOURCES, ...AVAILABILITY, ...RIGHTS];

/** Every rule, in the order in which their problems are told. */
export const RULES: readonly Rule[] = [
  ...SCHEMA_RULES,
  identityTaken,
  namespaceUnknown,
  hostUnknown,
  hostPortMissing,
  serviceWithoutPods,
  serviceMixedPods,
  servicePortMissing,
  statefulServiceMissing,
  probePortMissing,
  backendMissing,
  backendPortMissing,
  routeTaken,
  policyWithoutPods,
  callBlocked,
  dnsBlocked,
  apiBlocked,
  gatewayBlocked,
  scaleTargetMissing,
  autoscaleWithoutRequests,
  replicasAndAutoscale,
  budgetWithoutPods,
  budgetBlocks,
  scheduleNever,
  serviceAccountMissing,
  roleMissing,
  subjectMissing,
  configMapMissing,
  secretMissing,
  claimMissing,
  volumeMissing,
  imageUnpinned,
  ...HARDENED_RULES,
];
