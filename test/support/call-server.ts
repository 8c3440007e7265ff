/** Sends one request to the API and reads the answer. */

export interface ApiAnswer {
  status: number;
  headers: Headers;
  // Tests look into documents of many shapes.
  body: Document;
  text: string;
}

interface Resource {
  id: string;
  type: string;
  attributes: Record<string, unknown>;
  relationships: Record<string, { data: { id: string; type: string } | null }>;
  links?: Record<string, string>;
}
export interface Document {
  data: Resource & Resource[];
  included?: Resource[];
  errors?: {
    status: string;
    title: string;
    detail?: string;
    source?: { pointer?: string; parameter?: string };
  }[];
  meta?: { pagination: Record<string, number | null> };
  links?: Record<string, string | null>;
}

/** @param token null to send none */
export async function callServer(
  url: string,
  method: string,
  path: string,
  body: unknown,
  token: string | null,
): Promise<ApiAnswer> {
  const response = await fetch(path.startsWith('http') ? path : `${url}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/vnd.api+json' }),
    },
    ...(body === undefined ? {} : { body: asSent(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return {
    status: response.status,
    headers: response.headers,
    body: (isJson && text !== '' ? JSON.parse(text) : {}) as Document,
    text,
  };
}

/** Strings and bytes are sent as they are. */
const asSent = (body: unknown): string | Uint8Array<ArrayBuffer> =>
  typeof body === 'string' || isBytes(body) ? body : JSON.stringify(body);

const isBytes = (body: unknown): body is Uint8Array<ArrayBuffer> => body instanceof Uint8Array;
