package dev.perennial;

import dev.perennial.internal.classify.ChainedTransform;
import dev.perennial.internal.classify.InflatingTransform;
import dev.perennial.internal.classify.RecordTransform;
import java.util.List;

/**
 * The transforms that most servers need.
 *
 * <pre>{@code
 * EventStream<Depth> depth =
 *     WebSockets.builder("wss://api.exchange.example/ws")
 *         .transform(PayloadTransforms.gzip())
 *         .stream(Depth.class);
 * }</pre>
 *
 * @since 0.1.0
 */
public final class PayloadTransforms {
  private static final int LARGEST_ASCII = 0x7f;

  private PayloadTransforms() {}

  /**
   * Inflates binary payloads that are gzip (RFC 1952), once and to text. Text stays as it is. A
   * payload that inflates to more than the stream's {@code maxEventBytes} ends the connection.
   */
  public static PayloadTransform gzip() {
    return InflatingTransform.gzip();
  }

  /** As {@link #gzip()}, for deflate: with the header of zlib (RFC 1950) or without (RFC 1951). */
  public static PayloadTransform deflate() {
    return InflatingTransform.deflate();
  }

  /**
   * Parts each payload into records, such as the lines of one message. The end of a payload is the
   * end of its last record. Empty records, and a CR before a LF, are left out. An event that had an
   * id gives it to its last record, so that the position moves when all of them have come.
   *
   * @param separator an ASCII character, such as {@code '\n'}
   * @throws IllegalArgumentException if it is not ASCII
   */
  public static PayloadTransform separatedBy(char separator) {
    return new RecordTransform(requireAscii(separator), RecordTransform.End.OF_PAYLOAD);
  }

  /**
   * As {@link #separatedBy}, but a record ends only with {@code terminator}, so it may go on over
   * several payloads. SignalR ends its records with {@code '\u001e'}. A record above the stream's
   * {@code maxEventBytes} ends the connection.
   *
   * @param terminator an ASCII character
   * @throws IllegalArgumentException if it is not ASCII
   */
  public static PayloadTransform terminatedBy(char terminator) {
    return new RecordTransform(requireAscii(terminator), RecordTransform.End.OF_RECORD);
  }

  /**
   * Applies transforms one after the other.
   *
   * @param transforms the one that sees what the server sends comes first
   */
  public static PayloadTransform inOrder(PayloadTransform... transforms) {
    return new ChainedTransform(List.of(transforms));
  }

  private static byte requireAscii(char character) {
    if (character > LARGEST_ASCII) {
      throw new IllegalArgumentException(
          "The end of a record must be an ASCII character but was U+"
              + Integer.toHexString(character));
    }
    return (byte) character;
  }
}
