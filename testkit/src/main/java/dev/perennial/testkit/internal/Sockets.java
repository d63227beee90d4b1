package dev.perennial.testkit.internal;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/** Prepares sockets for an orderly close. */
public final class Sockets {
  private static final int MOST_DISCARDED_BYTES = 1 << 20;

  private Sockets() {}

  /**
   * Discards what has arrived and was not read: otherwise Linux answers a close with a reset. No
   * other thread may be reading from the socket, since this call would wait for it.
   */
  public static void discardArrived(Socket socket) {
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
