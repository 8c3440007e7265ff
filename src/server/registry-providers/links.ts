import type { Platform } from '../context.ts';
import { REGISTRY_DOWNLOADS } from '../http/registry-paths.ts';
import type { ProviderPlatform, ProviderVersion } from './document.ts';

type Signed = Pick<Platform, 'signer' | 'publicUrl'>;

/** A path on this server, which expires soon. */
export const downloadPath = (
  { signer }: Pick<Signed, 'signer'>,
  kind: 'shasums' | 'signature' | 'archive',
  id: string,
  filename: string,
): string =>
  `${REGISTRY_DOWNLOADS}providers/${kind}/${id}/${signer.signBriefly('download-provider', `${kind} ${id}`)}/${filename}`;

/** Where a permitted caller uploads the missing parts of a version, and where the others are downloaded. */
export function versionLinks(
  platform: Signed,
  version: ProviderVersion,
  canManage: boolean,
): Record<string, string> {
  const { signer, publicUrl } = platform;
  const uploads = `${publicUrl}/api/v2/uploads/registry-provider-versions/${version.id}`;
  const mayUpload = canManage && !version.is_signed;
  const download = (kind: 'shasums' | 'signature', filename: string): string =>
    publicUrl + downloadPath(platform, kind, version.id, filename);
  return {
    ...(mayUpload && {
      'shasums-upload': `${uploads}/shasums/${signer.sign('upload-shasums', version.id)}`,
      'shasums-sig-upload': `${uploads}/shasums-sig/${signer.sign('upload-shasums-signature', version.id)}`,
    }),
    ...(version.is_signed && {
      'shasums-download': download('shasums', 'SHA256SUMS'),
      'shasums-sig-download': download('signature', 'SHA256SUMS.sig'),
    }),
  };
}

export function platformLinks(
  platform: Signed,
  { id, sha256, filename }: ProviderPlatform,
  { isSigned, canManage }: { isSigned: boolean; canManage: boolean },
): Record<string, string> {
  const { signer, publicUrl } = platform;
  if (sha256 === null) {
    if (!canManage) return {};
    const address = `${publicUrl}/api/v2/uploads/registry-provider-platforms/${id}`;
    return { 'provider-binary-upload': `${address}/${signer.sign('upload-provider', id)}` };
  }
  if (!isSigned) return {};
  return { 'provider-binary-download': publicUrl + downloadPath(platform, 'archive', id, filename) };
}
