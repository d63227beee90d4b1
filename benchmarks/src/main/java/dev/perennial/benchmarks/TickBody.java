package dev.perennial.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * The chunked body of a workload. A block of chunks is encoded beforehand; only the digits of the
 * ids change from one block to the next, so that the server is never what is waited for.
 */
final class TickBody {
  private static final int BLOCK_BYTES = 64 * 1024;

  private final byte[] event;
  private final int idOffset;
  private final int idBytes;

  TickBody(Workload workload) {
    String id = Long.toString(Workload.FIRST_ID);
    String beforeId = "id: ";
    event =
        (beforeId + id + "\nevent: tick\ndata: " + workload.payload() + "\n\n").getBytes(US_ASCII);
    idOffset = beforeId.length();
    idBytes = id.length();
  }

  /** The bytes of one event, without the chunk around it. */
  int eventBytes() {
    return event.length;
  }

  /** Writes {@code workload.events()} events, and not the end of the body. */
  void writeTo(OutputStream out, Workload workload) throws IOException {
    int perChunk = workload.eventsPerChunk();
    Chunk full = new Chunk(perChunk);
    int chunks = Math.max(1, BLOCK_BYTES / full.bytes.length);
    byte[] block = new byte[chunks * full.bytes.length];
    for (int i = 0; i < chunks; i++) {
      System.arraycopy(full.bytes, 0, block, i * full.bytes.length, full.bytes.length);
    }

    long id = Workload.FIRST_ID;
    int fullChunks = workload.events() / perChunk;
    while (fullChunks > 0) {
      int now = Math.min(fullChunks, chunks);
      for (int i = 0; i < now; i++, id += perChunk) {
        full.number(block, i * full.bytes.length, id);
      }
      out.write(block, 0, now * full.bytes.length);
      fullChunks -= now;
    }

    int rest = workload.events() % perChunk;
    if (rest > 0) {
      Chunk last = new Chunk(rest);
      last.number(last.bytes, 0, id);
      out.write(last.bytes);
    }
    out.flush();
  }

  /** One chunk of the body, with its size before it and its line end behind. */
  private final class Chunk {
    final byte[] bytes;
    private final int events;
    private final int headerBytes;

    Chunk(int events) {
      byte[] header = (Integer.toHexString(events * event.length) + "\r\n").getBytes(US_ASCII);
      this.events = events;
      this.headerBytes = header.length;
      this.bytes = Arrays.copyOf(header, header.length + events * event.length + 2);
      for (int i = 0; i < events; i++) {
        System.arraycopy(event, 0, bytes, header.length + i * event.length, event.length);
      }
      bytes[bytes.length - 2] = '\r';
      bytes[bytes.length - 1] = '\n';
    }

    /** Numbers the events of the copy of this chunk at {@code offset}. */
    void number(byte[] block, int offset, long firstId) {
      for (int i = 0; i < events; i++) {
        int idEnd = offset + headerBytes + i * event.length + idOffset + idBytes;
        long digits = firstId + i;
        for (int at = idEnd - 1; at >= idEnd - idBytes; at--, digits /= 10) {
          block[at] = (byte) ('0' + digits % 10);
        }
      }
    }
  }
}
