package dev.perennial.testkit;

import java.io.IOException;
import java.net.Socket;

/**
 * A way to end a connection early.
 *
 * <p>With {@link #FIN} and {@link #HALF_CLOSE} all bytes that were written before are delivered.
 * With {@link #RST} the sender drops bytes that still wait for space in the receiver's buffer, and
 * some systems (not Linux) also drop bytes that the receiver has not read yet. For a reset at an
 * exact byte, write less than a socket buffer before it, or keep the receiver reading.
 *
 * @since 0.1.0
 */
public enum Cut {
  /**
   * Closes the connection in both directions, in order: the peer reads an end of stream. If the
   * peer continues to send, it is answered with a reset.
   */
  FIN {
    @Override
    void cut(Socket socket) throws IOException {
      try (socket) {
        socket.shutdownOutput();
      }
    }
  },

  /** Resets the connection: the peer's next read or write fails. */
  RST {
    @Override
    void cut(Socket socket) throws IOException {
      try (socket) {
        socket.setSoLinger(true, 0);
      }
    }
  },

  /** Ends our sending direction only: the peer reads an end of stream and may continue to send. */
  HALF_CLOSE {
    @Override
    void cut(Socket socket) throws IOException {
      socket.shutdownOutput();
    }
  };

  abstract void cut(Socket socket) throws IOException;

  /**
   * Cuts a connection now. Does nothing if the connection is already gone.
   *
   * @param socket our end of the connection
   */
  public void applyTo(Socket socket) {
    try {
      cut(socket);
    } catch (IOException e) {
      // The peer was faster: there is nothing left to cut.
    }
  }
}
