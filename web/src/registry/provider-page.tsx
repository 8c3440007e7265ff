import type { ProviderName, ProviderVersion } from '@runwright/client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { laterWords } from '../words/later-words.ts';
import { Card } from '../parts/card.tsx';
import { CodeSnippet } from '../parts/code-snippet.tsx';
import { ConfirmDelete } from '../parts/confirm-delete.tsx';
import { Facts } from '../parts/facts.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Empty, Failed, Loading } from '../parts/page-state.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { client } from '../session/client.ts';
import { useList } from '../settings/use-list.ts';
import { useTitle } from '../shell/use-title.ts';
import { providerUsage, publishProvider } from './usage.ts';

const R = laterWords.registry;

/** One provider: how to use it, and its versions with their platforms. */
export function ProviderPage() {
  const { org = '', provider = '' } = useParams({ strict: false });
  const navigate = useNavigate();
  const queries = useQueryClient();
  useTitle(provider, R.title);
  const name: ProviderName = { organization: org, name: provider };
  const read = useQuery({
    queryKey: ['registry-provider', org, provider],
    queryFn: ({ signal }) => client.registryProviders.read(name, { signal }),
  });
  const versions = useList(['provider-versions', org, provider], (page) =>
    client.registryProviders.listVersions(name, page),
  );
  if (read.isPending || versions.query.isPending) return <Loading />;
  const error = read.error ?? versions.query.error;
  if (error !== null || read.data === undefined || versions.query.data === undefined)
    return <Failed error={error} retry={() => void Promise.all([read.refetch(), versions.again()])} />;
  const { versions: served = [], permissions } = read.data.attributes;
  const mayDelete = permissions?.['can-delete'] === true;
  return (
    <>
      <PageHead
        title={visibleText(provider)}
        text={
          <Link to="/$org/registry" params={{ org }}>
            {R.title}
          </Link>
        }
      >
        {mayDelete && (
          <ConfirmDelete
            button={R.deleteProvider}
            title={`${R.deleteProvider}: ${provider}`}
            text={R.deleteAllText}
            act={async () => {
              await client.registryProviders.delete(name);
              await queries.invalidateQueries({ queryKey: ['registry-providers', org] });
              await navigate({ to: '/$org/registry', params: { org } });
            }}
          />
        )}
      </PageHead>
      <div className="stack">
        {served[0] === undefined ? (
          <Empty icon="layers" title={R.noVersions}>
            {R.nextVersion}
            <CodeSnippet text={publishProvider(org, provider)} />
          </Empty>
        ) : (
          <Card title={R.use}>
            <CodeSnippet text={providerUsage(location.host, name, served[0])} />
            <p className="muted">{R.useText}</p>
            <CodeSnippet text={`terraform login ${location.host}`} />
          </Card>
        )}
        {versions.query.data.map((version) => (
          <Version
            key={version.id}
            name={name}
            version={version}
            mayDelete={mayDelete}
            again={async () => void (await Promise.all([read.refetch(), versions.again()]))}
          />
        ))}
      </div>
    </>
  );
}

interface VersionProps {
  name: ProviderName;
  version: ProviderVersion;
  mayDelete: boolean;
  again: () => Promise<void>;
}

function Version({ name, version: { attributes: a }, mayDelete, again }: VersionProps) {
  const platforms = useList(['provider-platforms', name, a.version], (page) =>
    client.registryProviders.listPlatforms(name, a.version, page),
  );
  const isSigned = a['shasums-uploaded'] === true && a['shasums-sig-uploaded'] === true;
  return (
    <Card
      title={a.version}
      aside={
        mayDelete && (
          <ConfirmDelete
            button={R.deleteVersion(a.version)}
            title={R.deleteVersion(a.version)}
            text={R.deleteVersionText}
            act={async () => {
              await client.registryProviders.deleteVersion(name, a.version);
              await again();
            }}
          />
        )
      }
    >
      {platforms.query.isError && (
        <Failed error={platforms.query.error} retry={() => void platforms.again()} />
      )}
      <Facts
        facts={[
          [R.status, isSigned ? R.signed : R.unsigned],
          [R.key, a['key-id'] !== undefined && <code key="key">{a['key-id']}</code>],
          [R.protocols, a.protocols?.join(', ')],
          [
            R.platforms,
            platforms.query.data
              ?.map(({ attributes: { os, arch, 'provider-binary-uploaded': isThere } }) =>
                isThere === true ? `${os}_${arch}` : `${os}_${arch} (${R.waitsForArchive})`,
              )
              .join(', ') || R.none,
          ],
        ]}
      />
    </Card>
  );
}
