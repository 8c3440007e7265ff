import type { IncomingMessage } from 'node:http';

/** Marks a request that came through an entry inside this process, for a client of that entry. */
export interface DoorMark {
  via: 'mcp';
  /** IP address of the client that the request is made for. */
  address: string;
}

const marks = new WeakMap<IncomingMessage, DoorMark>();

/** Nothing in a request can set a mark: only the entry that it came through does. */
export const markRequest = (request: IncomingMessage, mark: DoorMark): void => void marks.set(request, mark);

export const markOf = (request: IncomingMessage): DoorMark | undefined => marks.get(request);
