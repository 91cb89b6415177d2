import { applyEdits, format } from 'jsonc-parser';

// A Prettier plugin: the "tree" is the text, already formatted, comments kept.
const OPTIONS = { tabSize: 2, insertSpaces: true, eol: '\n', insertFinalNewline: true };

export const parsers = {
  jsonc: {
    astFormat: 'formatted-json',
    parse: (text) => ({ text: applyEdits(text, format(text, undefined, OPTIONS)) }),
    locStart: () => 0,
    locEnd: (node) => node.text.length,
  },
};

export const printers = {
  'formatted-json': { print: (path) => path.node.text },
};
