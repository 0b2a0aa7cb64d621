// Whether the catalogue shows everything: each component is drawn on some screen, and so is each thing in it that has a name.
const SOURCES = import.meta.glob<string>('../{till,payment,shared}/**/*.svelte', { query: '?raw', import: 'default', eager: true });

/** Draw no element of their own: what they draw is another component's, or a text. */
const NO_ELEMENT = ['shared/Marked.svelte', 'till/stage/Doubt.svelte'];

/** The beginnings of names that a source gives, e.g. `sale-` where a number follows. */
function namesIn(source: string): string[] {
  return [...source.matchAll(/data-testid=(?:"([^"]+)"|\{`([^$`]+)[^}]*|\{([^}]+)\})/g)].flatMap(([, plain, begins, chosen]) => {
    const named = plain ?? begins;
    return named === undefined
      ? [...(chosen ?? '').matchAll(/\? '([^']+)' : '([^']+)'/g)].flatMap(([, yes, no]) => [yes ?? '', no ?? ''])
      : [named];
  });
}

const inSources = new Set(Object.values(SOURCES).flatMap(namesIn));

interface DrawnBySvelte {
  __svelte_meta?: { loc: { file: string } };
}

export class Shown {
  #files = new Set<string>();
  #names = new Set<string>();

  /** Notes what stands on the page now. */
  note(): void {
    for (const element of document.querySelectorAll('*')) {
      const file = (element as DrawnBySvelte).__svelte_meta?.loc.file;
      if (file !== undefined) this.#files.add(file);
      const name = element.getAttribute('data-testid');
      if (name !== null) this.#names.add(name);
    }
  }

  /** What has been on no screen. */
  get missing(): string[] {
    const files = Object.keys(SOURCES)
      .map((path) => path.replace('../', ''))
      .filter((path) => !NO_ELEMENT.includes(path));
    const names = [...this.#names];
    return [
      ...files.filter((path) => ![...this.#files].some((file) => file.endsWith(path))),
      ...[...inSources].filter((name) => !names.some((shown) => (name.endsWith('-') ? shown.startsWith(name) : shown === name))),
    ];
  }
}
