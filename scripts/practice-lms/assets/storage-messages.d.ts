// Types of storage-messages.js, which stays JavaScript because browsers load it as it is.

/** Values by key, by the tool's origin. */
export type Stored = ReadonlyMap<string, ReadonlyMap<string, string>>;

export type StorageReply = {
  subject: string;
  message_id: unknown;
  key?: string;
  value?: string | null;
  supported_messages?: { subject: string; frame?: string }[];
  error?: { code: 'bad_request' | 'wrong_origin' | 'unsupported_subject' | 'storage_exhaustion'; message: string };
};

export const storageLimits: { keys: number; characters: number };
export const storageFrameName: string;
export const emptyStorage: Stored;

export function answerMessage(
  stored: Stored,
  message: { origin: string; data: unknown },
  window: { toolOrigins: readonly string[]; frame?: string },
): { stored: Stored; reply?: StorageReply };
