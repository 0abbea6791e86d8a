import { AVAILABILITY } from './hardened/availability';
import { NODE } from './hardened/node';
import { POD_SECURITY } from './hardened/pod-security';
import { RESOURCES } from './hardened/resources';
import { RIGHTS } from './hardened/rights';
import type { Rule } from './rule';
import { apiBlocked } from './wiring/api-blocked';
import { autoscaleWithoutRequests } from './wiring/autoscale-without-requests';
import { backendMissing } from './wiring/backend-missing';
import { backendPortMissing } from './wiring/backend-port-missing';
import { budgetBlocks } from './wiring/budget-blocks';
import { budgetWithoutPods } from './wiring/budget-without-pods';
import { callBlocked } from './wiring/call-blocked';
import { claimMissing } from './wiring/claim-missing';
import { configMapMissing } from './wiring/config-map-missing';
import { dnsBlocked } from './wiring/dns-blocked';
import { gatewayBlocked } from './wiring/gateway-blocked';
import { hostPortMissing } from './wiring/host-port-missing';
import { hostUnknown } from './wiring/host-unknown';
import { identityTaken } from './wiring/identity-taken';
import { imageUnpinned } from './wiring/image-unpinned';
import { namespaceUnknown } from './wiring/namespace-unknown';
import { policyWithoutPods } from './wiring/policy-without-pods';
import { probePortMissing } from './wiring/probe-port-missing';
import { replicasAndAutoscale } from './wiring/replicas-and-autoscale';
import { roleMissing } from './wiring/role-missing';
import { routeTaken } from './wiring/route-taken';
import { scaleTargetMissing } from './wiring/scale-target-missing';
import { scheduleNever } from './wiring/schedule-never';
import { secretMissing } from './wiring/secret-missing';
import { serviceAccountMissing } from './wiring/service-account-missing';
import { serviceMixedPods } from './wiring/service-mixed-pods';
import { servicePortMissing } from './wiring/service-port-missing';
import { serviceWithoutPods } from './wiring/service-without-pods';
import { statefulServiceMissing } from './wiring/stateful-service-missing';
import { subjectMissing } from './wiring/subject-missing';
import { volumeMissing } from './wiring/volume-missing';
import { SCHEMA_RULES } from './schema';

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
