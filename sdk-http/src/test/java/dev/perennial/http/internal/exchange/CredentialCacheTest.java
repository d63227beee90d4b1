package dev.perennial.http.internal.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamException.Reason;
import dev.perennial.StreamRuntime;
import dev.perennial.StreamSubscription;
import dev.perennial.http.Background;
import dev.perennial.http.Credentials;
import dev.perennial.http.internal.attempt.OpeningAttempt;
import dev.perennial.http.internal.exchange.CredentialCache.Issued;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.Timekeeper;
import dev.perennial.spi.TransportException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import org.junit.jupiter.api.Test;

class CredentialCacheTest {
  private final AtomicInteger asked = new AtomicInteger();
  private final Timer timer = new Timer();

  /** What each call of the credentials returns; a call waits for it whatever interrupts it. */
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  private final CountDownLatch[] isAsked = {
    new CountDownLatch(1), new CountDownLatch(2), new CountDownLatch(3)
  };

  private final Credentials slow =
      () -> {
        asked.incrementAndGet();
        for (CountDownLatch each : isAsked) {
          each.countDown();
        }
        return take();
      };

  private final CredentialCache cache = CredentialCache.of(slow, slow::authorization);

  @Test
  void theCurrentOneIsTakenWithoutAsking() throws Exception {
    answers.add("a");

    assertEquals("a", get().value());
    assertEquals("a", get().value());
    assertEquals(1, asked.get());
    assertEquals(0, timer.tasks.size(), "the limit of a call that has returned is taken back");
  }

  @Test
  void theNewestThatIsRefusedIsAskedForAgain() throws Exception {
    answers.add("a");
    answers.add("b");
    Issued first = get();

    assertTrue(cache.refuse(first));
    assertTrue(cache.refuse(first), "until there is a newer one");
    Issued second = get();

    assertEquals("b", second.value());
    assertFalse(cache.refuse(first));
    assertSame(second, get());
  }

  @Test
  void anOlderOneThatIsRefusedWhileTheNextIsAskedForIsNotTheNewest() throws Exception {
    answers.add("a");
    answers.add("b");
    Issued first = get();
    cache.refuse(first);
    Issued second = get();
    cache.refuse(second);

    assertFalse(cache.refuse(first));
  }

  @Test
  void aFailureIsNotKept() throws Exception {
    answers.add("");
    answers.add("a");

    assertThrows(TransportException.class, this::get);

    assertEquals("a", get().value());
  }

  @Test
  void aCallThatIsLateIsGivenUpAndWhatItReturnsDropped() throws Exception {
    Background<Issued> waiting = Background.call(this::get);
    Background.await(isAsked[0]);

    timer.fire();

    TransportException e = waiting.failure(TransportException.class);
    assertEquals(Reason.CREDENTIALS, e.reason());
    assertEquals(
        "Expected a credential within 1 min but the Credentials did not return", e.getMessage());

    Background<Issued> next = Background.call(this::get);
    Background.await(isAsked[1]);
    answers.add("x");
    answers.add("y");
    Issued landed = next.get();

    assertEquals(1, landed.generation());
    assertSame(landed, get());
  }

  @Test
  void onlySoManyCallsHang() throws Exception {
    for (CountDownLatch each : isAsked) {
      Background<Issued> waiting = Background.call(this::get);
      Background.await(each);
      timer.fire();
      waiting.failure(TransportException.class);
    }

    TransportException e = assertThrows(TransportException.class, this::get);

    assertEquals(Reason.CREDENTIALS, e.reason());
    assertEquals("Expected a credential but 3 calls of the Credentials hang", e.getMessage());
    answers.add("x");
    answers.add("y");
    answers.add("z");
  }

  @Test
  void anAttemptThatTakesLongerMayWaitForLonger() throws Exception {
    answers.add("a");

    cache.get(opening(Duration.ofMinutes(5)));

    assertEquals(TimeUnit.MINUTES.toNanos(5), timer.lastNanos);
  }

  @Test
  void oneObjectIsSharedAndTwoAreNot() {
    Credentials one = () -> "x" + asked;
    Credentials other = () -> "x" + asked;

    assertTrue(cacheOf(one).isSharedWith(cacheOf(one)));
    assertFalse(cacheOf(one).isSharedWith(cacheOf(other)));
  }

  @Test
  void theSecretIsNotShown() {
    assertEquals("credential 3", new Issued("canary", 3).toString());
  }

  private Issued get() throws Exception {
    return cache.get(opening(Duration.ofSeconds(20)));
  }

  private static CredentialCache cacheOf(Credentials credentials) {
    return CredentialCache.of(credentials, credentials::authorization);
  }

  private OpeningAttempt opening(Duration timeout) {
    OpeningAttempt attempt = new OpeningAttempt(new TimedAttempt(timeout, timer));
    attempt.start();
    return attempt;
  }

  private String take() {
    while (true) {
      try {
        String answer = answers.poll(20, TimeUnit.SECONDS);
        return answer == null ? "nobody answered" : answer;
      } catch (InterruptedException e) {
        // As code that nothing can end.
      }
    }
  }

  private record TimedAttempt(Duration timeout, Timekeeper timekeeper) implements Attempt {
    @Override
    public StreamSubscription subscription() {
      throw new UnsupportedOperationException("There is no subscription");
    }

    @Override
    public int number() {
      return 1;
    }

    @Override
    public long connection() {
      return 1;
    }

    @Override
    public String cursor() {
      return "";
    }

    @Override
    public StreamRuntime runtime() {
      return StreamRuntime.shared();
    }
  }

  /** Waits by the system's clock, and runs what is scheduled when it is told to. */
  private static final class Timer implements Timekeeper {
    final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    volatile long lastNanos;

    /** Waits for the task: who is asked may be quicker than who asks. */
    void fire() throws InterruptedException {
      Runnable task = tasks.poll(20, TimeUnit.SECONDS);
      assertNotNull(task, "Nothing was scheduled");
      task.run();
    }

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // The caller's part.
    public boolean await(Condition condition, long nanos) throws InterruptedException {
      return condition.awaitNanos(nanos) > 0;
    }

    @Override
    public Timekeeper.Timer schedule(Runnable task, long nanos) {
      lastNanos = nanos;
      tasks.add(task);
      return () -> tasks.remove(task);
    }
  }
}
