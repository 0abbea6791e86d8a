import type { Manifest } from '../../k8s/objects';
import { findRequirements } from './find-requirements';
import type { Requirement } from './requirement';
import { World } from '../world/world';

/** What manifests need from the cluster. Without it the API server accepts most of them, but they do not work. */
export function requirementsOf(manifests: readonly Manifest[]): Requirement[] {
  return findRequirements(new World(manifests));
}
