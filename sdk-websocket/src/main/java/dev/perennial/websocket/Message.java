package dev.perennial.websocket;

/**
 * A whole data message.
 *
 * @param bytes its payload, in an array of just its size; valid UTF-8 when it is text and was
 *     received
 * @param isBinary false for text
 */
@SuppressWarnings("ArrayRecordComponent") // It is handed on, and never compared.
record Message(byte[] bytes, boolean isBinary) {

  /** Without the payload, which may be secret. */
  @Override
  public String toString() {
    return "Message(" + (isBinary ? "binary" : "text") + ", " + bytes.length + " bytes)";
  }
}
