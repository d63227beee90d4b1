package dev.perennial.websocket;

import java.util.Arrays;
import java.util.zip.Deflater;
import okio.Buffer;

/** The server's side of permessage-deflate, with the JDK's Deflater. */
final class ServerDeflate {
  private final boolean forgets;
  private final Deflater deflater;

  ServerDeflate(boolean forgets, int level) {
    this.forgets = forgets;
    this.deflater = new Deflater(level, /* nowrap= */ true);
  }

  /** RFC 7692, 7.2.1. */
  byte[] message(byte[] message) {
    if (forgets) {
      deflater.reset();
    }
    deflater.setInput(message);
    Buffer out = new Buffer();
    byte[] chunk = new byte[4_096];
    int count;
    do {
      count = deflater.deflate(chunk, 0, chunk.length, Deflater.SYNC_FLUSH);
      out.write(chunk, 0, count);
    } while (count == chunk.length);
    byte[] flushed = out.readByteArray();
    if (flushed.length == 0) {
      return new byte[1]; // 7.2.3.6: zlib flushes nothing for an empty message.
    }
    return Arrays.copyOf(flushed, flushed.length - 4);
  }
}
