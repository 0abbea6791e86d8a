export { check } from './check/check';
export type { Needed } from './check/needed';
export { needsOf } from './check/needs';
export type { Profile } from './check/profile';
export { readManifests, type Read } from './check/read';
export { Database } from './constructs/database';
export type { BackupOptions, DatabaseEngine, DatabaseOptions, InitialSqlFile } from './constructs/database-options';
export {
  ConfiguredApp,
  defineApp,
  type AppDefinition,
  type Environment,
  type Explained,
  type GatewayOverrides,
  type MicroserviceOverrides,
} from './constructs/environment';
export { ExistingService, type ExistingServiceOptions } from './constructs/existing-service';
export { External, type ExternalOptions } from './constructs/external';
export { Gateway } from './constructs/gateway';
export type {
  Controller,
  Cors,
  GatewayBase,
  GatewayHost,
  GatewayOptions,
  OneHost,
  ParentGateway,
  Routes,
  SeveralHosts,
} from './constructs/gateway-options';
export { Microservice } from './constructs/microservice';
export type {
  Autoscale,
  AutoscaledCopies,
  Check,
  Copies,
  EnvValue,
  FileContent,
  FixedCopies,
  Health,
  MicroserviceBase,
  MicroserviceOptions,
  ScheduledCopies,
  SecretKey,
  Shutdown,
} from './constructs/microservice-options';
export { Namespace, type NamespaceOptions } from './constructs/namespace';
export type { ImageSettings } from './constructs/image-settings';
export type { Resources } from './constructs/resources';
export { StaticSite, type StaticSiteBase, type StaticSiteOptions } from './constructs/static-site';
export type { BlueGreen, Canary, Strategy } from './constructs/strategy';
export { scheduledReplicas, type Day, type Schedule, type ScheduleStep } from './constructs/schedule';
export { Volume, type VolumeOptions } from './constructs/volume';
export type { Code } from './k8s/codes';
export { Image, type ServiceImageOptions } from './k8s/image';
export type { FieldPath, KubeObject, Manifest } from './k8s/manifest';
export type { ByteAmount, CpuAmount, VolumeSource } from './k8s/plus';
export { CallsignError, formatProblem, type Place, type Problem } from './k8s/problem';
export type { Callable } from './links/endpoint';
export { graphOf, type Graph, type GraphEdge, type GraphNode } from './links/graph';
export { dot, mermaid, svg } from './links/pictures';
export { synthesize, type ManifestFile } from './synth/synthesize';
export { writeFiles, type Written } from './synth/write';
export { renderFile, toYaml } from './synth/yaml';
