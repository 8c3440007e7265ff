const WORDS: Readonly<Record<string, (count: string) => string>> = {
  'stateful-destroyed': (count) => `${count} that hold data are destroyed`,
  'stateful-replaced': (count) => `${count} that hold data are destroyed and made anew`,
  destroyed: (count) => `${count} are destroyed`,
  replaced: (count) => `${count} are destroyed and made anew`,
  'network-opened': (count) => `${count} become reachable by everybody`,
  'network-widened': (count) => `${count} become reachable by more addresses`,
  'identity-administrator': (count) => `${count} grant everything, or to everybody`,
  'identity-widened': (count) => `${count} grant more than one action on one thing`,
  'identity-changed': (count) => `${count} change who may do what`,
  'access-unknown': (count) => `${count} change access in a way that cannot be seen before the apply`,
  'protection-removed': (count) => `${count} lose what protects them from deletion or loss`,
  'count-dropped': (count) => `${count} with several instances keep fewer of them`,
  'capacity-dropped': (count) => `${count} become smaller`,
  'provider-major-changed': (count) =>
    `${count.replace('resource', 'provider')} have another major version than in the last apply`,
  forgotten: (count) => `${count} stay and are managed no more`,
  moved: (count) => `${count} get another address`,
  imported: (count) => `${count} come under management`,
  deferred: (count) => `${count} are decided in a later run`,
  'unknown-action': (count) => `${count} change in a way that is not known here`,
};

/** A finding as a sentence without a full stop: `2 resources that hold data are destroyed`. */
export function reasonText(rule: string, count: number): string {
  const many = (WORDS[rule] ?? ((resources) => `${resources} met the rule ${rule}`))(`${count} resources`);
  return count === 1 ? singular(many) : many;
}

const SINGULAR: readonly (readonly [RegExp, string])[] = [
  [/^1 (resource|provider)s/, '1 $1'],
  [/ that hold /, ' that holds '],
  [/ are /, ' is '],
  [/ become /, ' becomes '],
  [/ grant /, ' grants '],
  [/ change /, ' changes '],
  [/ lose what protects them/, ' loses what protects it'],
  [/ keep fewer/, ' keeps fewer'],
  [/ have another/, ' has another'],
  [/ stay and /, ' stays and '],
  [/ get /, ' gets '],
  [/ come under/, ' comes under'],
];

const singular = (text: string): string =>
  SINGULAR.reduce((changed, [plural, one]) => changed.replace(plural, one), text);
