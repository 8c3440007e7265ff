import { createTheme } from '@mantine/core';

/** The colours of states and changes are in style/base.css, with both schemes side by side. */
export const theme = createTheme({
  cursorType: 'pointer',
  defaultRadius: 6,
  fontFamily: 'var(--rw-font)',
  fontFamilyMonospace: 'var(--rw-mono)',
  components: {
    Modal: {
      defaultProps: { lockScroll: false, centered: true, radius: 10, removeScrollProps: { enabled: false } },
    },
    Drawer: { defaultProps: { lockScroll: false, removeScrollProps: { enabled: false } } },
    Tooltip: {
      defaultProps: { withArrow: true, openDelay: 250, events: { hover: true, focus: true, touch: true } },
    },
    Button: { defaultProps: { size: 'xs' } },
    TextInput: { defaultProps: { size: 'sm' } },
  },
});
