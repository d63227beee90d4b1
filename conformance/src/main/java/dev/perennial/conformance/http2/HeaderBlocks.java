package dev.perennial.conformance.http2;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The header blocks of one connection (RFC 7541): reads those of the peer, whose order matters, and
 * writes some that need no table. Confined to one thread.
 */
final class HeaderBlocks {
  private static final int TABLE_BYTES = 4096;
  private static final int ENTRY_BYTES = 32;
  private static final int MOST_BITS = 28;

  /** RFC 7541, appendix A. */
  private static final List<Map.Entry<String, String>> STATIC =
      table(
          """
          :authority
          :method GET
          :method POST
          :path /
          :path /index.html
          :scheme http
          :scheme https
          :status 200
          :status 204
          :status 206
          :status 304
          :status 400
          :status 404
          :status 500
          accept-charset
          accept-encoding gzip, deflate
          accept-language
          accept-ranges
          accept
          access-control-allow-origin
          age
          allow
          authorization
          cache-control
          content-disposition
          content-encoding
          content-language
          content-length
          content-location
          content-range
          content-type
          cookie
          date
          etag
          expect
          expires
          from
          host
          if-match
          if-modified-since
          if-none-match
          if-range
          if-unmodified-since
          last-modified
          link
          location
          max-forwards
          proxy-authenticate
          proxy-authorization
          range
          referer
          refresh
          retry-after
          server
          set-cookie
          strict-transport-security
          transfer-encoding
          user-agent
          vary
          via
          www-authenticate
          """);

  /** The newest entry is the first. */
  private final List<Map.Entry<String, String>> dynamic = new ArrayList<>();

  private int mostBytes = TABLE_BYTES;

  private static List<Map.Entry<String, String>> table(String text) {
    List<Map.Entry<String, String>> entries = new ArrayList<>();
    for (String line : text.lines().toList()) {
      int blank = line.indexOf(' ');
      entries.add(
          blank < 0
              ? Map.entry(line, "")
              : Map.entry(line.substring(0, blank), line.substring(blank + 1)));
    }
    return List.copyOf(entries);
  }

  // ---- Reading ----

  /**
   * Decodes the next block of the peer.
   *
   * @throws IOException if it is none
   */
  List<Map.Entry<String, String>> decoded(byte[] block) throws IOException {
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(block);
    try {
      while (in.hasRemaining()) {
        int first = in.get() & 0xff;
        if ((first & 0x80) != 0) {
          headers.add(entry(integer(in, first, 7)));
        } else if ((first & 0xc0) == 0x40) {
          Map.Entry<String, String> header = literal(in, integer(in, first, 6));
          headers.add(header);
          dynamic.add(0, header);
          shrink();
        } else if ((first & 0xe0) == 0x20) {
          mostBytes = integer(in, first, 5);
          shrink();
        } else {
          headers.add(literal(in, integer(in, first, 4)));
        }
      }
    } catch (BufferUnderflowException e) {
      throw new IOException("The header block is cut", e);
    }
    return headers;
  }

  private Map.Entry<String, String> literal(ByteBuffer in, int name) throws IOException {
    String named = name == 0 ? text(in) : entry(name).getKey();
    return Map.entry(named, text(in));
  }

  private Map.Entry<String, String> entry(int index) throws IOException {
    int at = index - 1 - STATIC.size();
    if (index < 1 || at >= dynamic.size()) {
      throw new IOException("There is no header " + index);
    }
    return at < 0 ? STATIC.get(index - 1) : dynamic.get(at);
  }

  private void shrink() {
    int bytes = 0;
    for (int i = 0; i < dynamic.size(); i++) {
      Map.Entry<String, String> entry = dynamic.get(i);
      bytes += ENTRY_BYTES + utf8(entry.getKey()).length + utf8(entry.getValue()).length;
      if (bytes > mostBytes) {
        dynamic.subList(i, dynamic.size()).clear();
        return;
      }
    }
  }

  private static String text(ByteBuffer in) throws IOException {
    int first = in.get() & 0xff;
    int length = integer(in, first, 7);
    if (length > in.remaining()) {
      throw new IOException("The header block is cut");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String((first & 0x80) == 0 ? bytes : HuffmanCode.decoded(bytes), UTF_8);
  }

  /** Reads an integer that begins in the low bits of {@code first}. */
  private static int integer(ByteBuffer in, int first, int bits) throws IOException {
    int most = (1 << bits) - 1;
    int value = first & most;
    if (value < most) {
      return value;
    }
    for (int shift = 0; shift < MOST_BITS; shift += 7) {
      int next = in.get() & 0xff;
      value += (next & 0x7f) << shift;
      if ((next & 0x80) == 0) {
        return value;
      }
    }
    throw new IOException("A number of a header block is too large");
  }

  // ---- Writing ----

  /** Encodes a block, of literals that no table remembers. */
  static byte[] encoded(List<Map.Entry<String, String>> headers) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (Map.Entry<String, String> header : headers) {
      block.write(0);
      write(utf8(header.getKey()), block);
      write(utf8(header.getValue()), block);
    }
    return block.toByteArray();
  }

  private static void write(byte[] text, ByteArrayOutputStream block) {
    int most = 0x7f;
    if (text.length < most) {
      block.write(text.length);
    } else {
      block.write(most);
      int rest = text.length - most;
      for (; rest > 0x7f; rest >>= 7) {
        block.write((rest & 0x7f) | 0x80);
      }
      block.write(rest);
    }
    block.writeBytes(text);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
