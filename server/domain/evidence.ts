// Evidence beside a coaching plan: which files are taken, and how many.

/** The most that is taken. `keptBytes` counts what submissions hold on to as well, so that no plan fills a disk. */
export const evidenceLimits = { fileBytes: 25 * 2 ** 20, files: 10, planBytes: 100 * 2 ** 20, keptBytes: 500 * 2 ** 20 } as const;

type Kind = { name: string; mediaType: string; extensions: readonly string[] };

// What a name may end in, and what the content must then be. Drawings and pages that can run scripts (SVG, HTML) and
// documents with macros are not here on purpose.
const kinds: readonly Kind[] = [
  { name: 'PDF', mediaType: 'application/pdf', extensions: ['pdf'] },
  { name: 'Word', mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', extensions: ['docx'] },
  { name: 'Excel', mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', extensions: ['xlsx'] },
  { name: 'PowerPoint', mediaType: 'application/vnd.openxmlformats-officedocument.presentationml.presentation', extensions: ['pptx'] },
  { name: 'OpenDocument text', mediaType: 'application/vnd.oasis.opendocument.text', extensions: ['odt'] },
  { name: 'OpenDocument table', mediaType: 'application/vnd.oasis.opendocument.spreadsheet', extensions: ['ods'] },
  { name: 'OpenDocument presentation', mediaType: 'application/vnd.oasis.opendocument.presentation', extensions: ['odp'] },
  { name: 'PNG', mediaType: 'image/png', extensions: ['png'] },
  { name: 'JPEG', mediaType: 'image/jpeg', extensions: ['jpg', 'jpeg'] },
  { name: 'GIF', mediaType: 'image/gif', extensions: ['gif'] },
  { name: 'WebP', mediaType: 'image/webp', extensions: ['webp'] },
  { name: 'plain text', mediaType: 'text/plain', extensions: ['txt'] },
  { name: 'CSV', mediaType: 'text/csv', extensions: ['csv'] },
];

/** For people, and for the `accept` of a file field. */
export const takenKinds = 'PDF, Word, Excel, PowerPoint and OpenDocument files, pictures (PNG, JPEG, GIF, WebP), plain text and CSV';
export const takenExtensions: readonly string[] = kinds.flatMap(({ extensions }) => extensions.map((extension) => `.${extension}`));

/**
 * What the bytes are: the media type that their signature says, and whether they read as UTF-8 to their end and hold no NUL.
 * Both, for a signature may be two letters: a table that begins with "BMI" is no bitmap.
 */
export type Content = { mediaType: string | null; isText: boolean };

/** unknown-kind: we take none of that kind. not-what-its-name-says: the content is something else. */
export type FileVerdict = { taken: true; mediaType: string } | { taken: false; reason: 'empty' | 'too-large' | 'unknown-kind' | 'not-what-its-name-says' };

/** Whether a file is taken: its name says one of our kinds, and its content is that kind. The media type is the content's, never the browser's. */
export function judgeFile({ name, bytes, content }: { name: string; bytes: number; content: Content }): FileVerdict {
  if (bytes === 0) return { taken: false, reason: 'empty' };
  if (bytes > evidenceLimits.fileBytes) return { taken: false, reason: 'too-large' };
  const extension = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  const kind = kinds.find(({ extensions }) => extensions.includes(extension));
  if (!kind) return { taken: false, reason: 'unknown-kind' };
  const isSame = kind.mediaType.startsWith('text/') ? content.isText && !kinds.some(({ mediaType }) => mediaType === content.mediaType) : content.mediaType === kind.mediaType;
  return isSame ? { taken: true, mediaType: kind.mediaType } : { taken: false, reason: 'not-what-its-name-says' };
}

/** Why a plan takes no further file; null when it does. `kept`: everything that is stored for it, `current`: what is in it now. */
export function whyFull({ current, kept, bytes }: { current: { files: number; bytes: number }; kept: { bytes: number }; bytes: number }): 'too-many' | 'too-much' | null {
  if (current.files >= evidenceLimits.files) return 'too-many';
  return current.bytes + bytes > evidenceLimits.planBytes || kept.bytes + bytes > evidenceLimits.keptBytes ? 'too-much' : null;
}

/** Last part of what a browser calls a file, fit to be shown, kept and offered as a download: one line, at most 255 characters. */
export function fileName(given: string | undefined): string {
  // The last few thousand letters say all that is kept; a name may be sent with ninety thousand.
  const last = ((given ?? '').split(/[/\\]/).at(-1) ?? '').slice(-2000).toWellFormed();
  // Marks that turn the direction of writing can make `gpj.exe` of a name that ends otherwise.
  const name = last.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').replace(/[<>:"|?*]/g, '_').replace(/\s+/g, ' ').replace(/^[. ]+|[. ]+$/g, '');
  if (name === '') return 'file';
  if (name.length <= 255) return name;
  const extension = /\.[^.]{1,8}$/.exec(name)?.[0] ?? '';
  return `${name.slice(0, 255 - extension.length)}${extension}`.toWellFormed();
}
