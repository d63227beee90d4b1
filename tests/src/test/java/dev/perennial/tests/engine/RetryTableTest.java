package dev.perennial.tests.engine;

import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.refuses;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.EventStream;
import dev.perennial.Gap;
import dev.perennial.GapException;
import dev.perennial.GapPolicy;
import dev.perennial.RetryPolicy;
import dev.perennial.RetryPolicy.Action;
import dev.perennial.StreamException;
import dev.perennial.StreamException.Reason;
import dev.perennial.StreamState;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Transport;
import dev.perennial.spi.TransportException;
import dev.perennial.testkit.ScriptedTransport;
import io.github.resilience4j.retry.RetryConfig;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of failures as data: the caller's rows, WebSocket's close codes, credentials. */
class RetryTableTest extends EngineTest {
  private static final RetryPolicy POLICY = RetryPolicy.exponential(ofSeconds(1), ofSeconds(30));

  // ---- The caller's rows ----

  @Test
  void callersRowComesBeforeTheTable() {
    listen(
        stream(refuses(status(404)), opens().declaresEnd())
            .withRetry(POLICY.onStatus(404, Action.RETRY)));

    recorder.assertCompleted();
  }

  @Test
  void callerCanMakeARetriedFailureFatal() {
    listen(stream(refuses(status(503))).withRetry(POLICY.onStatus(503, Action.FAIL)));

    assertEquals(503, recorder.takeFailure().code());
  }

  @Test
  void callerMayComplete() {
    listen(stream(refuses(status(404))).withRetry(POLICY.onStatus(404, Action.COMPLETE)));

    recorder.assertCompleted();
  }

  @Test
  void callerMayCallItAGap() {
    listen(
        stream(opens().events(1, 1).cut(), refuses(status(416)), opens().declaresEnd())
            .withRetry(POLICY.onStatus(416, Action.GAP))
            .withGapPolicy(GapPolicy.liveOnly()));

    recorder.assertEvents("1");
    assertEquals(Gap.Reason.SERVER, recorder.takeGap().reason());
    recorder.assertCompleted();
  }

  @Test
  void gapOfTheCallersFailsByDefault() {
    listen(
        stream(opens().events(1, 1).cut(), refuses(status(416)))
            .withRetry(POLICY.onStatus(416, Action.GAP)));

    recorder.assertEvents("1");
    recorder.takeGap();
    assertEquals(416, assertInstanceOf(GapException.class, recorder.takeFailure()).code());
  }

  @Test
  void failureIsChosenByItsCause() {
    listen(
        stream(opens().events(1, 1).cut(new SocketException("Connection reset")))
            .withRetry(
                POLICY.onFailure(f -> f.getCause() instanceof SocketException, Action.FAIL)));

    recorder.assertEvents("1");
    assertEquals(Reason.RESET, recorder.takeFailure().reason());
  }

  @Test
  void rowForAStatusComesBeforeOneForAFailure() {
    listen(
        stream(refuses(status(503)), opens().declaresEnd())
            .withRetry(POLICY.onFailure(f -> true, Action.FAIL).onStatus(503, Action.RETRY)));

    recorder.assertCompleted();
  }

  @Test
  void callersRowComesBeforeResilience4jsPredicates() {
    RetryConfig config =
        RetryConfig.custom().maxAttempts(5).retryOnException(failure -> false).build();
    listen(
        stream(refuses(status(503)))
            .withRetry(RetryPolicy.of(config).onStatus(503, Action.COMPLETE)));

    recorder.assertCompleted();
  }

  @Test
  void policyIsAValue() {
    POLICY.onStatus(503, Action.FAIL);

    listen(stream(refuses(status(503)), opens().declaresEnd()).withRetry(POLICY));

    recorder.assertCompleted();
  }

