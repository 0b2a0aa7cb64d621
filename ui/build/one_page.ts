// Folds the built script and style into the HTML page and writes their CSP hashes beside it.
//
// The payment page has no server behind it (the shell hands its text to the webview), so nothing may be fetched. Its policy
// allows exactly these two inline elements by hash; `csp.json` tells the shell which ones.

import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

/** What stands in the page's policy element until the shell writes the policy of the mode in force. */
export const POLICY_PLACEHOLDER = '__COUNTERSIGN_CSP__';

/** A hash source as CSP writes it. */
export function hashSource(content: string): string {
  return `sha256-${createHash('sha256').update(content, 'utf8').digest('base64')}`;
}

/** A script's text that an HTML parser cannot end early. Both sequences only occur inside strings and patterns. */
export function safeInScript(code: string): string {
  return code.replaceAll(/<\/(script)/gi, '<\\/$1').replaceAll('<!--', '<\\!--');
}

/** The Vite plugin: one HTML file in, one HTML file and `csp.json` out, nothing else. */
export function onePage(): Plugin {
  return {
    name: 'countersign-one-page',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const script: string[] = [];
        const style: string[] = [];
        for (const [file, part] of Object.entries(bundle)) {
          if (part.type === 'chunk') {
            if (!part.isEntry) this.error(`the payment page must be one script, but ${file} was split off`);
            script.push(part.code);
          } else if (file.endsWith('.css')) {
            style.push(String(part.source));
          } else if (!file.endsWith('.html')) {
            this.error(`the payment page must be self-contained, but ${file} stands beside it`);
          }
        }
        const page = Object.values(bundle).find((part) => part.fileName.endsWith('.html'));
        if (page?.type !== 'asset') this.error('the payment page was not built');
        if (script.length !== 1 || style.length > 1) this.error('the payment page must have one script and one style');

        const scriptText = safeInScript((script[0] ?? '').replaceAll('\r\n', '\n'));
        const styleText = (style[0] ?? '').replaceAll('\r\n', '\n');
        let html = String(page.source)
          .replaceAll(/[ \t]*<script\b[^>]*\bsrc=[^>]*><\/script>\n?/g, '')
          .replaceAll(/[ \t]*<link\b[^>]*\brel="(?:stylesheet|modulepreload)"[^>]*>\n?/g, '');
        if (!html.includes(`content="${POLICY_PLACEHOLDER}"`)) this.error('the payment page has lost its policy element');
        // Functions, not strings: `$&` in code must stay what it is.
        html = html.replace('</head>', () => `<style>${styleText}</style>\n</head>`);
        html = html.replace('</body>', () => `<script type="module">${scriptText}</script>\n</body>`);

        for (const file of Object.keys(bundle)) Reflect.deleteProperty(bundle, file);
        this.emitFile({ type: 'asset', fileName: 'payment.html', source: html });
        this.emitFile({
          type: 'asset',
          fileName: 'csp.json',
          source: `${JSON.stringify({ script: [hashSource(scriptText)], style: [hashSource(styleText)] }, null, 2)}\n`,
        });
      },
    },
  };
}
