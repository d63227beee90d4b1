package dev.perennial.conformance.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The examples of RFC 7541, appendix C, and what no peer may send. */
class HeaderBlocksTest {
  private final HeaderBlocks blocks = new HeaderBlocks();

  @Test
  void requestsWithoutHuffmanCode() throws IOException {
    assertDecoded(
        "828684410f7777772e6578616d706c652e636f6d",
        ":method=GET",
        ":scheme=http",
        ":path=/",
        ":authority=www.example.com");
    assertDecoded(
        "828684be58086e6f2d6361636865",
        ":method=GET",
        ":scheme=http",
        ":path=/",
        ":authority=www.example.com",
        "cache-control=no-cache");
    assertDecoded(
        "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
        ":method=GET",
        ":scheme=https",
        ":path=/index.html",
        ":authority=www.example.com",
        "custom-key=custom-value");
  }

  @Test
  void requestsWithHuffmanCode() throws IOException {
    assertDecoded(
        "828684418cf1e3c2e5f23a6ba0ab90f4ff",
        ":method=GET",
        ":scheme=http",
        ":path=/",
        ":authority=www.example.com");
    assertDecoded(
        "828684be5886a8eb10649cbf",
        ":method=GET",
        ":scheme=http",
        ":path=/",
        ":authority=www.example.com",
        "cache-control=no-cache");
    assertDecoded(
        "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
        ":method=GET",
        ":scheme=https",
        ":path=/index.html",
        ":authority=www.example.com",
        "custom-key=custom-value");
  }

  @Test
  void aLiteralMayNotBeRemembered() throws IOException {
    assertDecoded("040c2f73616d706c652f70617468", ":path=/sample/path");
    assertDecoded("100870617373776f726406736563726574", "password=secret");
    assertThrows(IOException.class, () -> decode("be"));
  }

  @Test
  void aTableOfSizeZeroRemembersNothing() throws IOException {
    assertDecoded("20" + "400161" + "0162", "a=b");
    assertThrows(IOException.class, () -> decode("be"));
  }

  @Test
  void whatWasWrittenIsRead() throws IOException {
    List<Map.Entry<String, String>> headers =
        List.of(Map.entry(":status", "200"), Map.entry("x", "é".repeat(100)));

    assertEquals(headers, blocks.decoded(HeaderBlocks.encoded(headers)));
  }

  @Test
  void blocksThatAreCutOrPaddedWrongly() {
    assertThrows(IOException.class, () -> decode("41"));
    assertThrows(IOException.class, () -> decode("410f7777"));
    assertThrows(IOException.class, () -> decode("80"));
    assertThrows(IOException.class, () -> decode("ffffffffffff"));
    assertThrows(IOException.class, () -> decode("0001618100")); // Padding has ones only.
    assertThrows(IOException.class, () -> decode("00016184ffffffff")); // The end of a string.
  }

  private List<Map.Entry<String, String>> decode(String hex) throws IOException {
    return blocks.decoded(HexFormat.of().parseHex(hex));
  }

  private void assertDecoded(String hex, String... headers) throws IOException {
    assertEquals(List.of(headers), decode(hex).stream().map(Object::toString).toList());
  }
}
