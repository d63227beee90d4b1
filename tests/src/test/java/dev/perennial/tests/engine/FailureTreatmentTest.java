package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.refuses;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Gap;
import dev.perennial.GapException;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamState;
import dev.perennial.testkit.ConnectionScript;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every row of the failure table, before the first open and after it. */
class FailureTreatmentTest extends EngineTest {

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308, 408, 421, 425, 429, 500, 502, 503, 504, 520, 599})
  void temporaryStatusIsRetried(int code) {
    listen(stream(refuses(status(code)), opens().declaresEnd()));

    recorder.assertCompleted();
    assertWaited(Reason.HTTP_STATUS, code);
    transport.assertExhausted();
  }

  @ParameterizedTest
  @ValueSource(
      ints = {100, 205, 206, 226, 304, 305, 400, 401, 402, 406, 410, 414, 415, 418, 431, 451, 600})
  void permanentStatusEndsTheSubscription(int code) {
    listen(stream(refuses(status(code))));

    assertTerminal(Reason.HTTP_STATUS, code);
  }

  @ParameterizedTest
  @ValueSource(ints = {205, 304, 401, 410})
  void permanentStatusEndsTheSubscriptionAfterTheFirstOpenToo(int code) {
    listen(stream(opens().events(1, 1).cut(), refuses(status(code))));

    recorder.assertEvents("1");
    assertTerminal(Reason.HTTP_STATUS, code);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 404, 405, 406, 409, 423, 426, 431, 451, 499, 501, 505})
  void statusThatLooksLikeAMistakeIsFatalBeforeTheFirstOpen(int code) {
    listen(stream(refuses(status(code))));

    assertTerminal(Reason.HTTP_STATUS, code);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 404, 405, 406, 409, 423, 426, 431, 451, 499, 501, 505})
  void statusThatLooksLikeAMistakeIsRetriedAfterTheFirstOpen(int code) {
    listen(
        stream(
            opens().events(1, 1).cut(), refuses(status(code)), opens().events(2, 2).declaresEnd()));

    recorder.assertEvents("1", "2");
    recorder.assertCompleted();
    assertEquals(Arrays.asList(null, "1", "1"), transport.cursors());
  }

  @Test
  void noContentCompletes() {
    listen(stream(opens().events(1, 1).cut(), refuses(status(204))));

    recorder.assertEvents("1");
    recorder.assertCompleted();
    recorder.assertExhausted();
    transport.assertExhausted();
  }

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {"ENDED", "CONNECT", "TLS", "ATTEMPT_TIMEOUT", "RESET", "STALE", "STALLED"})
  void temporaryReasonIsRetried(Reason reason) {
    listen(stream(refuses(failure(reason)), opens().declaresEnd()));

    recorder.assertCompleted();
    assertWaited(reason, -1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {"CERTIFICATE", "CONTENT_TYPE"})
  void reasonThatLooksLikeAMistakeIsFatalBeforeTheFirstOpen(Reason reason) {
    listen(stream(refuses(failure(reason))));

    assertTerminal(reason, -1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {"CERTIFICATE", "CONTENT_TYPE"})
  void reasonThatLooksLikeAMistakeIsRetriedAfterTheFirstOpen(Reason reason) {
    listen(
        stream(
            opens().events(1, 1).cut(),
            refuses(failure(reason)),
            opens().events(2, 2).declaresEnd()));

    recorder.assertEvents("1", "2");
    recorder.assertCompleted();
  }

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {"PROTOCOL", "OVERFLOW", "CURSOR_STORE", "POISON", "INTERNAL"})
  void permanentReasonEndsTheSubscription(Reason reason) {
    listen(stream(opens().events(1, 1).cut(), refuses(failure(reason))));

    recorder.assertEvents("1");
    assertTerminal(reason, -1);
  }

  @ParameterizedTest
  @MethodSource
  void failureToOpenSaysSo(IOException thrown, Reason reason) {
    listen(stream(opens().events(1, 1).cut(), refuses(thrown), opens().declaresEnd()));

    assertEquals(List.of("disconnected RESET", "disconnected " + reason), disconnections(2));
    StreamState.Waiting waiting =
        assertInstanceOf(
            StreamState.Waiting.class,
            recorder.states().stream()
                .filter(StreamState.Waiting.class::isInstance)
                .skip(1)
                .findFirst()
                .orElseThrow());
    assertSame(thrown, waiting.cause().getCause());
  }

  static Stream<Object[]> failureToOpenSaysSo() {
    Exception refusedCertificate = new SSLHandshakeException("path building failed");
    refusedCertificate.initCause(new CertificateException("expired"));
    return Stream.of(
        new Object[] {new UnknownHostException("nowhere"), Reason.CONNECT},
        new Object[] {new ConnectException("refused"), Reason.CONNECT},
        new Object[] {new NoRouteToHostException("no route"), Reason.CONNECT},
        new Object[] {new SocketTimeoutException("connect timed out"), Reason.CONNECT},
        new Object[] {new SSLHandshakeException("alert"), Reason.TLS},
        new Object[] {new SSLException("broken"), Reason.TLS},
        new Object[] {new SSLPeerUnverifiedException("other host"), Reason.CERTIFICATE},
        new Object[] {refusedCertificate, Reason.CERTIFICATE},
        new Object[] {new SocketException("reset"), Reason.RESET},
        new Object[] {new EOFException("unexpected end"), Reason.RESET});
  }

  @ParameterizedTest
  @MethodSource
  void failureToReadSaysSo(IOException thrown, Reason reason) {
    listen(stream(opens().events(1, 1).cut(thrown), opens().declaresEnd()));

    assertEquals(List.of("disconnected " + reason), disconnections(1));
  }

  static Stream<Object[]> failureToReadSaysSo() {
    return Stream.of(
        new Object[] {new SocketException("reset"), Reason.RESET},
        new Object[] {new EOFException("unexpected end"), Reason.RESET},
        new Object[] {new ProtocolException("unexpected end of stream"), Reason.RESET},
        new Object[] {new SSLException("closed without notice"), Reason.TLS},
        new Object[] {new SocketTimeoutException("timeout"), Reason.STALE});
  }

  @Test
  void permanentFailureIsFatalWhateverTheTableSays() {
    listen(stream(opens().events(1, 1).cut(), refuses(status(503).permanent())));

    recorder.assertEvents("1");
    assertTerminal(Reason.HTTP_STATUS, 503);
  }

  @Test
  void lostCursorIsReportedAsAGapAndEndsTheSubscription() {
    ConnectionScript gone = refuses(failure(Reason.GAP));

    listen(stream(opens().events(1, 2).cut(), gone));

    recorder.assertEvents("1", "2");
    assertServerGap("2", "The answer was GAP");
    transport.assertExhausted();
  }

  @Test
  void gapInTheStreamEndsItAfterTheEventsBefore() {
    listen(stream(opens().events(1, 2).gap("history was trimmed").events(9, 9)));

    recorder.assertEvents("1", "2");
    assertServerGap("2", "history was trimmed");
  }

  private void assertServerGap(String lastCursor, String detail) {
    Gap gap = recorder.takeGap();
    assertEquals(Gap.Reason.SERVER, gap.reason());
    assertEquals(lastCursor, gap.lastCursor());
    assertEquals(detail, gap.detail());
    GapException failure = assertInstanceOf(GapException.class, recorder.takeFailure());
    assertSame(gap, failure.gap());
    recorder.assertExhausted();
    assertEquals(List.of("gap SERVER"), observer.lines("gap"));
  }

  @Test
  void incompleteStreamIsResumedWithACursor() {
    listen(
        stream(
            opens().events(1, 1).cut(failure(Reason.INCOMPLETE)),
            opens().events(2, 2).declaresEnd()));

    recorder.assertEvents("1", "2");
    recorder.assertCompleted();
  }

  @Test
  void incompleteStreamWithoutACursorIsFatal() {
    listen(stream(opens().event(null, "one").cut(failure(Reason.INCOMPLETE))));

    recorder.assertEvents("one");
    assertTerminal(Reason.INCOMPLETE, -1);
  }

  @Test
  void failFastMakesAnyFirstFailureFatal() {
    listen(stream(refuses(new ConnectException("refused"))).failFast());

    assertTerminal(Reason.CONNECT, -1);
  }

  @Test
  void failFastAppliesUntilTheFirstOpenOnly() {
    listen(
        stream(opens().cut(), refuses(new ConnectException("refused")), opens().declaresEnd())
            .withCursor("0")
            .failFast());

    recorder.assertCompleted();
    transport.assertExhausted();
  }

  @Test
  void interruptionWithoutACursorIsReported() {
    listen(
        stream(
            refuses(new ConnectException("refused")),
            opens().event(null, "one").ends(),
            opens().event(null, "two").cut(),
            opens().event(null, "three").declaresEnd()));

    recorder.assertEvents("one");
    assertEquals(Gap.Reason.NO_CURSOR, recorder.takeGap().reason());
    recorder.assertEvents("two");
    assertEquals(Gap.Reason.NO_CURSOR, recorder.takeGap().reason());
    recorder.assertEvents("three");
    recorder.assertCompleted();
  }

  @Test
  void anHourOfMixedFailuresLosesNothing() {
    listen(
        stream(
            opens().events(1, 2).silence(ofSeconds(7)).cut(),
            refuses(status(503)),
            refuses(new ConnectException("refused")),
            opens().events(2, 4).silence(ofMinutes(4)).ends(),
            refuses(status(404)),
            opens().checkpoint("4"),
            opens().events(5, 5).declaresEnd()));

    recorder.assertEvents("1", "2", "3", "4", "5");
    recorder.assertCompleted();
    recorder.assertExhausted();
    transport.assertExhausted();
  }

  private List<String> disconnections(int count) {
    return observer.lines("disconnected").subList(0, count);
  }

  private void assertWaited(Reason reason, int code) {
    StreamState.Waiting waiting =
        assertInstanceOf(StreamState.Waiting.class, recorder.states().get(1));
    assertEquals(reason, waiting.reason());
    assertEquals(2, waiting.nextAttempt());
    assertEquals(code, waiting.cause().code());
    assertEquals(List.of("disconnected " + reason), disconnections(1));
  }

  private void assertTerminal(Reason reason, int code) {
    StreamException failure = recorder.takeFailure();
    assertEquals(reason, failure.reason());
    assertEquals(code, failure.code());
    assertEquals(new StreamState.Closed(failure), subscription().state());
    assertEquals(List.of("closed " + reason), observer.lines("closed"));
    assertTrue(observer.lines().indexOf("closed " + reason) == observer.lines().size() - 1);
    recorder.assertExhausted();
    transport.assertExhausted();
  }
}
