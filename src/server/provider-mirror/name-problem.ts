import { domainToASCII } from 'node:url';
import type { PackageName } from '../../protocol/package-name.ts';

const MAX_PART = 128;

/** Why terraform would never request a package of this name, for a person who meant another. */
export function describeName({ host, namespace, type, version, platform }: PackageName): string {
  const shown = (text: string): string => JSON.stringify(text.slice(0, MAX_PART));
  if (host.includes(':'))
    return `the host ${shown(host)} has a port, and terraform asks no mirror for such providers`;
  if (host !== host.toLowerCase()) return `the host ${shown(host)} must be in small letters`;
  if (/[^\x21-\x7e]/.test(host))
    return `the host ${shown(host)} must be in its ASCII form, by which terraform asks a mirror (${shown(domainToASCII(host) || 'xn--…')})`;
  if (namespace === '-')
    return `${shown(`-/${type}`)} is an address of terraform 0.12: use the namespace that the provider has now`;
  if (host === 'terraform.io') return `${shown(`${namespace}/${type}`)} is built into terraform`;
  for (const part of [namespace, type])
    if (!/^[a-z0-9](?:[a-z0-9_-]{0,126}[a-z0-9])?$/.test(part))
      return `${shown(part)} is no part of an address: small letters, digits, "-" and "_", at most ${MAX_PART}`;
  if (/^v\d/.test(version)) return `the version ${shown(version)} must be without "v"`;
  if (!/^\d+\.\d+\.\d+/.test(version))
    return `the version ${shown(version)} must be a semantic version like "1.2.0"`;
  if (!/^[a-z0-9]{1,32}_[a-z0-9]{1,32}$/.test(platform))
    return `the platform ${shown(platform)} must be like "linux_amd64"`;
  return 'terraform has no provider of such a name: HOST/NAMESPACE/TYPE/VERSION/PLATFORM is expected, as "registry.terraform.io/hashicorp/aws/5.0.0/linux_amd64"';
}