  @ParameterizedTest
  @ValueSource(ints = {99, 600, -1})
  void statusHasToBeOne(int status) {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> POLICY.onStatus(status, Action.RETRY));
    assertTrue(refusal.getMessage().contains(String.valueOf(status)), refusal::getMessage);
  }

  // ---- Close codes: protocol.md 4 ----

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001, 1005, 1006, 1011, 1014, 3000, 4001, 4999})
  void closeCodeIsRetried(int code) {
    listen(stream(opens().events(1, 1).cut(close(code)), opens().declaresEnd()));

    recorder.assertEvents("1");
    recorder.assertCompleted();
  }

  @Test
  void normalClosureIsNotAFailure() {
    TransportException plain = close(1000).orderly();
    listen(
        stream(opens().events(1, 1).cut(plain), opens().cut(plain), opens().declaresEnd())
            .withRetry(POLICY.withMaxAttempts(2)));

    recorder.assertEvents("1");
    recorder.assertCompleted();
    assertEquals(3, transport.attempts().size());
    assertEquals(StreamState.DelayRule.ORDERLY_END, waiting().rule());
    assertNull(waiting().cause());
  }

  @Test
  void normalClosureCanCompleteTheStream() {
    listen(
        stream(opens().events(1, 1).cut(close(1000).orderly()))
            .withRetry(POLICY.onCloseCode(1000, Action.COMPLETE)));

    recorder.assertEvents("1");
    recorder.assertCompleted();
  }

  @Test
  void normalClosureCanFailTheStream() {
    listen(
        stream(opens().events(1, 1).cut(close(1000).orderly()))
            .withRetry(POLICY.onCloseCode(1000, Action.FAIL)));

    recorder.assertEvents("1");
    assertEquals(1000, recorder.takeFailure().code());
  }

  @Test
  void failureThatItsTransportCallsRetryableIsRetriedWhateverTheTableSays() {
    TransportException thrown = new TransportException(Reason.CONSUMER, "A handler failed");
    listen(stream(opens().events(1, 1).cut(thrown.retryable()), opens().cut(thrown)));

    recorder.assertEvents("1");
    assertEquals(Reason.CONSUMER, recorder.takeFailure().reason());
    assertEquals(2, transport.attempts().size());
    assertEquals(StreamState.DelayRule.BACKOFF, waiting().rule());
  }

  @Test
  void restartingServerIsLeftAloneForAWhile() {
    listen(stream(opens().events(1, 1).cut(close(1012)), opens().declaresEnd()));

    Duration delay = observer.delays().get(0);
    assertTrue(delay.compareTo(ofSeconds(5)) >= 0 && delay.compareTo(ofSeconds(30)) <= 0);
    assertEquals(StreamState.DelayRule.CLOSE_CODE, waiting().rule());
  }

  @Test
  void busyServerIsLeftAloneForHalfAMinute() {
    listen(stream(opens().events(1, 1).cut(close(1013)), opens().declaresEnd()));

    Duration delay = observer.delays().get(0);
    assertTrue(delay.compareTo(ofSeconds(30)) >= 0 && delay.compareTo(ofSeconds(36)) <= 0);
  }

  @Test
  void wakeDoesNotShortenTheDelayOfACloseCode() {
    time.at(ofSeconds(1), () -> subscription().wake());

    listen(stream(opens().events(1, 1).cut(close(1013)), opens().declaresEnd()));

    assertTrue(transport.intervals().get(0).compareTo(ofSeconds(30)) >= 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1002, 1003, 1007, 1010, 1015})
  void closeCodeIsRetriedThreeTimesWithoutProgress(int code) {
    transport = ScriptedTransport.endless(time, attempt -> opens().cut(close(code)));

    listen(over(transport).withCursor("0"));

    assertEquals(code, recorder.takeFailure().code());
    assertEquals(4, transport.attempts().size());
  }

  @Test
  void progressRenewsTheThreeRetries() {
    transport =
        ScriptedTransport.endless(
            time,
            attempt -> {
              int connection = (int) attempt.connection();
              return connection % 3 == 0
                  ? opens().events(connection, connection).cut(close(1002))
                  : opens().cut(close(1002));
            });
    closeAt(Duration.ofMinutes(10));

    listen(over(transport));

    assertTrue(transport.attempts().size() > 8, () -> "" + transport.attempts());
  }

  @Test
  void messageTooBigForTheServerIsFatal() {
    listen(stream(opens().events(1, 1).cut(close(1009))));

    recorder.assertEvents("1");
    assertEquals(1009, recorder.takeFailure().code());
  }

  // ---- Credentials ----

  @ParameterizedTest
  @CsvSource({"401,-1", "-1,1008"})
  void refusedCredentialWithoutASupplierIsFatal(int status, int code) {
    TransportException refusal = status > 0 ? status(status) : close(code);

    listen(stream(refuses(refusal)));

    assertEquals(Math.max(status, code), recorder.takeFailure().code());
  }

  @Test
  void freshCredentialIsTriedAtOnce() {
    Refusable fresh = new Refusable(true);
    listen(fresh.over(refuses(status(401)), opens().events(1, 1).declaresEnd()));

    recorder.assertEvents("1");
    recorder.assertCompleted();
    assertEquals(List.of(Duration.ZERO), transport.intervals());
    assertEquals(1, fresh.refused);
  }

  @Test
  void refusedFreshCredentialIsFatal() {
    Refusable fresh = new Refusable(true);
    listen(fresh.over(refuses(status(401)), refuses(status(401))));

    StreamException failure = recorder.takeFailure();
    assertEquals(Reason.CREDENTIALS, failure.reason());
    assertEquals(401, failure.code());
    assertEquals(
        "A fresh credential was refused too; look at what the credentials may read here: The answer"
            + " was 401",
        failure.getMessage());
  }

  @Test
  void credentialThatAnotherSubscriptionRefreshedIsNotCounted() {
    Refusable stale = new Refusable(false);
    listen(
        stale.over(refuses(status(401)), refuses(status(401)), opens().events(1, 1).declaresEnd()));

    recorder.assertEvents("1");
    recorder.assertCompleted();
  }

  @Test
  void openConnectionProvesTheCredential() {
    Refusable fresh = new Refusable(true);
    listen(
        fresh.over(
            refuses(status(401)),
            opens().events(1, 1).cut(),
            refuses(status(401)),
            opens().events(2, 2).declaresEnd()));

    recorder.assertEvents("1", "2");
    recorder.assertCompleted();
    assertEquals(2, fresh.refused);
  }

  @Test
  void failureBetweenDoesNotForgetTheRefusal() {
    Refusable fresh = new Refusable(true);
    listen(fresh.over(refuses(status(401)), refuses(status(503)), refuses(status(401))));

    assertEquals(Reason.CREDENTIALS, recorder.takeFailure().reason());
  }

  @Test
  void callerCanSayWhichFailureRefusesACredential() {
    Refusable fresh = new Refusable(true);
    listen(
        fresh
            .over(refuses(status(403)), opens().declaresEnd())
            .withRetry(POLICY.onStatus(403, Action.REFRESH_CREDENTIALS)));

    recorder.assertCompleted();
    assertEquals(1, fresh.refused);
  }

  @Test
  void failureOfTheCredentialSupplierFailsTheAttempt() {
    Refusable fresh = new Refusable(true);
    listen(fresh.over(refuses(failure(Reason.CREDENTIALS)), opens().declaresEnd()));

    recorder.assertCompleted();
    assertEquals(0, fresh.refused);
  }

  /** Has credentials, and counts those that were refused. */
  private final class Refusable {
    private final boolean isNewest;
    private int refused;

    Refusable(boolean isNewest) {
      this.isNewest = isNewest;
    }

    EventStream<String> over(dev.perennial.testkit.ConnectionScript... scripts) {
      ScriptedTransport scripted = ScriptedTransport.of(time, scripts);
      transport = scripted;
      return RetryTableTest.this.over(
          new Transport() {
            @Override
            public StreamConnection newConnection(Attempt attempt) {
              return refusable(scripted.newConnection(attempt));
            }

            @Override
            public boolean hasCredentials() {
              return true;
            }
          });
    }

    private StreamConnection refusable(StreamConnection scripted) {
      return new ForwardingConnection(scripted) {
        @Override
        public boolean refuseCredential() {
          refused++;
          return isNewest;
        }
      };
    }
  }

  private StreamState.Waiting waiting() {
    return recorder.states().stream()
        .filter(StreamState.Waiting.class::isInstance)
        .map(StreamState.Waiting.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private static TransportException close(int code) {
    return new TransportException(Reason.CLOSE_CODE, code, "The close code was " + code, null);
  }
}
