package dev.perennial.conformance.http2;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.perennial.testkit.ReceivedRequest;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** The server's end of one connection: reads frames on a thread of its own. */
final class Http2Connection implements Http2Stream.Frames, Closeable {
  // Types of frames (RFC 9113 6).
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GOAWAY = 7;
  private static final int CONTINUATION = 9;

  // Flags.
  private static final int ACK = 1;
  private static final int PADDED = 8;
  private static final int PRIORITY = 32;

  private static final int PRIORITY_BYTES = 5;
  private static final int MOST_FRAME_BYTES = 16 * 1024;
  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);

  private final Socket socket;
  private final int number;
  private final Consumer<Http2Stream> opened;
  private final HeaderBlocks blocks = new HeaderBlocks();
  private final Map<Integer, Http2Stream> streams = new ConcurrentHashMap<>();
  private final ReentrantLock writing = new ReentrantLock();
  private volatile boolean isFrozen;

  /** The header block that is not complete yet. Used by the reading thread. */
  private final ByteArrayOutputStream block = new ByteArrayOutputStream();

  /**
   * @param number counts the server's connections, from 1
   * @param opened takes each request
   */
  Http2Connection(Socket socket, int number, Consumer<Http2Stream> opened) {
    this.socket = socket;
    this.number = number;
    this.opened = opened;
  }

  /** Reads until the connection ends. */
  void serve() {
    try (socket) {
      socket.setTcpNoDelay(true);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      if (!Arrays.equals(in.readNBytes(PREFACE.length), PREFACE)) {
        return; // A client that does not speak HTTP/2.
      }
      write(SETTINGS, 0, 0, new byte[0]);
      while (true) {
        readFrame(in);
      }
    } catch (IOException e) {
      // The client or the kit has ended the connection.
    } finally {
      streams.values().forEach(Http2Stream::left);
    }
  }

  private void readFrame(DataInputStream in) throws IOException {
    int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int stream = in.readInt() & Integer.MAX_VALUE;
    byte[] payload = in.readNBytes(length);
    if (payload.length < length) {
      throw new EOFException();
    }
    switch (type) {
      case SETTINGS, PING -> {
        if ((flags & ACK) == 0) {
          write(type, ACK, 0, type == PING ? payload : new byte[0]);
        }
      }
      case Http2Stream.HEADERS, CONTINUATION -> readHeaders(type, flags, stream, payload);
      case Http2Stream.RST_STREAM -> left(stream);
      default -> {
        // Of bodies, windows and priorities no scenario makes use.
      }
    }
  }

  private void readHeaders(int type, int flags, int stream, byte[] payload) throws IOException {
    int from = 0;
    int to = payload.length;
    if (type == Http2Stream.HEADERS) {
      block.reset();
      if ((flags & PADDED) != 0) {
        to -= payload[0] & 0xff;
        from++;
      }
      from += (flags & PRIORITY) != 0 ? PRIORITY_BYTES : 0;
    }
    block.write(payload, from, to - from);
    if ((flags & Http2Stream.END_HEADERS) == 0) {
      return;
    }
    List<Map.Entry<String, String>> headers = blocks.decoded(block.toByteArray());
    if (!isFrozen) {
      Http2Stream request = new Http2Stream(this, stream, request(headers));
      streams.put(stream, request);
      opened.accept(request);
    }
  }

  private ReceivedRequest request(List<Map.Entry<String, String>> headers) {
    return ReceivedRequest.of(
        number,
        value(headers, ":method"),
        value(headers, ":path"),
        headers.stream().filter(header -> !header.getKey().startsWith(":")).toList());
  }

  private static String value(List<Map.Entry<String, String>> headers, String name) {
    return headers.stream()
        .filter(header -> header.getKey().equals(name))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("");
  }

  private void left(int stream) {
    Http2Stream left = streams.get(stream);
    if (left != null) {
      left.left();
    }
  }

  @Override
  public void goAway(int lastStream) throws IOException {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    payload.writeBytes(int32(lastStream));
    payload.writeBytes(int32(0)); // NO_ERROR.
    write(GOAWAY, 0, 0, payload.toByteArray());
  }

  @Override
  public void freeze() {
    isFrozen = true;
  }

  /** Writes frames, one unless the payload is too large for it. */
  @Override
  public void write(int type, int flags, int stream, byte[] payload) throws IOException {
    writing.lock();
    try {
      int from = 0;
      do {
        int to = Math.min(payload.length, from + MOST_FRAME_BYTES);
        writeFrame(type, flags, stream, Arrays.copyOfRange(payload, from, to));
        from = to;
      } while (from < payload.length);
    } finally {
      writing.unlock();
    }
  }

  private void writeFrame(int type, int flags, int stream, byte[] payload) throws IOException {
    if (isFrozen) {
      return;
    }
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(payload.length >> 16);
    frame.write(payload.length >> 8);
    frame.write(payload.length);
    frame.write(type);
    frame.write(flags);
    frame.writeBytes(int32(stream));
    frame.writeBytes(payload);
    socket.getOutputStream().write(frame.toByteArray());
  }

  static byte[] int32(int value) {
    return new byte[] {
      (byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value
    };
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
