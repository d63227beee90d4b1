package dev.perennial.conformance.http2;

import dev.perennial.testkit.ReceivedRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** One request over HTTP/2, and the means to answer it. Belongs to the thread of its handler. */
public final class Http2Stream {
  // Types of frames (RFC 9113 6).
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;

  // Flags.
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;

  /** What the streams of a connection write to. */
  interface Frames {
    void write(int type, int flags, int stream, byte[] payload) throws IOException;

    void goAway(int lastStream) throws IOException;

    void freeze();
  }

  private final Frames connection;
  private final int id;
  private final ReceivedRequest request;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private Runnable onLeft = () -> {};

  // Guarded by lock.
  private boolean isLeft;

  Http2Stream(Frames connection, int id, ReceivedRequest request) {
    this.connection = connection;
    this.id = id;
    this.request = request;
  }

  /** Returns the request, without its body. */
  public ReceivedRequest request() {
    return request;
  }

  /**
   * Sends the head of the answer.
   *
   * @param headerLines as {@code Name: value}
   */
  public void head(int status, List<String> headerLines) throws IOException {
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    headers.add(Map.entry(":status", Integer.toString(status)));
    for (String line : headerLines) {
      int colon = line.indexOf(':');
      // RFC 9113 8.2: names are in lower case.
      String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      headers.add(Map.entry(name, line.substring(colon + 1).trim()));
    }
    connection.write(HEADERS, END_HEADERS, id, HeaderBlocks.encoded(headers));
  }

  /** Sends a part of the body. All parts of a connection together have to fit its window. */
  public void send(byte[] bytes) throws IOException {
    connection.write(DATA, 0, id, bytes);
  }

  /** Ends the body in good order. */
  public void end() throws IOException {
    connection.write(DATA, END_STREAM, id, new byte[0]);
  }

  /** Ends this stream alone, with a code of RFC 9113 7. */
  public void reset(int code) throws IOException {
    connection.write(RST_STREAM, 0, id, ByteBuffer.allocate(Integer.BYTES).putInt(code).array());
  }

  /** Announces that the connection ends, and that this stream and later ones are not served. */
  public void goAway() throws IOException {
    connection.goAway(id - 2); // The client's streams have odd numbers.
  }

  /** Neither answers nor sends anything on the whole connection from now on. */
  public void freeze() {
    connection.freeze();
  }

  /** Waits, unless the server is closed meanwhile. */
  public void pause(Duration time) throws InterruptedException {
    long left = time.toNanos();
    lock.lock();
    try {
      while (left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Runs the action when the client leaves this stream, or has left it. */
  public void onLeft(Runnable action) {
    boolean isLate;
    lock.lock();
    try {
      isLate = isLeft;
      onLeft = action;
    } finally {
      lock.unlock();
    }
    if (isLate) {
      action.run();
    }
  }

  /** Waits until the client leaves this stream, at most for a time. */
  public void awaitLeft(Duration limit) throws InterruptedException {
    long left = limit.toNanos();
    lock.lock();
    try {
      while (!isLeft && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Notes that the client has left. */
  void left() {
    Runnable action = () -> {};
    lock.lock();
    try {
      if (!isLeft) {
        isLeft = true;
        action = onLeft;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
    action.run();
  }
}
