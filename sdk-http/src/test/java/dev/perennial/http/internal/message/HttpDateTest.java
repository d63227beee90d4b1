package dev.perennial.http.internal.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpDateTest {
  private static final Instant NEAR = Instant.parse("2026-11-21T08:00:00Z");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994"
      })
  void parsesTheThreeForms(String text) {
    assertEquals(Instant.parse("1994-11-06T08:49:37Z"), HttpDate.parse(text, NEAR));
  }

  @Test
  void aTwoDigitYearFiftyYearsAheadIsAheadAndOneMoreIsPast() {
    assertEquals(
        Instant.parse("2076-01-01T00:00:00Z"),
        HttpDate.parse("Wednesday, 01-Jan-76 00:00:00 GMT", NEAR));
    assertEquals(
        Instant.parse("1977-01-01T00:00:00Z"),
        HttpDate.parse("Saturday, 01-Jan-77 00:00:00 GMT", NEAR));
  }

  @Test
  void aLeapSecondIsTheNextSecond() {
    assertEquals(
        Instant.parse("2017-01-01T00:00:00Z"),
        HttpDate.parse("Sat, 31 Dec 2016 23:59:60 GMT", NEAR));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 32 Nov 1994 08:49:37 GMT",
        "Sun, 30 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 06 Foo 1994 08:49:37 GMT",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "1994-11-06T08:49:37Z"
      })
  void anythingElseIsNoDate(String text) {
    assertNull(HttpDate.parse(text, NEAR));
  }
}
