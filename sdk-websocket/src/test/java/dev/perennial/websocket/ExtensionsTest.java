package dev.perennial.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamException.Reason;
import dev.perennial.spi.TransportException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtensionsTest {
  private static final CompressionOffer STANDARD = CompressionOffer.standard();
  private static final CompressionOffer PLAIN = STANDARD.withoutClientMaxWindowBits();
  private static final List<CompressionOffer> OFFERED = List.of(STANDARD);

  @Test
  void noAnswerIsNoExtension() throws Exception {
    assertNull(Extensions.parse(List.of(), OFFERED));
    assertNull(Extensions.parse(List.of(), List.of()));
    assertNull(Extensions.parse(List.of("", " , "), OFFERED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "permessage-deflate",
        " permessage-deflate\t",
        ", permessage-deflate ,",
        "Permessage-Deflate",
        "permessage-deflate; client_no_context_takeover",
        "permessage-deflate; client_max_window_bits=8",
        "permessage-deflate; client_max_window_bits=15; server_max_window_bits=11",
        "permessage-deflate;server_max_window_bits=8",
        "permessage-deflate; server_max_window_bits = 15",
        "permessage-deflate; server_max_window_bits=\"10\"",
        "permessage-deflate; server_max_window_bits=\"1\\0\"; client_no_context_takeover"
      })
  void whatWasOfferedIsAgreedTo(String answer) throws Exception {
    assertEquals(new Extensions(false), Extensions.parse(List.of(answer), OFFERED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "permessage-deflate; server_no_context_takeover",
        "permessage-deflate;server_max_window_bits=9;SERVER_NO_CONTEXT_TAKEOVER"
      })
  void aServerMayForgetItsWindow(String answer) throws Exception {
    assertEquals(new Extensions(true), Extensions.parse(List.of(answer), OFFERED));
  }

  @Test
  void fieldsOfOneNameAreOneList() throws Exception {
    assertEquals(
        new Extensions(false), Extensions.parse(List.of("", "permessage-deflate"), OFFERED));
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
        "permessage-deflate; client_max_window_bits | of 8 to 15 but was null",
        "permessage-deflate; client_max_window_bits=7 | of 8 to 15 but was 7",
        "permessage-deflate; client_max_window_bits=16 | of 8 to 15 but was 16",
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
  void whatWasNotOfferedIsRejected(String answer, String message) {
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
            TransportException.class,
            () -> Extensions.parse(List.of("permessage-deflate"), List.of()));

    assertEquals(
        "Expected in Sec-WebSocket-Extensions no extension but was permessage-deflate",
        refusal.getMessage());
  }

  private static void assertRefused(List<String> answer, String message) {
    TransportException refusal =
        assertThrows(TransportException.class, () -> Extensions.parse(answer, OFFERED));
    assertEquals(Reason.PROTOCOL, refusal.reason());
    assertTrue(refusal.getMessage().contains(message), refusal.getMessage());
    assertTrue(refusal.getMessage().length() < 200, refusal.getMessage());
  }

  // ---- Offers ----

  @Test
  void offersAreWrittenAsTheHeaderHasThem() {
    assertEquals("permessage-deflate; client_max_window_bits", STANDARD.toString());
    assertEquals("permessage-deflate", PLAIN.toString());
    assertEquals(
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover;"
            + " server_max_window_bits=9; client_max_window_bits=8",
        STANDARD
            .withServerNoContextTakeover()
            .withClientNoContextTakeover()
            .withServerMaxWindowBits(9)
            .withClientMaxWindowBits(8)
            .toString());
    assertEquals(STANDARD, PLAIN.withClientMaxWindowBits(15));
    assertEquals(
        "permessage-deflate; server_max_window_bits=10, permessage-deflate",
        CompressionSettings.of(PLAIN.withServerMaxWindowBits(10), PLAIN).header());
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 16})
  void windowsThatDoNotExistAreNotOffered(int bits) {
    String words =
        assertThrows(IllegalArgumentException.class, () -> STANDARD.withServerMaxWindowBits(bits))
            .getMessage();
    assertEquals("withServerMaxWindowBits must be from 8 to 15 but was " + bits, words);
    assertThrows(IllegalArgumentException.class, () -> STANDARD.withClientMaxWindowBits(bits));
  }

  /** RFC 7692, 7.1: every offer with every answer, by the words of the four parameters. */
  @Test
  void everyAnswerToEveryOfferIsJudgedByTheRfc() {
    for (Terms offer : Terms.all()) {
      for (Terms answer : Terms.all()) {
        boolean isAllowed =
            (!offer.serverForgets || answer.serverForgets)
                && (offer.serverBits == 0
                    || (answer.serverBits != 0 && answer.serverBits <= offer.serverBits))
                && answer.clientBits <= offer.clientBits; // 0 if it was not offered.
        assertEquals(isAllowed, isAccepted(offer, answer), offer + " answered by " + answer);
      }
    }
  }

  private static boolean isAccepted(Terms offer, Terms answer) {
    try {
      Extensions agreed = Extensions.parse(List.of(answer.header()), List.of(offer.offer()));
      assertEquals(new Extensions(answer.serverForgets), agreed);
      return true;
    } catch (TransportException e) {
      return false;
    }
  }

  /** Bits of 0 stand for an absent parameter. */
  private record Terms(
      boolean serverForgets, boolean clientForgets, int serverBits, int clientBits) {
    private static final int[] BITS = {0, 8, 9, 10, 11, 12, 13, 14, 15};

    static List<Terms> all() {
      List<Terms> all = new ArrayList<>();
      for (int server : BITS) {
        for (int client : BITS) {
          for (int forgets = 0; forgets < 4; forgets++) {
            all.add(new Terms((forgets & 1) != 0, (forgets & 2) != 0, server, client));
          }
        }
      }
      return all;
    }

    String header() {
      return "permessage-deflate"
          + (serverForgets ? "; server_no_context_takeover" : "")
          + (clientForgets ? "; client_no_context_takeover" : "")
          + (serverBits == 0 ? "" : "; server_max_window_bits=" + serverBits)
          + (clientBits == 0 ? "" : "; client_max_window_bits=" + clientBits);
    }

    CompressionOffer offer() {
      CompressionOffer offer =
          clientBits == 0 ? PLAIN : STANDARD.withClientMaxWindowBits(clientBits);
      offer = serverForgets ? offer.withServerNoContextTakeover() : offer;
      offer = clientForgets ? offer.withClientNoContextTakeover() : offer;
      return serverBits == 0 ? offer : offer.withServerMaxWindowBits(serverBits);
    }
  }

  @Test
  void anAnswerToAnyOfSeveralOffersIsTaken() throws Exception {
    List<CompressionOffer> offers = List.of(PLAIN.withServerMaxWindowBits(10), PLAIN);

    assertEquals(
        new Extensions(false),
        Extensions.parse(List.of("permessage-deflate; server_max_window_bits=10"), offers));
    assertEquals(new Extensions(false), Extensions.parse(List.of("permessage-deflate"), offers));
    assertThrows(
        TransportException.class,
        () -> Extensions.parse(List.of("permessage-deflate; client_max_window_bits=9"), offers));
  }

  @Test
  void aServerThatDoesNotKeepToTheOfferIsRefusedInWords() {
    assertMismatch(
        STANDARD.withServerNoContextTakeover(),
        "permessage-deflate",
        "server_no_context_takeover, as offered, but was absent");
    assertMismatch(
        STANDARD.withServerMaxWindowBits(10),
        "permessage-deflate; server_max_window_bits=11",
        "server_max_window_bits of at most 10, as offered, but was 11");
    assertMismatch(
        STANDARD.withServerMaxWindowBits(10),
        "permessage-deflate",
        "server_max_window_bits of at most 10, as offered, but was absent");
    assertMismatch(
        STANDARD.withClientMaxWindowBits(10),
        "permessage-deflate; client_max_window_bits=15",
        "client_max_window_bits of at most 10, as offered, but was 15");
    assertMismatch(
        PLAIN,
        "permessage-deflate; client_max_window_bits=15",
        "no parameter that was not offered but was client_max_window_bits");
  }

  private static void assertMismatch(CompressionOffer offer, String answer, String words) {
    TransportException refusal =
        assertThrows(
            TransportException.class, () -> Extensions.parse(List.of(answer), List.of(offer)));
    assertEquals("Expected in Sec-WebSocket-Extensions " + words, refusal.getMessage());
  }
}
