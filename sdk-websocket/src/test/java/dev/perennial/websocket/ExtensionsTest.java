package dev.perennial.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamException.Reason;
import dev.perennial.spi.TransportException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtensionsTest {
  @Test
  void noAnswerIsNoExtension() throws Exception {
    assertNull(Extensions.parse(List.of(), true));
    assertNull(Extensions.parse(List.of(), false));
    assertNull(Extensions.parse(List.of("", " , "), true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "permessage-deflate",
        " permessage-deflate\t",
        ", permessage-deflate ,",
        "Permessage-Deflate",
        "permessage-deflate; client_no_context_takeover",
        "permessage-deflate;server_max_window_bits=8",
        "permessage-deflate; server_max_window_bits = 15",
        "permessage-deflate; server_max_window_bits=\"10\"",
        "permessage-deflate; server_max_window_bits=\"1\\0\"; client_no_context_takeover"
      })
  void whatWasOfferedIsAgreedTo(String answer) throws Exception {
    assertEquals(new Extensions(false), Extensions.parse(List.of(answer), true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "permessage-deflate; server_no_context_takeover",
        "permessage-deflate;server_max_window_bits=9;SERVER_NO_CONTEXT_TAKEOVER"
      })
  void aServerMayForgetItsWindow(String answer) throws Exception {
    assertEquals(new Extensions(true), Extensions.parse(List.of(answer), true));
  }

  @Test
  void fieldsOfOneNameAreOneList() throws Exception {
    assertEquals(new Extensions(false), Extensions.parse(List.of("", "permessage-deflate"), true));
    assertRefused(List.of("permessage-deflate", "permessage-deflate"), "once but was twice");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "foo | no extension but permessage-deflate but was foo",
        "permessage-deflate, foo | no extension but permessage-deflate but was foo",
        "x-webkit-deflate-frame | but was x-webkit-deflate-frame",
        "permessage-deflate, permessage-deflate | permessage-deflate once but was twice",
        "permessage-deflate; client_max_window_bits=15 | but was client_max_window_bits",
        "permessage-deflate; client_max_window_bits | but was client_max_window_bits",
        "permessage-deflate; foo | but was foo",
        "permessage-deflate; foo=1 | but was foo",
        "permessage-deflate; server_max_window_bits | of 8 to 15 but was null",
        "permessage-deflate; server_max_window_bits=7 | of 8 to 15 but was 7",
        "permessage-deflate; server_max_window_bits=16 | of 8 to 15 but was 16",
        "permessage-deflate; server_max_window_bits=08 | of 8 to 15 but was 08",
        "permessage-deflate; server_max_window_bits=1x | of 8 to 15 but was 1x",
        "permessage-deflate; server_no_context_takeover=1 | without a value but was 1",
        "permessage-deflate; client_no_context_takeover=\"a\" | without a value but was a",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover | twice",
        "permessage-deflate; server_max_window_bits=8; server_max_window_bits=8 | twice"
      })
  void whatWasNotOfferedIsRefused(String answer, String message) {
    assertRefused(List.of(answer), message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ";",
        "=",
        "permessage-deflate;",
        "permessage-deflate foo",
        "permessage-deflate=1",
        "permessage-deflate; ;",
        "permessage-deflate; server_max_window_bits=",
        "permessage-deflate; server_max_window_bits=\"",
        "permessage-deflate; server_max_window_bits=\"9",
        "permessage-deflate; server_max_window_bits=\"\"",
        "permessage-deflate; server_max_window_bits=\"9\\",
        "permessage-deflate; server_max_window_bits=\"9 \"",
        "permessage-deflate; server_max_window_bits=9 9",
        "é"
      })
  void whatIsNotInTheSyntaxIsRefused(String answer) {
    assertRefused(List.of(answer), "syntax of RFC 6455 9.1");
  }

  @Test
  void aTokenOfAnyLengthMakesNoMessageOfAnyLength() {
    assertRefused(List.of("x".repeat(10_000)), "syntax of RFC 6455 9.1");
  }

  @Test
  void withoutAnOfferNoExtensionIsAllowed() {
    TransportException refusal =
        assertThrows(
            TransportException.class, () -> Extensions.parse(List.of("permessage-deflate"), false));

    assertEquals(
        "Expected in Sec-WebSocket-Extensions no extension but was permessage-deflate",
        refusal.getMessage());
  }

  private static void assertRefused(List<String> answer, String message) {
    TransportException refusal =
        assertThrows(TransportException.class, () -> Extensions.parse(answer, true));
    assertEquals(Reason.PROTOCOL, refusal.reason());
    assertTrue(refusal.getMessage().contains(message), refusal.getMessage());
    assertTrue(refusal.getMessage().length() < 200, refusal.getMessage());
  }
}
