/** Drawn on a grid of 16, in the colour of the surrounding text. */
const PATHS = {
  check: 'M3 8.5l3.2 3.2L13 4.8',
  cross: 'M4 4l8 8M12 4l-8 8',
  clock: 'M8 4.5V8l2.4 1.6M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8z',
  hand: 'M5 8V3.6a1 1 0 0 1 2 0V7m0-.2V2.8a1 1 0 0 1 2 0V7m0-.4V3.6a1 1 0 0 1 2 0V8m0-1.6a1 1 0 0 1 2 0v3.2a4.4 4.4 0 0 1-4.4 4.4H8.2a4 4 0 0 1-3-1.4L2.9 9.7a1 1 0 0 1 1.5-1.4L5 9',
  ring: 'M8 1.8a6.2 6.2 0 1 1-6.2 6.2',
  slash: 'M3.6 12.4l8.8-8.8M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8z',
  stop: 'M4 4h8v8H4z',
  dot: 'M8 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z',
  circle: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11z',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  tilde: 'M2.5 9.2c1.3-2.6 3.2-2.6 5.5-1.2s4.2 1.400 5.500-1.200',
  swap: 'M3 5.500h9m-2.500-2.500L12 5.500 9.500 8M13 10.500H4m2.500-2.500L4 10.500 6.500 13',
  arrow: 'M3 8h10m-4-4l4 4-4 4',
  down: 'M4 6l4 4 4-4',
  right: 'M6 4l4 4-4 4',
  lock: 'M4.500 7V5.200a3.500 3.500 0 0 1 7 0V7M3.500 7h9v6.500h-9z',
  search: 'M7 2.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9zM10.300 10.300L14 14',
  menu: 'M2.500 4h11M2.500 8h11M2.500 12h11',
  inbox: 'M2 9l2-6h8l2 6v4H2zM2 9h3.500l1 1.800h3L10.500 9H14',
  layers: 'M8 2l6 3-6 3-6-3zM2 8l6 3 6-3M2 11l6 3 6-3',
  play: 'M5 3.200v9.600L13 8z',
  gear: 'M8 5.800a2.200 2.200 0 1 0 0 4.400 2.200 2.200 0 0 0 0-4.400zM8 1.500v2M8 12.500v2M1.500 8h2M12.500 8h2M3.400 3.400l1.400 1.400M11.200 11.200l1.400 1.400M12.600 3.400l-1.400 1.400M4.800 11.200l-1.400 1.400',
  copy: 'M5.500 5.500h8v8h-8zM3.500 10.500h-1v-8h8v1',
  link: 'M6.500 9.500l3-3M7.500 4.500l1.300-1.300a2.800 2.800 0 0 1 4 4L11.500 8.500M8.500 11.500l-1.300 1.300a2.800 2.800 0 0 1-4-4L4.500 7.500',
  file: 'M4 1.800h5l3 3v9.400H4zM9 1.800v3h3',
  list: 'M5.500 4h8M5.500 8h8M5.500 12h8M2.500 4h.01M2.500 8h.01M2.500 12h.01',
  warning: 'M8 2l6.500 11.500h-13zM8 6.500v3M8 11.400v.1',
  user: 'M8 2.500a2.700 2.700 0 1 0 0 5.400 2.700 2.700 0 0 0 0-5.400zM2.800 14a5.200 5.200 0 0 1 10.400 0',
  sun: 'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1v1.500M8 13.500V15M1 8h1.500M13.500 8H15M3 3l1.100 1.100M11.900 11.900L13 13M13 3l-1.100 1.100M4.100 11.900L3 13',
  moon: 'M13.500 9.500A6 6 0 0 1 6.500 2.500a6 6 0 1 0 7 7z',
  tag: 'M2.500 2.500h5l6 6-5 5-6-6zM5.200 5.200v.01',
  eye: 'M1.500 8S4 3.500 8 3.500 14.500 8 14.500 8 12 12.500 8 12.500 1.500 8 1.500 8zM8 6.200a1.800 1.800 0 1 0 0 3.600 1.800 1.800 0 0 0 0-3.600z',
  download: 'M8 2v8m-3.500-3L8 10.500 11.500 7M2.500 13.500h11',
  key: 'M5 7.500a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM7.200 8.300L13.500 2M11 4.500l2 2',
  terminal: 'M2 3h12v10H2zM4.500 6l2 2-2 2M8.500 10h3',
  pulse: 'M1.500 8h3l2-4.500 3 9 2-4.500h3',
  users:
    'M6 3a2.400 2.400 0 1 0 0 4.800A2.400 2.400 0 0 0 6 3zM1.500 13.500a4.500 4.500 0 0 1 9 0M10.500 3.200a2.400 2.400 0 0 1 0 4.400M12 9.600a4.500 4.500 0 0 1 2.500 3.900',
  bell: 'M3.500 11.500c1-1 1-2 1-4a3.500 3.500 0 0 1 7 0c0 2 0 3 1 4zM6.800 13.500h2.400',
  undo: 'M3 6h6.500a3.500 3.500 0 0 1 0 7H6M5.500 3.500L3 6l2.500 2.500',
} as const;

export type IconName = keyof typeof PATHS;

interface Props {
  name: IconName;
  size?: number;
  spin?: boolean;
  /** Its text for screen readers where there is no text beside it. */
  label?: string;
}

export function Icon({ name, size = 16, spin = false, label }: Props) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
      className={spin ? 'icon spin' : 'icon'}
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
