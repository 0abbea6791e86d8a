/** The Gateway of addons/traefik.yaml. */
export const PUBLIC = { gateway: 'public', namespace: 'traefik' } as const;

/** The same as the way in of every gateway that names none. */
export const PUBLIC_VARIABLES = {
  CALLSIGN_GATEWAYS_HTTPROUTE_GATEWAY: PUBLIC.gateway,
  CALLSIGN_GATEWAYS_HTTPROUTE_NAMESPACE: PUBLIC.namespace,
} as const;
