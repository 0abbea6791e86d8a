export { Database, type DatabaseOptions } from './constructs/database';
export { ExistingService, type ExistingServiceOptions } from './constructs/existing-service';
export { External, type ExternalOptions } from './constructs/external';
export { Gateway, type GatewayOptions } from './constructs/gateway';
export { Microservice } from './constructs/microservice';
export type { Autoscale, Copies, EnvValue, Health, MicroserviceBase, MicroserviceOptions, SecretKey, Shutdown } from './constructs/microservice-options';
export { Namespace, type NamespaceOptions } from './constructs/namespace';
export type { Resources } from './constructs/resources';
export { Image, type ServiceImageOptions } from './k8s/image';
