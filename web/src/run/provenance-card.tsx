import { useQuery } from '@tanstack/react-query';
import { Card } from '../parts/card.tsx';
import { Facts } from '../parts/facts.tsx';
import { Failed, Loading } from '../parts/page-state.tsx';
import { client } from '../session/client.ts';
import { laterWords } from '../words/later-words.ts';
import { Digest } from './digest.tsx';
import type { RunView } from './run-view.ts';

const P = laterWords.provenance;

/** What exactly is approved, and what an apply executes, byte by byte. */
export function ProvenanceCard({ view }: { view: RunView }) {
  const { id } = view.run;
  const planStatus = view.plan?.attributes.status;
  const provenance = useQuery({
    queryKey: ['provenance', id, planStatus],
    queryFn: ({ signal }) => client.runProvenances.ofRun(id, { signal }),
  });
  if (provenance.isPending) return <Loading />;
  if (provenance.isError) return <Failed error={provenance.error} retry={() => void provenance.refetch()} />;
  const { engine, platform, ...a } = provenance.data.attributes;
  const digests = [
    [P.configuration, a['configuration-sha256']],
    [P.planFile, a['plan-file-sha256']],
    [P.planFolder, a['plan-folder-sha256']],
    [P.state, a['input-state-sha256']],
  ] as const;
  return (
    <Card title={P.title}>
      <Facts
        facts={[
          [P.engine, `${engine ?? ''} ${a['engine-version']}`.trim()],
          [P.platform, platform],
          ...digests.map(([name, text]) => {
            const digest = text !== null && <Digest text={text} label={P.copy(name)} />;
            return [name, digest] as const;
          }),
        ]}
      />
      {planStatus === 'finished' && a['plan-file-sha256'] === null && <p className="muted">{P.hidden}</p>}
    </Card>
  );
}
