const LOOPBACK_NAMES: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

export const isLoopbackHost = (host: string): boolean =>
  LOOPBACK_NAMES.includes(host) || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

/** The host names of a server: those of this machine, and its public one. */
export const namesOf = (publicUrl: string): string[] => [...LOOPBACK_NAMES, new URL(publicUrl).hostname];

/**
 * Whether a request is meant for this server. A page whose name was pointed at this machine (DNS rebinding) sends its
 * own name as Host and as Origin; programs other than browsers send no Origin.
 *
 * @returns what is wrong, in one sentence
 */
export function findForeign(
  headers: { readonly host?: string | undefined; readonly origin?: string | undefined },
  names: readonly string[],
): string | undefined {
  if (!names.includes(hostnameOf(`http://${headers.host ?? ''}`) ?? '')) {
    return 'The Host header names another server than this one; the address of this one is set with --url or RUNWRIGHT_URL.';
  }
  if (headers.origin === undefined) return undefined;
  if (!/^https?:/.test(headers.origin) || !names.includes(hostnameOf(headers.origin) ?? '')) {
    return 'Pages of other sites may not call this server.';
  }
  return undefined;
}

function hostnameOf(text: string): string | undefined {
  return URL.canParse(text) ? new URL(text).hostname : undefined;
}

export const readBearer = (authorization: string | undefined): string | undefined =>
  /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization ?? '')?.[1];

export const METADATA_PATH = '/.well-known/oauth-protected-resource';

/**
 * RFC 9728: the metadata that a client needs about the endpoint. It names no authorization server, because none gives
 * tokens to clients: people create them on the page named as the documentation (docs/adr/0072).
 */
export function protectedResource(publicUrl: string, documentation?: string) {
  return {
    resource: `${publicUrl}/mcp`,
    resource_name: 'Runwright: Terraform runs',
    bearer_methods_supported: ['header'],
    ...(documentation === undefined ? {} : { resource_documentation: documentation }),
  };
}

/** The `WWW-Authenticate` of a 401 (RFC 6750 §3, RFC 9728 §5.1). */
export function challenge(publicUrl: string, wasTokenGiven: boolean): string {
  const error = wasTokenGiven ? 'error="invalid_token", ' : '';
  return `Bearer ${error}resource_metadata="${publicUrl}${METADATA_PATH}/mcp"`;
}
