package dev.perennial.cli.tail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.websocket.WebSocketSender;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenMessageTest {
  private final OpenMessage message = new OpenMessage("{\"since\":{cursor}}");

  @Test
  void withoutACursorItIsNull() {
    assertEquals("{\"since\":null}", message.text(null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '`',
      value = {
        "7 | {\"since\":\"7\"}",
        "a\"},\"x\":{\" | {\"since\":\"a\\\"},\\\"x\\\":{\\\"\"}",
        "back\\slash | {\"since\":\"back\\\\slash\"}",
        "{cursor} | {\"since\":\"{cursor}\"}",
        "$1 and € | {\"since\":\"$1 and €\"}",
      })
  void aCursorCannotLeaveItsQuotes(String cursor, String sent) {
    assertEquals(sent, message.text(cursor));
  }

  @Test
  void controlCharactersAndLoneSurrogatesAreEscaped() {
    assertEquals(
        "{\"since\":\"\\r\\n\\t\\u0000\\u007f 😀 \\ude00 \\ud83d\"}",
        message.text("\r\n\t\0\u007f 😀 \ude00 \ud83d"));
  }

  @Test
  void everyPlaceholderIsReplaced() {
    assertEquals("\"7\" and \"7\"", new OpenMessage("{cursor} and {cursor}").text("7"));
  }

  @Test
  void messageWithoutPlaceholderIsSentUnchanged() {
    OpenMessage plain = new OpenMessage("{\"subscribe\":\"BTC\"}");

    assertEquals("{\"subscribe\":\"BTC\"}", plain.text("7"));
    assertFalse(plain.hasCursor());
    assertTrue(message.hasCursor());
  }

  @Test
  void refusedMessageFailsTheAttempt() {
    IOException failure =
        assertThrows(IOException.class, () -> message.onOpen(WebSocketSender.create(), "7"));

    assertEquals("The message of --on-open was not sent: NOT_CONNECTED", failure.getMessage());
  }
}
