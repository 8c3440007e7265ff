/** A checked plan. Small, because every start of a conversation sends it. */
const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#fff" stroke-width="2">' +
  '<rect width="24" height="24" rx="5" fill="#4b42d6" stroke="none"/>' +
  '<path d="M6 7h12M6 12h6M6 17h4M13 16l2 2 4-5"/></svg>';

export const ICON = {
  src: `data:image/svg+xml;base64,${Buffer.from(SVG).toString('base64')}`,
  mimeType: 'image/svg+xml',
  sizes: ['any'],
};
