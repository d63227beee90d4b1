package dev.perennial.http.internal.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import okhttp3.Headers;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
  private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");

  @ParameterizedTest
  @CsvSource({"0,0", "7,7", "007,7", "120,120", "000,0", "3600,3600"})
  void digitsAreSeconds(String value, long seconds) {
    assertEquals(Duration.ofSeconds(seconds), RetryAfter.parse(value, NOW));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9999999999",
        "999999999999999999",
        "9223372036854775808",
        "99999999999999999999",
        "00000000000000000000000000000000000099999999999999999999"
      })
  void digitsOfAnyLengthSaturateToWhatFitsIntoNanoseconds(String value) {
    Duration delay = RetryAfter.parse(value, NOW);

    assertEquals(Math.min(Long.MAX_VALUE, delay.toNanos()), delay.toNanos());
    assertEquals(1, delay.compareTo(Duration.ofSeconds(9_223_372_035L)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "0,120", "1.5", "-1", "+5", "1e3", "0x10", "soon", "12 ", "１２", "5;q=1"})
  void anythingElseIsIgnored(String value) {
    assertNull(RetryAfter.parse(value, NOW));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sat, 21 Nov 2026 08:01:30 GMT",
        "Saturday, 21-Nov-26 08:01:30 GMT",
        "Sat Nov 21 08:01:30 2026"
      })
  void datesOfThreeFormsCountFromTheAnswer(String value) {
    assertEquals(Duration.ofSeconds(90), RetryAfter.parse(value, NOW));
  }

  @Test
  void aPastDateIsZero() {
    assertEquals(Duration.ZERO, RetryAfter.parse("Sat, 21 Nov 2026 07:00:00 GMT", NOW));
  }

  @Test
  void theDateOfTheAnswerCountsAndNotTheLocalClock() {
    Headers headers =
        Headers.of(
            "Retry-After", "Tue, 03 Jan 2040 10:00:30 GMT",
            "Date", "Tue, 03 Jan 2040 10:00:00 GMT");

    assertEquals(Duration.ofSeconds(30), RetryAfter.of(response(headers)));
  }

  @Test
  void aDateCountsFromTheLocalClockWhenTheAnswerHasNone() {
    assertEquals(
        Duration.ofSeconds(10),
        RetryAfter.of(response(Headers.of("Retry-After", "Sat, 21 Nov 2026 08:00:10 GMT"))));
  }

  @Test
  void ofTwoLinesTheLargerValidOneCounts() {
    assertEquals(Duration.ofSeconds(20), of("5", "20", "1000,2000"));
    assertEquals(Duration.ofSeconds(20), of("20", "5", "never"));
    assertNull(of("never", "-5"));
  }

  private static @Nullable Duration of(String... values) {
    Headers.Builder headers = new Headers.Builder();
    List.of(values).forEach(value -> headers.add("Retry-After", value));
    return RetryAfter.of(response(headers.build()));
  }

  private static Response response(Headers headers) {
    return new Response.Builder()
        .request(new Request.Builder().url("http://localhost/").build())
        .protocol(Protocol.HTTP_1_1)
        .code(503)
        .message("Busy")
        .headers(headers)
        .receivedResponseAtMillis(NOW.toEpochMilli())
        .build();
  }
}
