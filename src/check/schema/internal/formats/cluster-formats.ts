import * as is from './formats';

const WEBHOOK = {
  name: is.webhookName,
  admissionReviewVersions: is.dnsLabel,
  sideEffects: is.oneOf('None', 'NoneOnDryRun'),
  timeoutSeconds: is.between(1, 30),
};

/** The formats of the fields of kinds that configure a cluster. */
export const CLUSTER_FORMATS: Readonly<Record<string, Readonly<Record<string, is.Format>>>> = {
  'admissionregistration/v1.MutatingWebhook': WEBHOOK,
  'admissionregistration/v1.ValidatingWebhook': WEBHOOK,
  'admissionregistration/v1.ServiceReference': { path: is.absolutePath, port: is.port },
  'apiextensions/v1.CustomResourceDefinitionSpec': { group: is.domain, scope: is.oneOf('Cluster', 'Namespaced') },
  'apiextensions/v1.CustomResourceDefinitionNames': {
    plural: is.dnsLabel,
    singular: is.maybe(is.dnsLabel),
    shortNames: is.dnsLabel,
    categories: is.dnsLabel,
  },
  'apiextensions/v1.CustomResourceDefinitionVersion': { name: is.dnsLabel },
  'apiextensions/v1.CustomResourceConversion': { strategy: is.oneOf('None', 'Webhook') },
  'discovery/v1.Endpoint': { hostname: is.dnsLabel, nodeName: is.dnsSubdomain },
  'discovery/v1.EndpointPort': { name: is.maybe(is.dnsLabel), appProtocol: is.qualifiedName },
  'networking/v1.IngressClassSpec': { controller: is.domainPath },
  'networking/v1.IngressClassParametersReference': {
    apiGroup: is.dnsSubdomain,
    kind: is.pathSegment,
    name: is.pathSegment,
    scope: is.oneOf('Cluster', 'Namespace'),
  },
  'node/v1.RuntimeClass': { handler: is.dnsLabel },
  'node/v1.Overhead': { podFixed: is.amount },
  'node/v1.Scheduling': { nodeSelector: is.labelValue },
  'storage/v1.CSIDriverSpec': {
    fsGroupPolicy: is.oneOf('ReadWriteOnceWithFSType', 'File', 'None'),
    volumeLifecycleModes: is.oneOf('Persistent', 'Ephemeral'),
    nodeAllocatableUpdatePeriodSeconds: is.atLeast(10),
  },
};
