package dev.perennial.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import okio.Buffer;

/**
 * The events of a workload in their wire format: the chunked body of an HTTP response, or the
 * frames of a WebSocket. A block of events is encoded in advance, and only the digits of the ids
 * change from one block to the next, so that the server is never the bottleneck.
 */
final class TickBody {
  private static final int BLOCK_BYTES = 64 * 1024;

  private final byte[] event;
  private final int idOffset;
  private final int idBytes;
  private final boolean isChunked;

  TickBody(Workload workload) {
    String id = Long.toString(Workload.FIRST_ID);
    String text = text(workload, id);
    byte[] encoded = text.getBytes(US_ASCII);
    byte[] frameHeader =
        workload.transport().isWebSocket() ? textFrameHeader(encoded.length) : new byte[0];
    event = joined(frameHeader, encoded);
    idOffset = frameHeader.length + text.indexOf(id);
    idBytes = id.length();
    isChunked = !workload.transport().isWebSocket();
  }

  private static String text(Workload workload, String id) {
    String json = "{\"id\":\"" + id + "\",\"data\":\"" + workload.payload() + "\"}";
    return switch (workload.transport()) {
      case SSE -> "id: " + id + "\nevent: tick\ndata: " + workload.payload() + "\n\n";
      case NDJSON -> json + "\n";
      case WS, WS_JSON -> json;
    };
  }

  /** RFC 6455, 5.2: a complete text message, not masked. */
  private static byte[] textFrameHeader(int payloadBytes) {
    Buffer header = new Buffer().writeByte(0x81);
    if (payloadBytes <= 125) {
      header.writeByte(payloadBytes);
    } else if (payloadBytes <= 0xffff) {
      header.writeByte(126).writeShort(payloadBytes);
    } else {
      header.writeByte(127).writeLong(payloadBytes);
    }
    return header.readByteArray();
  }

  private static byte[] joined(byte[]... parts) {
    Buffer all = new Buffer();
    for (byte[] part : parts) {
      all.write(part);
    }
    return all.readByteArray();
  }

  /** Returns the bytes of one event, without the chunk around it. */
  int eventBytes() {
    return event.length;
  }

  /** Writes {@code workload.events()} events, but not the end of the body. */
  void writeTo(OutputStream out, Workload workload) throws IOException {
    int perChunk = isChunked ? workload.eventsPerChunk() : 1;
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

  /** Wraps events in an HTTP chunk: their size before, and a line end after them. */
  private final class Chunk {
    final byte[] bytes;
    private final int events;
    private final int headerBytes;

    Chunk(int events) {
      String size = Integer.toHexString(events * event.length) + "\r\n";
      byte[] header = (isChunked ? size : "").getBytes(US_ASCII);
      byte[] trailer = (isChunked ? "\r\n" : "").getBytes(US_ASCII);
      byte[][] parts = new byte[events + 2][];
      Arrays.fill(parts, event);
      parts[0] = header;
      parts[events + 1] = trailer;
      this.events = events;
      this.headerBytes = header.length;
      this.bytes = joined(parts);
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
