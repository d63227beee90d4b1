package dev.perennial.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;

/** Reads until the end, and notes what came: messages, control frames and the end. */
class Reading implements MessageReader.Listener {
  static final int MAX_BYTES = 1024 * 1024;

  final List<String> seen = new ArrayList<>();

  @Override
  public void onMessageStart() {
    // Only the message counts here.
  }

  @Override
  public void onPing(byte[] payload) throws IOException {
    seen.add("ping " + new String(payload, UTF_8));
  }

  @Override
  public void onPong() {
    seen.add("pong");
  }

  static List<String> all(ServerFrames frames) throws IOException {
    return all(new Buffer().write(frames.toBytes()), MAX_BYTES, null);
  }

  static List<String> all(BufferedSource in, int maxBytes, MessageInflater inflater)
      throws IOException {
    Reading reading = new Reading();
    reading.readAll(new MessageReader(in, maxBytes, inflater, reading));
    return reading.seen;
  }

  void readAll(MessageReader reader) throws IOException {
    try {
      for (Message message = reader.next(); message != null; message = reader.next()) {
        seen.add(lineOf(message));
      }
      seen.add("close " + reader.close().code() + " " + reader.close().reason());
    } catch (FrameException e) {
      seen.add(e.closeCode() + " " + e.getMessage());
    } catch (EOFException e) {
      seen.add(e.getMessage());
    }
  }

  private static String lineOf(Message message) {
    return message.isBinary()
        ? "binary " + new String(message.array(), ISO_8859_1)
        : "text " + new String(message.array(), UTF_8);
  }

  /** Returns at most {@code pieceBytes} bytes per read. */
  static BufferedSource inPieces(byte[] bytes, int pieceBytes) {
    return Okio.buffer(
        new ForwardingSource(new Buffer().write(bytes)) {
          @Override
          public long read(Buffer sink, long byteCount) throws IOException {
            return super.read(sink, Math.min(byteCount, pieceBytes));
          }
        });
  }

  /** Returns the bytes before and after {@code cut} in separate reads. */
  static BufferedSource cutAt(byte[] bytes, int cut) {
    return Okio.buffer(
        new ForwardingSource(new Buffer().write(bytes)) {
          private long left = cut;

          @Override
          public long read(Buffer sink, long byteCount) throws IOException {
            long count = super.read(sink, left > 0 ? Math.min(byteCount, left) : byteCount);
            left -= Math.max(count, 0);
            return count;
          }
        });
  }
}
