package dev.perennial.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/**
 * A way to end a connection before its time.
 *
 * <p>Bytes that were written before the cut are delivered first as well as TCP allows. After {@link
 * #FIN} and {@link #HALF_CLOSE} they always are. With {@link #RST} the sender drops what still
 * waits for room in the receiver's buffer, and some systems (not Linux) also drop what the receiver
 * has and did not read yet: to be exact to the byte with a reset, keep the bytes before it fewer
 * than a socket buffer, or the receiver reading.
 *
 * @since 0.1.0
 */
public enum Cut {
  /**
   * The connection is closed in both directions, in the orderly way of TCP: the peer reads an end
   * of stream. When the peer goes on sending it is answered with a reset.
   */
  FIN {
    @Override
    void applyTo(Socket socket) throws IOException {
      try (socket) {
        socket.shutdownOutput();
      }
    }
  },

  /** The connection is reset: the peer's next read or write fails. */
  RST {
    @Override
    void applyTo(Socket socket) throws IOException {
      try (socket) {
        socket.setSoLinger(true, 0);
      }
    }
  },

  /** Only our sending direction ends: the peer reads an end of stream and may go on sending. */
  HALF_CLOSE {
    @Override
    void applyTo(Socket socket) throws IOException {
      socket.shutdownOutput();
    }
  };

  private static final int MOST_DISCARDED_BYTES = 1 << 20;

  abstract void applyTo(Socket socket) throws IOException;

  /** Cuts a socket that may be gone already. */
  void applyQuietlyTo(Socket socket) {
    try {
      applyTo(socket);
    } catch (IOException e) {
      // The peer was faster: there is nothing left to cut.
    }
  }

  /**
   * Discards what has arrived and was not read, because Linux answers a close with a reset
   * otherwise. No other thread may go on reading from the socket: it would be waited for.
   */
  static void discardArrived(Socket socket) {
    byte[] discarded = new byte[8192];
    try {
      socket.setSoTimeout(1);
      InputStream input = socket.getInputStream();
      int total = 0;
      while (total < MOST_DISCARDED_BYTES && input.available() > 0) {
        total += Math.max(0, input.read(discarded));
      }
    } catch (IOException e) {
      // The connection is gone, or the last bytes went to a reader that was about to end.
    }
  }
}
