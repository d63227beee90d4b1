package dev.perennial.internal.retry;

/** How a failure is treated: the five actions that a caller can choose, and four more. */
public enum Treatment {
  /** Try again with backoff. */
  RETRY,
  /** Fail until the stream was first open; then retry, and fail after 15 min in a row. */
  RETRY_ONCE_CONNECTED,
  /** Retry until the same cursor has met the same failure three times, then fail. */
  FAIL_WHEN_REPEATED,
  /** Retry when there is a cursor, fail without one. */
  RETRY_WITH_CURSOR,
  /** Retry three times in a row without progress, then fail. */
  RETRY_THREE_TIMES,
  /** Ask for a fresh credential once, then fail; fail at once where there are no credentials. */
  REFRESH_CREDENTIALS,
  /** The stream is complete. */
  COMPLETE,
  /** The cursor is gone: the gap policy decides. */
  GAP,
  /** The subscription ends with the failure. */
  FAIL
}
