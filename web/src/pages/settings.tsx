import type { ComponentType } from 'react';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { PageHead } from '../parts/page-head.tsx';
import { usePlace } from '../place/use-place.ts';
import { AgentPools } from '../settings/agent-pools.tsx';
import { AuditTrail } from '../settings/audit-trail.tsx';
import { General } from '../settings/general.tsx';
import { Health } from '../settings/health.tsx';
import { Members } from '../settings/members.tsx';
import { OrganizationTokens } from '../settings/organization-tokens.tsx';
import { PolicySets } from '../settings/policy-sets.tsx';
import { PriceBooks } from '../settings/price-books.tsx';
import { Teams } from '../settings/teams.tsx';
import { VariableSets } from '../settings/variable-sets.tsx';
import { NotFound } from '../shell/dead-ends.tsx';
import { SECTIONS } from '../shell/sections.ts';
import { useTitle } from '../shell/use-title.ts';

type Section = (typeof SECTIONS)[number];
const PARTS: Readonly<Record<Section, ComponentType<{ org: string }>>> = {
  general: General,
  'variable-sets': VariableSets,
  policies: PolicySets,
  'price-books': PriceBooks,
  teams: Teams,
  members: Members,
  tokens: OrganizationTokens,
  agents: AgentPools,
  audit: AuditTrail,
  health: Health,
};

export function SettingsPage() {
  const { org, section } = usePlace();
  const known = SECTIONS.find((each) => each === section);
  useTitle(known === undefined ? laterWords.setting.title : words.shell.sections[known], org);
  if (known === undefined) return <NotFound />;
  const Part = PARTS[known];
  return (
    <>
      <PageHead title={words.shell.sections[known]} text={org} />
      <Part org={org} />
    </>
  );
}
