import { apiPortMissing } from './hardened/api-port-missing';
import { budgetBlocksUnhealthy } from './hardened/budget-blocks-unhealthy';
import { budgetMissing } from './hardened/budget-missing';
import { capabilitiesKept } from './hardened/capabilities-kept';
import { deadlineMissing } from './hardened/deadline-missing';
import { dnsWithoutTcp } from './hardened/dns-without-tcp';
import { escalationAllowed } from './hardened/escalation-allowed';
import { exceptionInvalid } from './hardened/exception-invalid';
import { gatewayOpen } from './hardened/gateway-open';
import { hostPath } from './hardened/host-path';
import { hostPort } from './hardened/host-port';
import { hostShared } from './hardened/host-shared';
import { isolationWeakened } from './hardened/isolation-weakened';
import { limitMissing } from './hardened/limit-missing';
import { livenessMissing } from './hardened/liveness-missing';
import { namespaceDefault } from './hardened/namespace-default';
import { policyMissing } from './hardened/policy-missing';
import { privileged } from './hardened/privileged';
import { probePortUndeclared } from './hardened/probe-port-undeclared';
import { scrapePortUndeclared } from './hardened/scrape-port-undeclared';
import { probesSame } from './hardened/probes-same';
import { readinessMissing } from './hardened/readiness-missing';
import { readinessShared } from './hardened/readiness-shared';
import { replicasTogether } from './hardened/replicas-together';
import { requestsMissing } from './hardened/requests-missing';
import { rightsAll } from './hardened/rights-all';
import { rightsSecrets } from './hardened/rights-secrets';
import { rightsWildcard } from './hardened/rights-wildcard';
import { rootAllowed } from './hardened/root-allowed';
import { rootWritable } from './hardened/root-writable';
import { routeWithoutTls } from './hardened/route-without-tls';
import { seccompOff } from './hardened/seccomp-off';
import { secretInPlainText } from './hardened/secret-in-plain-text';
import { serviceExposed } from './hardened/service-exposed';
import { tokenMounted } from './hardened/token-mounted';
import { exceptionDeclared } from './hints/exception-declared';
import { ingressNginxRetired } from './hints/ingress-nginx-retired';
import { namespaceLeftOut } from './hints/namespace-left-out';
import { variantsTogether } from './hints/variants-together';
import type { Rule } from './rule';
import { apiBlocked } from './wiring/api-blocked';
import { autoscaleWithoutRequests } from './wiring/autoscale-without-requests';
import { backendMissing } from './wiring/backend-missing';
import { backendPortMissing } from './wiring/backend-port-missing';
import { budgetBlocks } from './wiring/budget-blocks';
import { budgetWithoutPods } from './wiring/budget-without-pods';
import { callBlocked } from './wiring/call-blocked';
import { claimMissing } from './wiring/claim-missing';
import { classUnknown } from './wiring/class-unknown';
import { configMapMissing } from './wiring/config-map-missing';
import { dnsBlocked } from './wiring/dns-blocked';
import { extensionServiceMissing } from './wiring/extension-service-missing';
import { gatewayBlocked } from './wiring/gateway-blocked';
import { hostBlocked } from './wiring/host-blocked';
import { hostPortMissing } from './wiring/host-port-missing';
import { hostUnknown } from './wiring/host-unknown';
import { identityTaken } from './wiring/identity-taken';
import { imageUnpinned } from './wiring/image-unpinned';
import { monitorPortMissing } from './wiring/monitor-port-missing';
import { monitorWithoutTargets } from './wiring/monitor-without-targets';
import { namespaceUnknown } from './wiring/namespace-unknown';
import { podRefused } from './wiring/pod-refused';
import { policyPortMissing } from './wiring/policy-port-missing';
import { policyWithoutPods } from './wiring/policy-without-pods';
import { probeNotServed } from './wiring/probe-not-served';
import { probePortMissing } from './wiring/probe-port-missing';
import { referenceMissing } from './wiring/reference-missing';
import { referenceNotGranted } from './wiring/reference-not-granted';
import { replicasAndAutoscale } from './wiring/replicas-and-autoscale';
import { roleMissing } from './wiring/role-missing';
import { routeTaken } from './wiring/route-taken';
import { routeSettingIgnored } from './wiring/route-setting-ignored';
import { routeUnattached } from './wiring/route-unattached';
import { scaleTargetMissing } from './wiring/scale-target-missing';
import { scheduleNever } from './wiring/schedule-never';
import { secretMissing } from './wiring/secret-missing';
import { selectorsOverlap } from './wiring/selectors-overlap';
import { serviceAccountMissing } from './wiring/service-account-missing';
import { serviceMixedPods } from './wiring/service-mixed-pods';
import { servicePortMissing } from './wiring/service-port-missing';
import { serviceWithoutPods } from './wiring/service-without-pods';
import { statefulServiceMissing } from './wiring/stateful-service-missing';
import { subjectMissing } from './wiring/subject-missing';
import { variableUnresolved } from './wiring/variable-unresolved';
import { subsetMissing } from './wiring/subset-missing';
import { volumeMissing } from './wiring/volume-missing';
import { SCHEMA_RULES } from './schema';

/** The rules of the profile `hardened`. */
export const HARDENED_RULES: readonly Rule[] = [
  rootAllowed,
  escalationAllowed,
  privileged,
  capabilitiesKept,
  seccompOff,
  rootWritable,
  exceptionInvalid,
  hostShared,
  hostPort,
  hostPath,
  isolationWeakened,
  requestsMissing,
  limitMissing,
  readinessMissing,
  readinessShared,
  gatewayOpen,
  livenessMissing,
  probePortUndeclared,
  scrapePortUndeclared,
  probesSame,
  secretInPlainText,
  tokenMounted,
  replicasTogether,
  budgetMissing,
  budgetBlocksUnhealthy,
  deadlineMissing,
  policyMissing,
  dnsWithoutTcp,
  apiPortMissing,
  namespaceDefault,
  rightsWildcard,
  rightsAll,
  rightsSecrets,
  serviceExposed,
  routeWithoutTls,
];

/** Every rule, in the order in which problems are reported. */
export const RULES: readonly Rule[] = [
  ...SCHEMA_RULES,
  identityTaken,
  namespaceUnknown,
  hostUnknown,
  hostPortMissing,
  variableUnresolved,
  serviceWithoutPods,
  serviceMixedPods,
  servicePortMissing,
  statefulServiceMissing,
  probePortMissing,
  probeNotServed,
  backendMissing,
  backendPortMissing,
  routeUnattached,
  routeSettingIgnored,
  referenceNotGranted,
  subsetMissing,
  extensionServiceMissing,
  monitorWithoutTargets,
  monitorPortMissing,
  routeTaken,
  policyWithoutPods,
  policyPortMissing,
  callBlocked,
  hostBlocked,
  dnsBlocked,
  apiBlocked,
  gatewayBlocked,
  scaleTargetMissing,
  autoscaleWithoutRequests,
  replicasAndAutoscale,
  budgetWithoutPods,
  budgetBlocks,
  selectorsOverlap,
  scheduleNever,
  serviceAccountMissing,
  roleMissing,
  subjectMissing,
  configMapMissing,
  secretMissing,
  claimMissing,
  volumeMissing,
  referenceMissing,
  classUnknown,
  podRefused,
  imageUnpinned,
  ...HARDENED_RULES,
];

/** Rules whose findings may be intended. They do not fail a check. */
export const HINT_RULES: readonly Rule[] = [exceptionDeclared, ingressNginxRetired, namespaceLeftOut, variantsTogether];
