/** The kind of KEDA that scales a workload: the API server and scripts need all three names. */
export const SCALED_OBJECT = { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', plural: 'scaledobjects' } as const;
