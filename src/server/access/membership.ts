export { requireActor as requireUser } from './permissions.ts';
